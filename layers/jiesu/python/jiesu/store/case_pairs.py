"""What is done to two cases at once: two changes, two heads, one transaction. The messages follow (`store/moves.py`)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from jiesu.cases.fold import next_entry
from jiesu.cases.matters import Told
from jiesu.cases.refusals import refuse
from jiesu.model.errors import CaseChangedError, ConflictError
from jiesu.model.people import Actor
from jiesu.model.timeline import Change, MessagesMovedOut, Opened
from jiesu.store.cases import MAX_ATTEMPTS, CaseStore
from jiesu.store.transactions import TransactionLostError, transact

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


@dataclass(frozen=True, slots=True)
class CasePairStore:
    """Reads and writes cases by twos."""

    client: "DynamoDBClient"
    cases: CaseStore

    def told(self, case_id: str) -> Told:
        """The case with its timeline. Raises `CommandRefusedError` where there is none."""
        found = self.cases.told(case_id)
        if found is None:
            raise refuse("other_missing")
        return found

    def decide_both(
        self,
        one_id: str,
        other_id: str,
        decide: Callable[[Told, Told], tuple[Change, Change] | None],
        *,
        actor: Actor,
        now: datetime,
        expected: tuple[str, int],
    ) -> bool:
        """Write what `decide` makes of both cases as they stand; False where nothing is left to do.

        `expected` is a case and the version at which its page was read: `CaseChangedError` where that has moved on.
        The other one may have; it is decided anew. Raises what `decide` does.
        """
        for _ in range(MAX_ATTEMPTS):
            one, other = self.told(one_id), self.told(other_id)
            for told in (one, other):
                if told.case.id == expected[0] and told.case.version != expected[1]:
                    raise CaseChangedError(*expected)
            changes = decide(one, other)
            if changes is None:
                return False
            writes = [
                write
                for told, change in zip((one, other), changes, strict=True)
                for write in self.cases.write_of(told.case, next_entry(told.case, told.case.id, change, actor=actor, now=now))[1]
            ]
            try:
                transact(self.client, writes)
            except TransactionLostError:
                continue
            return True
        raise ConflictError(f"cases {one_id} and {other_id} are written by many at once")

    def split(
        self,
        source: Told,
        changes: tuple[MessagesMovedOut, Opened],
        *,
        actor: Actor,
        now: datetime,
    ) -> None:
        """Write that a case was made of messages of `source`. Raises `CaseChangedError` where that has moved on."""
        out, opened = changes
        entry = next_entry(source.case, source.case.id, out, actor=actor, now=now)
        first = next_entry(None, out.to, opened, actor=actor, now=now)
        try:
            transact(self.client, [*self.cases.write_of(source.case, entry)[1], *self.cases.write_of(None, first)[1]])
        except TransactionLostError as error:
            raise CaseChangedError(source.case.id, source.case.version) from error
