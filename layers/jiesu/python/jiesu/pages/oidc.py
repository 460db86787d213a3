"""Sign-in by any OpenID Connect issuer: authorization code flow with PKCE (RFC 7636, S256), as a public client.

What the issuer offers is discovered. Its discovery address and the issuer its tokens name are
two settings: behind a private address the two differ.
"""

import base64
import hashlib
import hmac
import json
import re
import time
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import urlencode, urlsplit

import urllib3

from jiesu.model.errors import PermanentError, RetryableError
from jiesu.model.words import UserRole

if TYPE_CHECKING:
    from mypy_boto3_ssm import SSMClient

KEEP_SECONDS = 300
"""How long configuration, discovery and keys are kept in memory."""

CLOCK_SKEW = timedelta(seconds=60)

_ALGORITHMS = frozenset({"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"})
"""Public-key signatures only: with HS256 the public key itself could be taken for the shared secret."""

_MAX_ANSWER_BYTES = 256 * 1024

_BUREAU_GROUP = re.compile(r"bureau-([A-Z][A-Z0-9]{0,15})")


class IssuerUnavailableError(RetryableError):
    """The issuer does not answer, or not with what the standard says: the person may try again."""


class SignInRefusedError(PermanentError):
    """The issuer refused, or its token cannot be trusted: `code` says why."""


class SignInUnconfiguredError(PermanentError):
    """The configuration of the sign-in is missing or incomplete."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OidcConfig:
    """The sign-in's settings. `public_base_url` has no trailing slash; the client has no secret."""

    discovery_url: str
    issuer: str
    client_id: str
    public_base_url: str
    groups_claim: str = "cognito:groups"

    @property
    def prefix(self) -> str:
        """What the pages' paths have before `/desk`, such as `/prod`; empty at the root."""
        return urlsplit(self.public_base_url).path.rstrip("/")

    @property
    def is_https(self) -> bool:
        return self.public_base_url.startswith("https://")


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Whom the issuer vouches for; `bureaus` are the codes of those that they answer for."""

    subject: str
    name: str
    roles: tuple[UserRole, ...]
    bureaus: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An HTTP answer of the issuer."""

    status: int
    body: bytes


class Fetch(Protocol):
    """GET an address, with a `bearer` token if there is one, or POST a form to it.

    Raises `IssuerUnavailableError` where nothing answers in time.
    """

    def __call__(self, address: str, form: Mapping[str, str] | None, bearer: str = "") -> Answer: ...


def config_of(document: str) -> OidcConfig:
    """The settings in the parameter's JSON. Raises `SignInUnconfiguredError`."""
    try:
        stored = json.loads(document)
        config = OidcConfig(
            **{name: str(stored[name]) for name in ("discovery_url", "issuer", "client_id")},
            public_base_url=str(stored["public_base_url"]).rstrip("/"),
            groups_claim=str(stored.get("groups_claim", "cognito:groups")),
        )
    except (ValueError, KeyError, TypeError, AttributeError) as exc:
        raise SignInUnconfiguredError("sign_in_configuration_unreadable") from exc
    if not all((config.discovery_url, config.issuer, config.client_id, config.public_base_url)):
        raise SignInUnconfiguredError("sign_in_configuration_incomplete")
    return config


@dataclass(slots=True)
class ConfigBook:
    """Reads the settings from a parameter, at most once in `KEEP_SECONDS`."""

    client: "SSMClient"
    parameter_name: str
    _known: tuple[float, OidcConfig] | None = None

    def config(self) -> OidcConfig:
        """Raises `SignInUnconfiguredError`; an unreadable parameter stays botocore's error."""
        if self._known is None or time.monotonic() - self._known[0] >= KEEP_SECONDS:
            value = self.client.get_parameter(Name=self.parameter_name)["Parameter"]["Value"]
            self._known = (time.monotonic(), config_of(value))
        return self._known[1]


def fetch(address: str, form: Mapping[str, str] | None, bearer: str = "") -> Answer:
    """A `Fetch` over the network. Never follows a redirect: a token endpoint that moves is a wrong one."""
    try:
        answer = _pool().request(
            "GET" if form is None else "POST",
            address,
            body=None if form is None else urlencode(form),
            headers={"Accept": "application/json"}
            | ({"Authorization": f"Bearer {bearer}"} if bearer else {})
            | ({} if form is None else {"Content-Type": "application/x-www-form-urlencoded"}),
            redirect=False,
            preload_content=False,
        )
        with answer:
            return Answer(status=answer.status, body=answer.read(_MAX_ANSWER_BYTES))
    except urllib3.exceptions.HTTPError as exc:
        raise IssuerUnavailableError("the issuer does not answer") from exc


