"""What is done to two cases at once: two changes, two heads, one transaction. The messages follow (`store/moves.py`)."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from jiesu.cases import matters
from jiesu.cases.fold import next_entry
from jiesu.cases.matters import Told
from jiesu.cases.refusals import refuse
from jiesu.cases.titles import title_of
from jiesu.model.errors import CaseChangedError, ConflictError
from jiesu.model.numbers import case_id_for
from jiesu.model.people import Actor
from jiesu.model.timeline import Change
from jiesu.places.city import City
from jiesu.places.locate import suggest
from jiesu.store.cases import MAX_ATTEMPTS, CaseStore
from jiesu.store.messages import StoredMessage
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

    def part(
        self,
        source: Told,
        chosen: Collection[str],
        reason: str,
        *,
        shown: Iterable[StoredMessage],
        opened_on: date,
        actor: Actor,
        now: datetime,
        city: City,
    ) -> str:
        """A case of the messages `chosen` of `source`, opened on the office's day `opened_on`; its id, always the same one.

        `shown` are the messages of `source` as they are stored, the oldest chosen one among them.
        Raises `CommandRefusedError`, or `CaseChangedError` where `source` has moved on.
        """
        of_them = [one for one in shown if one.message.id in chosen]
        if not of_them:
            raise refuse("messages_missing")
        first = min(of_them, key=lambda one: one.message.sent_at)
        # Not the message's own number: that is the number of the case it opened, which may be this one.
        case_id = case_id_for(f"{first.message.id}.{source.case.id}.{source.case.version}", opened_on)
        out, opened = matters.split(
            source,
            chosen,
            reason,
            case_id=case_id,
            title=title_of(first.message),
            triage=first.triage,
            place=suggest(first.message.text, first.triage.category, city=city),
        )
        left = next_entry(source.case, source.case.id, out, actor=actor, now=now)
        made = next_entry(None, case_id, opened, actor=actor, now=now)
        try:
            transact(self.client, [*self.cases.write_of(source.case, left)[1], *self.cases.write_of(None, made)[1]])
        except TransactionLostError as error:
            raise CaseChangedError(source.case.id, source.case.version) from error
        return case_id
