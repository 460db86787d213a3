"""What is on its way out: every notice and reply, from its first attempt to its end.

Each is claimed for a while before it is sent, so that two consumers of one queue message
never both send it, and a consumer that died leaves a trace that says so.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal

from jiesu.model.delivery import DeliveryDescription
from jiesu.model.errors import ConflictError
from jiesu.model.words import DeliveryState
from jiesu.store import keys
from jiesu.store.attributes import item, number, text, text_or_none
from jiesu.store.codec import dumps, load_description

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class ClaimLostError(ConflictError):
    """The claim under which a delivery was sent has run out and is another's, or the delivery is at its end."""

    def __init__(self, delivery_id: str) -> None:
        self.delivery_id = delivery_id
        super().__init__(f"delivery {delivery_id} is claimed by another")


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """`claimed`: send it now. `busy`: another is at it. `done`: sent, skipped, or given up for good.

    `attempts` counts this one. `uncertain`: the last attempt ended without saying whether it had sent.
    """

    state: Literal["claimed", "busy", "done"]
    attempts: int
    uncertain: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """A notice or reply on its way; `reason` is a code."""

    id: str
    case_id: str
    state: DeliveryState
    description: DeliveryDescription
    attempts: int
    provider_ref: str | None
    reason: str | None
    updated_at: datetime


class DeliveryStore:
    """One partition a case."""

    def __init__(self, client: "DynamoDBClient", *, deliveries_table_name: str) -> None:
        self._client = client
        self._table = deliveries_table_name

    def claim(
        self, *, case_id: str, delivery_id: str, description: DeliveryDescription, now: datetime, lease: timedelta
    ) -> Claim:
        """Take the delivery for `lease`, which must be longer than one attempt can last.

            created ──claim──▶ sending ──sent──▶ sent
               ▲                 │  │
               └────release──────┘  ├──failed──▶ failed
                                    └──skipped─▶ skipped

        A delivery found in `sending` after its lease may have been sent: the claim says `uncertain`.
        """
        values: dict[str, str | int] = {
            ":sending": DeliveryState.SENDING,
            ":created": DeliveryState.CREATED,
            ":lease_until": keys.instant(now + lease),
            ":now": keys.instant(now),
            ":description": dumps(description),
            ":one": 1,
        }
        try:
            before = self._client.update_item(
                TableName=self._table,
                Key=self._key(case_id, delivery_id),
                UpdateExpression=(
                    "SET #state = :sending, lease_until = :lease_until, updated_at = :now, description = :description "
                    "ADD attempts :one"
                ),
                ConditionExpression="attribute_not_exists(pk) OR #state = :created OR (#state = :sending AND lease_until < :now)",
                ExpressionAttributeNames={"#state": "state"},
                ExpressionAttributeValues=item(**values),
                ReturnValues="ALL_OLD",
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            ).get("Attributes", {})
        except self._client.exceptions.ConditionalCheckFailedException as error:
            standing: Mapping[str, Any] = error.response["Item"]  # type: ignore[typeddict-item]
            busy = text(standing, "state") == DeliveryState.SENDING
            return Claim(state="busy" if busy else "done", attempts=number(standing, "attempts"), uncertain=False)
        return Claim(
            state="claimed",
            attempts=(number(before, "attempts") if "attempts" in before else 0) + 1,
            uncertain=text_or_none(before, "state") == DeliveryState.SENDING,
        )

    def sent(self, *, case_id: str, delivery_id: str, provider_ref: str, now: datetime) -> None:
        """The provider took it. Raises `ClaimLostError`."""
        self._end(case_id, delivery_id, DeliveryState.SENT, now, provider_ref=provider_ref)

    def failed(self, *, case_id: str, delivery_id: str, reason: str, now: datetime) -> None:
        """It will never be sent, and `reason` says why. Raises `ClaimLostError`."""
        self._end(case_id, delivery_id, DeliveryState.FAILED, now, reason=reason)

    def skipped(self, *, case_id: str, delivery_id: str, reason: str, now: datetime) -> None:
        """It need not be sent any more, and `reason` says why. Raises `ClaimLostError`."""
        self._end(case_id, delivery_id, DeliveryState.SKIPPED, now, reason=reason)

    def release(self, *, case_id: str, delivery_id: str, reason: str, now: datetime) -> None:
        """It was not sent, for certain, and may be claimed again. Raises `ClaimLostError`."""
        self._end(case_id, delivery_id, DeliveryState.CREATED, now, reason=reason)

    def of_case(self, case_id: str) -> tuple[Delivery, ...]:
        """What has been sent, or is to be, about a case; one query."""
        answer = self._client.query(
            TableName=self._table,
            KeyConditionExpression="pk = :case",
            ExpressionAttributeValues=item(**{":case": keys.case(case_id)}),
        )
        return tuple(
            Delivery(
                id=text(one, "sk"),
                case_id=case_id,
                state=DeliveryState(text(one, "state")),
                description=load_description(text(one, "description")),
                attempts=number(one, "attempts"),
                provider_ref=text_or_none(one, "provider_ref"),
                reason=text_or_none(one, "reason"),
                updated_at=datetime.fromisoformat(text(one, "updated_at")),
            )
            for one in answer["Items"]
        )

    def _end(self, case_id: str, delivery_id: str, state: DeliveryState, now: datetime, **more: str) -> None:
        assignments = "".join(f", {name} = :{name}" for name in more)
        values: dict[str, str] = {
            ":state": state,
            ":sending": DeliveryState.SENDING,
            ":now": keys.instant(now),
            **{f":{name}": value for name, value in more.items()},
        }
        try:
            self._client.update_item(
                TableName=self._table,
                Key=self._key(case_id, delivery_id),
                UpdateExpression=f"SET #state = :state, updated_at = :now{assignments} REMOVE lease_until",
                ConditionExpression="#state = :sending",
                ExpressionAttributeNames={"#state": "state"},
                ExpressionAttributeValues=item(**values),
            )
        except self._client.exceptions.ConditionalCheckFailedException as error:
            raise ClaimLostError(delivery_id) from error

    @staticmethod
    def _key(case_id: str, delivery_id: str) -> Any:
        return item(pk=keys.case(case_id), sk=delivery_id)