_POOLS: list[urllib3.PoolManager] = []


def _pool() -> urllib3.PoolManager:
    if not _POOLS:
        _POOLS.append(urllib3.PoolManager(timeout=urllib3.Timeout(connect=2, read=5), retries=False))
    return _POOLS[0]


@dataclass(slots=True)
class Issuer:
    """One issuer as it describes itself; what it says is kept for `KEEP_SECONDS`."""

    fetch: Fetch
    _documents: dict[str, tuple[float, dict[str, Any]]] = field(default_factory=dict)

    def authorization_address(self, config: OidcConfig, *, state: str, nonce: str, verifier: str) -> str:
        """Where the browser goes to sign in. Raises `IssuerUnavailableError`."""
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
        return _with_query(
            self._endpoint(config, "authorization_endpoint"),
            response_type="code",
            client_id=config.client_id,
            redirect_uri=callback_address(config),
            scope="openid profile",
            state=state,
            nonce=nonce,
            code_challenge=challenge,
            code_challenge_method="S256",
        )

    def identify(self, config: OidcConfig, *, code: str, nonce: str, verifier: str, now: datetime) -> Identity:
        """Whom the code stands for. Raises `IssuerUnavailableError` or `SignInRefusedError`."""
        answer = self.fetch(
            self._endpoint(config, "token_endpoint"),
            {
                "grant_type": "authorization_code",
                "client_id": config.client_id,
                "code": code,
                "redirect_uri": callback_address(config),
                "code_verifier": verifier,
            },
        )
        if 400 <= answer.status < 500:
            raise SignInRefusedError("code_refused")
        given = _json(answer)
        token = given.get("id_token")
        if not isinstance(token, str):
            raise SignInRefusedError("id_token_missing")
        claims = self._verified(config, token, nonce=nonce, now=now)
        if config.groups_claim not in claims:
            claims = self._user_info(config, str(given.get("access_token", "")), claims) | claims
        groups = _groups(claims.get(config.groups_claim))
        return Identity(subject=str(claims["sub"]), name=_name(claims), roles=_roles(groups), bureaus=_bureaus(groups))

    def sign_out_address(self, config: OidcConfig) -> str | None:
        """Where the browser goes to end the issuer's own session; None where the issuer offers no such place."""
        address = self._discovered(config).get("end_session_endpoint")
        if not isinstance(address, str):
            return None
        back = f"{config.public_base_url}/desk/signed-out"
        # `logout_uri` is Cognito's own name for what the standard calls `post_logout_redirect_uri`.
        return _with_query(address, client_id=config.client_id, post_logout_redirect_uri=back, logout_uri=back)

    def _user_info(self, config: OidcConfig, access_token: str, claims: Mapping[str, Any]) -> dict[str, Any]:
        """What the issuer says only at its userinfo endpoint (Core §5.4), of nobody but whom the token names."""
        if not access_token or "userinfo_endpoint" not in self._discovered(config):
            return {}
        answer = self.fetch(self._endpoint(config, "userinfo_endpoint"), None, bearer=access_token)
        if 400 <= answer.status < 500:
            raise SignInRefusedError("userinfo_refused")
        said = _json(answer)
        if said.get("sub") != claims["sub"]:
            raise SignInRefusedError("userinfo_of_another")
        return said

    def _verified(self, config: OidcConfig, token: str, *, nonce: str, now: datetime) -> dict[str, Any]:
        import jwt  # noqa: PLC0415 - 172 modules that only a sign-in needs

        try:
            header = jwt.get_unverified_header(token)
            key = jwt.PyJWK.from_dict(self._key(config, header.get("kid")))
            if key.algorithm_name not in _ALGORITHMS:
                raise SignInRefusedError("algorithm_forbidden")
            claims: dict[str, Any] = jwt.decode(
                token,
                key=key,
                algorithms=[key.algorithm_name],
                audience=config.client_id,
                issuer=config.issuer,
                # Times are checked below, against the caller's clock.
                options={
                    "require": ["sub", "iss", "aud", "exp", "iat"],
                    "verify_exp": False,
                    "verify_iat": False,
                    "verify_nbf": False,
                },
            )
        except jwt.exceptions.PyJWTError as exc:
            raise SignInRefusedError("id_token_invalid") from exc
        _check_claims(config, claims, nonce=nonce, now=now)
        return claims

    def _key(self, config: OidcConfig, kid: str | None) -> dict[str, Any]:
        """The signing key `kid`; keys are read anew once where it is unknown, for issuers change them."""
        address = self._endpoint(config, "jwks_uri")
        for attempt in range(2):
            keys = [one for one in self._document(address).get("keys", []) if one.get("use", "sig") == "sig"]
            named = [one for one in keys if one.get("kid") == kid] if kid is not None else keys
            if len(named) == 1:
                found: dict[str, Any] = named[0]
                return found
            if attempt == 0:
                self._documents.pop(address, None)
        raise SignInRefusedError("signing_key_unknown")

    def _endpoint(self, config: OidcConfig, name: str) -> str:
        address = self._discovered(config).get(name)
        if not isinstance(address, str) or urlsplit(address).scheme not in ("https", "http"):
            raise IssuerUnavailableError(f"the issuer describes no {name}")
        if config.discovery_url.startswith("https://") and not address.startswith("https://"):
            raise IssuerUnavailableError(f"the issuer's {name} is not protected")
        return address

    def _discovered(self, config: OidcConfig) -> dict[str, Any]:
        return self._document(config.discovery_url)

    def _document(self, address: str) -> dict[str, Any]:
        known = self._documents.get(address)
        if known is None or time.monotonic() - known[0] >= KEEP_SECONDS:
            known = (time.monotonic(), _json(self.fetch(address, None)))
            self._documents[address] = known
        return known[1]


