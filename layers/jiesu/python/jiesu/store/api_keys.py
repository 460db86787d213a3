"""The API keys of Open311's clients and of systems that use the API. Only a key's hash is kept: who has lost one gets another."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from jiesu.store import keys
from jiesu.store.attributes import Value, item, text, text_or_none
from jiesu.store.writes import put

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_ID_LENGTH = 12
"""Of a hash's 64 digits: enough to tell an office's handful of keys apart, no help in finding one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKey:
    """One client's key: whose it is and since when, not the key. `sha256` is its hash in hex.

    A key with `scopes` opens the API as far as they go, one without opens Open311.
    """

    sha256: str
    name: str
    created_at: datetime
    revoked_at: datetime | None = None
    scopes: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """What operators call it by."""
        return self.sha256[:_ID_LENGTH]


def hash_of(key: str) -> str:
    """A key has 256 random bits, so one round of a plain hash is as good as any number of a slow one."""
    return hashlib.sha256(key.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class ApiKeyStore:
    """All keys lie under one partition, each under its hash."""

    client: "DynamoDBClient"
    directory_table_name: str

    def find(self, key: str) -> ApiKey | None:
        """The key if it is known and not revoked; one consistent read."""
        found = self.client.get_item(
            TableName=self.directory_table_name, Key=item(pk=keys.API_KEYS, sk=hash_of(key)), ConsistentRead=True
        ).get("Item")
        known = None if found is None else _key(found)
        return known if known is not None and known.revoked_at is None else None

    def all(self) -> tuple[ApiKey, ...]:
        """Every key, revoked ones too, the oldest first; one query."""
        answer = self.client.query(
            TableName=self.directory_table_name,
            KeyConditionExpression="pk = :keys",
            ExpressionAttributeValues=item(**{":keys": keys.API_KEYS}),
        )
        return tuple(sorted((_key(one) for one in answer["Items"]), key=lambda one: one.created_at))

    def add(self, key: str, *, name: str, now: datetime, scopes: tuple[str, ...] = ()) -> ApiKey:
        """Keep the hash of a new key. Raises `ConditionalCheckFailedException` for one that is known."""
        added = ApiKey(sha256=hash_of(key), name=name, created_at=now, scopes=scopes)
        stored: dict[str, Value] = {
            "pk": keys.API_KEYS,
            "sk": added.sha256,
            "name": name,
            "created_at": keys.instant(now),
            "scopes": " ".join(scopes) or None,
        }
        self.client.put_item(**put(self.directory_table_name, stored, "attribute_not_exists(pk)"))
        return added

    def revoke(self, key: ApiKey, now: datetime) -> None:
        """Let the key open nothing from now on. Raises `ConditionalCheckFailedException` where it is revoked already."""
        self.client.update_item(
            TableName=self.directory_table_name,
            Key=item(pk=keys.API_KEYS, sk=key.sha256),
            UpdateExpression="SET revoked_at = :now",
            ConditionExpression="attribute_exists(pk) AND attribute_not_exists(revoked_at)",
            ExpressionAttributeValues=item(**{":now": keys.instant(now)}),
        )


def _key(stored: Any) -> ApiKey:
    revoked_at = text_or_none(stored, "revoked_at")
    return ApiKey(
        sha256=text(stored, "sk"),
        name=text(stored, "name"),
        created_at=datetime.fromisoformat(text(stored, "created_at")),
        revoked_at=None if revoked_at is None else datetime.fromisoformat(revoked_at),
        scopes=tuple((text_or_none(stored, "scopes") or "").split()),
    )
