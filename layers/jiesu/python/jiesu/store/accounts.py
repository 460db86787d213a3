"""The channel accounts of the office. Plain decoding: the webhook function reads them and starts without pydantic."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from jiesu.model.message import ChannelAccount
from jiesu.model.revision import ChangeNote, Revision
from jiesu.model.words import Platform
from jiesu.store import keys
from jiesu.store.attributes import item, number, text, text_or_none

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

    from jiesu.store.revisions import RevisedItems

_OFF = "off"
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
        return tuple(_account(one) for one in answer["Items"])

    def account(self, account_id: str) -> tuple[ChannelAccount | None, int]:
        """One account and its revision; None and 0 where it does not exist. One consistent read."""
        key = item(pk=keys.ACCOUNTS, sk=account_id)
        found = self.client.get_item(TableName=self.directory_table_name, Key=key, ConsistentRead=True).get("Item")
        return (None, 0) if found is None else (_account(found), number(found, "revision"))

    def put_account(
        self, account: ChannelAccount, note: ChangeNote, *, before: ChannelAccount | None = None, revision: int = 0
    ) -> None:
        """Store a new account, or put it in the place of `before`, which was read at `revision`.

        Raises `TransactionLostError` where the account exists already or has changed since.
        """
        stored = {name: getattr(account, name) for name in _FIELDS}
        stored["link_domains"] = " ".join(account.link_domains) or None
        stored["cover_media_id"] = account.cover_media_id or None
        stored["platform"] = account.platform
        stored["state"] = _OFF if account.is_off else None
        body = "" if before is None else account_body(before)
        told = Revision(number=revision + 1, note=note, before=body, after=account_body(account))
        self._items().write(keys.ACCOUNTS, account.id, stored, told)

    def history(self, account_id: str) -> "tuple[Revision, ...]":
        """The newest changes of an account, newest first."""
        return self._items().of(keys.ACCOUNTS, account_id)

    def secrets_set(self, account_id: str) -> "tuple[Revision, ...]":
        """When whose secrets were set by whom, newest first; `after` names the fields. What they are stands nowhere here."""
        return self._items().of(keys.ACCOUNT_SECRETS, account_id)

    def note_secrets(self, account_id: str, fields: Iterable[str], note: ChangeNote) -> None:
        """Remember that the secrets of an account were set. Raises `TransactionLostError` where others did at the same time."""
        body, revision = self._items().standing(keys.ACCOUNT_SECRETS, account_id)
        told = Revision(number=revision + 1, note=note, before=body, after="、".join(fields))
        self._items().write(keys.ACCOUNT_SECRETS, account_id, {"body": told.after}, told)

    def _items(self) -> "RevisedItems":
        # Where it is written: the webhook only reads, and starts without.
        from jiesu.store.revisions import RevisedItems  # noqa: PLC0415 - see above

        return RevisedItems(self.client, self.directory_table_name)


def account_body(account: ChannelAccount) -> str:
    """An account as its history keeps it."""
    return json.dumps(asdict(account), ensure_ascii=False)


def read_account_body(body: str) -> ChannelAccount:
    """The account that `account_body` wrote."""
    kept = json.loads(body)
    return ChannelAccount(**kept | {"platform": Platform(kept["platform"]), "link_domains": tuple(kept["link_domains"])})


def _account(found: Mapping[str, Any]) -> ChannelAccount:
    return ChannelAccount(
        id=text(found, "sk"),
        platform=Platform(text(found, "platform")),
        **{name: text(found, name) for name in _FIELDS},
        link_domains=tuple((text_or_none(found, "link_domains") or "").split()),
        cover_media_id=text_or_none(found, "cover_media_id") or "",
        is_off=text_or_none(found, "state") == _OFF,
    )
