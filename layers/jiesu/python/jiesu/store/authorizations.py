"""Until when the office may speak on each account: data for pages and alarms. The tokens themselves are not here."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from jiesu.model.authorization import Authorization
from jiesu.model.errors import ConflictError
from jiesu.store import keys
from jiesu.store.attributes import item, number, text, text_or_none
from jiesu.store.writes import at_revision, put

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class AuthorizationOvertakenError(ConflictError):
    """Another run has checked the same account meanwhile, and what it found counts."""


@dataclass(frozen=True, slots=True)
class AuthorizationStore:
    """One item an account in the directory, where nothing expires."""

    client: "DynamoDBClient"
    directory_table_name: str

    def all(self) -> tuple[Authorization, ...]:
        """Every account's that was ever checked; one query."""
        answer = self.client.query(
            TableName=self.directory_table_name,
            KeyConditionExpression="pk = :authorizations",
            ExpressionAttributeValues=item(**{":authorizations": keys.AUTHORIZATIONS}),
        )
        return tuple(_authorization(one) for one in answer["Items"])

    def find(self, account_id: str) -> tuple[Authorization | None, int]:
        """The account's and its revision; None and 0 where it was never checked."""
        found = self.client.get_item(
            TableName=self.directory_table_name, Key=item(pk=keys.AUTHORIZATIONS, sk=account_id), ConsistentRead=True
        ).get("Item")
        return (None, 0) if found is None else (_authorization(found), number(found, "revision"))

    def put(self, authorization: Authorization, *, revision: int) -> int:
        """Replace what was read at `revision`; answers the next one. Raises `AuthorizationOvertakenError`."""
        stored: dict[str, str | int | bytes | None] = {
            "pk": keys.AUTHORIZATIONS,
            "sk": authorization.account_id,
            "revision": revision + 1,
            "checked_at": _seconds(authorization.checked_at),
            "access_until": _seconds(authorization.access_until),
            "refresh_until": _seconds(authorization.refresh_until) if authorization.refresh_until is not None else None,
            "token_mark": authorization.token_mark or None,
            "trouble": authorization.trouble,
        }
        try:
            self.client.put_item(**put(self.directory_table_name, stored, **at_revision(revision)))
        except self.client.exceptions.ConditionalCheckFailedException as error:
            raise AuthorizationOvertakenError(authorization.account_id) from error
        return revision + 1


def _authorization(stored: Mapping[str, Any]) -> Authorization:
    return Authorization(
        account_id=text(stored, "sk"),
        checked_at=_instant(number(stored, "checked_at")),
        access_until=_instant(number(stored, "access_until")),
        refresh_until=_instant(number(stored, "refresh_until")) if "refresh_until" in stored else None,
        token_mark=text_or_none(stored, "token_mark") or "",
        trouble=text(stored, "trouble"),
    )


def _seconds(at: datetime) -> int:
    return int(at.timestamp())


def _instant(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
