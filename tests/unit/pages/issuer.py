"""An OpenID Connect issuer in this process: real keys, real tokens, the checks that a real one makes."""

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

from jiesu.pages.oidc import Answer, IssuerUnavailableError, OidcConfig

DISCOVERY = "https://issuer.example.org/.well-known/openid-configuration"
ISSUER = "https://issuer.example.org/realm"
CLIENT_ID = "jiesu-desk"

CONFIG = OidcConfig(discovery_url=DISCOVERY, issuer=ISSUER, client_id=CLIENT_ID, public_base_url="https://jiesu.example.org/prod")


@dataclass(slots=True)
class FakeIssuer:
    """Answers what `fetch` asks it. `claims` are added to its next tokens, `None` takes one away."""

    now: datetime
    groups: Any = ()
    claims: dict[str, Any] = field(default_factory=dict)
    is_down: bool = False
    documents: dict[str, Any] = field(default_factory=dict)
    kid: str = "key-1"
    key: rsa.RSAPrivateKey = field(default_factory=lambda: rsa.generate_private_key(public_exponent=65537, key_size=2048))
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    user_info: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        base = "https://issuer.example.org"
        self.documents = {
            "issuer": ISSUER,
            "authorization_endpoint": f"{base}/authorize",
            "token_endpoint": f"{base}/token",
            "jwks_uri": f"{base}/keys",
            "end_session_endpoint": f"{base}/logout",
        } | self.documents

    def fetch(self, address: str, form: Mapping[str, str] | None, bearer: str = "") -> Answer:
        self.asked.append(address)
        if self.is_down:
            raise IssuerUnavailableError("the issuer does not answer")
        if address == DISCOVERY:
            return _answer(self.documents)
        if address == self.documents["jwks_uri"]:
            return _answer({"keys": [self.public_key()]})
        if address == self.documents["token_endpoint"] and form is not None:
            return self._token(form)
        if address == self.documents.get("userinfo_endpoint"):
            return _answer(self.user_info) if bearer == "unused" else Answer(status=401, body=b"")
        return Answer(status=404, body=b"")

    def sign_in(self, authorization_address: str) -> dict[str, str]:
        """What the browser brings back to the callback after somebody signed in at `authorization_address`."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(authorization_address).query).items()}
        assert asked["response_type"] == "code"
        assert asked["code_challenge_method"] == "S256"
        code = f"code-{len(self.codes) + 1}"
        self.codes[code] = asked
        return {"code": code, "state": asked["state"]}

    def public_key(self) -> dict[str, Any]:
        key: dict[str, Any] = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key()))
        return key | {"kid": self.kid, "use": "sig", "alg": "RS256"}

    def id_token(self, nonce: str) -> str:
        standing = {
            "iss": ISSUER,
            "aud": CLIENT_ID,
            "sub": "user-1",
            "name": "李明",
            "nonce": nonce,
            "token_use": "id",
            "iat": int(self.now.timestamp()),
            "exp": int((self.now + timedelta(hours=1)).timestamp()),
            "cognito:groups": self.groups,
        }
        claims = {name: value for name, value in (standing | self.claims).items() if value is not None}
        return jwt.encode(claims, self.key, algorithm="RS256", headers={"kid": self.kid})

    def _token(self, form: Mapping[str, str]) -> Answer:
        asked = self.codes.pop(form["code"], None)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(form["code_verifier"].encode()).digest()).rstrip(b"=").decode()
        genuine = (
            asked is not None
            and form["grant_type"] == "authorization_code"
            and form["client_id"] == CLIENT_ID
            and form["redirect_uri"] == asked["redirect_uri"]
            and challenge == asked["code_challenge"]
        )
        if asked is None or not genuine:
            return _answer({"error": "invalid_grant"}, status=400)
        return _answer({"id_token": self.id_token(asked["nonce"]), "access_token": "unused", "token_type": "Bearer"})


def _answer(document: Mapping[str, Any], *, status: int = 200) -> Answer:
    return Answer(status=status, body=json.dumps(document).encode())


def with_query(address: str, query: Mapping[str, str]) -> str:
    return f"{address}?{urlencode(query)}"