def callback_address(config: OidcConfig) -> str:
    """Where the issuer sends the browser back to: it must be registered there, letter by letter."""
    return f"{config.public_base_url}/desk/callback"


def _json(answer: Answer) -> dict[str, Any]:
    if answer.status != 200:
        raise IssuerUnavailableError(f"the issuer answered with status {answer.status}")
    try:
        value = json.loads(answer.body)
    except ValueError as exc:
        raise IssuerUnavailableError("the issuer's answer is no JSON") from exc
    if not isinstance(value, dict):
        raise IssuerUnavailableError("the issuer's answer is no JSON object")
    return value


def _check_claims(config: OidcConfig, claims: Mapping[str, Any], *, nonce: str, now: datetime) -> None:
    moment = now.timestamp()
    skew = CLOCK_SKEW.total_seconds()
    if float(claims["exp"]) + skew <= moment:
        raise SignInRefusedError("id_token_expired")
    if float(claims["iat"]) - skew > moment or float(claims.get("nbf", 0)) - skew > moment:
        raise SignInRefusedError("id_token_from_the_future")
    if not hmac.compare_digest(str(claims.get("nonce", "")).encode(), nonce.encode()):
        raise SignInRefusedError("nonce_mismatch")
    # Cognito signs access tokens with the same key and says so only here.
    if claims.get("token_use", "id") != "id":
        raise SignInRefusedError("not_an_id_token")
    if isinstance(claims["aud"], list) and len(claims["aud"]) > 1 and claims.get("azp") != config.client_id:
        raise SignInRefusedError("meant_for_another_client")


def _name(claims: Mapping[str, Any]) -> str:
    for claim in ("name", "preferred_username", "cognito:username", "email"):
        value = claims.get(claim)
        if isinstance(value, str) and value.strip():
            return value.strip()
    return str(claims["sub"])


def _groups(said: object) -> tuple[str, ...]:
    """The names of groups in a claim: a list, or one text such as `[editor supervisor]`."""
    match said:
        case str():
            return tuple(said.strip("[]").replace(",", " ").split())
        case list():
            return tuple(str(one) for one in said)
        case _:
            return ()


def _roles(groups: Collection[str]) -> tuple[UserRole, ...]:
    """The roles among `groups`; those that are no role are ignored. Whoever answers for a bureau is one of its people."""
    return tuple(role for role in UserRole if role in groups or (role is UserRole.BUREAU and _bureaus(groups)))


def _bureaus(groups: Iterable[str]) -> tuple[str, ...]:
    """The codes in groups such as `bureau-FT`, each once and in order."""
    found = (match.group(1) for one in groups if (match := _BUREAU_GROUP.fullmatch(one)))
    return tuple(sorted(set(found)))


def _with_query(address: str, **query: str) -> str:
    return f"{address}{'&' if urlsplit(address).query else '?'}{urlencode(query)}"
