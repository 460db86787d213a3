"""What is on its way out: every notice and reply, from its first attempt to its end.

Each is claimed for a while before it is sent, so that two consumers of one queue message
never both send it, and a consumer that died leaves a trace that says so.
"""

import contextlib
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import batched
from typing import TYPE_CHECKING, Any, Literal

from jiesu.model.delivery import DeliveryDescription
from jiesu.model.errors import ConflictError, PermanentError
from jiesu.model.receipt import Receipt, ReceiptKind, Seen
from jiesu.model.words import DeliveryState
from jiesu.store import keys
from jiesu.store.attributes import Value, item, number, text, text_or_none
from jiesu.store.codec import dumps, load_description, loads
from jiesu.store.transactions import TransactionLostError, transact
from jiesu.store.writes import put

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


_BATCH = 100
"""The most that one batch read takes."""


class ClaimLostError(ConflictError):
    """The claim under which a delivery was sent has run out and is another's, or the delivery is at its end."""

    def __init__(self, delivery_id: str) -> None:
        self.delivery_id = delivery_id
        super().__init__(f"delivery {delivery_id} is claimed by another")


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """`claimed`: send it now. `busy`: another is at it. `done`: sent, skipped, or given up for good.

    `attempts` counts this one. `uncertain`: the last attempt ended without saying whether it had sent,
    and `provider` is whom it had asked. Where it is done, `provider` and `reference` say who sent it.
    """

    state: Literal["claimed", "busy", "done"]
    attempts: int
    uncertain: bool
    provider: str | None = None
    reference: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """A notice or reply on its way; `reason` is a code.

    Receipts come in any order and more than once, so each has a time of its own, and `state` follows from them.
    """

    id: str
    case_id: str
    state: DeliveryState
    description: DeliveryDescription
    attempts: int
    provider_ref: str | None
    reason: str | None
    updated_at: datetime
    provider: str | None = None
    sent_at: datetime | None = None
    delivered_at: datetime | None = None
    bounced_at: datetime | None = None
    complained_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """The delivery that a provider's reference stands for."""

    case_id: str
    delivery_id: str


_WAIT = timedelta(days=7)
"""How long a receipt of which no delivery is known is kept."""

_REMEMBER = timedelta(days=60)
"""How long a provider's reference is known again; no provider speaks of a message later."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where a delivery stands, and since when."""

    state: DeliveryState
    updated_at: datetime


