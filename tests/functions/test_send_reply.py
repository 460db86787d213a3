"""Replies on an emulated AWS, to platforms that take them, refuse them, lose them or are gone."""

import importlib
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from pathlib import Path
from threading import Thread
from types import ModuleType
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from jiesu.cases.commands import ReplyToCitizen
from jiesu.cases.effects import ReplyEffect, effects_of
from jiesu.channels.outgoing import ANSWER_BY_HAND, PlatformAnswer
from jiesu.channels.transmission import MaybeSentError, NotSentError
from jiesu.model.case import Case, MessageRef
from jiesu.model.delivery import ReplyDescription
from jiesu.model.errors import PermanentError
from jiesu.model.message import DESK_ACCOUNT_ID, ChannelAccount, ConversationKey
from jiesu.model.words import DeliveryState, MessageKind, Platform, ReplyManner
from jiesu.road.accounts import AccountBook
from jiesu.road.reply import ReplySender, read_reply_due
from jiesu.road.sending import LIMIT_WAIT, MAX_ATTEMPTS, OnceSender, SendingDelayedError
from jiesu.road.tokens import TokenBook
from jiesu.runtime import clients
from jiesu.runtime.secrets import SecretBook
from jiesu.store.deliveries import Delivery
from tests import builders as build
from tests.conftest import Stores
from tests.dying import ProcessDiedError, dying_after
from tests.functions.conftest import queue_url, sqs_event
from tests.functions.platforms import ScriptedPlatform, token
from tests.unit.channels.accounts import (
    DOUYIN_SECRETS,
    PARTNER_SECRETS,
    WECHAT_SECRETS,
    WEIBO_SECRETS,
    douyin_account,
    partner_account,
    wechat_account,
    weibo_account,
)

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

EVENTS = Path(__file__).parents[2] / "events"

TAKEN_BY_WEIBO = PlatformAnswer(status=200, body=b'{"result":true}')
TAKEN_BY_WECHAT = PlatformAnswer(status=200, body=b'{"errcode":0,"errmsg":"ok"}')
BUSY = PlatformAnswer(status=503, body=b"<html>")
LIMITED = PlatformAnswer(status=403, body=b'{"error_code":"10023","error":"user requests out of rate limit"}')
LOST = PlatformAnswer(status=504, body=b"<html>")
REJECTED_BY_WEIBO = PlatformAnswer(status=403, body=b'{"error_code":"21327","error":"expired_token"}')
REJECTED_BY_WECHAT = PlatformAnswer(status=200, body=b'{"errcode":42001,"errmsg":"access_token expired"}')


@pytest.fixture
def configured(stores: Stores) -> Stores:
    """One account of each platform with its secrets."""
    secretsmanager = boto3.client("secretsmanager")
    for account, secrets in (
        (weibo_account(), WEIBO_SECRETS),
        (wechat_account(), WECHAT_SECRETS),
        (douyin_account(), DOUYIN_SECRETS),
        (partner_account(), PARTNER_SECRETS),
    ):
        stores.accounts.put_account(account, build.a_note())
        secretsmanager.create_secret(Name=account.secret_name, SecretString=json.dumps(secrets))
    return stores


def sender(stores: Stores, platform: ScriptedPlatform) -> ReplySender:
    secrets = SecretBook(boto3.client("secretsmanager"))
    return ReplySender(
        cases=stores.cases,
        once=OnceSender(deliveries=stores.deliveries),
        windows=stores.windows,
        tokens=TokenBook(transient=stores.transient, secrets=secrets, transmit=platform.transmit),
        accounts=AccountBook(stores.accounts.accounts),
        secrets=secrets,
        transmit=platform.transmit,
    )


def asked_by(account: ChannelAccount) -> MessageRef:
    """A message that came to `account`."""
    return build.a_message_ref(
        platform=account.platform,
        kind=MessageKind.MENTION if account.platform is Platform.WEIBO else MessageKind.PRIVATE,
        conversation=ConversationKey(account_id=account.id, citizen_id="2489518277"),
        post_id="@conversation== @message==" if account.platform is Platform.DOUYIN else None,
    )


