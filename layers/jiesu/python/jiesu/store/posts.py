"""Posts that messages speak of: one item a post in the messages table, and a copy at each message, for its case's page."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from jiesu.model.message import Message
from jiesu.model.post import PostRecord
from jiesu.model.words import Platform
from jiesu.store import keys
from jiesu.store.attributes import item, text
from jiesu.store.codec import dumps, loads
from jiesu.store.names import name_item, put_trace
from jiesu.store.writes import put

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


@dataclass(frozen=True, slots=True)
class PostStore:
    """Reads posts, and writes each of them until it was read once."""

    client: "DynamoDBClient"
    messages_table_name: str

    def find(self, platform: Platform, handle: str) -> PostRecord | None:
        """What is known of one post; one consistent read."""
        pk = keys.post(platform, handle)
        found = self.client.get_item(TableName=self.messages_table_name, Key=item(pk=pk, sk=pk), ConsistentRead=True).get("Item")
        return None if found is None else loads(PostRecord, text(found, "body"))

    def note(self, platform: Platform, record: PostRecord) -> None:
        """Keep what became of asking, unless the post was read already."""
        pk = keys.post(platform, record.handle)
        stored = {"pk": pk, "sk": pk, "state": record.state, "body": dumps(record)}
        try:
            self.client.put_item(
                **put(self.messages_table_name, stored, "attribute_not_exists(pk) OR #state <> :read", read="read")
            )
        except self.client.exceptions.ConditionalCheckFailedException:
            return  # another message of the same post was faster: fetched once is enough

    def attach(self, message: Message, record: PostRecord) -> None:
        """Put what is known of its post beside a message, so that whoever reads the one has the other.

        Where the message's writer wrote the post too, the message is found by the name that the post has.
        """
        self.client.update_item(
            TableName=self.messages_table_name,
            Key=item(pk=keys.conversation(message.conversation), sk=keys.message(message.sent_at, message.id)),
            UpdateExpression="SET post = :post",
            ConditionExpression="attribute_exists(pk)",
            ExpressionAttributeValues=item(**{":post": dumps(record)}),
        )
        # Whoever mentions the office is named by the post alone: what is pushed has no name.
        name = record.post.author_name if record.post is not None and record.post.author_id == message.citizen_id else ""
        if (named := name_item(message, name)) is not None:
            self.client.put_item(**put_trace(self.messages_table_name, named))
