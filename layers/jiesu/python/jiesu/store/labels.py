"""What people said of messages, with the texts as long as they are kept: what a model is trained on again.

The labels of cases come from their timelines (`cases/labels.py`), found by a sparse index; that a message is
noise indeed comes from the daily samples. No text is copied: where a message has been deleted, its
label is counted and teaches nothing.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import batched
from typing import TYPE_CHECKING, Any

from jiesu.cases.labels import NOISE, Label, labels_of
from jiesu.model.errors import ConflictError
from jiesu.model.message import Message
from jiesu.model.timeline import Entry, Opened
from jiesu.store import keys
from jiesu.store.attributes import item, text
from jiesu.store.cases import entry_from_item
from jiesu.store.messages import ref_of, stored_from_item
from jiesu.store.resting import RestingStore
from jiesu.store.samples import SampleStore

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

MAX_ATTEMPTS = 8
_BATCH = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledMessage:
    """A message with what a person said of it."""

    label: Label
    message: Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled:
    """All labels whose messages are still kept, oldest word first, and how many have outlived theirs."""

    messages: tuple[LabelledMessage, ...]
    gone: int


class LabelStore:
    """Reads labels; nothing here writes."""

    def __init__(self, client: "DynamoDBClient", *, cases_table_name: str, messages_table_name: str) -> None:
        self._client = client
        self._cases = cases_table_name
        self._messages = messages_table_name

    def labelled(self) -> Labelled:
        """Everything that people have said; a query a megabyte of entries and a batch read a hundred cases and messages.

        Eventually consistent. A message of which several things are said has the newest of them.
        """
        newest: dict[str, LabelledMessage] = {}
        labels = self._labels()
        found = self._found(labels)
        both = [LabelledMessage(label=one, message=found[key]) for one in labels if (key := _place(one)) in found]
        sampled, lost = self._sampled()
        for one in sorted((*sampled, *both), key=lambda one: one.label.said_at):
            newest[one.message.id] = one
        return Labelled(
            messages=tuple(sorted(newest.values(), key=lambda one: (one.label.said_at, one.message.id))),
            gone=len(labels) - len(both) + lost,
        )

    def _labels(self) -> list[Label]:
        """The labels of all cases of which a person has said something."""
        said: dict[str, list[Entry]] = {}
        pages = self._client.get_paginator("query").paginate(
            TableName=self._cases,
            IndexName="gsi1",
            KeyConditionExpression="gsi1pk = :labels",
            ExpressionAttributeValues=item(**{":labels": keys.LABELS}),
        )
        for page in pages:
            for one in page["Items"]:
                entry = entry_from_item(one)
                said.setdefault(entry.case_id, []).append(entry)
        labels: list[Label] = []
        for stored in self._read(self._cases, [item(pk=keys.case(case_id), sk=keys.entry(1)) for case_id in said]):
            opened = entry_from_item(stored)
            if isinstance(opened.change, Opened):
                labels += labels_of(opened.change, sorted(said[opened.case_id], key=lambda entry: entry.version))
        return labels

    def _found(self, labels: Iterable[Label]) -> dict[tuple[str, str], Message]:
        wanted = dict.fromkeys(_place(one) for one in labels)
        items = self._read(self._messages, [item(pk=pk, sk=sk) for pk, sk in wanted])
        return {(text(one, "pk"), text(one, "sk")): stored_from_item(one).message for one in items}

    def _sampled(self) -> tuple[list[LabelledMessage], int]:
        """What the daily samples say is noise indeed; how many of those messages are gone."""
        samples = SampleStore(self._client, self._messages).between(date.min, date.max)
        judged = [one for sample in samples for one in sample.messages if one.is_work is False and one.judged_at is not None]
        resting = RestingStore(self._client, self._messages)
        found = {
            place: one
            for part in batched(judged, _BATCH, strict=False)
            for place, one in resting.find_all([x.place for x in part]).items()
        }
        labelled = [
            LabelledMessage(
                message=(stored := found[one.place].stored).message,
                label=Label(
                    message=ref_of(stored.message), thought=stored.triage, said_at=one.judged_at, actionable=False, category=NOISE
                ),
            )
            for one in judged
            if one.place in found and one.judged_at is not None
        ]
        return labelled, len(judged) - len(labelled)

    def _read(self, table_name: str, wanted: Sequence[Any]) -> Iterator[Mapping[str, Any]]:
        """The items of those keys that exist. Raises `ConflictError` where the table does not answer for all."""
        for part in batched(wanted, _BATCH, strict=False):
            request: Any = {table_name: {"Keys": list(part)}}
            for _ in range(MAX_ATTEMPTS):
                answer = self._client.batch_get_item(RequestItems=request)
                yield from answer["Responses"].get(table_name, [])
                if not (request := answer["UnprocessedKeys"]):
                    break
            else:
                raise ConflictError(f"{table_name} is too busy to be read whole")


def _place(label: Label) -> tuple[str, str]:
    return keys.conversation(label.message.conversation), keys.message(label.message.sent_at, label.message.message_id)
