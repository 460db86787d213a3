"""Public posts on an emulated AWS: sent once, asked after, closed by the platform's own event."""

import importlib
import json
from contextlib import suppress
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

import boto3
import pytest

from jiesu.cases.effects import PublicationEffect, effects_of
from jiesu.channels import transmission
from jiesu.channels.delivery import RawDelivery, to_queue_body
from jiesu.channels.outgoing import PlatformAnswer
from jiesu.channels.transmission import MaybeSentError, NotSentError
from jiesu.model.case import Case
from jiesu.model.errors import PermanentError
from jiesu.model.publication import Posting, PostingState
from jiesu.model.words import TaskKind
from jiesu.road.accounts import AccountBook
from jiesu.road.effects import EffectDispatcher, EffectQueues
from jiesu.road.publish import MAX_CHECKS, Publisher, is_publication_due, read_publication_due
from jiesu.road.sending import MAX_ATTEMPTS, OnceSender, SendingDelayedError
from jiesu.road.tokens import TokenBook
from jiesu.runtime import clients
from jiesu.runtime.secrets import SecretBook
from local.platforms import wechat as wechat_platform
from tests import builders as build
from tests.conftest import Stores
from tests.dying import ProcessDiedError, dying_after
from tests.functions.conftest import queue_url, sqs_event
from tests.functions.platforms import ScriptedPlatform, token
from tests.unit.channels.accounts import WECHAT_SECRETS, WEIBO_SECRETS, publishing_wechat_account, publishing_weibo_account
from tests.vectors import PUBLISHED

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

EVENTS = Path(__file__).parents[2] / "events"
WEIBO, WECHAT = publishing_weibo_account(), publishing_wechat_account()
LINK = "https://gaj.example.org/t/1"


def said(value: object, status: int = 200) -> PlatformAnswer:
    return PlatformAnswer(status=status, body=json.dumps(value).encode())


POSTED_ON_WEIBO = said({"id": 5200000000000001, "idstr": "5200000000000001"})
DRAFTED = said({"media_id": "draft-1", "item": []})
SUBMITTED = said({"errcode": 0, "errmsg": "ok", "publish_id": "2247503051"})
RUNNING = said({"publish_id": "2247503051", "publish_status": 1, "fail_idx": []})
REJECTED = said({"publish_id": "2247503051", "publish_status": 4, "fail_idx": [1]})
STANDS = said(
    {
        "publish_id": "2247503051",
        "publish_status": 0,
        "article_id": "article-1",
        "article_detail": {"count": 1, "item": [{"idx": 1, "article_url": "https://mp.example.org/s/1"}]},
    }
)
BUSY = PlatformAnswer(status=503, body=b"<html>")
LOST = PlatformAnswer(status=504, body=b"<html>")


@pytest.fixture
def configured(stores: Stores) -> Stores:
    """One account of each platform that publishes, with its secrets."""
    secretsmanager = boto3.client("secretsmanager")
    for account, secrets in ((WEIBO, {**WEIBO_SECRETS, "operator_ip": "203.0.113.7"}), (WECHAT, WECHAT_SECRETS)):
        stores.accounts.put_account(account, build.a_note())
        secretsmanager.create_secret(Name=account.secret_name, SecretString=json.dumps(secrets))
    return stores


def publisher(stores: Stores, platform: ScriptedPlatform) -> Publisher:
    secrets = SecretBook(boto3.client("secretsmanager"))
    return Publisher(
        cases=stores.cases,
        once=OnceSender(deliveries=stores.deliveries),
        tokens=TokenBook(transient=stores.transient, secrets=secrets, transmit=platform.transmit),
        accounts=AccountBook(stores.accounts.accounts),
        secrets=secrets,
        transmit=platform.transmit,
    )


def approved(stores: Stores, account_id: str, *, link: str = LINK) -> PublicationEffect:
    """A draft for one account that a second person approved; this is what the timeline asks for."""
    account = {"weibo-main": WEIBO, "wechat-main": WECHAT}[account_id]
    posting = build.a_posting(account_id, account.platform)
    execute = stores.cases.execute
    execute(build.CASE_ID, build.open_case(), actor=build.SYSTEM, now=build.NOW)
    execute(build.CASE_ID, build.draft_publication("p1", posting, link=link), actor=build.EDITOR, now=build.after(minutes=1))
    outcome = execute(build.CASE_ID, build.approve_publication(), actor=build.SUPERVISOR, now=build.after(minutes=2))
    assert outcome.entry is not None
    (effect,) = effects_of(outcome.entry)
    assert isinstance(effect, PublicationEffect)
    return effect


