"""The history of what the office has set: each change beside the item itself, in one transaction with it.

HISTORY#<kind>   <item>#<number>   who, when, why, and the whole before and after

Free of pydantic, as the accounts are, which the webhook reads: a body is a text of whoever writes it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from jiesu.model.people import Actor
from jiesu.model.revision import ChangeNote, Revision
from jiesu.model.words import ActorKind
from jiesu.store import keys
from jiesu.store.attributes import Value, item, number, text
from jiesu.store.transactions import transact
from jiesu.store.writes import at_revision, put

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

SHOWN = 50
"""How many changes of one item are read."""


@dataclass(frozen=True, slots=True)
class RevisedItems:
    """Writes items of the directory with their history, and reads it."""

    client: "DynamoDBClient"
    directory_table_name: str

    def write(self, kind: str, name: str, stored: Mapping[str, Value], revision: Revision) -> None:
        """Replace the item `kind`, `name` by `stored`, and keep `revision`, whose number is one more than the item has.

        Raises `TransactionLostError` where somebody else has changed the item since; nothing is written then.
        """
        standing = revision.number - 1
        replaced: dict[str, Value] = {"pk": kind, "sk": name, "revision": revision.number, **stored}
        told: dict[str, Value] = {
            "pk": keys.history(kind),
            "sk": keys.history_place(name, revision.number),
            "at": revision.note.at.isoformat(),
            "by_kind": revision.note.by.kind,
            "by_id": revision.note.by.id,
            "by_name": revision.note.by.name,
            "reason": revision.note.reason,
            "before": revision.before,
            "after": revision.after,
        }
        table = self.directory_table_name
        transact(
            self.client,
            [
                {"Put": put(table, replaced, **at_revision(standing))},
                {"Put": put(table, told, "attribute_not_exists(pk)")},
            ],
        )

    def of(self, kind: str, name: str) -> tuple[Revision, ...]:
        """The newest changes of one item, newest first; one query, consistent."""
        answer = self.client.query(
            TableName=self.directory_table_name,
            KeyConditionExpression="pk = :history AND begins_with(sk, :name)",
            ExpressionAttributeValues=item(**{":history": keys.history(kind), ":name": f"{name}#"}),
            ConsistentRead=True,
            ScanIndexForward=False,
            Limit=SHOWN,
        )
        return tuple(
            Revision(
                number=int(text(one, "sk").rpartition("#")[2]),
                note=ChangeNote(
                    by=Actor(kind=ActorKind(text(one, "by_kind")), id=text(one, "by_id"), name=text(one, "by_name")),
                    at=datetime.fromisoformat(text(one, "at")),
                    reason=text(one, "reason"),
                ),
                before=text(one, "before"),
                after=text(one, "after"),
            )
            for one in answer["Items"]
        )

    def standing(self, kind: str, name: str) -> tuple[str, int]:
        """The item's body and revision; empty and 0 where it does not exist. One consistent read."""
        key = item(pk=kind, sk=name)
        found = self.client.get_item(TableName=self.directory_table_name, Key=key, ConsistentRead=True).get("Item")
        return ("", 0) if found is None else (text(found, "body"), number(found, "revision"))
