"""The search for a citizen by telephone, name or account, and who looked: by POST, so that no address has what was typed."""

import re
from dataclasses import dataclass
from datetime import UTC, timedelta
from urllib.parse import urlencode

from jiesu.cases.issues import month_before, month_text
from jiesu.cases.search import MOST_CHARACTERS
from jiesu.model.lookup import LookupKind
from jiesu.pages.http import BadRequestError, Response
from jiesu.pages.months import month_asked
from jiesu.pages.view import View
from jiesu.pages.visit import Visit, render
from jiesu.runtime.logging import logger
from jiesu.store.citizen_search import CitizenSearch, NotLookedForError, Shown
from jiesu.store.citizens import MOST_FOUND
from jiesu.store.directory import DirectoryStore
from jiesu.store.lookups import LookupStore

_PLACE = re.compile(r"\d{4}-\d\d-\d\dT[0-9:.]+Z#[^\s]{1,200}")


@dataclass(frozen=True, slots=True, kw_only=True)
class LookupPages:
    """The form and its answer need `Right.IDENTIFY`, the list of who looked `Right.INSPECT`."""

    search: CitizenSearch
    lookups: LookupStore
    directory: DirectoryStore
    view: View

    def form(self, visit: Visit) -> Response:
        return self._render(visit, LookupKind.TELEPHONE, "")

    def find(self, visit: Visit) -> Response:
        """What was found; that somebody looked is noted."""
        form = visit.request
        try:
            kind = LookupKind(form.typed("kind"))
        except ValueError as error:
            raise BadRequestError(400) from error
        typed = form.typed("who")[:MOST_CHARACTERS]
        try:
            shown = self.search.find(kind, typed, by=visit.actor, now=visit.now)
        except NotLookedForError as error:
            return self._render(visit, kind, typed, refused=str(error))
        logger.info("citizen looked for", extra={"subject": visit.person.subject, "kind": kind, "count": len(shown.lines)})
        return self._render(visit, kind, typed, shown=shown)

    def log(self, visit: Visit) -> Response:
        """Who looked in a month, the newest first."""
        query = visit.request.query
        today, month = visit.now.date(), month_asked(visit, UTC)
        behind = query.get("behind")
        if not 2000 <= month.year <= today.year or (behind is not None and not _PLACE.fullmatch(behind)):
            raise BadRequestError(400)
        found, after = self.lookups.of_month(month, behind=behind)
        following = month_before(month, -1)
        return render(
            self.view,
            visit,
            "lookups.html",
            place="admin",
            month=month,
            before=month - timedelta(days=1),
            after=following if following <= today else None,
            lookups=found,
            more=urlencode({"month": month_text(month), "behind": after}) if after else "",
        )

    def _render(self, visit: Visit, kind: LookupKind, typed: str, *, shown: Shown | None = None, refused: str = "") -> Response:
        bureaus = self.directory.bureaus() if shown is not None and shown.lines else ()
        return render(
            self.view,
            visit,
            "find_citizen.html",
            http_status=422 if refused else 200,
            kinds=tuple(LookupKind),
            kind=kind,
            typed=typed,
            refused=refused,
            shown=shown,
            most_found=MOST_FOUND,
            most_characters=MOST_CHARACTERS,
            bureau_names={one.code: one.name for one in bureaus},
        )