def a_reply_due(
    stores: Stores, account: ChannelAccount, text: str = "您好,已转丰台分局办理", reply_id: str = "r1"
) -> ReplyEffect:
    """An editor has answered; this is what the timeline asks for."""
    if stores.cases.load(build.CASE_ID) is None:
        stores.cases.execute(build.CASE_ID, build.open_case(), actor=build.SYSTEM, now=build.NOW)
    outcome = stores.cases.execute(
        build.CASE_ID,
        ReplyToCitizen(reply_id=reply_id, text=text, to=asked_by(account)),
        actor=build.EDITOR,
        now=build.after(minutes=1),
    )
    assert outcome.entry is not None
    (effect,) = effects_of(outcome.entry)
    assert isinstance(effect, ReplyEffect)
    return effect


def the_case(stores: Stores) -> Case:
    case = stores.cases.load(build.CASE_ID)
    assert case is not None
    return case


def the_delivery(stores: Stores) -> Delivery:
    (delivery,) = stores.deliveries.traces(build.CASE_ID).deliveries
    return delivery


def assert_given_to_person(stores: Stores, reason: str) -> None:
    case, delivery = the_case(stores), the_delivery(stores)
    assert [reply.state for reply in case.replies] == ["failed"]
    assert [(task.subject, task.reason) for task in case.tasks] == [("r1", reason)]
    assert (delivery.state, delivery.reason) == (DeliveryState.FAILED, reason)


# --- Sent -------------------------------------------------------------------------------------


def test_reply_goes_out_on_weibo_and_the_case_knows(configured: Stores) -> None:
    effect = a_reply_due(configured, weibo_account())
    platform = ScriptedPlatform(TAKEN_BY_WEIBO)
    sender(configured, platform).send(effect, build.NOW)

    assert platform.asked == ["/2/messages/reply.json?access_token=weibo-token-for-tests"]
    assert b"receiver_id=2489518277" in platform.calls[0].body
    assert [reply.state for reply in the_case(configured).replies] == ["sent"]
    assert the_delivery(configured).state is DeliveryState.SENT


def test_reply_goes_out_on_douyin_and_names_the_message_it_answers(configured: Stores) -> None:
    effect = a_reply_due(configured, douyin_account())
    platform = ScriptedPlatform(PlatformAnswer(status=200, body=b'{"extra":{"error_code":0},"msg_id":"@sent=="}'))
    sender(configured, platform).send(effect, build.NOW)

    assert platform.asked == ["/im/send/msg/?open_id=open-id-of-the-office"]
    assert json.loads(platform.calls[0].body)["msg_id"] == "@message=="
    assert the_delivery(configured).provider_ref == "@sent=="


def test_reply_to_the_citizen_of_a_partner_without_an_address_is_a_task_without_a_call(configured: Stores) -> None:
    platform = ScriptedPlatform(TAKEN_BY_WEIBO)
    sender(configured, platform).send(a_reply_due(configured, partner_account()), build.NOW)
    assert platform.calls == []
    assert_given_to_person(configured, "partner_has_no_reply")


def test_reply_to_what_a_person_copied_from_a_platform_is_a_task_without_a_call(configured: Stores) -> None:
    platform = ScriptedPlatform(TAKEN_BY_WEIBO)
    copied = replace(wechat_account(), id=DESK_ACCOUNT_ID)
    sender(configured, platform).send(a_reply_due(configured, copied), build.NOW)
    assert platform.calls == []
    assert_given_to_person(configured, ANSWER_BY_HAND)


def a_partner_that_takes_answers(stores: Stores) -> ChannelAccount:
    account = replace(partner_account(), id="partner-open", api_base="https://district.example.org/answers")
    stores.accounts.put_account(account, build.a_note())
    secrets = {**PARTNER_SECRETS, "reply_secret": PARTNER_SECRETS["secret"]}
    boto3.client("secretsmanager").put_secret_value(SecretId=account.secret_name, SecretString=json.dumps(secrets))
    return account


def test_reply_to_a_partners_citizen_goes_to_the_address_the_partner_gave(configured: Stores) -> None:
    effect = a_reply_due(configured, a_partner_that_takes_answers(configured))
    platform = ScriptedPlatform(PlatformAnswer(status=204, body=b""))
    sender(configured, platform).send(effect, build.NOW)
    assert platform.asked == ["/answers"]
    assert [reply.state for reply in the_case(configured).replies] == ["sent"]


