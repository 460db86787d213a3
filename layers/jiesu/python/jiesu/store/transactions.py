"""Several conditional writes as one, and which of their conditions was lost."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from jiesu.model.errors import ConflictError

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef


class TransactionLostError(ConflictError):
    """Nothing was written: `lost` holds the places of the writes whose condition failed.

    It is empty where another transaction on the same items was under way.
    """

    def __init__(self, lost: frozenset[int]) -> None:
        self.lost = lost
        super().__init__(f"transaction lost at {sorted(lost)}")


def transact(client: "DynamoDBClient", writes: "Sequence[TransactWriteItemTypeDef]") -> None:
    """Write all or nothing. Raises `TransactionLostError` for a lost condition or a collision; all else is AWS's own error."""
    try:
        client.transact_write_items(TransactItems=writes)
    except client.exceptions.TransactionCanceledException as error:
        reasons = [reason.get("Code", "None") for reason in error.response["CancellationReasons"]]
        if set(reasons) <= {"None", "ConditionalCheckFailed", "TransactionConflict"}:
            lost = frozenset(place for place, code in enumerate(reasons) if code == "ConditionalCheckFailed")
            raise TransactionLostError(lost) from error
        raise
