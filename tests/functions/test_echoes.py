"""What Douyin and Weibo tell the office of its own messages: the inbox's consumer on an emulated AWS."""

import importlib
import json
from dataclasses import replace
from types import ModuleType
from typing import Any

import boto3
import pytest

from jiesu.cases.commands import RecordReplyFailed, RecordReplySent, ReplyToCitizen
from jiesu.channels.delivery import to_queue_body
from jiesu.model.case import Case
from jiesu.model.message import ConversationKey
from jiesu.model.words import CaseStatus, ContentType, MessageKind, Platform, ReplyManner
from jiesu.runtime import clients
from jiesu.store.entered import to_queue_body as to_entered_body
from local.platforms import douyin as platform
from tests import builders as build
from tests.conftest import Stores
from tests.dying import ProcessDiedError, dying_after
from tests.functions.conftest import sqs_event
from tests.unit.channels.accounts import DOUYIN_SECRETS, douyin_account, raw

ACCOUNT = douyin_account()
CITIZEN = "open-id-of-a-citizen"
CONVERSATION = ConversationKey(account_id=ACCOUNT.id, citizen_id=CITIZEN)
ANSWER = "您好,已转丰台分局办理"


@pytest.fixture
def app(stores: Stores, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The function, freshly started, with one Douyin account."""
    boto3.client("secretsmanager").create_secret(Name=ACCOUNT.secret_name, SecretString=json.dumps(DOUYIN_SECRETS))
    stores.accounts.put_account(ACCOUNT, build.a_note())
    monkeypatch.setattr(clients, "dynamodb", lambda: stores.client)
    return importlib.reload(importlib.import_module("functions.ingest_message.app"))


def delivered(payload: dict[str, object]) -> str:
    return to_queue_body(raw(ACCOUNT, json.dumps(payload, ensure_ascii=False).encode()))


def asked() -> str:
    return delivered(
        platform.private_message(
            open_id=CITIZEN,
            account_id=ACCOUNT.external_id,
            client_key=ACCOUNT.app_id,
            text="丰台区马家堡西路有人在电梯按键上吐痰,请查处",
            message_id="1",
            sent_at=build.NOW,
        )
    )


def echo(text: str = ANSWER, *, to: str = CITIZEN, message_id: str = "@sent==") -> str:
    return delivered(
        platform.echo(
            open_id=to,
            account_id=ACCOUNT.external_id,
            client_key=ACCOUNT.app_id,
            text=text,
            conversation_id="@conversation==",
            message_id=message_id,
            sent_at=build.after(minutes=2),
        )
    )


def run(app: ModuleType, *bodies: str) -> None:
    assert app.handler(sqs_event(*bodies), None) == {"batchItemFailures": []}


def the_case(stores: Stores) -> Case:
    (case,) = (one for status in CaseStatus for one in stores.cases.queue(status).cases)
    found = stores.cases.load(case.id)
    assert found is not None
    return found


@pytest.fixture
def answered(app: ModuleType, stores: Stores) -> Stores:
    """A citizen has asked and an editor has answered; what became of that is not known yet."""
    run(app, asked())
    stores.cases.execute(the_case(stores).id, ReplyToCitizen(reply_id="r1", text=ANSWER), actor=build.EDITOR, now=build.NOW)
    return stores


def execute(stores: Stores, command: Any) -> None:
    stores.cases.execute(the_case(stores).id, command, actor=build.SYSTEM, now=build.after(minutes=1))


def replied(stores: Stores) -> dict[str, Any]:
    ledger = stores.windows.ledger(CONVERSATION)
    assert ledger is not None
    return dict(ledger.replied)


def test_an_echo_closes_a_reply_whose_call_got_no_answer_and_its_task(app: ModuleType, answered: Stores) -> None:
    execute(answered, RecordReplyFailed(reply_id="r1", reason="outcome_unknown"))
    assert [task.subject for task in the_case(answered).tasks] == ["r1"]
    run(app, echo())
    case = the_case(answered)
    assert ([reply.state for reply in case.replies], case.tasks) == (["sent"], ())
    assert replied(answered) == {"r1": build.after(minutes=2)}


def test_an_echo_that_overtakes_the_calls_answer_closes_the_reply(app: ModuleType, answered: Stores) -> None:
    run(app, echo())
    assert [reply.state for reply in the_case(answered).replies] == ["sent"]


def test_an_echo_of_a_reply_that_is_known_to_be_sent_changes_nothing(app: ModuleType, answered: Stores) -> None:
    execute(answered, RecordReplySent(reply_id="r1", platform_ref="@sent=="))
    version = the_case(answered).version
    run(app, echo(), echo())
    assert the_case(answered).version == version


def test_the_same_echo_closes_one_of_two_replies_with_the_same_words(app: ModuleType, answered: Stores) -> None:
    again = ReplyToCitizen(reply_id="r2", text=ANSWER)
    answered.cases.execute(the_case(answered).id, again, actor=build.EDITOR, now=build.NOW)
    run(app, echo())
    assert [reply.state for reply in the_case(answered).replies] == ["sent", "requested"]
    run(app, echo())
    assert [reply.state for reply in the_case(answered).replies] == ["sent", "requested"]
    run(app, echo(message_id="@second=="))
    assert [reply.state for reply in the_case(answered).replies] == ["sent", "sent"]


@pytest.mark.parametrize("other", [{"text": "别的话"}, {"to": "somebody-else"}])
def test_an_echo_of_other_words_or_to_another_citizen_closes_nothing(
    app: ModuleType, answered: Stores, other: dict[str, str]
) -> None:
    run(app, echo(**other))
    assert [reply.state for reply in the_case(answered).replies] == ["requested"]


def test_an_echo_opens_no_case_and_no_window_and_joins_none(app: ModuleType, stores: Stores) -> None:
    run(app, echo("丰台区马家堡西路有人在电梯按键上吐痰,请查处"))
    assert not [one for status in CaseStatus for one in stores.cases.queue(status).cases]
    assert stores.windows.ledger(CONVERSATION) is None
    run(app, asked(), echo("请问在几号楼"))
    assert the_case(stores).message_count == 1


def test_an_echo_killed_after_any_of_its_calls_closes_its_reply_all_the_same(app: ModuleType, answered: Stores) -> None:
    execute(answered, RecordReplyFailed(reply_id="r1", reason="outcome_unknown"))
    calls = 0
    while True:
        try:
            with dying_after(answered.client, calls):
                run(app, echo())
        except ProcessDiedError:
            calls += 1
            continue
        break
    assert calls > 2
    assert [reply.state for reply in the_case(answered).replies] == ["sent"]
    assert replied(answered) == {"r1": build.after(minutes=2)}


def test_a_comment_is_not_taken_for_the_answer_to_a_private_message(app: ModuleType, stores: Stores) -> None:
    comment = platform.comment(
        open_id=CITIZEN,
        client_key=ACCOUNT.app_id,
        text="丰台区马家堡西路有人在电梯按键上吐痰,请查处",
        comment_id="1",
        sent_at=build.NOW,
    )
    run(app, delivered(comment))
    ref = the_case(stores).latest_message
    assert ref is not None
    assert (ref.platform, ref.kind, ref.post_id, ref.allows_comment) == (
        Platform.DOUYIN,
        MessageKind.COMMENT,
        "@item/1==#@comment/1==",
        True,
    )


def test_a_public_echo_closes_a_public_reply_and_counts_on_no_window(app: ModuleType, stores: Stores) -> None:
    comment = build.a_message(id="weibo:comment:7", kind=MessageKind.COMMENT, post_id="7", post_is_comment=True)
    run(app, to_entered_body(comment))
    case = the_case(stores)
    reply = ReplyToCitizen(reply_id="r1", text=ANSWER, manner=ReplyManner.COMMENT)
    stores.cases.execute(case.id, reply, actor=build.EDITOR, now=build.NOW)
    execute(stores, RecordReplyFailed(reply_id="r1", reason="outcome_unknown"))
    echo_back = replace(comment, id="weibo:comment:8", content_type=ContentType.ECHO, text=ANSWER, post_id="8")
    run(app, to_entered_body(echo_back))
    closed = the_case(stores)
    assert ([one.state for one in closed.replies], closed.tasks) == (["sent"], ())
    assert stores.windows.ledger(comment.conversation) is None
