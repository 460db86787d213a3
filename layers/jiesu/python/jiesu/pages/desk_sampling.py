"""The daily sample of what was called noise: judged message by message, and the miss rate that follows from it."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from jiesu.pages.desk_reading import not_found
from jiesu.pages.http import BadRequestError, Response, see_other
from jiesu.pages.view import View
from jiesu.pages.visit import Visit, done, render
from jiesu.store.resting import RestingStore
from jiesu.store.samples import NoiseSample, SampledMessage, SampleStore
from jiesu.triage.miss_rate import estimate

DAYS_SHOWN = 30
DAYS_JUDGED = 14
"""How far back samples wait to be judged: what nobody read in two weeks does not keep the newest waiting."""

_TURN = re.compile(r"(\d{4}-\d{2}-\d{2})\.(\d{1,4})")


@dataclass(frozen=True, slots=True, kw_only=True)
class SamplingPages:
    """Judging needs `Right.ACT`, the figures `Right.READ`."""

    resting: RestingStore
    samples: SampleStore
    view: View

    def next(self, visit: Visit) -> Response:
        """The next message that waits to be judged, behind the turn that `after` names; one query and a read."""
        after = turn(visit.request.query.get("after"))
        waiting = [one for sample in self._samples(visit, DAYS_JUDGED) for one in sample.waiting]
        for one in waiting:
            if after is not None and (one.day, one.rank) <= after:
                continue
            # A message that has a case, or is gone, needs nobody any more.
            found = self.resting.find(one.place)
            if found is not None and found.stored.case_id is None:
                return self._page(visit, one, waiting=len(waiting), found=found)
        return self._page(visit, None, waiting=len(waiting), skipped=after is not None and bool(waiting))

    def call_noise(self, visit: Visit) -> Response:
        """It is noise indeed; on to the next one."""
        judged = turn(visit.segments["turn"])
        if judged is None:
            return not_found(self.view, visit, "没有这条抽查留言。")
        day, rank = judged
        taken = self.samples.call_noise(day, rank, actor=visit.actor, now=visit.now)
        address = f"{visit.base}/sample?after={visit.segments['turn']}"
        return see_other(address) if taken else done(visit, "这条留言已有人判过。", address)

    def figures(self, visit: Visit) -> Response:
        """The miss rate of the last days with what it is made of; one query."""
        samples = [one for one in self._samples(visit, DAYS_SHOWN) if one.messages]
        return render(
            self.view,
            visit,
            "miss_rate.html",
            days_shown=DAYS_SHOWN,
            rate=estimate(one.figures for one in samples),
            days=[one.figures for one in reversed(samples)],
            waiting=sum(len(one.waiting) for one in samples),
        )

    def day(self, visit: Visit) -> Response:
        """The sample of one day, every message with what was said of it: the list behind the figure. A query and a batch read."""
        try:
            day = date.fromisoformat(visit.segments["day"])
        except ValueError as exc:
            raise BadRequestError(400) from exc
        sample = next(iter(self.samples.between(day, day)), None)
        if sample is None:
            return not_found(self.view, visit, "这一天还没有抽查。")
        found = self.resting.find_all([one.place for one in sample.messages])
        return render(
            self.view,
            visit,
            "sample_day.html",
            sample=sample,
            figures=sample.figures,
            rows=[(one, found.get(one.place)) for one in sample.messages],
        )

    def _samples(self, visit: Visit, days: int) -> tuple[NoiseSample, ...]:
        today = visit.now.astimezone(self.view.zone).date()
        return self.samples.between(today - timedelta(days=days), today)

    def _page(self, visit: Visit, one: SampledMessage | None, **values: Any) -> Response:
        return render(self.view, visit, "sample.html", one=one, turn=None if one is None else f"{one.day}.{one.rank}", **values)


def turn(text: str | None) -> tuple[date, int] | None:
    """The day and rank that an address names, such as `2026-11-23.7`; None for anything else."""
    found = _TURN.fullmatch(text or "")
    try:
        return None if found is None else (date.fromisoformat(found[1]), int(found[2]))
    except ValueError:
        return None
