"""How hot a case is, looked at whenever its spread has changed.

Nothing is told here: where a case is hotter than was known, an entry says so, and what follows from it follows from the entry.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from jiesu.cases.heat import RaiseHeat
from jiesu.matters.heat import weigh
from jiesu.model.errors import PermanentError
from jiesu.model.people import Actor
from jiesu.model.words import ActorKind
from jiesu.store.cases import CaseStore
from jiesu.store.directory import Office

KEEP = timedelta(minutes=1)
"""How long the office's plan is used before it is read again."""

_SYSTEM = Actor(kind=ActorKind.SYSTEM, id="heat")


@dataclass(slots=True, kw_only=True)
class HeatWatch:
    """Raises the heat of cases. `office` reads the office, once a minute at most."""

    cases: CaseStore
    office: Callable[[], Office]
    _known: Office | None = None
    _known_since: datetime | None = None

    def look(self, case_id: str, now: datetime) -> bool:
        """Raise the case's heat to what its spread amounts to; whether it rose. Two reads, and a third one a minute.

        A case that rose is decided on as it stands then: of two workers that find the same grade one changes nothing.
        """
        case = self.cases.load(case_id)
        if case is None:
            raise PermanentError("case_missing", case_id=case_id)
        office = self._office(now)
        since = case.heat.lowered_at if case.heat is not None else None
        weight = weigh(self.cases.spread.of_case(case_id, now), office.heat.thresholds, now=now, since=since)
        if weight.grade is None or (case.heat is not None and case.heat.rank >= weight.grade.rank):
            return False
        command = RaiseHeat(
            grade=weight.grade,
            score=round(weight.score),
            reasons=weight.reasons,
            since=since,
            plan=office.heat,
            contacts=office.contacts,
        )
        return self.cases.execute(case_id, command, actor=_SYSTEM, now=now).entry is not None

    def _office(self, now: datetime) -> Office:
        if self._known is None or self._known_since is None or now - self._known_since >= KEEP:
            self._known, self._known_since = self.office(), now
        return self._known
