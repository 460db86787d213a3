"""An editor at the desk without a mouse."""

from datetime import UTC, datetime, timedelta

import pytest

from bench.morning import work
from jiesu.model.words import CaseStatus, UserRole
from local.feed.morning import deliveries, lines
from local.feed.sender import Sender
from local.seed import seed_bureaus
from tests.browser.conftest import SignedIn
from tests.eventually import eventually
from tests.stack.town import WITHIN_SECONDS, Town

pytestmark = pytest.mark.browser

MAX_KEYS = 12
MAX_LOADS = 2
"""For each dispatched bulletin, beyond its text."""

MESSAGES = 200


def deliver_a_morning(town: Town) -> None:
    """The first `MESSAGES` of the demonstration's morning, as the platforms deliver them, until the inbox is empty."""
    seed_bureaus(town.emulator, town.deployment.outputs)
    accounts = {one.account.platform: one for one in town.demo.accounts}
    morning = deliveries(lines()[:MESSAGES], accounts, ends_at=datetime.now(UTC))
    sender = Sender(town.door_url, clock=lambda: datetime.now(UTC))
    for one in morning:
        sender.send(one)
    sqs, inbox = town.emulator.client("sqs"), town.deployment.outputs["InboxQueueUrl"]
    counts = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]

    def waiting() -> int:
        held = sqs.get_queue_attributes(QueueUrl=inbox, AttributeNames=counts)["Attributes"]
        return sum(int(held[name]) for name in counts)

    def is_answered() -> bool:
        """Whether what an emergency is answered by itself has left: nothing that a form is filled from changes any more."""
        return all(reply.state != "requested" for case in town.all_cases() for reply in case.replies)

    eventually(lambda: waiting() == 0 and is_answered(), within_seconds=WITHIN_SECONDS)


def test_an_editor_works_a_morning_of_200_messages_from_the_keyboard(town: Town, signed_in: SignedIn) -> None:
    editor = signed_in(UserRole.EDITOR)
    deliver_a_morning(town)
    suggested = {one.id for one in town.all_cases() if one.place.bureau_code}
    editor.open("/desk")
    worked = work(editor)
    print(worked)  # noqa: T201 - what a bulletin took is shown by `pytest -s`
    assert worked.dispatched == len(suggested) >= 10
    assert {town.case(one).status for one in suggested} == {CaseStatus.DISPATCHED}
    assert worked.keys <= MAX_KEYS * worked.dispatched
    assert worked.loads <= MAX_LOADS * worked.dispatched


def test_an_editor_answers_and_is_back_in_the_queue_at_the_row_that_was_left(town: Town, signed_in: SignedIn) -> None:
    said = "您好，已请市政部门检修路灯。"
    town.deliver(town.push("卢沟桥文化广场的路灯整夜不亮,老人摔倒了,请民警看看", via="weibo.private", who="散步的老人"))
    case = town.case_titled("卢沟桥文化广场")
    editor = signed_in(UserRole.EDITOR)
    # Whoever presses two keys has them within a second; the list is not fetched anew in between.
    editor.page.clock.install()
    editor.open("/desk")
    editor.page.clock.pause_at(datetime.now(UTC) + timedelta(minutes=1))
    chosen = editor.page.locator("[data-row].chosen")
    rows = [row.get_attribute("id") for row in editor.page.locator("[data-row]").all()]
    editor.press(*"j" * (rows.index(f"row-{case.id}") + 1))
    editor.press_and_go("r")
    editor.page.keyboard.type(said)
    editor.press_and_go("Control+Enter")
    assert "答复已提交" in editor.page.get_by_role("status").first.inner_text()
    assert chosen.get_attribute("id") == f"row-{case.id}"
    eventually(lambda: said in town.replies_to_citizens(), within_seconds=WITHIN_SECONDS)
    editor.press("?")
    assert "下一行" in editor.page.get_by_role("dialog").inner_text()
    editor.press("?")
    editor.press_and_go("g", "h")
    assert editor.page.url.endswith("/desk/hot")
