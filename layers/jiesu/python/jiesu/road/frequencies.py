"""How common words are: counted every day on the cases that were opened, and the table that a worker weighs them with.

A case counts once, by its earliest message: forty reports of one matter do not make its words common. Two tables in a row
differ by one day in years, so that sketches of different versions stay comparable: they share their n-grams, and their
weights differ in the third digit. Nobody recounts what is stored.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Final
from zoneinfo import ZoneInfo

from botocore.exceptions import BotoCoreError, ClientError

from jiesu.matters.frequencies import FrequenciesFormatError, packed, read, shipped, table_of, tallied
from jiesu.matters.likeness import Frequencies
from jiesu.runtime.logging import logger
from jiesu.runtime.metrics import count
from jiesu.store.frequencies import FrequencyRegistry, Standing
from jiesu.store.issues import IssueStore
from jiesu.store.messages import MessageStore
from jiesu.store.models import ModelUnavailableError, ModelVault
from jiesu.triage.ngrams import fingerprints, ngrams
from jiesu.triage.text import clean

DAYS_BACK: Final = 7
"""How many days are made up for, where the counting had failed."""
MOST_CASES_A_DAY: Final = 2_000
"""Cases of a day that are read, one query each; an office has some three hundred."""
LOOK_EVERY: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class FrequencyCount:
    """Counts the office's days that are over."""

    registry: FrequencyRegistry
    vault: ModelVault
    issues: IssueStore
    messages: MessageStore
    zone: ZoneInfo

    def count_due(self, now: datetime) -> dict[str, int]:
        """Count the days since the last one; a second call on one day changes nothing.

        Raises `ModelUnavailableError` or `FrequenciesFormatError` where the last tally cannot be had.
        """
        yesterday = now.astimezone(self.zone).date() - timedelta(days=1)
        standing = self.registry.standing()
        since = yesterday - timedelta(days=DAYS_BACK)
        if standing is not None:
            since = max(since, standing.counted_until)
        days = [since + timedelta(days=number) for number in range(1, (yesterday - since).days + 1)]
        if not days:
            return {"days_counted": 0, "texts_counted": 0}
        prior = shipped() if standing is None else read(self.vault.fetch(standing.tally))
        tally = tallied((text for day in days for text in self._texts(day)), prior=prior)
        revision = 0 if standing is None else standing.revision
        made = Standing(
            table=self.vault.keep(packed(table_of(tally))),
            tally=self.vault.keep(packed(tally)),
            counted_until=yesterday,
            documents=tally.documents,
            revision=revision + 1,
        )
        if not self.registry.put(made, revision=revision):
            return {"days_counted": 0, "texts_counted": 0}
        texts = tally.documents - prior.documents
        count("FrequenciesCounted", texts)
        return {"days_counted": len(days), "texts_counted": texts}

    def _texts(self, day: date) -> Iterator[tuple[int, ...]]:
        """The n-grams of the earliest message of each case that was opened on the office's `day`."""
        opened = (line for line in self.issues.lines(day.replace(day=1)) if line.opened_at.astimezone(self.zone).date() == day)
        for line in islice(opened, MOST_CASES_A_DAY):
            if (stored := self.messages.earliest(line.case_id)) is not None:
                yield fingerprints(ngrams(clean(stored.message.text)))


@dataclass(slots=True, kw_only=True)
class FrequencyBook:
    """The table of one worker: the one that stands, looked for every hour, or the one that ships.

    Nothing here stops the road: what cannot be had is logged and counted, and the worker goes on with what it has.
    """

    registry: FrequencyRegistry
    vault: ModelVault
    _table: Frequencies | None = field(default=None, init=False)
    _digest: str = field(default="", init=False)
    _look_at: datetime | None = field(default=None, init=False)

    def table(self, now: datetime) -> Frequencies:
        """What to weigh words with now."""
        if self._look_at is None or now >= self._look_at:
            self._look_at = now + LOOK_EVERY
            try:
                self._look()
            except (ModelUnavailableError, FrequenciesFormatError, ClientError, BotoCoreError):
                logger.exception("the table of frequencies cannot be used")
                count("FrequenciesFallback")
        return self._table or shipped()

    def _look(self) -> None:
        standing = self.registry.standing()
        if standing is None or standing.table == self._digest:
            return
        self._table, self._digest = read(self.vault.fetch(standing.table)), standing.table
        logger.info("another table of frequencies", extra={"version": standing.table[:12], "documents": standing.documents})
