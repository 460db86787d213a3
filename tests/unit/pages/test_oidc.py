"""Whom the desk believes: an identity token is trusted for one reason only, that everything about it fits."""

import json
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from jiesu.model.words import UserRole
from jiesu.pages.oidc import (
    Answer,
    Identity,
    Issuer,
    IssuerUnavailableError,
    SignInRefusedError,
    SignInUnconfiguredError,
    config_of,
)
from tests import builders as build
from tests.unit.pages.issuer import CLIENT_ID, CONFIG, DISCOVERY, ISSUER, FakeIssuer

VERIFIER = "v" * 43


@pytest.fixture(scope="module")
def key() -> rsa.RSAPrivateKey:
    """Made once: a key takes longer to make than all tests with it."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture
def provider(key: rsa.RSAPrivateKey) -> FakeIssuer:
    return FakeIssuer(now=build.NOW, groups=["editor"], key=key)


def identify(provider: FakeIssuer, *, issuer: Issuer | None = None, verifier: str = VERIFIER, nonce: str = "n-1") -> Identity:
    """A whole sign-in; `verifier` and `nonce` are what the desk remembers when the browser comes back."""
    issuer = issuer or Issuer(provider.fetch)
    address = issuer.authorization_address(CONFIG, state="s-1", nonce="n-1", verifier=VERIFIER)
    back = provider.sign_in(address)
    return issuer.identify(CONFIG, code=back["code"], nonce=nonce, verifier=verifier, now=build.NOW)


def refusal(provider: FakeIssuer, **remembered: str) -> str:
    with pytest.raises(SignInRefusedError) as refused:
        identify(provider, **remembered)  # type: ignore[arg-type]
    return refused.value.code


def test_a_sign_in_gives_name_and_role(provider: FakeIssuer) -> None:
    assert identify(provider) == Identity(subject="user-1", name="李明", roles=(UserRole.EDITOR,))


def test_the_browser_is_sent_with_a_challenge_and_never_with_the_verifier(provider: FakeIssuer) -> None:
    address = Issuer(provider.fetch).authorization_address(CONFIG, state="s-1", nonce="n-1", verifier=VERIFIER)
    asked = parse_qs(urlsplit(address).query)
    assert asked["redirect_uri"] == ["https://jiesu.example.org/prod/desk/callback"]
    assert asked["code_challenge_method"] == ["S256"]
    assert VERIFIER not in address


@pytest.mark.parametrize(
    ("groups", "roles"),
    [
        (["editor", "supervisor"], (UserRole.EDITOR, UserRole.SUPERVISOR)),
        ("[auditor command]", (UserRole.COMMAND, UserRole.AUDITOR)),
        ("[editor, admin]", (UserRole.EDITOR, UserRole.ADMIN)),
        (["somebody-elses-group"], ()),
        ([], ()),
        (None, ()),
        (7, ()),
    ],
)
def test_groups_are_read_as_a_list_and_as_a_bracketed_text(
    provider: FakeIssuer, groups: Any, roles: tuple[UserRole, ...]
) -> None:
    provider.groups = groups
    assert identify(provider).roles == roles


@pytest.mark.parametrize(
    ("groups", "bureaus"),
    [
        (["bureau-GJ", "bureau-FT", "bureau-FT"], ("FT", "GJ")),
        ("[bureau bureau-CY]", ("CY",)),
        (["bureau"], ()),
        (["bureau-ft", "bureau-", "my-bureau-FT", "bureau-FT/x"], ()),
    ],
)
def test_which_bureaus_somebody_answers_for_is_said_by_their_groups(
    provider: FakeIssuer, groups: Any, bureaus: tuple[str, ...]
) -> None:
    provider.groups = groups
    found = identify(provider)
    assert found.bureaus == bureaus
    assert (UserRole.BUREAU in found.roles) == (bool(bureaus) or "bureau" in groups)


@pytest.mark.parametrize(
    ("claims", "code"),
    [
        ({"iss": "https://elsewhere.example.org"}, "id_token_invalid"),
        ({"aud": "another-client"}, "id_token_invalid"),
        ({"sub": None}, "id_token_invalid"),
        ({"exp": None}, "id_token_invalid"),
        ({"iat": None}, "id_token_invalid"),
        ({"exp": int((build.NOW - timedelta(minutes=2)).timestamp())}, "id_token_expired"),
        ({"iat": int((build.NOW + timedelta(minutes=2)).timestamp())}, "id_token_from_the_future"),
        ({"nbf": int((build.NOW + timedelta(minutes=2)).timestamp())}, "id_token_from_the_future"),
        ({"nonce": "of-another-sign-in"}, "nonce_mismatch"),
        ({"nonce": None}, "nonce_mismatch"),
        ({"token_use": "access"}, "not_an_id_token"),
        ({"aud": [CLIENT_ID, "another-client"]}, "meant_for_another_client"),
    ],
)
def test_a_token_with_a_claim_that_does_not_fit_is_refused(provider: FakeIssuer, claims: dict[str, Any], code: str) -> None:
    provider.claims = claims
    assert refusal(provider) == code


def test_a_token_without_token_use_is_accepted_for_the_standard_does_not_know_it(provider: FakeIssuer) -> None:
    provider.claims = {"token_use": None}
    assert identify(provider).subject == "user-1"


def test_a_token_that_expired_within_the_clocks_tolerance_is_accepted(provider: FakeIssuer) -> None:
    provider.claims = {"exp": int((build.NOW - timedelta(seconds=30)).timestamp())}
    assert identify(provider).subject == "user-1"


def elsewhere(provider: FakeIssuer, **said: Any) -> FakeIssuer:
    """The same issuer, whose token says only who it is about."""
    provider.claims = {"cognito:groups": None, "name": None}
    provider.documents["userinfo_endpoint"] = "https://issuer.example.org/me"
    provider.user_info = said
    return provider


def test_what_the_token_does_not_say_is_asked_at_the_userinfo_endpoint(provider: FakeIssuer) -> None:
    said = elsewhere(provider, sub="user-1", name="王芳", **{"cognito:groups": ["supervisor"]})
    assert identify(said) == Identity(subject="user-1", name="王芳", roles=(UserRole.SUPERVISOR,))


def test_what_the_userinfo_endpoint_says_of_somebody_else_is_refused(provider: FakeIssuer) -> None:
    assert refusal(elsewhere(provider, sub="user-2", name="王芳", **{"cognito:groups": ["admin"]})) == "userinfo_of_another"


def test_an_issuer_that_says_no_group_anywhere_gives_no_role(provider: FakeIssuer) -> None:
    provider.claims = {"cognito:groups": None}
    assert identify(provider).roles == ()


def test_a_token_of_another_key_under_a_known_name_is_refused(provider: FakeIssuer) -> None:
    stranger = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    known = provider.public_key()

    def published(address: str, form: Any, bearer: str = "") -> Answer:
        if address.endswith("/keys"):
            return Answer(status=200, body=json.dumps({"keys": [known]}).encode())
        return provider.fetch(address, form)

    provider.key = stranger
    with pytest.raises(SignInRefusedError, match="id_token_invalid"):
        identify(provider, issuer=Issuer(published))


@pytest.mark.parametrize("header", [{"alg": "none"}, {"alg": "HS256"}])
def test_a_token_that_names_its_own_weak_algorithm_is_refused(provider: FakeIssuer, header: dict[str, str]) -> None:
    secret = provider.public_key()["n"] if header["alg"] == "HS256" else ""
    claims = jwt.decode(provider.id_token("n-1"), options={"verify_signature": False})
    forged = jwt.encode(claims, secret, algorithm=header["alg"], headers={"kid": provider.kid})

    def answering(address: str, form: Any, bearer: str = "") -> Answer:
        if address.endswith("/token"):
            return Answer(status=200, body=json.dumps({"id_token": forged}).encode())
        return provider.fetch(address, form)

    with pytest.raises(SignInRefusedError, match="id_token_invalid"):
        identify(provider, issuer=Issuer(answering))


def test_a_symmetric_key_among_the_published_ones_is_not_used(provider: FakeIssuer) -> None:
    oct_key = {"kty": "oct", "k": "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3I", "kid": provider.kid, "alg": "HS256"}

    def publishing(address: str, form: Any, bearer: str = "") -> Answer:
        if address.endswith("/keys"):
            return Answer(status=200, body=json.dumps({"keys": [oct_key]}).encode())
        return provider.fetch(address, form)

    with pytest.raises(SignInRefusedError, match="algorithm_forbidden"):
        identify(provider, issuer=Issuer(publishing))


def test_a_new_signing_key_is_fetched_when_it_first_appears(provider: FakeIssuer) -> None:
    issuer = Issuer(provider.fetch)
    identify(provider, issuer=issuer)
    provider.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    provider.kid = "key-2"
    assert identify(provider, issuer=issuer).subject == "user-1"
    assert provider.asked.count("https://issuer.example.org/keys") == 2


def test_discovery_and_keys_are_asked_for_once(provider: FakeIssuer) -> None:
    issuer = Issuer(provider.fetch)
    identify(provider, issuer=issuer)
    identify(provider, issuer=issuer)
    assert provider.asked.count(DISCOVERY) == 1
    assert provider.asked.count("https://issuer.example.org/keys") == 1


def test_a_key_nobody_published_is_refused_after_one_more_look(provider: FakeIssuer) -> None:
    def publishing_nothing(address: str, form: Any, bearer: str = "") -> Answer:
        answer = provider.fetch(address, form)
        return Answer(status=200, body=b'{"keys": []}') if address.endswith("/keys") else answer

    with pytest.raises(SignInRefusedError, match="signing_key_unknown"):
        identify(provider, issuer=Issuer(publishing_nothing))
    assert provider.asked.count("https://issuer.example.org/keys") == 2


def test_a_wrong_verifier_is_refused_by_the_issuer(provider: FakeIssuer) -> None:
    assert refusal(provider, verifier="w" * 43) == "code_refused"


def test_a_code_is_good_once(provider: FakeIssuer) -> None:
    issuer = Issuer(provider.fetch)
    address = issuer.authorization_address(CONFIG, state="s-1", nonce="n-1", verifier=VERIFIER)
    code = provider.sign_in(address)["code"]
    issuer.identify(CONFIG, code=code, nonce="n-1", verifier=VERIFIER, now=build.NOW)
    with pytest.raises(SignInRefusedError, match="code_refused"):
        issuer.identify(CONFIG, code=code, nonce="n-1", verifier=VERIFIER, now=build.NOW)


@pytest.mark.parametrize(
    "answer",
    [
        Answer(status=500, body=b""),
        Answer(status=200, body=b"<html>"),
        Answer(status=200, body=b"[]"),
        Answer(status=302, body=b""),
    ],
)
def test_an_issuer_that_answers_with_something_else_is_unavailable(answer: Answer) -> None:
    with pytest.raises(IssuerUnavailableError):
        Issuer(lambda address, form, bearer="": answer).authorization_address(CONFIG, state="s", nonce="n", verifier=VERIFIER)


@pytest.mark.parametrize("address", ["http://issuer.example.org/authorize", "javascript:alert(1)", None])
def test_an_endpoint_that_is_not_protected_is_not_used(provider: FakeIssuer, address: str | None) -> None:
    provider.documents["authorization_endpoint"] = address
    with pytest.raises(IssuerUnavailableError):
        Issuer(provider.fetch).authorization_address(CONFIG, state="s", nonce="n", verifier=VERIFIER)


def test_the_expected_issuer_is_a_setting_of_its_own_and_not_what_discovery_says(provider: FakeIssuer) -> None:
    provider.documents["issuer"] = "https://behind-a-private-address.example.org"
    assert identify(provider).subject == "user-1"


def test_an_issuer_without_a_sign_out_page_has_none(provider: FakeIssuer) -> None:
    del provider.documents["end_session_endpoint"]
    assert Issuer(provider.fetch).sign_out_address(CONFIG) is None


def test_signing_out_leads_back_to_the_desk_in_the_standards_words_and_in_cognitos(provider: FakeIssuer) -> None:
    address = Issuer(provider.fetch).sign_out_address(CONFIG)
    assert address is not None
    asked = parse_qs(urlsplit(address).query)
    assert asked["post_logout_redirect_uri"] == asked["logout_uri"] == ["https://jiesu.example.org/prod/desk/signed-out"]
    assert asked["client_id"] == [CLIENT_ID]


def test_the_settings_are_read_from_the_parameter() -> None:
    document = {
        "discovery_url": DISCOVERY,
        "issuer": ISSUER,
        "client_id": CLIENT_ID,
        "public_base_url": "https://jiesu.example.org/prod/",
    }
    assert config_of(json.dumps(document)) == CONFIG
    assert CONFIG.prefix == "/prod"


@pytest.mark.parametrize(
    "document", ["", "[]", "{}", '{"discovery_url": "", "issuer": "", "client_id": "", "public_base_url": "x"}']
)
def test_missing_settings_are_named_as_what_they_are(document: str) -> None:
    with pytest.raises(SignInUnconfiguredError):
        config_of(document)