@pytest.mark.parametrize("trouble", [BUSY, LOST, MaybeSentError(), NotSentError()])
def test_partner_knows_a_reply_by_its_id_so_a_doubtful_one_is_sent_again(
    configured: Stores, trouble: PlatformAnswer | Exception
) -> None:
    effect = a_reply_due(configured, a_partner_that_takes_answers(configured))
    platform = ScriptedPlatform(trouble, PlatformAnswer(status=204, body=b""))
    with pytest.raises(SendingDelayedError):
        sender(configured, platform).send(effect, build.NOW)
    sender(configured, platform).send(effect, build.after(minutes=5))
    assert [reply.state for reply in the_case(configured).replies] == ["sent"]
    first, second = platform.calls
    assert first.headers["webhook-id"] == second.headers["webhook-id"]


def test_reply_whose_sender_died_is_sent_to_a_partner_again(configured: Stores) -> None:
    effect = a_reply_due(configured, a_partner_that_takes_answers(configured))
    platform = ScriptedPlatform(ProcessDiedError(), PlatformAnswer(status=204, body=b""))
    with pytest.raises(ProcessDiedError):
        sender(configured, platform).send(effect, build.NOW)
    sender(configured, platform).send(effect, build.after(minutes=5))
    assert [reply.state for reply in the_case(configured).replies] == ["sent"]


def test_reply_that_a_partner_takes_no_longer_is_a_task(configured: Stores) -> None:
    platform = ScriptedPlatform(PlatformAnswer(status=410, body=b""))
    sender(configured, platform).send(a_reply_due(configured, a_partner_that_takes_answers(configured)), build.NOW)
    assert_given_to_person(configured, "partner_has_no_reply")


def test_reply_goes_out_on_wechat_with_a_token_that_is_fetched_once(configured: Stores) -> None:
    platform = ScriptedPlatform(token("first"), TAKEN_BY_WECHAT)
    for number in (1, 2):
        effect = a_reply_due(configured, wechat_account(), reply_id=f"r{number}")
        sender(configured, platform).send(effect, build.NOW)

    assert platform.asked == [
        "/cgi-bin/stable_token",
        "/cgi-bin/message/custom/send?access_token=first",
        "/cgi-bin/message/custom/send?access_token=first",
    ]
    assert [reply.state for reply in the_case(configured).replies] == ["sent", "sent"]


def test_second_delivery_of_a_reply_sends_nothing(configured: Stores) -> None:
    effect = a_reply_due(configured, weibo_account())
    platform = ScriptedPlatform(TAKEN_BY_WEIBO)
    for _ in range(3):
        sender(configured, platform).send(effect, build.NOW)
    assert len(platform.calls) == 1


# --- Tokens that are refused ------------------------------------------------------------------


def test_refused_token_is_fetched_anew_once_and_never_by_force(configured: Stores) -> None:
    configured.transient.put_token("wechat-main", "old", expires_at=build.after(hours=1))
    platform = ScriptedPlatform(REJECTED_BY_WECHAT, token("new"), TAKEN_BY_WECHAT)
    sender(configured, platform).send(a_reply_due(configured, wechat_account()), build.NOW)

    assert platform.asked == [
        "/cgi-bin/message/custom/send?access_token=old",
        "/cgi-bin/stable_token",
        "/cgi-bin/message/custom/send?access_token=new",
    ]
    assert json.loads(platform.calls[1].body)["force_refresh"] is False
    assert configured.transient.token("wechat-main", build.NOW) == "new"
    assert the_delivery(configured).state is DeliveryState.SENT


def test_weibo_token_that_nobody_renewed_is_tried_once(configured: Stores) -> None:
    platform = ScriptedPlatform(REJECTED_BY_WEIBO)
    sender(configured, platform).send(a_reply_due(configured, weibo_account()), build.NOW)
    assert len(platform.calls) == 1
    assert_given_to_person(configured, "token_rejected")


# --- Not now ----------------------------------------------------------------------------------


