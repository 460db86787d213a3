"""The channel accounts of the office. Plain decoding: the webhook function reads them and starts without pydantic."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from jiesu.model.message import ChannelAccount
from jiesu.model.words import Platform
from jiesu.store import keys
from jiesu.store.attributes import item, number, text, text_or_none
from jiesu.store.writes import at_revision, put

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_FIELDS = ("name", "external_id", "app_id", "path_token", "secret_name", "api_base")


@dataclass(frozen=True, slots=True)
class AccountStore:
    """Reads and writes accounts, all under one partition."""

    client: "DynamoDBClient"
    directory_table_name: str

    def accounts(self) -> tuple[ChannelAccount, ...]:
        """Every account; one query (an office has a handful)."""
        answer = self.client.query(
            TableName=self.directory_table_name,
            KeyConditionExpression="pk = :accounts",
            ExpressionAttributeValues=item(**{":accounts": keys.ACCOUNTS}),
        )
        return tuple(
            ChannelAccount(
                id=text(one, "sk"),
                platform=Platform(text(one, "platform")),
                **{name: text(one, name) for name in _FIELDS},
                link_domains=tuple((text_or_none(one, "link_domains") or "").split()),
                cover_media_id=text_or_none(one, "cover_media_id") or "",
            )
            for one in answer["Items"]
        )

    def put_account(self, account: ChannelAccount, *, revision: int = 0) -> None:
        """Store a new account, or with the `revision` it was read at replace it.

        Raises `ConditionalCheckFailedException` where the account exists already or has changed since.
        """
        stored = {name: getattr(account, name) for name in _FIELDS}
        stored["link_domains"] = " ".join(account.link_domains) or None
        stored["cover_media_id"] = account.cover_media_id or None
        self.client.put_item(
            **put(
                self.directory_table_name,
                {"pk": keys.ACCOUNTS, "sk": account.id, "revision": revision + 1, "platform": account.platform, **stored},
                **at_revision(revision),
            )
        )

    def revision(self, account_id: str) -> int:
        """How often the account was written; 0 where it does not exist."""
        found = self.client.get_item(
            TableName=self.directory_table_name, Key=item(pk=keys.ACCOUNTS, sk=account_id), ConsistentRead=True
        ).get("Item")
        return 0 if found is None else number(found, "revision")
