"""The site of the bureaus: behind a signed link for everybody who has one, behind a sign-in for bureaus with accounts."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from jiesu.pages.bureau_links import LinkPages
from jiesu.pages.http import Request, Response, page, static_from
from jiesu.pages.view import View

if TYPE_CHECKING:
    from jiesu.pages.bureau_accounts import AccountPages

ACCOUNT_PLACES = frozenset({"", "ended", "find", "figures", "assignments"})
"""What follows `/bureau` in the addresses that need a sign-in; every other one is a link's."""

_ROOT = "/bureau"


@dataclass(frozen=True, slots=True, kw_only=True)
class BureauPages:
    """Answers every request at and below `/bureau`. `accounts` are put together when somebody asks for them: links need none."""

    links: LinkPages
    accounts: "Callable[[], AccountPages]"
    view: View

    def answer(self, request: Request, now: datetime) -> Response:
        # What stands before it is known to the sign-in alone, and a link must open where nobody can sign in.
        below = request.path.rstrip("/").partition(_ROOT)[2]
        if below.removeprefix("/").partition("/")[0] in ACCOUNT_PLACES:
            return self.accounts().answer(request, _ROOT + below, now)
        return self.links.answer(request, now)

    def plain_error(self, status: int, now: datetime, path: str = "") -> Response:
        """An error page for when nothing is known but that something went wrong."""
        return page(self.view.render("plain.html", now=now, static=static_from(path, _ROOT), status=status), status=status)