@pytest.mark.parametrize(("trouble", "reason"), [(BUSY, "platform_busy"), (NotSentError(), "platform_unreachable")])
def test_platform_that_comes_back_gets_the_reply_once(
    configured: Stores, trouble: PlatformAnswer | Exception, reason: str
) -> None:
    effect = a_reply_due(configured, weibo_account())
    platform = ScriptedPlatform(trouble, trouble, TAKEN_BY_WEIBO)
    for minute in (0, 6):
        with pytest.raises(SendingDelayedError):
            sender(configured, platform).send(effect, build.after(minutes=minute))
        delivery = the_delivery(configured)
        assert (delivery.state, delivery.reason) == (DeliveryState.CREATED, reason)
    sender(configured, platform).send(effect, build.after(minutes=12))
    assert len(platform.calls) == 3
    assert the_delivery(configured).state is DeliveryState.SENT


@pytest.mark.parametrize("answers", [(BUSY,), (token("first"), BUSY), (NotSentError(),), (MaybeSentError(),)])
def test_token_or_reply_that_cannot_be_had_is_tried_again(
    configured: Stores, answers: tuple[PlatformAnswer | Exception, ...]
) -> None:
    # While no token is known nothing can have been sent, not even when its answer was lost.
    with pytest.raises(SendingDelayedError):
        sender(configured, ScriptedPlatform(*answers)).send(a_reply_due(configured, wechat_account()), build.NOW)
    assert the_delivery(configured).state is DeliveryState.CREATED


def test_platform_that_stays_away_becomes_a_persons_task(configured: Stores) -> None:
    effect = a_reply_due(configured, weibo_account())
    platform = ScriptedPlatform(BUSY)
    for attempt in range(MAX_ATTEMPTS - 1):
        with pytest.raises(SendingDelayedError):
            sender(configured, platform).send(effect, build.after(minutes=6 * attempt))
    sender(configured, platform).send(effect, build.after(minutes=6 * MAX_ATTEMPTS))
    assert_given_to_person(configured, "platform_busy")


def test_limit_of_the_platform_is_left_alone_for_an_hour(configured: Stores) -> None:
    platform = ScriptedPlatform(LIMITED, TAKEN_BY_WEIBO)
    effect = a_reply_due(configured, weibo_account())
    with pytest.raises(SendingDelayedError) as delayed:
        sender(configured, platform).send(effect, build.NOW)
    assert delayed.value.wait == LIMIT_WAIT
    assert (the_delivery(configured).state, the_delivery(configured).reason) == (DeliveryState.CREATED, "rate_limited")
    sender(configured, platform).send(effect, build.NOW + LIMIT_WAIT)
    assert the_delivery(configured).state is DeliveryState.SENT


def test_busy_platform_is_asked_at_the_queues_own_pace(configured: Stores) -> None:
    with pytest.raises(SendingDelayedError) as delayed:
        sender(configured, ScriptedPlatform(BUSY)).send(a_reply_due(configured, weibo_account()), build.NOW)
    assert delayed.value.wait is None


def test_reply_that_another_worker_is_sending_is_left_to_it(configured: Stores) -> None:
    effect = a_reply_due(configured, weibo_account())
    configured.deliveries.claim(
        case_id=effect.case_id,
        delivery_id=effect.id,
        description=ReplyDescription(platform=Platform.WEIBO),
        now=build.NOW,
        lease=timedelta(minutes=2),
    )
    platform = ScriptedPlatform(TAKEN_BY_WEIBO)
    with pytest.raises(SendingDelayedError):
        sender(configured, platform).send(effect, build.after(minutes=1))
    assert platform.calls == []


# --- Never, or nobody knows -------------------------------------------------------------------


def test_refused_reply_becomes_a_task_that_says_why(configured: Stores) -> None:
    platform = ScriptedPlatform(token("first"), PlatformAnswer(status=200, body=b'{"errcode":45015}'))
    sender(configured, platform).send(a_reply_due(configured, wechat_account()), build.NOW)
    assert_given_to_person(configured, "window_closed")


def test_text_that_is_too_long_is_not_even_tried(configured: Stores) -> None:
    platform = ScriptedPlatform(TAKEN_BY_WEIBO)
    sender(configured, platform).send(a_reply_due(configured, weibo_account(), text="答" * 300), build.NOW)
    assert platform.calls == []
    assert_given_to_person(configured, "text_too_long")


