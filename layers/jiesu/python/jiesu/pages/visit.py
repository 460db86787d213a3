"""One request at the desk, with all that is known of who makes it; and the frame of every desk page."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode

from jiesu.model.people import Actor
from jiesu.model.words import ActorKind
from jiesu.pages.forms import Act
from jiesu.pages.http import BadRequestError, Request, Response, page, see_other
from jiesu.pages.oidc import OidcConfig
from jiesu.pages.rights import BUREAU_HOME, Right, rights_of
from jiesu.pages.session import Offer, Session, SessionBook
from jiesu.pages.view import View


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """`segments` are what the names in the route's path stand for; `session` is None only where anyone may go."""

    request: Request
    now: datetime
    config: OidcConfig
    book: SessionBook
    session: Session | None = None
    segments: Mapping[str, str] = field(default_factory=dict)
    act: Act | None = None

    @property
    def base(self) -> str:
        """The path of the desk as the browser sees it."""
        return f"{self.config.prefix}/desk"

    @property
    def bureau_home(self) -> str:
        """The path of a bureau's list as the browser sees it."""
        return f"{self.config.prefix}{BUREAU_HOME}"

    @property
    def may_act(self) -> bool:
        return self.session is not None and Right.ACT in rights_of(self.session.roles)

    @property
    def may_search(self) -> bool:
        return self.session is not None and Right.SEARCH in rights_of(self.session.roles)

    @property
    def may_identify(self) -> bool:
        return self.session is not None and Right.IDENTIFY in rights_of(self.session.roles)

    @property
    def may_decide(self) -> bool:
        return self.session is not None and Right.DECIDE in rights_of(self.session.roles)

    @property
    def may_administer(self) -> bool:
        return self.session is not None and Right.ADMINISTER in rights_of(self.session.roles)

    @property
    def actor(self) -> Actor:
        """The signed-in person as the timeline remembers them."""
        person = self.person
        return Actor(kind=ActorKind.EDITOR, id=person.subject, name=person.name)

    @property
    def person(self) -> Session:
        if self.session is None:
            raise AssertionError("the route lets nobody in without a session")
        return self.session

    def case_address(self, case_id: str) -> str:
        return f"{self.base}/cases/{case_id}"


Endpoint = Callable[[Visit], Response]


DESK_FRAME = "base.html"
BUREAU_FRAME = "bureau_base.html"


def render(
    view: View, visit: Visit, template: str, *, http_status: int = 200, frame: str = DESK_FRAME, **values: Any
) -> Response:
    """A page in its frame: navigation, who is signed in, what was just done. `home` is where its navigation begins."""
    session = visit.session
    body = view.render(
        template,
        now=visit.now,
        static=f"{visit.config.prefix}/static",
        base=visit.base,
        frame=frame,
        bureau_home=visit.bureau_home,
        home=visit.base if frame == DESK_FRAME else visit.bureau_home,
        session=session,
        may_read=session is not None and Right.READ in rights_of(session.roles),
        may_act=visit.may_act,
        may_search=visit.may_search,
        may_identify=visit.may_identify,
        may_decide=visit.may_decide,
        may_answer=session is not None and Right.ANSWER in rights_of(session.roles),
        may_inspect=session is not None and Right.INSPECT in rights_of(session.roles),
        may_administer=visit.may_administer,
        flash=session.flash if session is not None else "",
        offer=session.offer if session is not None and visit.may_act else None,
        **values,
    )
    return page(body, status=http_status)


def version_seen(visit: Visit) -> int:
    """The version of the case that the form was filled in on."""
    text = visit.request.typed("expected_version")
    if not (text.isascii() and text.isdigit()) or len(text) > 8:
        raise BadRequestError(400)
    return int(text)


def done(visit: Visit, said: str, address: str, *, offer: Offer | None = None) -> Response:
    """Go to `address`, where `said` is shown once; an earlier offer gives way to this one, or to none."""
    session = replace(visit.person, flash=said, offer=offer)
    return see_other(address).with_cookies(visit.book.session_cookie(session, visit.now))


def queue_left(visit: Visit) -> str:
    """The address of the queue, narrowed as it was, for whoever sent a form from there; empty for others."""
    left, _, narrowed = visit.request.typed("then").partition("?")
    return f"{visit.base}?{urlencode(parse_qsl(narrowed))}" if left == "queue" else ""
