"""What the system called noise, day by day, and the form by which an editor makes a case of it."""

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from urllib.parse import urlencode

from jiesu.model.case import Verdict
from jiesu.model.errors import CommandRefusedError, ConflictError
from jiesu.model.numbers import case_id_for
from jiesu.model.words import Intent, Urgency
from jiesu.office.city_book import CityBook
from jiesu.pages.desk_reading import not_found
from jiesu.pages.desk_sampling import turn
from jiesu.pages.forms import Typed, intent_of, urgency_of, value
from jiesu.pages.http import BadRequestError, Response
from jiesu.pages.view import View
from jiesu.pages.visit import Visit, done, render
from jiesu.places.locate import suggest
from jiesu.runtime.logging import logger
from jiesu.store.cases import CaseStore
from jiesu.store.citizens import CitizenIndex
from jiesu.store.resting import RestingMessage, RestingStore
from jiesu.triage import categories

RESTING_PAGE = 50

_GONE = "没有这条留言，或已按保存期限删除。"


@dataclass(frozen=True, slots=True, kw_only=True)
class RestingPages:
    """The list needs `Right.READ`, the form `Right.ACT`; `then` in it is the turn of a sample to go on behind."""

    cases: CaseStore
    resting: RestingStore
    citizens: CitizenIndex
    cities: CityBook
    view: View

    def list(self, visit: Visit) -> Response:
        """One day's messages that became no case; one query a page."""
        today = visit.now.astimezone(self.view.zone).date()
        query = visit.request.query
        try:
            day = date.fromisoformat(query["day"]) if query.get("day") else today
            found = self.resting.page(day, limit=RESTING_PAGE, cursor=query.get("cursor"))
        except ValueError as exc:
            raise BadRequestError(400) from exc
        return render(
            self.view,
            visit,
            "resting.html",
            day=day,
            today=today,
            before=day - timedelta(days=1),
            after=day + timedelta(days=1) if day < today else None,
            messages=found.messages,
            continued="cursor" in query,
            more=urlencode({"day": day.isoformat(), "cursor": found.cursor}) if found.cursor else None,
        )

    def form(self, visit: Visit) -> Response:
        """The message, and what a case of it would be."""
        resting = self.resting.find(visit.segments["place"])
        if resting is None:
            return not_found(self.view, visit, _GONE)
        if resting.stored.case_id is not None:
            return done(visit, "这条留言已经在本件中。", visit.case_address(resting.stored.case_id))
        then = visit.request.query.get("then", "")
        typed = {"category": (categories.UNCLEAR,), "urgency": (Urgency.ROUTINE,), "then": (then,)}
        return self._render(visit, resting, typed)

    def make_case(self, visit: Visit) -> Response:
        """Make the case, once however often the form is sent."""
        resting = self.resting.find(visit.segments["place"])
        if resting is None:
            return not_found(self.view, visit, _GONE)
        message = resting.stored.message
        typed = visit.request.form
        try:
            verdict = _verdict(typed)
            case_id = self.resting.make_case(
                self.cases,
                resting,
                verdict,
                where=suggest(message.text, verdict.category, city=self.cities.city(visit.now)),
                case_id=case_id_for(message.id, visit.now.astimezone(self.view.zone).date()),
                actor=visit.actor,
                now=visit.now,
                found_by=self.citizens.writes_of(message),
            )
        except CommandRefusedError as error:
            return self._render(visit, resting, typed, refused=error.label, status=422)
        except ConflictError:
            return self._render(visit, resting, typed, refused="此刻有多人同时提交，请再提交一次。", status=409)
        logger.info("message made a case at the desk", extra={"case_id": case_id, "subject": visit.person.subject})
        if (then := value(typed, "then")) and turn(then) is not None:
            return done(visit, f"已转为诉求件 {case_id}。", f"{visit.base}/sample?after={then}")
        said = "这条留言此前已经在本件中。" if resting.stored.case_id is not None else "已转为诉求件。"
        return done(visit, said, visit.case_address(case_id))

    def _render(self, visit: Visit, resting: RestingMessage, typed: Typed, *, refused: str = "", status: int = 200) -> Response:
        choices = [one for one in categories.choices() if one.code != categories.NOISE]
        return render(
            self.view,
            visit,
            "resting_form.html",
            http_status=status,
            resting=resting,
            typed=typed,
            refused=refused,
            category_groups=[(name, list(members)) for name, members in groupby(choices, key=lambda one: one.group)],
            urgencies=sorted(Urgency, key=lambda urgency: urgency.rank),
            intents=tuple(Intent),
        )


def _verdict(typed: Typed) -> Verdict:
    category = value(typed, "category")
    if not categories.is_known(category) or category == categories.NOISE:
        raise CommandRefusedError("category_unknown", "请选择类别")
    return Verdict(category=category, urgency=urgency_of(typed), intent=intent_of(typed))