@pytest.mark.parametrize("answer", [LOST, MaybeSentError()])
def test_reply_whose_answer_was_lost_is_not_sent_twice(configured: Stores, answer: PlatformAnswer | Exception) -> None:
    effect = a_reply_due(configured, weibo_account())
    platform = ScriptedPlatform(answer)
    for minute in (0, 6):
        sender(configured, platform).send(effect, build.after(minutes=minute))
    assert len(platform.calls) == 1
    assert_given_to_person(configured, "outcome_unknown")


def written_to(stores: Stores, account: ChannelAccount) -> None:
    """A citizen writes to `account`, and that opens the case."""
    asked = asked_by(account)
    message = build.a_message(
        platform=asked.platform, account_id=account.id, citizen_id=asked.conversation.citizen_id, kind=asked.kind
    )
    stores.messages.open_case(
        stores.cases,
        build.a_screened(message=message),
        case_id=build.CASE_ID,
        title="一",
        now=build.NOW,
        previous_case_id=None,
    )


def test_sixth_reply_to_one_message_on_wechat_is_a_task_without_a_call(configured: Stores) -> None:
    written_to(configured, wechat_account())
    configured.transient.put_token("wechat-main", "known", expires_at=build.after(days=1))
    platform = ScriptedPlatform(TAKEN_BY_WECHAT)
    for number in range(1, 7):
        effect = a_reply_due(configured, wechat_account(), reply_id=f"r{number}")
        sender(configured, platform).send(effect, build.after(minutes=number))
    assert len(platform.calls) == 5
    case = the_case(configured)
    assert [reply.state for reply in case.replies] == ["sent"] * 5 + ["failed"]
    assert [(task.subject, task.reason) for task in case.tasks] == [("r6", "reply_quota")]


def test_second_reply_to_one_mention_is_a_task_without_a_call(configured: Stores) -> None:
    written_to(configured, weibo_account())
    platform = ScriptedPlatform(TAKEN_BY_WEIBO)
    for reply_id in ("r1", "r2"):
        sender(configured, platform).send(a_reply_due(configured, weibo_account(), reply_id=reply_id), build.after(minutes=2))
    assert len(platform.calls) == 1
    assert [(task.subject, task.reason) for task in the_case(configured).tasks] == [("r2", "reply_quota")]


def test_reply_after_the_window_is_a_task_without_a_call(configured: Stores) -> None:
    written_to(configured, weibo_account())
    platform = ScriptedPlatform(TAKEN_BY_WEIBO)
    sender(configured, platform).send(a_reply_due(configured, weibo_account()), build.after(hours=48))
    assert platform.calls == []
    assert_given_to_person(configured, "window_closed")


def test_reply_whose_sender_died_before_the_case_knew_is_counted_once(configured: Stores) -> None:
    written_to(configured, weibo_account())
    effect = a_reply_due(configured, weibo_account())
    configured.deliveries.claim(
        case_id=effect.case_id,
        delivery_id=effect.id,
        description=ReplyDescription(platform=Platform.WEIBO),
        now=build.NOW,
        lease=timedelta(minutes=2),
    )
    configured.deliveries.sent(case_id=effect.case_id, delivery_id=effect.id, provider_ref="1", now=build.NOW)
    for minute in (6, 12):
        sender(configured, ScriptedPlatform(TAKEN_BY_WEIBO)).send(effect, build.after(minutes=minute))
    ledger = configured.windows.ledger(asked_by(weibo_account()).conversation)
    assert ledger is not None
    assert ledger.replied == {"r1": build.after(minutes=6)}
    assert [reply.state for reply in the_case(configured).replies] == ["sent"]


# --- In public --------------------------------------------------------------------------------

POST_OF_COMMENT = PlatformAnswer(status=200, body=b'[{"id":4001,"status":{"id":5001}}]')
COMMENT_TAKEN = PlatformAnswer(status=200, body=b'{"id":7001,"text":"x"}')


@pytest.fixture
def with_operator_ip(configured: Stores) -> Stores:
    boto3.client("secretsmanager").put_secret_value(
        SecretId=weibo_account().secret_name, SecretString=json.dumps({**WEIBO_SECRETS, "operator_ip": "192.0.2.7"})
    )
    return configured


