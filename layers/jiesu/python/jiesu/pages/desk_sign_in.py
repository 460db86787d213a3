"""Signing in at the office's issuer, and out again."""

import hmac
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from jiesu.model.words import UserRole
from jiesu.pages.http import Response, see_other
from jiesu.pages.oidc import Issuer, IssuerUnavailableError, SignInRefusedError
from jiesu.pages.rights import BUREAU_HOME, BUREAU_ROUTES, QUEUE, ROUTES, Right, find, rights_of
from jiesu.pages.session import Session, SignIn
from jiesu.pages.view import View
from jiesu.pages.visit import Visit, render
from jiesu.runtime.logging import logger


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInPages:
    """`new_token` gives 256 random bits as URL-safe text; PKCE asks for at least 43 characters."""

    issuer: Issuer
    view: View
    new_token: Callable[[], str]

    def welcome(self, visit: Visit) -> Response:
        """A page of our own before the issuer's: a form's answer must not redirect to another origin (CSP `form-action`)."""
        next_path = safe_next(visit.request.query.get("next", ""))
        return render(self.view, visit, "sign_in.html", next_path=next_path, ended="ended" in visit.request.query)

    def start(self, visit: Visit) -> Response:
        sign_in = SignIn(
            state=self.new_token(),
            nonce=self.new_token(),
            verifier=self.new_token(),
            next_path=safe_next(visit.request.query.get("next", "")),
        )
        address = self.issuer.authorization_address(
            visit.config, state=sign_in.state, nonce=sign_in.nonce, verifier=sign_in.verifier
        )
        return see_other(address).with_cookies(visit.book.sign_in_cookie(sign_in, visit.now))

    def finish(self, visit: Visit) -> Response:
        """Where the issuer sends the browser back to."""
        query = visit.request.query
        sign_in = visit.book.sign_in(visit.request, visit.now)
        if sign_in is None or not hmac.compare_digest(sign_in.state.encode(), query.get("state", "").encode()):
            raise SignInRefusedError("state_mismatch")
        if "error" in query or not query.get("code"):
            raise SignInRefusedError("refused_by_issuer")
        identity = self.issuer.identify(
            visit.config, code=query["code"], nonce=sign_in.nonce, verifier=sign_in.verifier, now=visit.now
        )
        session = Session(
            subject=identity.subject,
            name=identity.name,
            roles=identity.roles,
            bureaus=identity.bureaus,
            csrf_token=self.new_token(),
            since=visit.now,
            seen_at=visit.now,
        )
        logger.info("signed in", extra={"subject": identity.subject, "roles": list(identity.roles)})
        return see_other(visit.config.prefix + _home_of(identity.roles, sign_in.next_path)).with_cookies(
            visit.book.session_cookie(session, visit.now), visit.book.end_sign_in()
        )

    def sign_out(self, visit: Visit) -> Response:
        """End the session here; the page that follows ends the issuer's."""
        logger.info("signed out", extra={"subject": visit.person.subject})
        return see_other(f"{visit.base}/signed-out?now=1").with_cookies(visit.book.end_session())

    def signed_out(self, visit: Visit) -> Response:
        """Straight after signing out this page goes on to the issuer, which comes back to it."""
        address = None
        if "now" in visit.request.query:
            try:
                address = self.issuer.sign_out_address(visit.config)
            except IssuerUnavailableError:
                # The session here has ended all the same, which is what was asked for.
                logger.warning("the issuer could not be asked where to sign out")
        response = render(self.view, visit, "signed_out.html", issuer_address=address)
        return response if address is None else response.with_headers(Refresh=f"0; url={address}")


def safe_next(path: str) -> str:
    """`path` where it is a page of the desk or of a bureau, else the queue: a link must not be able to send anyone elsewhere."""
    parts = urlsplit(path)
    route = find("GET", parts.path, (*ROUTES, *BUREAU_ROUTES))
    # A browser reads a backslash as a slash, and skips tabs and line ends.
    is_ours = not parts.scheme and not parts.netloc and path.isascii() and path.isprintable() and "\\" not in path
    return path if is_ours and route is not None and route[0].right in (Right.READ, Right.ACT, Right.ANSWER) else QUEUE


def _home_of(roles: tuple[UserRole, ...], wanted: str) -> str:
    """Where whoever wanted nothing but to sign in goes: a bureau's people have no queue."""
    rights = rights_of(roles)
    return BUREAU_HOME if wanted == QUEUE and Right.ANSWER in rights and Right.READ not in rights else wanted
