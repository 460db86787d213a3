"""Who is on duty at the desk, and the notes from shift to shift, in CasesTable.

DUTY   PERSON#<id>              somebody at the desk, since when
       NOTE#<written>#<id>      what a shift leaves to the next; kept for good
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from jiesu.model.duty import HandoverNote, OnDuty
from jiesu.model.people import Actor
from jiesu.store import keys
from jiesu.store.attributes import Value, item, text
from jiesu.store.codec import dumps, loads
from jiesu.store.writes import put

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

LONGEST_SHIFT = timedelta(hours=24)
"""Whoever forgot to say that they have gone is not on duty after this."""
ITEMS_READ = 150
"""People and the newest notes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Roster:
    """Who is on duty, the longest first, and the notes, the newest first."""

    people: tuple[OnDuty, ...]
    notes: tuple[HandoverNote, ...]

    @property
    def waiting(self) -> tuple[HandoverNote, ...]:
        """The notes that nobody has taken over."""
        return tuple(one for one in self.notes if one.taken_at is None)

    def person(self, person_id: str) -> Actor | None:
        return next((one.person for one in self.people if one.person.id == person_id), None)


@dataclass(frozen=True, slots=True)
class DutyStore:
    """Every write has a condition: who comes, goes or takes over twice does it once."""

    client: "DynamoDBClient"
    cases_table_name: str

    def roster(self, now: datetime) -> Roster:
        """Who is on duty at `now`, and the newest notes; one consistent query."""
        # People sort behind notes: in descending order they come first, then the notes from the newest.
        found = self.client.query(
            TableName=self.cases_table_name,
            KeyConditionExpression="pk = :duty",
            ExpressionAttributeValues=item(**{":duty": keys.DUTY}),
            ScanIndexForward=False,
            ConsistentRead=True,
            Limit=ITEMS_READ,
        )["Items"]
        people = (loads(OnDuty, text(one, "body")) for one in found if text(one, "sk").startswith(keys.DUTY_PERSON_PREFIX))
        return Roster(
            people=_present(people, now),
            notes=tuple(
                loads(HandoverNote, text(one, "body")) for one in found if text(one, "sk").startswith(keys.DUTY_NOTE_PREFIX)
            ),
        )

    def come(self, person: Actor, now: datetime) -> bool:
        """`person` is on duty from now on; False where a later word of theirs stands."""
        return self._put_person(OnDuty(person=person, since=now), now)

    def go(self, on_duty: OnDuty, now: datetime) -> bool:
        """They have gone; likewise."""
        return self._put_person(replace(on_duty, until=now), now)

    def leave_note(self, note: HandoverNote) -> bool:
        """Keep a note; False where the same person has left one in the same microsecond."""
        return self._put_note(note, "attribute_not_exists(pk)")

    def take_note(self, note: HandoverNote, *, by: Actor, now: datetime) -> bool:
        """`by` has read it and goes on from there; False where somebody has done so already."""
        taken = replace(note, taken_by=by, taken_at=now)
        return self._put_note(taken, "attribute_exists(pk) AND attribute_not_exists(taken_at)")

    def _put_person(self, on_duty: OnDuty, now: datetime) -> bool:
        said = keys.instant(now)
        stored: dict[str, Value] = {"sk": keys.duty_person(on_duty.person.id), "said_at": said, "body": dumps(on_duty)}
        return self._put(stored, "attribute_not_exists(pk) OR said_at < :said_at", said_at=said)

    def _put_note(self, note: HandoverNote, condition: str) -> bool:
        stored: dict[str, Value] = {
            "sk": keys.duty_note(note.written_at, note.by.id),
            "taken_at": None if note.taken_at is None else keys.instant(note.taken_at),
            "body": dumps(note),
        }
        return self._put(stored, condition)

    def _put(self, stored: dict[str, Value], condition: str, **values: Value) -> bool:
        try:
            self.client.put_item(**put(self.cases_table_name, {"pk": keys.DUTY, **stored}, condition, **values))
        except self.client.exceptions.ConditionalCheckFailedException:
            return False
        return True


def _present(people: Iterable[OnDuty], now: datetime) -> tuple[OnDuty, ...]:
    there = [one for one in people if one.until is None and now - one.since < LONGEST_SHIFT]
    return tuple(sorted(there, key=lambda one: one.since))
