"""Signing in at an OpenID provider that is nobody's of ours, over HTTP: discovery, code, PKCE, keys, userinfo.

`JIESU_ISSUER` names another one that runs on this machine, its client `jiesu-desk` being sent back to
`http://127.0.0.1:48201/desk/callback` (docs/runbook.md says which were tried).
"""

import base64
import hashlib
import os
import secrets
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from werkzeug.wrappers import Request, Response

from jiesu.model.words import UserRole
from jiesu.pages import oidc
from jiesu.pages.oidc import Identity, Issuer, OidcConfig, SignInRefusedError
from local.serving import Server
from tests.stack.visitor import Page, Visitor

provider = pytest.importorskip("oidc_provider_mock")

NAME, ROLES = "王芳", (UserRole.SUPERVISOR,)
WHO = "wangfang"


@pytest.fixture
def issuer_url() -> Iterator[str]:
    if named := os.environ.get("JIESU_ISSUER"):
        yield named
        return
    someone = provider.User(sub=WHO, claims={"name": NAME, "groups": ["supervisor"]})
    with Server(provider.app(user_claims=[someone])) as server:
        yield server.url


@pytest.fixture
def brought_back() -> list[dict[str, str]]:
    """What browsers bring to the desk's callback."""
    return []


@pytest.fixture
def config(issuer_url: str, brought_back: list[dict[str, str]]) -> Iterator[OidcConfig]:
    @Request.application
    def desk(request: Request) -> Response:
        brought_back.append(request.args.to_dict())
        return Response("回到工作台")

    with Server(desk, port=48201 if "JIESU_ISSUER" in os.environ else 0) as server:
        yield OidcConfig(
            discovery_url=f"{issuer_url}/.well-known/openid-configuration",
            issuer=issuer_url,
            client_id="jiesu-desk",
            public_base_url=server.url,
            groups_claim="groups",
        )


def signed_in(page: Page, visitor: Visitor) -> Page:
    """Whatever the provider asks, answered by submitting its own forms."""
    for _ in range(5):
        if page.text.strip() == "回到工作台":
            return page
        form = page.form()
        asked = [name for name, _ in form.fields if name in ("login", "username", "password")]
        # One of them has a button for each person it knows.
        typed = dict.fromkeys(asked or ["sub"], WHO)
        page = visitor.submit(page, form, **typed)
    raise AssertionError(page.text[:400])


def begin(config: OidcConfig, brought_back: list[dict[str, str]]) -> tuple[Issuer, str, str, str]:
    """Sign in at the provider's own pages; the issuer, the code, its nonce and its verifier."""
    issuer, visitor = Issuer(oidc.fetch), Visitor()
    state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
    address = issuer.authorization_address(config, state=state, nonce=nonce, verifier=verifier)
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    assert challenge in address
    signed_in(visitor.get(address), visitor)
    assert brought_back[-1]["state"] == state
    return issuer, brought_back[-1]["code"], nonce, verifier


def test_a_supervisor_signs_in(config: OidcConfig, brought_back: list[dict[str, str]]) -> None:
    issuer, code, nonce, verifier = begin(config, brought_back)
    found = issuer.identify(config, code=code, nonce=nonce, verifier=verifier, now=datetime.now(UTC))
    assert found == Identity(subject=WHO, name=NAME, roles=ROLES)


@pytest.mark.skipif(
    "JIESU_ISSUER" not in os.environ, reason="oidc-provider-mock takes any verifier; name a provider that does not"
)
def test_a_code_is_worth_nothing_without_its_verifier(config: OidcConfig, brought_back: list[dict[str, str]]) -> None:
    issuer, code, nonce, _ = begin(config, brought_back)
    with pytest.raises(SignInRefusedError, match="code_refused"):
        issuer.identify(config, code=code, nonce=nonce, verifier=secrets.token_urlsafe(32), now=datetime.now(UTC))


def test_a_token_for_another_sign_in_is_refused(config: OidcConfig, brought_back: list[dict[str, str]]) -> None:
    issuer, code, _, verifier = begin(config, brought_back)
    with pytest.raises(SignInRefusedError, match="nonce_mismatch"):
        issuer.identify(config, code=code, nonce="of another", verifier=verifier, now=datetime.now(UTC))
