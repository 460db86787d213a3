"""The hot cases, and how far a case's matter has spread: a page of its own, so that a case's page stays at three reads."""

from dataclasses import dataclass
from datetime import datetime

from jiesu.matters.spread import BUCKET, Bucket, Spread, series
from jiesu.pages.charts import Bar, bar
from jiesu.pages.desk_reading import not_found
from jiesu.pages.http import Response
from jiesu.pages.view import View
from jiesu.pages.visit import Visit, render
from jiesu.store.cases import CaseStore

WIDTH, HEIGHT = 720, 160
"""Of the chart, in its own units."""
NARROWEST = 2.0
"""A bar of ten minutes within a week would be thinner than anybody sees."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeatPages:
    """The pages that need `Right.READ`."""

    cases: CaseStore
    view: View

    def hot(self, visit: Visit) -> Response:
        """The hot cases, the hottest first; two reads."""
        return render(self.view, visit, "hot.html", cases=self.cases.hot())

    def spread(self, visit: Visit) -> Response:
        """The series of one case as a chart and as a table that says the same; two reads."""
        case_id = visit.segments["case_id"]
        case = self.cases.load(case_id)
        if case is None:
            return not_found(self.view, visit, "没有这个诉求件。")
        spread = self.cases.spread.of_case(case_id, visit.now)
        buckets = series(spread)
        return render(
            self.view,
            visit,
            "spread.html",
            case=case,
            spread=spread,
            buckets=tuple(reversed(buckets)),
            bars=bars(buckets),
            most=max((one.messages for one in buckets), default=0),
            began=_began(spread),
            chart=(WIDTH, HEIGHT),
            bucket=BUCKET,
        )


def bars(buckets: tuple[Bucket, ...]) -> tuple[Bar, ...]:
    """The chart's bars, placed by time: where nothing was said there is a gap. The whole is messages, the part people."""
    if not buckets:
        return ()
    first, most = buckets[0].start, max(1, *(one.messages for one in buckets))
    length = buckets[-1].start + BUCKET - first
    width = max(WIDTH * (BUCKET / length), NARROWEST)
    return tuple(
        bar(
            min(WIDTH * ((one.start - first) / length), WIDTH - width),
            width,
            one.messages,
            one.people,
            most=most,
            foot=HEIGHT,
            room=HEIGHT,
        )
        for one in buckets
    )


def _began(spread: Spread) -> datetime | None:
    return min((one.at for one in spread.observations), default=None)
