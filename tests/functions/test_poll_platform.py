"""Comments that must be asked for: none lost, none twice, within the platform's calls."""

import importlib
import json
from collections.abc import Callable
from datetime import timedelta
from types import ModuleType
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from jiesu.channels.outgoing import OutgoingCall, PlatformAnswer
from jiesu.channels.transmission import MaybeSentError
from jiesu.model.message import Message
from jiesu.model.words import ContentType, MessageKind
from jiesu.road.poll import Poller
from jiesu.road.poll_budget import FEED_CALLS
from jiesu.runtime import clients
from jiesu.runtime.secrets import SecretBook
from jiesu.store.entered import from_queue_body
from jiesu.store.polls import PollStore
from local.demo import DemoAccount
from local.world.calls import CallMeter
from local.world.weibo_comments import CommentFeeds
from tests import builders as build
from tests.conftest import Stores
from tests.dying import ProcessDiedError, counting, dying_after
from tests.functions.conftest import queue_url
from tests.tables import TABLES

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

SECRETS = {"app_secret": "app-secret-for-tests", "access_token": "token-for-tests"}


class Road:
    """A poller over the emulated AWS and the simulated platform; `now` is the hour on every clock."""

    def __init__(self, stores: Stores, sqs: "SQSClient") -> None:
        self.now = build.NOW
        self.sqs, self.client = sqs, stores.client
        account = build.an_account()
        self.feeds = CommentFeeds(
            account=DemoAccount(account=account, secrets=SECRETS),
            clock=lambda: self.now,
            calls=CallMeter(lambda: self.now),
        )
        self.calls: list[str] = []
        self.answer: Callable[[OutgoingCall], PlatformAnswer] = self._platform
        secretsmanager = boto3.client("secretsmanager")
        secretsmanager.create_secret(Name=account.secret_name, SecretString=json.dumps(SECRETS))
        stores.accounts.put_account(account, build.a_note())
        self.poller = Poller(
            accounts=stores.accounts.accounts,
            secrets=SecretBook(secretsmanager),
            polls=PollStore(stores.client, TABLES.directory),
            sqs=sqs,
            inbox_queue_url=queue_url("InboxQueue"),
            transmit=self.transmit,
        )

    def transmit(self, call: OutgoingCall) -> PlatformAnswer:
        return self.answer(call)

    def _platform(self, call: OutgoingCall) -> PlatformAnswer:
        self.calls.append(call.url)
        path, _, query = call.url.partition("?")
        fields = dict(pair.split("=", 1) for pair in query.split("&"))
        status, body = self.feeds.answer(path.rpartition("/")[2].removesuffix(".json"), fields)
        return PlatformAnswer(status=status, body=json.dumps(body).encode())

    def write(self, text: str, *, feed: str = "timeline", citizen: str = "991000000009") -> str:
        return self.feeds.comment(feed, citizen, text, at=self.now)

    def poll(self, *, after: timedelta = timedelta()) -> list[Message]:
        """Poll `after` more time; what stands in the inbox since the last look."""
        self.now += after
        self.poller.poll(self.now)
        return self.inbox()

    def inbox(self) -> list[Message]:
        found: list[Message] = []
        while some := self.sqs.receive_message(QueueUrl=queue_url("InboxQueue"), MaxNumberOfMessages=10).get("Messages"):
            found += [from_queue_body(one["Body"]) for one in some]
            self.sqs.delete_message_batch(
                QueueUrl=queue_url("InboxQueue"),
                Entries=[{"Id": str(place), "ReceiptHandle": one["ReceiptHandle"]} for place, one in enumerate(some)],
            )
        return sorted(found, key=lambda message: message.id)


@pytest.fixture
def road(stores: Stores, sqs: "SQSClient") -> Road:
    return Road(stores, sqs)


def test_the_first_look_brings_the_newest_comments_and_mentions_as_what_they_are(road: Road) -> None:
    messages = road.poll()
    assert [message.kind for message in messages] == [MessageKind.COMMENT, MessageKind.COMMENT, MessageKind.MENTION]
    assert all(message.post_is_comment and message.id == f"weibo:comment:{message.post_id}" for message in messages)
    assert {message.account_id for message in messages} == {build.an_account().id}
    assert {message.nickname for message in messages} == {"网民"}


def test_each_comment_comes_once_and_only_when_its_feed_is_due(road: Road) -> None:
    road.poll()
    new_id = road.write("又来了")
    assert road.poll() == [], "not due yet"
    (message,) = road.poll(after=timedelta(hours=1))
    assert message.id == f"weibo:comment:{new_id}"
    assert road.poll(after=timedelta(hours=2)) == []


def test_more_comments_than_a_page_holds_are_all_read(road: Road) -> None:
    road.poll()
    written = {f"weibo:comment:{road.write(str(number))}" for number in range(120)}
    assert {message.id for message in road.poll(after=timedelta(hours=1))} == written
    assert road.poll(after=timedelta(hours=1)) == []


