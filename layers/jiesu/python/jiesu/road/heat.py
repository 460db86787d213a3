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
from jiesu.model.words import ActorKind, ContactRole
from jiesu.places.joint import joint_bureaus
from jiesu.store.cases import CaseStore
from jiesu.store.directory import DirectoryStore, Office
from jiesu.store.messages import MessageStore

KEEP = timedelta(minutes=1)
"""How long the office's plan is used before it is read again."""

MESSAGES_READ = 50
"""How many of a case's newest messages say whom it concerns."""

_SYSTEM = Actor(kind=ActorKind.SYSTEM, id="heat")


@dataclass(slots=True, kw_only=True)
class HeatWatch:
    """Raises the heat of cases. `office` reads the office, once a minute at most; `together` whom a case concerns together."""

    cases: CaseStore
    office: Callable[[], Office]
    together: Callable[[str], tuple[str, ...]]
    _known: Office | None = None
    _known_since: datetime | None = None

    def look(self, case_id: str, now: datetime) -> bool:
        """Raise the case's heat to what its spread amounts to; whether it rose.

        Two reads, a third one a minute, two more if it rises. A case that rose is decided on as it
        stands then: of two workers that find the same grade one changes nothing.
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
            together=self.together(case_id),
        )
        return self.cases.execute(case_id, command, actor=_SYSTEM, now=now).entry is not None

    def _office(self, now: datetime) -> Office:
        if self._known is None or self._known_since is None or now - self._known_since >= KEEP:
            self._known, self._known_since = self.office(), now
        return self._known


def concerned_together(messages: MessageStore, directory: DirectoryStore, case_id: str) -> tuple[str, ...]:
    """Whom the matter of a case concerns together, each with the reason, in Chinese; two reads, one where it concerns nobody."""
    texts = [stored.message.text for stored in messages.correspondence(case_id, limit=MESSAGES_READ).messages]
    found = joint_bureaus(texts)
    if not found:
        return ()
    names = {bureau.code: bureau.name for bureau in directory.bureaus()}
    centre = f"、{ContactRole.COMMAND_CENTRE.label}"
    return tuple(
        f"{names.get(one.bureau_code, one.bureau_code)}{centre if one.command_centre else ''}（{one.reason}）" for one in found
    )
