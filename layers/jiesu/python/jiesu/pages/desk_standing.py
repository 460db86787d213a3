"""What of the office's set-up the desk shows and does not change: who may do what, and which bureau answers for what."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from jiesu.model.words import UserRole
from jiesu.office.city_book import CityBook
from jiesu.pages.http import Response
from jiesu.pages.rights import SHOWN_RIGHTS, rights_of
from jiesu.pages.view import View
from jiesu.pages.visit import Visit, render
from jiesu.store.directory import DirectoryStore
from jiesu.triage import categories

Explain = Callable[[str, datetime], str]
"""What the road would think of a text that came in at that time, one reason a line."""

MAX_TEXT = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingPages:
    """The pages need `Right.INSPECT`; trying a text needs `Right.ADMINISTER` and changes nothing."""

    directory: DirectoryStore
    explain: Explain
    cities: CityBook
    view: View

    def roles(self, visit: Visit) -> Response:
        """Each role with its rights. Who has which is the issuer's to say."""
        roles = [(role, rights_of((role,))) for role in UserRole]
        return render(self.view, visit, "admin_roles.html", roles=roles, rights=SHOWN_RIGHTS)

    def jurisdictions(self, visit: Visit) -> Response:
        return self._page(visit)

    def try_text(self, visit: Visit) -> Response:
        """Why a text would go to which bureau. It is posted, so that no address and no log holds it."""
        text = visit.request.typed("text")[:MAX_TEXT]
        return self._page(visit, text=text, told=self.explain(text, visit.now).splitlines() if text else [])

    def _page(self, visit: Visit, *, text: str = "", told: list[str] | None = None) -> Response:
        city = self.cities.city(visit.now).jurisdictions
        names = {one.code: one.name for one in self.directory.bureaus()}
        rules = [
            (
                one,
                names.get(one.bureau_code) or city.names.get(one.bureau_code, one.bureau_code),
                [categories.label_of_kind(code) for code in one.categories],
            )
            for one in city.rules
        ]
        districts = [
            (district, branch.bureau_code, names.get(branch.bureau_code, branch.name))
            for district, branch in city.branches.items()
        ]
        named = {one.bureau_code for one in city.rules} | {code for _, code, _ in districts}
        return render(
            self.view,
            visit,
            "admin_jurisdictions.html",
            districts=districts,
            rules=rules,
            unknown=sorted(code for code in named - set(names) if code),
            text=text,
            told=told,
            max_text=MAX_TEXT,
        )