def test_what_a_burst_leaves_unread_is_kept_as_a_gap_and_read_by_the_next_runs(road: Road) -> None:
    road.poll()
    written = {f"weibo:comment:{road.write(str(number))}" for number in range(900)}
    seen = [message.id for message in road.poll(after=timedelta(hours=1))]
    assert 0 < len(seen) < len(written), "a run does not spend the whole day's calls"
    for _ in range(3):
        seen += [message.id for message in road.poll(after=timedelta(hours=1))]
    assert sorted(seen) == sorted(written)


def test_what_a_refusal_cuts_off_is_read_later_and_nothing_read_is_asked_again(road: Road) -> None:
    road.poll()
    written = {f"weibo:comment:{road.write(str(number))}" for number in range(200)}
    platform, asked = road.answer, len(road.calls)

    def tired(call: OutgoingCall) -> PlatformAnswer:
        if len(road.calls) - asked < 2:
            return platform(call)
        return PlatformAnswer(status=200, body=b'{"error_code": 10023, "error": "User requests out of rate limit!"}')

    road.answer = tired
    first = [message.id for message in road.poll(after=timedelta(hours=1))]
    road.answer = platform
    later = [message.id for message in road.poll(after=timedelta(hours=2))]
    assert sorted([*first, *later]) == sorted(written)


def test_a_comment_deleted_between_two_pages_hides_no_other(road: Road) -> None:
    road.poll()
    written = [f"weibo:comment:{road.write(str(number))}" for number in range(120)]
    platform = road.answer

    def deleting(call: OutgoingCall) -> PlatformAnswer:
        answer = platform(call)
        road.feeds.delete(written[-1].rpartition(":")[2])
        return answer

    road.answer = deleting
    assert {message.id for message in road.poll(after=timedelta(hours=1))} == set(written)


def test_the_offices_own_comments_are_no_messages(road: Road) -> None:
    road.poll()
    road.write("感谢支持", citizen=build.an_account().external_id)
    assert road.poll(after=timedelta(hours=1)) == []


def test_what_the_office_answered_comes_back_as_an_echo_to_the_citizen_without_weibos_preface(road: Road) -> None:
    road.poll()
    asked = road.write("谁来管管", citizen="991000000009")
    under_comment = road.feeds.office_said("5000000000001000", asked, "您好：已转属地分局", at=road.now)
    under_post = road.feeds.office_said("5000000000001007", "", "谢谢", at=road.now)
    _, *echoes = road.poll(after=timedelta(hours=1))
    assert [(one.content_type, one.kind, one.citizen_id, one.text, one.post_id) for one in echoes] == [
        (ContentType.ECHO, MessageKind.COMMENT, "991000000009", "您好：已转属地分局", under_comment),
        (ContentType.ECHO, MessageKind.COMMENT, "992000000007", "谢谢", under_post),
    ]


def test_a_run_that_dies_after_any_of_its_calls_loses_no_comment(road: Road) -> None:
    road.poll()
    for survived in range(1, 6):
        written = road.write(str(survived))
        road.now += timedelta(hours=2)
        with pytest.raises(ProcessDiedError), dying_after(road.client, survived):
            road.poll()
        found = [*road.inbox(), *road.poll(after=timedelta(hours=3))]
        assert f"weibo:comment:{written}" in {message.id for message in found}


@pytest.mark.parametrize("trouble", ["refused", "silent", "nonsense"])
def test_a_platform_in_trouble_is_asked_again_later_and_nothing_is_skipped(road: Road, trouble: str) -> None:
    road.poll()
    written = road.write("还在吗")
    platform = road.answer

    def in_trouble(call: OutgoingCall) -> PlatformAnswer:
        if trouble == "silent":
            raise MaybeSentError
        body: Any = {"error_code": 10001, "error": "System error"} if trouble == "refused" else []
        return PlatformAnswer(status=200, body=json.dumps(body).encode())

    road.answer = in_trouble
    assert road.poll(after=timedelta(hours=1)) == []
    road.answer = platform
    assert road.poll(after=timedelta(minutes=30)) == [], "an hour's rest"
    assert [message.id for message in road.poll(after=timedelta(minutes=31))] == [f"weibo:comment:{written}"]


def test_a_whole_day_of_talk_stays_within_the_platforms_calls(road: Road) -> None:
    road.now = build.NOW.replace(hour=0, minute=0)
    seen: set[str] = set()
    written: set[str] = set()
    for tick in range(288):
        if tick % 3 == 0 and tick < 250:
            written.add(f"weibo:comment:{road.write(str(tick))}")
        seen |= {message.id for message in road.poll(after=timedelta(minutes=5) if tick else timedelta())}
    assert written <= seen
    assert len(road.calls) <= 2 * FEED_CALLS


def test_a_feed_that_is_not_due_costs_one_read(road: Road) -> None:
    road.poll()
    with counting(road.client) as calls:
        road.poll()
    assert calls == ["Query", "GetItem", "GetItem"]


def test_the_function_asks_and_reports(road: Road, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clients, "dynamodb", lambda: road.client)
    monkeypatch.setattr(clients, "sqs", lambda: road.sqs)
    app: ModuleType = importlib.reload(importlib.import_module("functions.poll_platform.app"))
    monkeypatch.setattr(app, "poller", road.poller)
    assert app.handler({}, None) == {"calls": 2, "comments": 3}
