"""Addresses that are not to be relied on: what bounced for good, complained or opted out, for an administrator to put right."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from jiesu.model.receipt import ContactMark
from jiesu.store import keys
from jiesu.store.attributes import item, text
from jiesu.store.codec import dumps, loads

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


@dataclass(frozen=True, slots=True)
class ContactMarkStore:
    """One partition of the directory: few addresses, and each is put right."""

    client: "DynamoDBClient"
    directory_table_name: str

    def mark(self, mark: ContactMark) -> None:
        """Keep what was said of an address; what was said last stands."""
        stored = item(pk=keys.CONTACT_MARKS, sk=mark.address, body=dumps(mark))
        self.client.put_item(TableName=self.directory_table_name, Item=stored)

    def all(self) -> tuple[ContactMark, ...]:
        """Every mark, by its address; one query."""
        answer = self.client.query(
            TableName=self.directory_table_name,
            KeyConditionExpression="pk = :marks",
            ExpressionAttributeValues=item(**{":marks": keys.CONTACT_MARKS}),
        )
        return tuple(loads(ContactMark, text(one, "body")) for one in answer["Items"])

    def clear(self, address: str) -> None:
        """The address is good again, or nobody's any more."""
        self.client.delete_item(
            TableName=self.directory_table_name, Key=item(pk=keys.CONTACT_MARKS, sk=address.strip().casefold())
        )