def submitted(stores: Stores) -> PublicationEffect:
    """The same on WeChat, which has taken it and examines it; this is the question that follows."""
    effect = approved(stores, "wechat-main")
    publisher(stores, ScriptedPlatform(token("t1"), DRAFTED, SUBMITTED)).carry_out(effect, build.after(minutes=3))
    (entry, *_) = stores.cases.timeline(build.CASE_ID).entries
    (check,) = effects_of(entry)
    assert isinstance(check, PublicationEffect)
    return check


def the_case(stores: Stores) -> Case:
    case = stores.cases.load(build.CASE_ID)
    assert case is not None
    return case


def the_posting(stores: Stores) -> Posting:
    (posting,) = the_case(stores).publications[0].postings
    return posting


def assert_given_to_person(stores: Stores, reason: str) -> None:
    (task,) = the_case(stores).tasks
    assert (task.kind, task.reason) == (TaskKind.PUBLICATION_FAILED, reason)
    assert the_posting(stores).state is PostingState.FAILED


# --- Posting ----------------------------------------------------------------------------------


def test_weibo_gets_the_post_and_the_case_keeps_its_number_and_its_link(configured: Stores) -> None:
    effect = approved(configured, "weibo-main")
    platform = ScriptedPlatform(POSTED_ON_WEIBO)
    publisher(configured, platform).carry_out(effect, build.after(minutes=3))

    assert platform.asked == ["/2/statuses/share.json?access_token=weibo-token-for-tests"]
    posting = the_posting(configured)
    assert (posting.state, posting.platform_ref) == (PostingState.POSTED, "5200000000000001")
    assert posting.link == "https://weibo.example.org/2/statuses/go?uid=1000000001&id=5200000000000001"


def test_wechat_gets_a_draft_then_its_submission_and_the_case_waits_for_the_platform(configured: Stores) -> None:
    check = submitted(configured)
    assert (check.step, check.account_id) == ("check", "wechat-main")
    posting = the_posting(configured)
    assert (posting.state, posting.platform_ref) == (PostingState.SUBMITTED, "2247503051")


def test_a_post_brought_twice_is_sent_once(configured: Stores) -> None:
    effect = approved(configured, "weibo-main")
    platform = ScriptedPlatform(POSTED_ON_WEIBO)
    for _ in range(2):
        publisher(configured, platform).carry_out(effect, build.after(minutes=3))
    assert len(platform.calls) == 1


def test_a_worker_that_dies_after_any_of_its_calls_posts_at_most_once_and_the_case_always_learns(configured: Stores) -> None:
    effect = approved(configured, "weibo-main")
    platform = ScriptedPlatform(POSTED_ON_WEIBO)
    for calls in range(1, 12):
        with suppress(ProcessDiedError), dying_after(configured.client, calls):
            publisher(configured, platform).carry_out(effect, build.after(minutes=3 * calls))
    publisher(configured, platform).carry_out(effect, build.after(minutes=60))
    assert len(platform.calls) <= 1
    assert not the_posting(configured).state.is_under_way


@pytest.mark.parametrize("account_id", ["weibo-main", "wechat-main"])
def test_whether_an_answer_that_was_lost_had_published_a_person_must_look(configured: Stores, account_id: str) -> None:
    effect = approved(configured, account_id)
    before = (token("t1"), DRAFTED) if account_id == "wechat-main" else ()
    for answer in (MaybeSentError("no answer"), LOST):
        platform = ScriptedPlatform(*before, answer)
        publisher(configured, platform).carry_out(effect, build.after(minutes=3))
    assert_given_to_person(configured, "outcome_unknown")


def test_a_draft_whose_answer_was_lost_is_laid_down_again_for_nobody_saw_it(configured: Stores) -> None:
    effect = approved(configured, "wechat-main")
    with pytest.raises(SendingDelayedError):
        publisher(configured, ScriptedPlatform(token("t1"), LOST)).carry_out(effect, build.after(minutes=3))
    publisher(configured, ScriptedPlatform(DRAFTED, SUBMITTED)).carry_out(effect, build.after(minutes=9))
    assert the_posting(configured).state is PostingState.SUBMITTED


