"""Short-lived facts, which DynamoDB forgets by itself: used nonces, platform tokens, wrong codes, requests handed in.

Time to live removes items late, so every reader also looks at `expires_at` itself.
"""

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from jiesu.model.errors import PermanentError
from jiesu.store import keys
from jiesu.store.attributes import item, number, text
from jiesu.store.writes import put

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class ForgedReplayError(PermanentError):
    """A nonce that was used came again with another body: somebody has seen a signed address and posts under it."""


class TransientStore:
    """One item a fact."""

    def __init__(self, client: "DynamoDBClient", *, transient_table_name: str) -> None:
        self._client = client
        self._table = transient_table_name

    def remember_nonce(self, *, account_id: str, nonce: str, body_sha256: str, now: datetime, keep: timedelta) -> bool:
        """Bind a webhook nonce to the body it came with; one conditional write.

        True the first time, False for the platform's retry (the same body): both are genuine.
        Raises `ForgedReplayError` for another body.
        """
        pk = keys.nonce(account_id, nonce)
        try:
            self._client.put_item(
                **put(
                    self._table,
                    {"pk": pk, "sk": pk, "body_sha256": body_sha256, "expires_at": _epoch(now + keep)},
                    "attribute_not_exists(pk) OR expires_at < :now",
                    now=_epoch(now),
                )
            )
        except self._client.exceptions.ConditionalCheckFailedException as error:
            standing: Any = error.response["Item"]  # type: ignore[typeddict-item]
            if text(standing, "body_sha256") == body_sha256:
                return False
            raise ForgedReplayError("nonce_reused", account_id=account_id) from error
        return True

    def token(self, account_id: str, now: datetime) -> str | None:
        """The account's access token if one is known that is still good."""
        pk = keys.token(account_id)
        found = self._client.get_item(TableName=self._table, Key=item(pk=pk, sk=pk)).get("Item")
        return text(found, "token") if found is not None and number(found, "expires_at") > _epoch(now) else None

    def put_token(self, account_id: str, token: str, *, expires_at: datetime) -> None:
        """Keep a token until `expires_at`, unless one that lasts longer is known already."""
        pk = keys.token(account_id)
        try:
            self._client.put_item(
                **put(
                    self._table,
                    {"pk": pk, "sk": pk, "token": token, "expires_at": _epoch(expires_at)},
                    "attribute_not_exists(pk) OR expires_at <= :expires_at",
                    expires_at=_epoch(expires_at),
                )
            )
        except self._client.exceptions.ConditionalCheckFailedException:
            return  # another function has fetched a newer one meanwhile

    def drop_token(self, account_id: str, token: str) -> None:
        """Forget a token that the platform no longer takes, unless it has been replaced already."""
        pk = keys.token(account_id)
        try:
            self._client.delete_item(
                TableName=self._table,
                Key=item(pk=pk, sk=pk),
                ConditionExpression="#token = :token",
                ExpressionAttributeNames={"#token": "token"},
                ExpressionAttributeValues=item(**{":token": token}),
            )
        except self._client.exceptions.ConditionalCheckFailedException:
            return  # gone or replaced

    def count_wrong_code(self, subject: str, now: datetime, *, keep: timedelta) -> int:
        """Count one more wrong code; answers how many there were. The window starts at the first and lasts `keep`."""
        pk = keys.wrong_codes(subject)
        key = item(pk=pk, sk=pk)
        try:
            return number(
                self._client.update_item(
                    TableName=self._table,
                    Key=key,
                    UpdateExpression="ADD #count :one",
                    ConditionExpression="expires_at > :now",
                    ExpressionAttributeNames={"#count": "count"},
                    ExpressionAttributeValues=item(**{":one": 1, ":now": _epoch(now)}),
                    ReturnValues="UPDATED_NEW",
                )["Attributes"],
                "count",
            )
        except self._client.exceptions.ConditionalCheckFailedException:
            # The window is new, or over. Two at once may both start it: one wrong code too few is counted, once.
            self._client.update_item(
                TableName=self._table,
                Key=key,
                UpdateExpression="SET #count = :one, expires_at = :end",
                ConditionExpression="attribute_not_exists(pk) OR expires_at <= :now",
                ExpressionAttributeNames={"#count": "count"},
                ExpressionAttributeValues=item(**{":one": 1, ":end": _epoch(now + keep), ":now": _epoch(now)}),
            )
            return 1

    def first_submission(self, digest: str, now: datetime, *, keep: timedelta) -> datetime:
        """When what has this digest was first handed in within `keep`: `now`, to the second, unless it was before."""
        pk = keys.submission(digest)
        try:
            self._client.put_item(
                **put(
                    self._table,
                    {"pk": pk, "sk": pk, "received_at": _epoch(now), "expires_at": _epoch(now + keep)},
                    "attribute_not_exists(pk) OR expires_at <= :now",
                    now=_epoch(now),
                )
            )
        except self._client.exceptions.ConditionalCheckFailedException as error:
            standing: Any = error.response["Item"]  # type: ignore[typeddict-item]
            return datetime.fromtimestamp(number(standing, "received_at"), UTC)
        return now.replace(microsecond=0)

    def has_submission(self, digest: str, received_at: datetime) -> bool:
        """Whether what has this digest was handed in at that second and is still remembered."""
        pk = keys.submission(digest)
        found = self._client.get_item(TableName=self._table, Key=item(pk=pk, sk=pk), ConsistentRead=True).get("Item")
        return found is not None and number(found, "received_at") == _epoch(received_at)


def _epoch(at: datetime) -> int:
    return int(at.timestamp())
