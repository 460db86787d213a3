"""The wall for a big screen, and the bureaus that are late: both from the unfinished cases, a line each.

The wall says nothing of what citizens wrote and names nobody: whoever comes into the room reads it.
"""

from collections import Counter
from dataclasses import dataclass

from jiesu.cases.desk_lines import DeskLine, late_bureaus
from jiesu.model.words import CaseStatus, Urgency
from jiesu.pages.http import Response
from jiesu.pages.view import View
from jiesu.pages.visit import Visit, render
from jiesu.store.desk_lines import DeskLineStore

ROWS_ON_THE_WALL = 9
"""What is readable from five metres."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WallPages:
    """The pages need `Right.READ`."""

    lines: DeskLineStore
    view: View

    def wall(self, visit: Visit) -> Response:
        """The wall; one query."""
        return self._wall(visit, "wall.html")

    def wall_now(self, visit: Visit) -> Response:
        """The same without its frame, for a screen that stands open."""
        return self._wall(visit, "wall_now.html")

    def late(self, visit: Visit) -> Response:
        """Who is late with what, by bureau; one query."""
        lines = self.lines.all()
        own = [(line, one) for line in lines for one in line.late(visit.now) if not one.bureau_code]
        return render(self.view, visit, "late.html", bureaus=late_bureaus(lines, visit.now), own=own)

    def _wall(self, visit: Visit, template: str) -> Response:
        lines = self.lines.all()
        late = late_bureaus(lines, visit.now)
        by_urgency = Counter(one.urgency for one in lines)
        return render(
            self.view,
            visit,
            template,
            states=[(one, sum(line.status is one for line in lines)) for one in CaseStatus if one is not CaseStatus.CLOSED],
            urgencies=[(one, by_urgency[one]) for one in sorted(Urgency, key=lambda urgency: urgency.rank)],
            unowned=sum(one.owner is None for one in lines),
            to_review=sum(len(one.to_review) for one in lines),
            emergencies=[one for one in lines if one.is_emergency and one.status is not CaseStatus.RESOLVED],
            hot=_hottest(lines),
            late=late,
            late_duties=sum(len(one.late) for one in late),
            rows=ROWS_ON_THE_WALL,
        )


def _hottest(lines: tuple[DeskLine, ...]) -> list[DeskLine]:
    return sorted((one for one in lines if one.heat is not None), key=lambda one: -(one.heat.rank if one.heat else 0))