def a_comment_due(stores: Stores, *, post_is_comment: bool, text: str = "您好,已转属地分局办理") -> ReplyEffect:
    """An editor has answered in public what stands under post 4001, or in comment 4001."""
    if stores.cases.load(build.CASE_ID) is None:
        stores.cases.execute(build.CASE_ID, build.open_case(), actor=build.SYSTEM, now=build.NOW)
    asked = replace(asked_by(weibo_account()), post_id="4001", post_is_comment=post_is_comment)
    command = ReplyToCitizen(reply_id="r1", text=text, to=asked, manner=ReplyManner.COMMENT)
    outcome = stores.cases.execute(build.CASE_ID, command, actor=build.EDITOR, now=build.after(minutes=1))
    assert outcome.entry is not None
    (effect,) = effects_of(outcome.entry)
    assert isinstance(effect, ReplyEffect)
    return effect


def test_public_answer_goes_under_the_post_with_the_offices_address(with_operator_ip: Stores) -> None:
    platform = ScriptedPlatform(COMMENT_TAKEN)
    sender(with_operator_ip, platform).send(a_comment_due(with_operator_ip, post_is_comment=False), build.NOW)
    assert platform.asked == ["/2/comments/create.json?access_token=weibo-token-for-tests"]
    assert b"id=4001&" in platform.calls[0].body
    assert platform.calls[0].body.endswith(b"rip=192.0.2.7")
    assert the_delivery(with_operator_ip).provider_ref == "7001"
    assert [reply.state for reply in the_case(with_operator_ip).replies] == ["sent"]


def test_public_answer_to_a_comment_asks_for_its_post_first(with_operator_ip: Stores) -> None:
    platform = ScriptedPlatform(POST_OF_COMMENT, COMMENT_TAKEN)
    sender(with_operator_ip, platform).send(a_comment_due(with_operator_ip, post_is_comment=True), build.NOW)
    assert [path.partition("?")[0] for path in platform.asked] == ["/2/comments/show_batch.json", "/2/comments/reply.json"]
    assert platform.calls[1].body.startswith(b"id=5001&")
    assert platform.calls[1].body.endswith(b"cid=4001")


def test_public_answer_needs_no_window_and_uses_none_up(with_operator_ip: Stores) -> None:
    written_to(with_operator_ip, weibo_account())
    sender(with_operator_ip, ScriptedPlatform(COMMENT_TAKEN)).send(
        a_comment_due(with_operator_ip, post_is_comment=False), build.after(days=30)
    )
    assert [reply.state for reply in the_case(with_operator_ip).replies] == ["sent"]
    ledger = with_operator_ip.windows.ledger(asked_by(weibo_account()).conversation)
    assert ledger is not None
    assert ledger.replied == {}


def test_comment_on_douyin_is_answered_in_public_without_asking_for_its_post(configured: Stores) -> None:
    asked = replace(asked_by(douyin_account()), kind=MessageKind.COMMENT, post_id="@item==#@comment==", post_is_comment=True)
    configured.cases.execute(build.CASE_ID, build.open_case(), actor=build.SYSTEM, now=build.NOW)
    command = ReplyToCitizen(reply_id="r1", text="已转分局办理", to=asked, manner=ReplyManner.COMMENT)
    outcome = configured.cases.execute(build.CASE_ID, command, actor=build.EDITOR, now=build.after(minutes=1))
    assert outcome.entry is not None
    (effect,) = effects_of(outcome.entry)
    assert isinstance(effect, ReplyEffect)
    taken = PlatformAnswer(status=200, body=b'{"data":{"error_code":0,"comment_id":"@answer=="}}')
    platform = ScriptedPlatform(taken)
    sender(configured, platform).send(effect, build.NOW)

    assert platform.asked == ["/item/comment/reply/?open_id=open-id-of-the-office"]
    assert the_delivery(configured).provider_ref == "@answer=="
    assert [reply.state for reply in the_case(configured).replies] == ["sent"]


@pytest.mark.parametrize(
    ("answers", "reason"),
    [
        ((PlatformAnswer(status=200, body=b"[]"),), "comment_gone"),
        ((REJECTED_BY_WEIBO,), "token_rejected"),
        ((POST_OF_COMMENT, PlatformAnswer(status=400, body=b'{"error_code":20201}')), "comment_gone"),
        ((POST_OF_COMMENT, LOST), "outcome_unknown"),
    ],
)
def test_public_answer_that_cannot_be_given_becomes_a_task(
    with_operator_ip: Stores, answers: tuple[PlatformAnswer, ...], reason: str
) -> None:
    sender(with_operator_ip, ScriptedPlatform(*answers)).send(a_comment_due(with_operator_ip, post_is_comment=True), build.NOW)
    assert_given_to_person(with_operator_ip, reason)