def test_a_refused_token_is_renewed_and_the_post_goes_out_once(configured: Stores) -> None:
    effect = approved(configured, "wechat-main")
    expired = said({"errcode": 42001, "errmsg": "access_token expired"})
    platform = ScriptedPlatform(token("t1"), expired, token("t2"), DRAFTED, SUBMITTED)
    publisher(configured, platform).carry_out(effect, build.after(minutes=3))
    assert [one.partition("?")[0] for one in platform.asked] == [
        "/cgi-bin/stable_token",
        "/cgi-bin/draft/add",
        "/cgi-bin/stable_token",
        "/cgi-bin/draft/add",
        "/cgi-bin/freepublish/submit",
    ]


@pytest.mark.parametrize("busy", [BUSY, NotSentError("refused"), said({"error_code": "10001", "error": "system error"}, 503)])
def test_a_busy_platform_is_asked_again_and_in_the_end_a_person(configured: Stores, busy: PlatformAnswer | BaseException) -> None:
    effect = approved(configured, "weibo-main")
    platform = ScriptedPlatform(busy)
    for minutes in range(1, MAX_ATTEMPTS):
        with pytest.raises(SendingDelayedError):
            publisher(configured, platform).carry_out(effect, build.after(minutes=10 * minutes))
    publisher(configured, platform).carry_out(effect, build.after(hours=2))
    assert the_posting(configured).state is PostingState.FAILED
    assert len(platform.calls) == MAX_ATTEMPTS


def test_what_the_platform_would_refuse_for_certain_is_not_sent(configured: Stores) -> None:
    effect = approved(configured, "weibo-main", link="https://example.com/elsewhere")
    platform = ScriptedPlatform(POSTED_ON_WEIBO)
    publisher(configured, platform).carry_out(effect, build.after(minutes=3))
    assert platform.calls == []
    assert_given_to_person(configured, "link_foreign")


def test_an_account_without_the_operators_address_is_a_persons_task(configured: Stores) -> None:
    boto3.client("secretsmanager").put_secret_value(SecretId=WEIBO.secret_name, SecretString=json.dumps(WEIBO_SECRETS))
    effect = approved(configured, "weibo-main")
    publisher(configured, ScriptedPlatform(POSTED_ON_WEIBO)).carry_out(effect, build.after(minutes=3))
    assert_given_to_person(configured, "account_misconfigured")


def test_a_post_of_no_case_is_refused_by_name(configured: Stores) -> None:
    effect = PublicationEffect(id="c.1", case_id=build.CASE_ID, publication_id="p9", account_id="weibo-main", step="post")
    with pytest.raises(PermanentError, match="publication_missing"):
        publisher(configured, ScriptedPlatform(POSTED_ON_WEIBO)).carry_out(effect, build.NOW)


# --- Asking what became of it -------------------------------------------------------------------


def test_the_article_stands_in_public_once_the_platform_says_so(configured: Stores) -> None:
    check = submitted(configured)
    publisher(configured, ScriptedPlatform(STANDS)).carry_out(check, build.after(minutes=4))
    posting = the_posting(configured)
    assert (posting.state, posting.platform_ref, posting.link) == (PostingState.POSTED, "article-1", "https://mp.example.org/s/1")


def test_a_rejected_article_is_a_persons_task(configured: Stores) -> None:
    check = submitted(configured)
    publisher(configured, ScriptedPlatform(REJECTED)).carry_out(check, build.after(minutes=4))
    assert_given_to_person(configured, "article_rejected")


def test_a_platform_that_examines_for_long_is_asked_again_and_then_a_person(configured: Stores) -> None:
    check = submitted(configured)
    platform = ScriptedPlatform(RUNNING)
    for attempt in range(1, MAX_CHECKS):
        with pytest.raises(SendingDelayedError):
            publisher(configured, platform).carry_out(check, build.after(minutes=4), attempt=attempt)
    publisher(configured, platform).carry_out(check, build.after(minutes=40), attempt=MAX_CHECKS)
    assert [task.kind for task in the_case(configured).tasks] == [TaskKind.PUBLICATION_UNCONFIRMED]
    assert the_posting(configured).state is PostingState.SUBMITTED


def test_the_question_is_not_asked_once_the_answer_is_known(configured: Stores) -> None:
    check = submitted(configured)
    publisher(configured, ScriptedPlatform(STANDS)).carry_out(check, build.after(minutes=4))
    again = ScriptedPlatform(STANDS)
    publisher(configured, again).carry_out(check, build.after(minutes=10))
    assert again.calls == []


# --- The platform's own event -------------------------------------------------------------------


