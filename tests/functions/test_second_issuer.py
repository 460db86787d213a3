"""Signing in at an OpenID provider that is nobody's of ours, over HTTP: discovery, code, PKCE, keys, userinfo.

`JIESU_ISSUER` names another one that runs on this machine, its client `jiesu-desk` being sent back to
`http://127.0.0.1:48201/desk/callback` (docs/runbook.md says which were tried).
"""

import base64
import hashlib
import os
import secrets
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any
from urllib.parse import parse_qsl

import oidc_provider_mock as provider  # of requirements/dev.txt: where it is missing this fails, and is not passed over
import pytest
from werkzeug.wrappers import Request, Response

from jiesu.model.words import UserRole
from jiesu.pages import oidc
from jiesu.pages.http import serve
from jiesu.pages.oidc import Identity, Issuer, OidcConfig, SignInRefusedError
from local.serving import Server
from tests.conftest import Stores
from tests.functions.desks import DemoDesk, Door, bureau_pages, fill_directory
from tests.stack.visitor import Page, Visitor

NAME, ROLES = "王芳", (UserRole.SUPERVISOR,)
WHO = "wangfang"


OFFICER = "wangjianguo"
PEOPLE = [
    provider.User(sub=WHO, claims={"name": NAME, "groups": ["supervisor"]}),
    provider.User(sub=OFFICER, claims={"name": "王建国", "groups": ["bureau-FT"]}),
]


@pytest.fixture
def asked() -> list[dict[str, str]]:
    """What was asked of the provider of these tests, oldest first."""
    return []


@pytest.fixture
def issuer_url(asked: list[dict[str, str]]) -> Iterator[str]:
    if named := os.environ.get("JIESU_ISSUER"):
        yield named
        return
    app = provider.app(user_claims=PEOPLE)

    @Request.application
    def watched(request: Request) -> Response:
        body = request.get_data(cache=False)
        asked.append({"path": request.path, **request.args.to_dict(), **dict(parse_qsl(body.decode()))})
        return Response.from_app(app, {**request.environ, "wsgi.input": BytesIO(body)})

    with Server(watched) as server:
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


def signed_in(page: Page, visitor: Visitor, *, who: str = WHO, back: str = "回到工作台") -> Page:
    """Whatever the provider asks, answered by submitting its own forms, until the page that says `back`."""
    for _ in range(5):
        if back in page.text:
            return page
        form = page.form()
        asked = [name for name, _ in form.fields if name in ("login", "username", "password")]
        # One of them has a button for each person it knows.
        typed = dict.fromkeys(asked or ["sub"], who)
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


by_the_provider_here = pytest.mark.skipif("JIESU_ISSUER" in os.environ, reason="only the provider of these tests can be watched")


@by_the_provider_here
def test_the_provider_is_shown_a_challenge_and_then_the_verifier_that_makes_it_and_no_secret(
    config: OidcConfig, brought_back: list[dict[str, str]], asked: list[dict[str, str]]
) -> None:
    issuer, code, nonce, verifier = begin(config, brought_back)
    issuer.identify(config, code=code, nonce=nonce, verifier=verifier, now=datetime.now(UTC))
    begun = next(one for one in asked if one["path"].endswith("/authorize"))
    (token,) = (one for one in asked if one["path"].endswith("/token"))
    made = base64.urlsafe_b64encode(hashlib.sha256(token["code_verifier"].encode()).digest()).rstrip(b"=").decode()
    assert (begun["code_challenge"], begun["code_challenge_method"]) == (made, "S256")
    assert (begun["response_type"], begun["nonce"]) == ("code", nonce)
    assert (token["grant_type"], token["client_id"]) == ("authorization_code", "jiesu-desk")
    assert "client_secret" not in token


@by_the_provider_here
@pytest.mark.parametrize("wrong", [{"client_id": "another"}, {"issuer": "https://elsewhere.example.org"}])
def test_a_token_of_another_issuer_or_for_another_client_is_refused(
    wrong: dict[str, str], config: OidcConfig, brought_back: list[dict[str, str]]
) -> None:
    issuer, code, nonce, verifier = begin(config, brought_back)
    expecting = replace(config, **wrong)
    with pytest.raises(SignInRefusedError, match=r"id_token_invalid|code_refused"):
        issuer.identify(expecting, code=code, nonce=nonce, verifier=verifier, now=datetime.now(UTC))


@by_the_provider_here
def test_a_token_that_has_expired_is_refused(config: OidcConfig, brought_back: list[dict[str, str]]) -> None:
    issuer, code, nonce, verifier = begin(config, brought_back)
    with pytest.raises(SignInRefusedError, match="id_token_expired"):
        issuer.identify(config, code=code, nonce=nonce, verifier=verifier, now=datetime.now(UTC) + timedelta(days=30))


@by_the_provider_here
def test_a_bureaus_person_signs_in_there_comes_to_their_list_and_signs_out_at_both(
    issuer_url: str, asked: list[dict[str, str]], stores: Stores
) -> None:
    """The desk and the bureaus' pages over HTTP, from the sign-in page to the provider's own end of the session."""
    fill_directory(stores)
    office = DemoDesk(stores)
    here: list[Door] = []

    @Request.application
    def town(request: Request) -> Response:
        answer = serve(event_of(request), here[0], datetime.now(UTC))
        sent = Response(answer["body"], status=answer["statusCode"], headers=answer["headers"])
        for one in answer["multiValueHeaders"].get("Set-Cookie", []):
            sent.headers.add("Set-Cookie", one)
        return sent

    with Server(town) as server:
        config = OidcConfig(
            discovery_url=f"{issuer_url}/.well-known/openid-configuration",
            issuer=issuer_url,
            client_id="jiesu-desk",
            public_base_url=server.url,
            groups_claim="groups",
        )
        here.append(Door(office.desk(oidc.fetch, config), bureau_pages(stores, b"secret", config)))
        officer = Visitor()
        welcome = officer.get(f"{server.url}/bureau")
        (start,) = (one for one in welcome.links if "/sign-in/start" in one)
        page = signed_in(officer.get(start), officer, who=OFFICER, back="未结束的交办")
        assert page.url == f"{server.url}/bureau"
        assert "王建国" in page.text
        gone = officer.submit(page, page.form("/sign-out"))
        assert "正在同时退出统一身份认证" in gone.text
        (end,) = (one for one in gone.links if "end_session" in one)
        assert officer.get(end).status == 200
        assert asked[-1]["post_logout_redirect_uri"] == f"{server.url}/desk/signed-out"
        assert "/desk/sign-in" in officer.get(f"{server.url}/bureau").url


def event_of(request: Request) -> dict[str, Any]:
    """The request as API Gateway hands it on."""
    return {
        "httpMethod": request.method,
        "path": request.path,
        "headers": dict(request.headers),
        "queryStringParameters": request.args.to_dict() or None,
        "body": request.get_data(as_text=True) or None,
        "isBase64Encoded": False,
    }