class DeliveryStore:
    """One partition a case."""

    def __init__(self, client: "DynamoDBClient", *, deliveries_table_name: str) -> None:
        self._client = client
        self._table = deliveries_table_name

    def claim(
        self,
        *,
        case_id: str,
        delivery_id: str,
        description: DeliveryDescription,
        now: datetime,
        lease: timedelta,
        provider: str | None = None,
    ) -> Claim:
        """Take the delivery for `lease`, which must be longer than one attempt can last.

        `provider` is who will be asked first; where another was asked and nobody knows what it did, that one stays noted.

            created ──claim──▶ sending ──sent──▶ sent
               ▲                 │  │
               └────release──────┘  ├──failed──▶ failed
                                    └──skipped─▶ skipped

        A delivery found in `sending` after its lease may have been sent: the claim says `uncertain`.
        A claim whose answer is lost is asked for again by the AWS client, and knows its own mark.
        """
        mark = os.urandom(8).hex()
        values: dict[str, str | int] = {
            ":sending": DeliveryState.SENDING,
            ":created": DeliveryState.CREATED,
            ":lease_until": keys.instant(now + lease),
            ":now": keys.instant(now),
            ":description": dumps(description),
            ":mark": mark,
            ":one": 1,
            **({":provider": provider} if provider else {}),
        }
        asked = ", provider = if_not_exists(provider, :provider)" if provider else ""
        try:
            before = self._client.update_item(
                TableName=self._table,
                Key=self._key(case_id, delivery_id),
                UpdateExpression=(
                    "SET before_claim = if_not_exists(#state, :created), claimed_by = :mark, "
                    "#state = :sending, lease_until = :lease_until, updated_at = :now, "
                    f"description = :description{asked} ADD attempts :one"
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
            if busy and text_or_none(standing, "claimed_by") == mark:
                return Claim(
                    state="claimed",
                    attempts=number(standing, "attempts"),
                    uncertain=text(standing, "before_claim") == DeliveryState.SENDING,
                    provider=text_or_none(standing, "provider"),
                )
            return Claim(
                state="busy" if busy else "done",
                attempts=number(standing, "attempts"),
                uncertain=False,
                provider=text_or_none(standing, "provider"),
                reference=text_or_none(standing, "receipt_ref"),
            )
        return Claim(
            state="claimed",
            attempts=(number(before, "attempts") if "attempts" in before else 0) + 1,
            uncertain=text_or_none(before, "state") == DeliveryState.SENDING,
            provider=text_or_none(before, "provider"),
        )

    def ask(self, *, case_id: str, delivery_id: str, provider: str) -> None:
        """Note, before it is handed over, whom a claimed delivery is handed to. Raises `ClaimLostError`."""
        try:
            self._client.update_item(
                TableName=self._table,
                Key=self._key(case_id, delivery_id),
                UpdateExpression="SET provider = :provider",
                ConditionExpression="#state = :sending",
                ExpressionAttributeNames={"#state": "state"},
                ExpressionAttributeValues=item(**{":provider": provider, ":sending": DeliveryState.SENDING}),
            )
        except self._client.exceptions.ConditionalCheckFailedException as error:
            raise ClaimLostError(delivery_id) from error

    def sent(self, *, case_id: str, delivery_id: str, provider_ref: str, now: datetime) -> None:
        """The provider took it. Raises `ClaimLostError`."""
        self._end(case_id, delivery_id, DeliveryState.SENT, now, provider_ref=provider_ref, sent_at=keys.instant(now))

    def sent_by(
        self, *, case_id: str, delivery_id: str, provider: str, provider_ref: str, receipt_ref: str, now: datetime
    ) -> None:
        """The provider took it, and will speak of it as `receipt_ref`: both in one transaction. Raises `ClaimLostError`."""
        update = self._ending(
            case_id,
            delivery_id,
            DeliveryState.SENT,
            now,
            provider=provider,
            provider_ref=provider_ref,
            receipt_ref=receipt_ref,
            sent_at=keys.instant(now),
        )
        owner: dict[str, Value] = {
            "pk": keys.receipts(provider, receipt_ref),
            "sk": keys.RECEIPT_OWNER,
            "case_id": case_id,
            "delivery_id": delivery_id,
            "expires_at": int((now + _REMEMBER).timestamp()),
        }
        # A gateway that knows a repeated SMS again gives it the reference it had.
        known = "attribute_not_exists(pk) OR delivery_id = :delivery_id"
        try:
            transact(self._client, [{"Update": update}, {"Put": put(self._table, owner, known, delivery_id=delivery_id)}])
        except TransactionLostError as error:
            if not error.lost:  # another transaction was at it: the queue brings it again
                raise
            raise ClaimLostError(delivery_id) from error

    def failed(self, *, case_id: str, delivery_id: str, reason: str, now: datetime) -> None:
        """It will never be sent, and `reason` says why. Raises `ClaimLostError`."""
        self._end(case_id, delivery_id, DeliveryState.FAILED, now, reason=reason)

    def skipped(self, *, case_id: str, delivery_id: str, reason: str, now: datetime) -> None:
        """It need not be sent any more, and `reason` says why. Raises `ClaimLostError`."""
        self._end(case_id, delivery_id, DeliveryState.SKIPPED, now, reason=reason)

    def release(self, *, case_id: str, delivery_id: str, reason: str, now: datetime) -> None:
        """It was not sent, for certain, and may be claimed again. Raises `ClaimLostError`."""
        self._end(case_id, delivery_id, DeliveryState.CREATED, now, reason=reason)

    def note_receipt(self, owner: Owner, receipt: Receipt) -> Delivery:
        """Write down what a receipt says, once for each kind: the first that is handled stands. Answers the delivery with it.

        Raises `PermanentError` ("receipt_without_delivery") where there is none.
        """
        name = _TIMES.get(receipt.kind)
        if name is None:
            if (found := self.find(owner.case_id, owner.delivery_id)) is None:
                raise PermanentError("receipt_without_delivery", case_id=owner.case_id)
            return found
        values: dict[str, str] = {":at": keys.instant(receipt.at)}
        reason = ""
        if receipt.kind.is_undelivered:
            reason = ", bounce_reason = if_not_exists(bounce_reason, :reason)"
            values[":reason"] = receipt.kind
        try:
            answer = self._client.update_item(
                TableName=self._table,
                Key=self._key(owner.case_id, owner.delivery_id),
                UpdateExpression=f"SET {name} = if_not_exists({name}, :at){reason}",
                ConditionExpression="attribute_exists(pk)",
                ExpressionAttributeValues=item(**values),
                ReturnValues="ALL_NEW",
            )
        except self._client.exceptions.ConditionalCheckFailedException as error:
            raise PermanentError("receipt_without_delivery", case_id=owner.case_id) from error
        return _delivery(owner.case_id, answer["Attributes"])

    def owner(self, provider: str, reference: str) -> Owner | None:
        """Whose a provider's reference is; None where nobody's, or not yet. One consistent read."""
        key = item(pk=keys.receipts(provider, reference), sk=keys.RECEIPT_OWNER)
        found = self._client.get_item(TableName=self._table, Key=key, ConsistentRead=True).get("Item")
        return None if found is None else Owner(case_id=text(found, "case_id"), delivery_id=text(found, "delivery_id"))

    def keep_receipt(self, receipt: Receipt, now: datetime) -> None:
        """Keep a receipt whose delivery is not known yet; the same again changes nothing."""
        waiting: dict[str, Value] = {
            "pk": keys.receipts(receipt.provider, receipt.reference),
            "sk": keys.receipt(receipt.kind),
            "body": dumps(receipt),
            "expires_at": int((now + _WAIT).timestamp()),
        }
        with contextlib.suppress(self._client.exceptions.ConditionalCheckFailedException):  # it waits there already
            self._client.put_item(**put(self._table, waiting, "attribute_not_exists(pk)"))

    def waiting_receipts(self, provider: str, reference: str) -> tuple[Receipt, ...]:
        """What was said of a reference before its owner was known; one consistent query. Applied again, they change nothing."""
        answer = self._client.query(
            TableName=self._table,
            KeyConditionExpression="pk = :pk AND begins_with(sk, :kind)",
            ExpressionAttributeValues=item(**{":pk": keys.receipts(provider, reference), ":kind": keys.receipt("")}),
            ConsistentRead=True,
        )
        return tuple(loads(Receipt, text(one, "body")) for one in answer["Items"])

    def note_seen(self, *, case_id: str, assignment_id: str, now: datetime) -> None:
        """That a bureau's link was opened; only the first time counts."""
        seen = {"pk": keys.case(case_id), "sk": keys.seen(assignment_id), "seen_at": keys.instant(now)}
        with contextlib.suppress(self._client.exceptions.ConditionalCheckFailedException):
            self._client.put_item(**put(self._table, seen, "attribute_not_exists(pk)"))

    def traces(self, case_id: str) -> "Traces":
        """The deliveries of a case, and which of its links were opened; one query a megabyte. Eventually consistent."""
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            KeyConditionExpression="pk = :case",
            ExpressionAttributeValues=item(**{":case": keys.case(case_id)}),
        )
        items = [one for page in pages for one in page["Items"]]
        return Traces(
            deliveries=tuple(_delivery(case_id, one) for one in items if "description" in one),
            seen=tuple(
                Seen(
                    assignment_id=text(one, "sk").removeprefix(keys.SEEN_PREFIX),
                    at=datetime.fromisoformat(text(one, "seen_at")),
                )
                for one in items
                if "seen_at" in one
            ),
        )

    def standings(self, case_id: str, delivery_ids: Sequence[str]) -> dict[str, Standing]:
        """Where each of these deliveries stands, those that exist; one consistent read a hundred."""
        found: dict[str, Standing] = {}
        for some in batched(delivery_ids, _BATCH, strict=False):
            wanted = [self._key(case_id, one) for one in some]
            request = {self._table: {"Keys": wanted, "ConsistentRead": True}}
            answer = self._client.batch_get_item(RequestItems=request)  # type: ignore[arg-type]
            if answer["UnprocessedKeys"]:
                raise ConflictError("not all deliveries could be read")
            for one in answer["Responses"][self._table]:
                updated_at = datetime.fromisoformat(text(one, "updated_at"))
                found[text(one, "sk")] = Standing(state=DeliveryState(text(one, "state")), updated_at=updated_at)
        return found

    def find(self, case_id: str, delivery_id: str) -> Delivery | None:
        """The delivery as it stands; one consistent read."""
        found = self._client.get_item(TableName=self._table, Key=self._key(case_id, delivery_id), ConsistentRead=True)
        return _delivery(case_id, found["Item"]) if "Item" in found else None

    def _end(self, case_id: str, delivery_id: str, state: DeliveryState, now: datetime, **more: str) -> None:
        try:
            self._client.update_item(**self._ending(case_id, delivery_id, state, now, **more))
        except self._client.exceptions.ConditionalCheckFailedException as error:
            raise ClaimLostError(delivery_id) from error

    def _ending(self, case_id: str, delivery_id: str, state: DeliveryState, now: datetime, **more: str) -> Any:
        """The update that ends a claim. Who was asked is forgotten where nothing was sent: the next attempt may ask another."""
        assignments = "".join(f", {name} = :{name}" for name in more)
        forgotten = ", provider" if state is DeliveryState.CREATED else ""
        values: dict[str, str] = {
            ":state": state,
            ":sending": DeliveryState.SENDING,
            ":now": keys.instant(now),
            **{f":{name}": value for name, value in more.items()},
        }
        return {
            "TableName": self._table,
            "Key": self._key(case_id, delivery_id),
            "UpdateExpression": f"SET #state = :state, updated_at = :now{assignments} REMOVE lease_until{forgotten}",
            "ConditionExpression": "#state = :sending",
            "ExpressionAttributeNames": {"#state": "state"},
            "ExpressionAttributeValues": item(**values),
        }

    @staticmethod
    def _key(case_id: str, delivery_id: str) -> Any:
        return item(pk=keys.case(case_id), sk=delivery_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Traces:
    """What a case has sent, and what became of it."""

    deliveries: tuple[Delivery, ...]
    seen: tuple[Seen, ...]


_TIMES = {
    ReceiptKind.DELIVERED: "delivered_at",
    ReceiptKind.COMPLAINED: "complained_at",
    **{kind: "bounced_at" for kind in ReceiptKind if kind.is_undelivered},
}
"""Where the time of a receipt stands; that a provider goes on trying is not kept."""


def _delivery(case_id: str, stored: Mapping[str, Any]) -> Delivery:
    times = {
        name: datetime.fromisoformat(text(stored, name)) if name in stored else None
        for name in ("sent_at", "delivered_at", "bounced_at", "complained_at")
    }
    return Delivery(
        id=text(stored, "sk"),
        case_id=case_id,
        state=_state(DeliveryState(text(stored, "state")), times["delivered_at"], times["bounced_at"]),
        description=load_description(text(stored, "description")),
        attempts=number(stored, "attempts"),
        provider_ref=text_or_none(stored, "provider_ref"),
        reason=text_or_none(stored, "bounce_reason") or text_or_none(stored, "reason"),
        updated_at=datetime.fromisoformat(text(stored, "updated_at")),
        provider=text_or_none(stored, "provider"),
        **times,
    )


def _state(stored: DeliveryState, delivered_at: datetime | None, bounced_at: datetime | None) -> DeliveryState:
    """What the receipts make of a sent delivery: the later one by the provider's own clock is right."""
    if stored is not DeliveryState.SENT or (delivered_at is None and bounced_at is None):
        return stored
    if bounced_at is None or (delivered_at is not None and delivered_at > bounced_at):
        return DeliveryState.DELIVERED
    return DeliveryState.BOUNCED
