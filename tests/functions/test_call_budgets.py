"""The road's cost in AWS calls, counted on the real handlers: a call too many is a bill for every message that comes."""

from collections.abc import Iterator

import pytest

from bench import calls
from bench.office import ACCOUNTS, RunningOffice, running_office
from bench.stored import store_messages
from jiesu.matters.index import BUCKET_SIZE
from jiesu.model.words import Platform


@pytest.fixture
def office() -> Iterator[RunningOffice]:
    with running_office() as office:
        yield office


@pytest.mark.parametrize("batch", [1, calls.INBOX_BATCH])
@pytest.mark.parametrize("platform", list(ACCOUNTS))
def test_a_noise_message_costs_one_send_one_write_and_its_shares(office: RunningOffice, platform: Platform, batch: int) -> None:
    received, ingested = calls.noise(office, platform, batch=batch)
    expected = {"sqs SendMessage": batch}
    if platform in calls.UNSIGNED_BODY:
        expected["dynamodb PutItem"] = batch
    assert dict(received.tally.calls) == expected
    assert dict(ingested.tally.calls) == {"dynamodb BatchGetItem": 1, "dynamodb PutItem": batch}


def test_a_message_that_opens_a_case_reaches_the_queued_notice_within_its_budget(office: RunningOffice) -> None:
    assert calls.opening_calls(calls.opening(office)) <= calls.OPENING_BUDGET


def test_an_emergency_reaches_the_queued_notice_and_the_queued_answer_within_the_same_budget(office: RunningOffice) -> None:
    stages = calls.emergency(office)
    assert calls.opening_calls(stages) <= calls.OPENING_BUDGET
    assert office.queued_notices() == 2


def test_a_case_page_is_three_reads(office: RunningOffice) -> None:
    (page,) = [stage for stage in calls.opening(office) if stage.name == calls.CASE_PAGE]
    assert page.calls == calls.CASE_PAGE_BUDGET
    assert page.tally.write_units == 0


def test_what_is_stored_already_changes_neither_calls_nor_capacity_units() -> None:
    """From as many on as a bucket of the index holds."""
    few, many = calls.measure(BUCKET_SIZE), calls.measure(3_000)
    assert [stage.tally for stage in few.stages] == [stage.tally for stage in many.stages]


def test_no_write_of_the_road_is_unconditional(office: RunningOffice) -> None:
    stages = [*calls.noise(office, Platform.WEIBO), *calls.opening(office)]
    assert [stage.name for stage in stages if stage.tally.unconditional_writes] == []


def test_the_measured_citizen_is_the_one_whose_conversation_is_full(office: RunningOffice) -> None:
    store_messages(10, busy=calls.BUSY)
    calls.opening(office)
    stored = office.dynamodb.scan(TableName="MessagesTable", FilterExpression="attribute_exists(case_id)")["Items"]
    assert {one["pk"]["S"] for one in stored} == {f"CONVERSATION#{calls.BUSY.account_id}#{calls.BUSY.citizen_id}"}
