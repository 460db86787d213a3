"""The page behind the link in a bureau's mail.

GET shows and changes nothing of the case, whoever opens it: mail scanners open links. POST acts, and only
with the code that went by SMS. All addresses are relative: the page knows nothing of what
stands before `/bureau`.
"""

import hmac
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from jiesu.model.case import Assignment
from jiesu.model.people import Actor, Contact
from jiesu.model.words import ActorKind
from jiesu.notices.links import Link, LinkExpiredError, LinkForgedError, code_for, read_token
from jiesu.pages import bureau_pass
from jiesu.pages.bureau_assignment import TIMELINE_SHOWN, AssignmentPages, Opened, Problem, typed_in
from jiesu.pages.bureau_pass import BureauPass
from jiesu.pages.http import Request, Response, cookie, page, see_other
from jiesu.pages.view import View
from jiesu.runtime.logging import logger
from jiesu.store.directory import DirectoryStore, OfficeMissingError
from jiesu.store.transient import TransientStore

MAX_CODES = 5
"""How many codes are looked at in one window of `LOCK`."""
LOCK = timedelta(minutes=15)
MAX_SIGNER_LENGTH = 20
LOOK = "look"
"""What the form's `action` says where the code is given to see files, and nothing is done."""

_STATIC = "../static"


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkPages:
    """Answers every request to a signed link. `link_secret` is asked for at each request: it may be rotated."""

    assignments: AssignmentPages
    directory: DirectoryStore
    transient: TransientStore
    link_secret: Callable[[], bytes]
    view: View

    def answer(self, request: Request, now: datetime) -> Response:
        token = request.path.rstrip("/").rpartition("/bureau/")[2]
        secret = self.link_secret()
        try:
            link = read_token(secret, token, now)
        except LinkForgedError:
            return self._dead_end(
                404, "链接无效", "这个链接不完整，或不是本系统发出的。请从通知邮件中重新打开，或完整复制链接。", now
            )
        except LinkExpiredError:
            return self._dead_end(
                410, "链接已过期", "这个链接已超过有效期。如仍需办理，请联系下列人员重新发送。", now, contacts=True
            )
        found = self.assignments.cases.timeline(link.case_id, limit=TIMELINE_SHOWN)
        assignment = None if found.case is None else found.case.assignment(link.assignment_id)
        if found.case is None or assignment is None:
            return self._dead_end(404, "没有找到这项交办", "请核对通知中的通报单编号，并联系下列人员。", now, contacts=True)
        held = bureau_pass.unseal(secret, link, request.cookies.get(bureau_pass.cookie_name(link), ""), now)
        # The addresses are relative to this page.
        opened = Opened(found=found, case=found.case, assignment=assignment, address=token, static=_STATIC, actor=None)
        if request.method == "POST":
            # A form of another site brings no pass: browsers that know no SameSite are told so by this header.
            held = held if request.headers.get("sec-fetch-site", "same-origin") in ("same-origin", "none") else None
            return self._admitted(request, link, opened, held, now)
        return self.assignments.get(opened if held is None else _let_in(opened, held), request, now)

    def _admitted(self, request: Request, link: Link, opened: Opened, held: BureauPass | None, now: datetime) -> Response:
        """Act, if the code is right or was right before; the pass is renewed with the name that was given."""
        secret, typed = self.link_secret(), typed_in(request)
        problem = None if held is not None else self._check_code(secret, link, request.typed("code"), now)
        if problem is not None:
            return self.assignments.show(opened, now, problem=problem, typed=typed)
        before = held or BureauPass(signer="", expires_at=now + bureau_pass.LIFETIME)
        holder = replace(before, signer=typed["signer"][:MAX_SIGNER_LENGTH] or before.signer)
        given = cookie(
            bureau_pass.cookie_name(link),
            bureau_pass.seal(secret, link, holder),
            max_age_seconds=int((holder.expires_at - now).total_seconds()),
            secure=request.is_https,
            # The browser takes the page's own folder: what stands before `/bureau` is unknown here.
            path=None,
        )
        if request.typed("action") == LOOK:
            return see_other(f"{opened.address}#evidence").with_cookies(given)
        return self.assignments.post(_let_in(opened, holder), request, now).with_cookies(given)

    def _check_code(self, secret: bytes, link: Link, code: str, now: datetime) -> Problem | None:
        """Why `code` does not open this assignment; None where it does."""
        if not code:
            return Problem(status=422, said="请输入短信中的四位验证码。")
        # Counted before it is compared: guesses that arrive together must not outrun the count.
        # The right code counts as well, once in twelve hours for each telephone.
        tries = self.transient.count_wrong_code(f"{link.case_id}.{link.assignment_id}", now, keep=LOCK)
        right = code_for(secret, case_id=link.case_id, assignment_id=link.assignment_id)
        if tries <= MAX_CODES and hmac.compare_digest(right.encode(), code.encode()):
            return None
        logger.warning("wrong code", extra={"case_id": link.case_id, "assignment_id": link.assignment_id, "tries": tries})
        if tries >= MAX_CODES:
            minutes = int(LOCK.total_seconds()) // 60
            said = f"验证码输错次数过多，已暂时锁定，请 {minutes} 分钟后再试；如没有收到短信，请电话联系{self.view.office_name}。"
            return Problem(status=429, said=said)
        return Problem(status=403, said=f"验证码不正确，还可以再试 {MAX_CODES - tries} 次。验证码在短信中，为四位数字。")

    def _dead_end(self, status: int, title: str, said: str, now: datetime, *, contacts: bool = False) -> Response:
        """A page that says what to do; the office's people are named only to whoever holds a link that was genuine."""
        people = self._office_people() if contacts else ()
        body = self.view.render(
            "bureau_notice.html", now=now, static=_STATIC, title=title, said=said, people=people, session=None, back=""
        )
        return page(body, status=status)

    def _office_people(self) -> tuple[Contact, ...]:
        try:
            return self.directory.office().contacts
        except OfficeMissingError:
            return ()


def _let_in(opened: Opened, holder: BureauPass) -> Opened:
    return replace(opened, actor=_actor(opened.assignment, holder), signer=holder.signer)


def _actor(assignment: Assignment, holder: BureauPass) -> Actor:
    """Whoever has given the code, by the bureau and the name that they gave."""
    return Actor(kind=ActorKind.BUREAU, id=assignment.bureau_code, name=f"{assignment.bureau_name} {holder.signer}".rstrip())
