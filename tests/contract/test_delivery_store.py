"""What the delivery store promises: one sender at a time, one sending in all, and no silence about doubt."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from jiesu.model.delivery import PublicationDescription, ReplyDescription
from jiesu.model.words import DeliveryState, Platform
from jiesu.store.deliveries import Claim, ClaimLostError
from tests import builders as build
from tests.conftest import Stores
from tests.dying import losing_an_answer

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

REPLY = ReplyDescription(platform=Platform.WEIBO)
LEASE = timedelta(minutes=2)
NOTICE = {"case_id": build.CASE_ID, "delivery_id": "notice-1"}


def claim(stores: Stores, now: datetime = build.NOW) -> Claim:
    return stores.deliveries.claim(**NOTICE, description=REPLY, now=now, lease=LEASE)


def test_the_first_claim_is_granted_and_a_second_at_the_same_time_is_busy(stores: Stores) -> None:
    assert claim(stores) == Claim(state="claimed", attempts=1, uncertain=False)
    assert claim(stores).state == "busy"


def test_a_claim_whose_answer_is_lost_is_granted_to_whoever_made_it_and_to_nobody_else(
    stores: Stores, dynamodb: "DynamoDBClient"
) -> None:
    with losing_an_answer(dynamodb, "UpdateItem"):
        assert claim(stores) == Claim(state="claimed", attempts=1, uncertain=False)
    assert claim(stores).state == "busy"
    with losing_an_answer(dynamodb, "UpdateItem"):
        later = claim(stores, build.NOW + LEASE + timedelta(seconds=1))
    assert later == Claim(state="claimed", attempts=2, uncertain=True), "what was uncertain stays so"


def test_what_is_sent_is_never_claimed_again(stores: Stores) -> None:
    claim(stores)
    stores.deliveries.sent(**NOTICE, provider_ref="ref-1", now=build.NOW)
    assert claim(stores, build.after(days=1)).state == "done"
    (delivery,) = stores.deliveries.traces(build.CASE_ID).deliveries
    assert (delivery.state, delivery.provider_ref, delivery.description) == (DeliveryState.SENT, "ref-1", REPLY)


def test_what_has_failed_for_good_says_why_and_is_never_claimed_again(stores: Stores) -> None:
    claim(stores)
    stores.deliveries.failed(**NOTICE, reason="address_rejected", now=build.NOW)
    assert claim(stores, build.after(days=1)).state == "done"
    assert stores.deliveries.traces(build.CASE_ID).deliveries[0].reason == "address_rejected"


def test_what_was_certainly_not_sent_may_be_claimed_at_once_without_doubt(stores: Stores) -> None:
    claim(stores)
    stores.deliveries.release(**NOTICE, reason="throttled", now=build.NOW)
    assert claim(stores) == Claim(state="claimed", attempts=2, uncertain=False)


def test_a_sender_that_died_leaves_a_claim_that_says_it_may_have_been_sent(stores: Stores) -> None:
    claim(stores)
    assert claim(stores, build.NOW + LEASE).state == "busy"
    assert claim(stores, build.NOW + LEASE + timedelta(seconds=1)) == Claim(state="claimed", attempts=2, uncertain=True)


@pytest.mark.parametrize("end", ["sent", "failed", "release"])
def test_a_delivery_at_its_end_takes_no_other_end(stores: Stores, end: str) -> None:
    claim(stores)
    stores.deliveries.sent(**NOTICE, provider_ref="ref-1", now=build.NOW)
    more = {"provider_ref": "ref-2"} if end == "sent" else {"reason": "late"}
    with pytest.raises(ClaimLostError):
        getattr(stores.deliveries, end)(**NOTICE, **more, now=build.NOW)


def test_a_case_without_deliveries_has_none(stores: Stores) -> None:
    assert stores.deliveries.traces(build.CASE_ID).deliveries == ()


def test_a_delivery_is_found_by_itself_as_it_stands(stores: Stores) -> None:
    assert stores.deliveries.find(**NOTICE) is None
    claim(stores)
    stores.deliveries.sent(**NOTICE, provider_ref="ref-1", now=build.NOW)
    (known,) = stores.deliveries.traces(build.CASE_ID).deliveries
    assert stores.deliveries.find(**NOTICE) == known


def test_more_deliveries_than_a_query_reads_are_all_traced(stores: Stores) -> None:
    described = PublicationDescription(platform=Platform.WEIBO, account_name="x" * 40_000)
    for number in range(30):
        one = {"case_id": build.CASE_ID, "delivery_id": f"reply-{number}"}
        stores.deliveries.claim(**one, description=described, now=build.NOW, lease=LEASE)
    assert len(stores.deliveries.traces(build.CASE_ID).deliveries) == 30