@pytest.mark.parametrize("trouble", [BUSY, NotSentError(), MaybeSentError()])
def test_post_that_cannot_be_asked_for_now_is_asked_for_again(
    with_operator_ip: Stores, trouble: PlatformAnswer | Exception
) -> None:
    with pytest.raises(SendingDelayedError):
        sender(with_operator_ip, ScriptedPlatform(trouble)).send(a_comment_due(with_operator_ip, post_is_comment=True), build.NOW)
    assert the_delivery(with_operator_ip).state is DeliveryState.CREATED


def test_public_answer_that_is_too_long_is_not_even_tried(with_operator_ip: Stores) -> None:
    platform = ScriptedPlatform(COMMENT_TAKEN)
    effect = a_comment_due(with_operator_ip, post_is_comment=False, text="答" * 141)
    sender(with_operator_ip, platform).send(effect, build.NOW)
    assert platform.calls == []
    assert_given_to_person(with_operator_ip, "text_too_long")


def test_public_answer_without_the_offices_address_becomes_a_task(configured: Stores) -> None:
    platform = ScriptedPlatform(COMMENT_TAKEN)
    sender(configured, platform).send(a_comment_due(configured, post_is_comment=False), build.NOW)
    assert platform.calls == []
    assert_given_to_person(configured, "account_misconfigured")


def test_reply_through_an_account_that_is_gone_becomes_a_task(configured: Stores) -> None:
    platform = ScriptedPlatform(TAKEN_BY_WEIBO)
    sender(configured, platform).send(a_reply_due(configured, build.an_account(id="weibo-closed")), build.NOW)
    assert_given_to_person(configured, "account_missing")


def test_reply_through_an_account_without_its_secret_becomes_a_task(configured: Stores) -> None:
    boto3.client("secretsmanager").put_secret_value(SecretId=weibo_account().secret_name, SecretString="{}")
    sender(configured, ScriptedPlatform(TAKEN_BY_WEIBO)).send(a_reply_due(configured, weibo_account()), build.NOW)
    assert_given_to_person(configured, "account_misconfigured")


def test_reply_that_no_case_knows_is_refused(configured: Stores) -> None:
    for effect in (
        ReplyEffect(id="x.1.reply", case_id="x", reply_id="r1"),
        ReplyEffect(id=f"{build.CASE_ID}.9.reply", case_id=build.CASE_ID, reply_id="r9"),
    ):
        with pytest.raises(PermanentError, match="reply_missing"):
            sender(configured, ScriptedPlatform(TAKEN_BY_WEIBO)).send(effect, build.NOW)
        a_reply_due(configured, weibo_account(), reply_id=f"for {effect.id}")


def test_worker_that_dies_anywhere_never_sends_twice_and_leaves_nothing_open(configured: Stores) -> None:
    """Killed after its first, second … call to the tables; the queue brings the reply again until it is at its end."""
    ends = []
    for calls in count(1):
        effect = a_reply_due(configured, weibo_account(), reply_id=f"r{calls}")
        platform = ScriptedPlatform(TAKEN_BY_WEIBO)
        try:
            with dying_after(configured.client, calls):
                sender(configured, platform).send(effect, build.NOW)
            survived = True
        except ProcessDiedError:
            survived = False
        sender(configured, platform).send(effect, build.after(minutes=6))
        assert len(platform.calls) <= 1
        reply = the_case(configured).reply(f"r{calls}")
        assert reply is not None
        ends.append((reply.state, len(platform.calls)))
        if survived:
            break
    # Only who dies with the claim in hand and nothing to show for it leaves a doubt, which a person clears.
    assert ends.count(("failed", 0)) == 1
    assert {end for end in ends if end != ("failed", 0)} == {("sent", 1)}


