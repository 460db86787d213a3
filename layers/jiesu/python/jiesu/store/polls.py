"""How far each feed of each account has been read: one item a feed in the directory, where nothing expires."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from jiesu.model.errors import ConflictError
from jiesu.model.poll import Gap, PollState
from jiesu.store import keys
from jiesu.store.attributes import item, number, text, text_or_none
from jiesu.store.writes import at_revision, put

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class PollOvertakenError(ConflictError):
    """Another run has read the same feed meanwhile: what this one queued is known by its ids, and its state is dropped."""


@dataclass(frozen=True, slots=True)
class PollStore:
    """Reads and advances the states, each under the revision that it was read at."""

    client: "DynamoDBClient"
    directory_table_name: str

    def state(self, account_id: str, feed: str) -> tuple[PollState, int]:
        """The feed's state and its revision; a feed that was never read starts at the beginning with revision 0."""
        found = self.client.get_item(
            TableName=self.directory_table_name,
            Key=item(pk=keys.POLLS, sk=keys.poll(account_id, feed)),
            ConsistentRead=True,
        ).get("Item")
        if found is None:
            return PollState(), 0
        state = PollState(
            since_id=text(found, "since_id"),
            gaps=_gaps(text_or_none(found, "gaps")),
            interval=timedelta(seconds=number(found, "interval_seconds")),
            next_at=datetime.fromtimestamp(number(found, "next_at"), UTC),
            day=date.fromisoformat(text(found, "day")),
            calls=number(found, "calls"),
        )
        return state, number(found, "revision")

    def advance(self, account_id: str, feed: str, state: PollState, *, revision: int) -> None:
        """Replace the state that was read at `revision`. Raises `PollOvertakenError`."""
        stored: dict[str, str | int | bytes | None] = {
            "pk": keys.POLLS,
            "sk": keys.poll(account_id, feed),
            "revision": revision + 1,
            "since_id": state.since_id,
            "gaps": " ".join(f"{gap.above}-{gap.below}" for gap in state.gaps) or None,
            "interval_seconds": int(state.interval.total_seconds()),
            "next_at": int(state.next_at.timestamp()),
            "day": state.day.isoformat(),
            "calls": state.calls,
        }
        try:
            self.client.put_item(**put(self.directory_table_name, stored, **at_revision(revision)))
        except self.client.exceptions.ConditionalCheckFailedException as error:
            raise PollOvertakenError(f"feed {feed} of {account_id}") from error


def _gaps(stored: str | None) -> tuple[Gap, ...]:
    ends = (one.split("-") for one in (stored or "").split())
    return tuple(Gap(above=int(above), below=int(below)) for above, below in ends)
