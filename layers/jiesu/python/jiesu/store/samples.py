"""The daily samples of what was called noise, and what people said of them. No text is kept here.

SAMPLE#<day>   DRAWN           how many messages rested, and how many were drawn
               TEXT#<rank>     one of them, and who called it noise after all
               FOUND#<place>   a message of the day that a person made a case of, sampled or not

All stand in the index too, so that a month of them is one query.
"""

import hashlib
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from jiesu.model.people import Actor
from jiesu.store import keys
from jiesu.store.attributes import Value, item, number, text, text_or_none
from jiesu.store.transactions import TransactionLostError, transact
from jiesu.store.writes import put
from jiesu.triage.miss_rate import DaySample

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

LEAST, MOST = 20, 99
"""How many are drawn of a day at least, where there are so many; and at most, so that they are one transaction."""
ONE_IN = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class SampledMessage:
    """One message of a day's sample, in the order in which it is to be judged. `is_work` is None until somebody has."""

    day: date
    rank: int
    place: str
    is_work: bool | None
    judged_by: str
    judged_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NoiseSample:
    """A day's sample as far as it has been judged; `found` messages of the day were found before it was drawn."""

    day: date
    population: int
    found: int
    messages: tuple[SampledMessage, ...]

    @property
    def waiting(self) -> tuple[SampledMessage, ...]:
        return tuple(one for one in self.messages if one.is_work is None)

    @property
    def figures(self) -> DaySample:
        judged = [one.is_work for one in self.messages if one.is_work is not None]
        return DaySample(
            day=self.day,
            population=self.population,
            drawn=len(self.messages),
            judged=len(judged),
            misses=sum(judged),
            found=self.found,
        )


def chosen(places: Iterable[str], day: date) -> list[str]:
    """The sample of a day: one in a hundred, at least twenty. The same messages give the same sample, in the same order."""
    ranked = sorted(places, key=lambda place: hashlib.sha256(f"{day.isoformat()} {place}".encode()).digest())
    return ranked[: min(MOST, max(LEAST, math.ceil(len(ranked) / ONE_IN)))]


def found_item(day: date, place: str, *, actor: Actor, now: datetime) -> dict[str, Value]:
    """That a person made a case of the message `place` of `day`."""
    return {**_keys(day, keys.sample_found(place)), "found_at": keys.instant(now), "judged_by": actor.name or actor.id}


class SampleStore:
    """Draws samples, takes judgements, and reads both back."""

    def __init__(self, client: "DynamoDBClient", messages_table_name: str) -> None:
        self._client = client
        self._table = messages_table_name

    def is_drawn(self, day: date) -> bool:
        """Whether the sample of `day` stands; one consistent read."""
        key = item(pk=keys.sample(day), sk=keys.SAMPLE_DRAWN)
        return "Item" in self._client.get_item(TableName=self._table, Key=key, ConsistentRead=True)

    def draw(self, day: date, places: Iterable[str], now: datetime) -> int | None:
        """Draw the sample of `day` from the messages that rest, in one transaction; how many, or None where it stands already."""
        resting = list(places)
        drawn = chosen(resting, day)
        header = {**_keys(day, keys.SAMPLE_DRAWN), "drawn_at": keys.instant(now), "population": len(resting)}
        texts = [{**_keys(day, keys.sample_text(rank)), "place": place} for rank, place in enumerate(drawn, start=1)]
        try:
            transact(self._client, [{"Put": put(self._table, one, "attribute_not_exists(pk)")} for one in (header, *texts)])
        except TransactionLostError:
            return None
        return len(drawn)

    def call_noise(self, day: date, rank: int, *, actor: Actor, now: datetime) -> bool:
        """A person read the message and calls it noise too; False where it was judged already, or never drawn."""
        try:
            self._client.update_item(
                TableName=self._table,
                Key=item(pk=keys.sample(day), sk=keys.sample_text(rank)),
                UpdateExpression="SET judged_at = :now, judged_by = :who",
                ConditionExpression="attribute_exists(pk) AND attribute_not_exists(judged_at)",
                ExpressionAttributeValues=item(**{":now": keys.instant(now), ":who": actor.name or actor.id}),
            )
        except self._client.exceptions.ConditionalCheckFailedException:
            return False
        return True

    def between(self, first: date, last: date) -> tuple[NoiseSample, ...]:
        """The samples of some days, oldest first; one query a megabyte, some thousand judgements. Eventually consistent."""
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            IndexName="gsi1",
            KeyConditionExpression="gsi1pk = :samples AND gsi1sk BETWEEN :first AND :last",
            ExpressionAttributeValues=item(
                **{":samples": keys.SAMPLES, ":first": first.isoformat(), ":last": f"{last.isoformat()}#~"}
            ),
        )
        by_day: dict[date, list[Mapping[str, Any]]] = {}
        for page in pages:
            for one in page["Items"]:
                by_day.setdefault(date.fromisoformat(text(one, "gsi1sk")[:10]), []).append(one)
        return tuple(sample for day, items in by_day.items() if (sample := _sample(day, items)) is not None)


def _keys(day: date, sk: str) -> dict[str, Value]:
    return {"pk": keys.sample(day), "sk": sk, "gsi1pk": keys.SAMPLES, "gsi1sk": f"{day.isoformat()}#{sk}"}


def _sample(day: date, items: list[Mapping[str, Any]]) -> NoiseSample | None:
    """What the items of a day say together; None where its sample is not drawn yet."""
    header = next((one for one in items if text(one, "sk") == keys.SAMPLE_DRAWN), None)
    if header is None:
        return None
    found = {
        text(one, "sk").removeprefix(keys.FOUND_PREFIX): one for one in items if text(one, "sk").startswith(keys.FOUND_PREFIX)
    }
    drawn_at = text(header, "drawn_at")
    return NoiseSample(
        day=day,
        population=number(header, "population"),
        found=sum(text(one, "found_at") < drawn_at for one in found.values()),
        messages=tuple(
            _sampled(day, one, found.get(text(one, "place")))
            for one in items
            if text(one, "sk").startswith(keys.SAMPLE_TEXT_PREFIX)
        ),
    )


def _sampled(day: date, stored: Mapping[str, Any], found: Mapping[str, Any] | None) -> SampledMessage:
    # A case that was made of it outweighs that somebody called it noise: people look twice in this order only.
    is_noise = False if "judged_at" in stored else None
    at = text(found, "found_at") if found is not None else text_or_none(stored, "judged_at")
    return SampledMessage(
        day=day,
        rank=int(text(stored, "sk").removeprefix(keys.SAMPLE_TEXT_PREFIX)),
        place=text(stored, "place"),
        is_work=True if found is not None else is_noise,
        judged_by=text(found, "judged_by") if found is not None else text_or_none(stored, "judged_by") or "",
        judged_at=None if at is None else datetime.fromisoformat(at),
    )