@pytest.fixture
def ingest(configured: Stores, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.setattr(clients, "dynamodb", lambda: configured.client)
    monkeypatch.setattr(clients, "secretsmanager", lambda: boto3.client("secretsmanager"))
    return importlib.reload(importlib.import_module("functions.ingest_message.app"))


def the_event(job: str = "2247503051", name: str = "event.PUBLISHJOBFINISH") -> str:
    """The event as the platform's page prints it, about another job of our account, sealed, as it lies in the inbox."""
    printed: str = PUBLISHED["wechat"]["payloads"][name]["body"]
    plain = printed.replace("toUser", WECHAT.external_id).replace("2247503051", job)
    _, body, _ = wechat_platform.sealed_delivery(
        WECHAT_SECRETS, plain.encode(), app_id=WECHAT.app_id, timestamp=build.after(minutes=4), nonce="1"
    )
    return to_queue_body(
        RawDelivery(account_id=WECHAT.id, platform=WECHAT.platform, body=body, query={}, received_at=build.after(minutes=4))
    )


def test_the_platforms_event_closes_the_publication_before_anybody_asks(configured: Stores, ingest: ModuleType) -> None:
    check = submitted(configured)
    assert ingest.handler(sqs_event(the_event(), the_event()), None) == {"batchItemFailures": []}
    assert the_posting(configured).state is PostingState.POSTED
    platform = ScriptedPlatform(STANDS)
    publisher(configured, platform).carry_out(check, build.after(minutes=5))
    assert platform.calls == []


def test_an_event_of_refusal_is_a_persons_task(configured: Stores, ingest: ModuleType) -> None:
    submitted(configured)
    ingest.handler(sqs_event(the_event(name="event.PUBLISHJOBFINISH_refused")), None)
    assert_given_to_person(configured, "article_not_original")


def test_an_event_about_what_another_system_published_rests(configured: Stores, ingest: ModuleType) -> None:
    submitted(configured)
    assert ingest.handler(sqs_event(the_event(job="1")), None) == {"batchItemFailures": []}
    assert the_posting(configured).state is PostingState.SUBMITTED


# --- The queue ----------------------------------------------------------------------------------


def test_the_samples_are_what_the_timeline_asks_for(configured: Stores) -> None:
    event = json.loads((EVENTS / "send_reply_publication.json").read_text(encoding="utf-8"))
    body = event["Records"][0]["body"]
    assert is_publication_due(body)
    assert read_publication_due(body) == approved(configured, "weibo-main")


@pytest.mark.parametrize("change", [{"version": 2}, {"effect": {}}, {"effect": {"step": "delete"}}, {"effect": 7}])
def test_a_queue_message_that_is_no_publication_is_refused(change: dict[str, object]) -> None:
    body = json.dumps({"type": "PublicationDue", "version": 1, "effect": {"step": "post"}, **change})
    with pytest.raises(PermanentError, match="effect_"):
        read_publication_due(body)


def test_the_function_posts_the_samples_publication(configured: Stores, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clients, "dynamodb", lambda: configured.client)
    monkeypatch.setattr(clients, "secretsmanager", lambda: boto3.client("secretsmanager"))
    platform = ScriptedPlatform(POSTED_ON_WEIBO)
    monkeypatch.setattr(transmission, "transmit", lambda _pool, call: platform.transmit(call))
    app = importlib.reload(importlib.import_module("functions.send_reply.app"))
    approved(configured, "weibo-main")
    event = json.loads((EVENTS / "send_reply_publication.json").read_text(encoding="utf-8"))
    assert app.handler(event, None) == {"batchItemFailures": []}
    assert the_posting(configured).state is PostingState.POSTED


def test_the_question_is_put_off_until_the_platform_has_had_its_time(configured: Stores, sqs: "SQSClient") -> None:
    dispatcher = EffectDispatcher(
        queues=EffectQueues(
            sqs=sqs,
            notices_queue_url=queue_url("NoticesQueue"),
            outbound_queue_url=queue_url("OutboundQueue"),
            commands_queue_url=queue_url("CommandsQueue"),
        ),
        stepfunctions=boto3.client("stepfunctions"),
        media_queue_url=queue_url("MediaQueue"),
        state_machine_arn="",
    )
    submitted(configured)
    for entry in configured.cases.timeline(build.CASE_ID).entries:
        dispatcher.dispatch(entry, build.NOW)
    waiting = sqs.get_queue_attributes(QueueUrl=queue_url("OutboundQueue"), AttributeNames=["All"])["Attributes"]
    assert waiting["ApproximateNumberOfMessages"] == "1", "the post itself"
    assert waiting["ApproximateNumberOfMessagesDelayed"] == "1", "the question"