def test_worker_that_dies_while_the_platform_answers_leaves_it_to_a_person(configured: Stores) -> None:
    effect = a_reply_due(configured, weibo_account())
    platform = ScriptedPlatform(ProcessDiedError())
    with pytest.raises(ProcessDiedError):
        sender(configured, platform).send(effect, build.NOW)
    sender(configured, platform).send(effect, build.after(minutes=6))
    assert len(platform.calls) == 1
    assert_given_to_person(configured, "outcome_unknown")


# --- The handler ------------------------------------------------------------------------------


class _Weibo(BaseHTTPRequestHandler):
    answer = TAKEN_BY_WEIBO

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(self.answer.status)
        self.end_headers()
        self.wfile.write(self.answer.body)

    def log_message(self, *_: Any) -> None:
        """Silent."""


@pytest.fixture
def weibo_address() -> Iterator[str]:
    """A Weibo on the loopback that takes everything."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Weibo) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture
def app(stores: Stores, weibo_address: str, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The function, freshly started, with one Weibo account."""
    account = build.an_account(api_base=weibo_address)
    stores.accounts.put_account(account, build.a_note())
    boto3.client("secretsmanager").create_secret(Name=account.secret_name, SecretString=json.dumps(WEIBO_SECRETS))
    monkeypatch.setattr(clients, "dynamodb", lambda: stores.client)
    monkeypatch.setattr(clients, "secretsmanager", lambda: boto3.client("secretsmanager"))
    return importlib.reload(importlib.import_module("functions.send_reply.app"))


def sample() -> dict[str, Any]:
    event: dict[str, Any] = json.loads((EVENTS / "send_reply.json").read_text(encoding="utf-8"))
    return event


def test_handler_sends_the_sample_events_reply(app: ModuleType, stores: Stores) -> None:
    effect = a_reply_due(stores, weibo_account())
    assert read_reply_due(sample()["Records"][0]["body"]) == effect
    assert app.handler(sample(), None) == {"batchItemFailures": []}
    assert [reply.state for reply in the_case(stores).replies] == ["sent"]


def test_handler_parks_what_is_no_reply_and_sends_the_rest(app: ModuleType, stores: Stores) -> None:
    a_reply_due(stores, weibo_account())
    due = sample()["Records"][0]["body"]
    poison = [
        "not json",
        "[]",
        json.dumps({**json.loads(due), "type": "NoticeDue"}),
        json.dumps({**json.loads(due), "version": 2}),
    ]
    assert app.handler(sqs_event(*poison, due), None) == {"batchItemFailures": []}
    assert sorted(parked.reason for parked in stores.parking.parked()) == ["effect_malformed"] * 2 + ["effect_unknown"] * 2
    assert [reply.state for reply in the_case(stores).replies] == ["sent"]


def test_handler_asks_for_a_busy_reply_again(app: ModuleType, stores: Stores) -> None:
    effect = a_reply_due(stores, weibo_account())
    in_hand = datetime.fromisoformat("2100-01-01T00:00:00+00:00")
    stores.deliveries.claim(
        case_id=effect.case_id,
        delivery_id=effect.id,
        description=ReplyDescription(platform=Platform.WEIBO),
        now=in_hand,
        lease=timedelta(minutes=2),
    )
    assert app.handler(sample(), None) == {"batchItemFailures": [{"itemIdentifier": sample()["Records"][0]["messageId"]}]}


def test_handler_leaves_a_limited_reply_in_its_queue_for_an_hour(
    app: ModuleType, stores: Stores, sqs: "SQSClient", monkeypatch: pytest.MonkeyPatch
) -> None:
    a_reply_due(stores, weibo_account())
    monkeypatch.setattr(_Weibo, "answer", LIMITED)
    body = sample()["Records"][0]["body"]
    sqs.send_message(QueueUrl=queue_url("OutboundQueue"), MessageBody=body)
    (taken,) = sqs.receive_message(QueueUrl=queue_url("OutboundQueue"))["Messages"]
    event = sqs_event(body)
    event["Records"][0]["receiptHandle"] = taken["ReceiptHandle"]
    hidden: list[Any] = []
    clients.sqs().meta.events.register(
        "before-parameter-build.sqs.ChangeMessageVisibility", lambda params, **_: hidden.append(params)
    )
    assert app.handler(event, None) == {"batchItemFailures": [{"itemIdentifier": event["Records"][0]["messageId"]}]}
    assert [one["VisibilityTimeout"] for one in hidden] == [3600]
