"""The inbox's consumer on an emulated AWS: what arrives once, five times, together with poison, or with a dying process."""

import importlib
import json
from datetime import UTC, datetime
from types import ModuleType
from typing import Any

import boto3
import pytest

from jiesu.cases.effects import NoticeEffect, effects_of
from jiesu.cases.fold import fold
from jiesu.channels.delivery import RawDelivery, to_queue_body
from jiesu.model.case import Case
from jiesu.model.message import DESK_ACCOUNT_ID
from jiesu.model.timeline import MessageJoined
from jiesu.model.words import CaseStatus, ContactRole, Platform, TaskKind, Urgency
from jiesu.runtime import clients
from jiesu.store import entered
from jiesu.store.directory import Office
from tests import builders as build
from tests.conftest import Stores
from tests.dying import ProcessDiedError, counting, dying_after
from tests.functions.conftest import sqs_event

REPORT = "@平安北京 丰台区马家堡西路某小区有人在电梯按键上吐痰,有视频,请查处!"
DETAIL = "补充一下,是3号楼的电梯"
PRAISE = "早上好,辛苦了[鲜花]"
DANGER = "有人站在楼顶边上要跳下去,丰台区马家堡西路,快来人"


@pytest.fixture
def app(stores: Stores, telephone_secret: None, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The function, freshly started, with one Weibo account."""
    secrets = {"app_secret": "app-secret-for-tests", "access_token": "token-for-tests"}
    boto3.client("secretsmanager").create_secret(Name=build.an_account().secret_name, SecretString=json.dumps(secrets))
    stores.accounts.put_account(build.an_account(), build.a_note())
    monkeypatch.setattr(clients, "dynamodb", lambda: stores.client)
    return importlib.reload(importlib.import_module("functions.ingest_message.app"))


def delivery(text: str, *, citizen: int = 2489518277, second: int = 20, kind: str = "text", **data: str) -> str:
    """A queued delivery as the webhook writes it, holding Weibo's own JSON."""
    payload = {
        "type": kind,
        "receiver_id": int(build.an_account().external_id),
        "sender_id": citizen,
        "created_at": f"Mon Nov 23 09:30:{second:02d} +0800 2026",
        "text": text,
        "data": data,
    }
    raw = RawDelivery(
        account_id=build.an_account().id,
        platform=Platform.WEIBO,
        body=json.dumps(payload, ensure_ascii=False).encode(),
        query={"nonce": "1"},
        received_at=build.NOW,
    )
    return to_queue_body(raw)


def mention(text: str = REPORT, *, citizen: int = 2489518277, **more: Any) -> str:
    """A post of the citizen's own that mentions the office."""
    return delivery(text, citizen=citizen, kind="mention", subtype="status", key=str(5_000_000_000_000_000 + citizen), **more)


def run(app: ModuleType, *bodies: str) -> list[dict[str, str]]:
    """Hand a batch to the function; what it asks for again."""
    failures: list[dict[str, str]] = app.handler(sqs_event(*bodies), None)["batchItemFailures"]
    return failures


def cases(stores: Stores) -> list[Case]:
    return [case for status in CaseStatus for case in stores.cases.queue(status).cases]


def stored_texts(stores: Stores) -> list[str]:
    items = stores.client.scan(TableName="MessagesTable")["Items"]
    return sorted(json.loads(item["body"]["S"])["text"] for item in items if "triage" in item)


def empty(stores: Stores) -> None:
    for name in ("MessagesTable", "CasesTable"):
        for item in stores.client.scan(TableName=name)["Items"]:
            stores.client.delete_item(TableName=name, Key={"pk": item["pk"], "sk": item["sk"]})


def ingest_account(app: ModuleType, stores: Stores) -> None:
    """Let the function read its accounts, which it does once a minute, so that the calls of a batch are its own."""
    run(app, delivery(PRAISE))
    empty(stores)


def test_a_mention_that_reports_something_opens_a_case_and_keeps_the_bytes_it_came_in(app: ModuleType, stores: Stores) -> None:
    assert run(app, mention()) == []
    (case,) = cases(stores)
    assert case.place.bureau_code == "FT"
    (stored,) = stores.messages.of_case(case.id)
    assert stored.message.text == REPORT
    assert stored.triage.reasons
    raw = stores.client.scan(TableName="MessagesTable", FilterExpression="attribute_exists(triage)")["Items"][0]["raw"]["B"]
    assert json.loads(raw)["data"]["key"] == "5000002489518277"


def test_a_message_that_asks_for_nothing_rests_and_opens_no_case(app: ModuleType, stores: Stores) -> None:
    assert run(app, delivery(PRAISE)) == []
    assert cases(stores) == []
    assert stored_texts(stores) == [PRAISE]


def test_the_same_delivery_five_times_in_any_grouping_is_one_message_and_one_case(app: ModuleType, stores: Stores) -> None:
    assert run(app, mention(), mention()) == []
    for _ in range(3):
        assert run(app, mention()) == []
    (case,) = cases(stores)
    assert (case.message_count, case.version) == (1, 1)
    assert stored_texts(stores) == [REPORT]


def test_quick_messages_of_one_citizen_become_one_case_even_within_one_batch(app: ModuleType, stores: Stores) -> None:
    assert run(app, mention(second=1), delivery(DETAIL, second=2), mention("@平安北京 有人管吗?求助", second=3)) == []
    (case,) = cases(stores)
    assert case.message_count == 3
    assert case == fold(reversed(stores.cases.timeline(case.id).entries))


def test_messages_out_of_order_become_the_same_one_case(app: ModuleType, stores: Stores) -> None:
    assert run(app, mention(second=3)) == []
    assert run(app, mention("@平安北京 有人管吗?求助", second=1)) == []
    (case,) = cases(stores)
    assert [one.message.sent_at.second for one in stores.messages.of_case(case.id)] == [1, 3]


def test_two_matters_on_one_street_are_two_cases(app: ModuleType, stores: Stores) -> None:
    other = "@平安北京 丰台区马家堡西路路口的红绿灯坏了三天,天天堵车,没有人来修"
    assert run(app, mention(citizen=1), mention(other, citizen=2)) == []
    assert len(cases(stores)) == 2


def test_two_citizens_who_report_one_matter_in_different_words_are_one_case_of_two_conversations(
    app: ModuleType, stores: Stores
) -> None:
    other = "丰台马家堡西路某小区电梯的视频,一个男子朝按键上吐痰,请严惩"
    assert run(app, mention(citizen=1)) == []
    assert run(app, delivery(other, citizen=2, second=40)) == []
    (case,) = cases(stores)
    joined = stores.cases.timeline(case.id).entries[0].change
    assert isinstance(joined, MessageJoined)
    assert joined.matched is not None
    assert joined.matched.case_id == case.id
    assert "马家堡西路" in joined.matched.reasons[0]
    # What the second citizen adds joins it too: the conversation is of this case now.
    assert run(app, delivery(DETAIL, citizen=2, second=50)) == []
    (case,) = cases(stores)
    assert case.message_count == 3


def test_two_first_reports_of_one_matter_in_two_functions_at_once_are_one_case(app: ModuleType, stores: Stores) -> None:
    """Both functions have looked before either has written."""
    bodies = (mention(citizen=1), delivery("丰台区马家堡西路某小区电梯按键上有人吐痰,有视频", citizen=2))
    read = [[app.ingest.read(body, build.NOW)[0]] for body in bodies]
    known = [app.ingest.look_up(one) for one in read]
    assert [app.ingest.store(one[0], seen, build.NOW) for one, seen in zip(read, known, strict=True)] == ["opened", "joined"]
    (case,) = cases(stores)
    assert case.message_count == 2


def test_a_second_delivery_of_a_message_that_joined_joins_it_once(app: ModuleType, stores: Stores) -> None:
    other = delivery("丰台马家堡西路某小区电梯的视频,一个男子朝按键上吐痰,请严惩", citizen=2)
    assert run(app, mention(citizen=1), other, other) == []
    assert run(app, other) == []
    (case,) = cases(stores)
    assert case.message_count == 2


def test_a_short_text_opens_a_case_and_the_like_one_is_suggested_with_its_reasons(app: ModuleType, stores: Stores) -> None:
    assert run(app, mention(citizen=1)) == []
    assert run(app, delivery("举报电梯按键上吐痰的", citizen=2)) == []
    first, second = sorted(cases(stores), key=lambda case: case.opened_at)
    (suggestion,) = second.suggestions
    assert suggestion.match.case_id == first.id
    assert "文字太短，只作提示" in suggestion.match.reasons
    assert first.suggestions == ()


def test_a_report_after_its_matter_was_closed_opens_a_case_that_points_at_the_closed_one(app: ModuleType, stores: Stores) -> None:
    assert run(app, mention(citizen=1)) == []
    (closed,) = cases(stores)
    stores.cases.execute(closed.id, build.close(), actor=build.EDITOR, now=build.NOW)
    assert run(app, mention(citizen=2)) == []
    opened = next(case for case in cases(stores) if case.id != closed.id)
    (suggestion,) = opened.suggestions
    assert suggestion.match.case_id == closed.id
    assert "该件不再自动并入留言，只作提示" in suggestion.match.reasons
    # The next report joins the new case, though the closed one is as like.
    assert run(app, mention(citizen=3)) == []
    assert {case.message_count for case in cases(stores)} == {1, 2}


def test_messages_with_one_link_are_one_matter_whatever_they_say(app: ModuleType, stores: Stores) -> None:
    link = "https://weibo.com/5000000001/Abcdefghi"
    assert run(app, mention(f"@平安北京 举报有人聚众赌博，请查处 {link}?from=page", citizen=1)) == []
    assert run(app, mention(f"@平安北京 丰台区有人打架，求助 {link}", citizen=2)) == []
    (case,) = cases(stores)
    joined = stores.cases.timeline(case.id).entries[0].change
    assert isinstance(joined, MessageJoined)
    assert joined.matched is not None
    assert joined.matched.reasons == ("同一个链接",)


def test_a_poison_message_among_nine_good_ones_is_parked_and_the_nine_are_stored(app: ModuleType, stores: Stores) -> None:
    good = [delivery(PRAISE, citizen=number) for number in range(1, 10)]
    assert run(app, *good[:4], '{"type": "DeliveryReceived"', *good[4:]) == []
    assert len(stored_texts(stores)) == 9
    (parked,) = stores.parking.parked()
    assert parked.body == b'{"type": "DeliveryReceived"'


def test_a_delivery_to_an_account_that_is_gone_is_parked_whole(app: ModuleType, stores: Stores) -> None:
    body = mention().replace(build.an_account().id, "weibo-gone")
    assert run(app, body) == []
    (parked,) = stores.parking.parked()
    assert (parked.reason, parked.body.decode()) == ("account_unknown", body)


def test_ingest_killed_after_any_of_its_calls_loses_nothing_and_repeats_nothing(app: ModuleType, stores: Stores) -> None:
    batch = [mention(citizen=1), delivery(PRAISE, citizen=2), mention(citizen=1, second=21)]
    ingest_account(app, stores)
    with counting(stores.client) as calls:
        assert run(app, *batch) == []
    whole = (stored_texts(stores), [case.message_count for case in cases(stores)])
    assert len(calls) >= 4
    for survived in range(1, len(calls) + 1):
        empty(stores)
        with pytest.raises(ProcessDiedError), dying_after(stores.client, survived):
            app.handler(sqs_event(*batch), None)
        assert run(app, *batch) == [], "the queue delivers the batch again"
        assert (stored_texts(stores), [case.message_count for case in cases(stores)]) == whole


def test_a_citizen_whose_case_is_closed_opens_another_but_a_thank_you_does_not(app: ModuleType, stores: Stores) -> None:
    run(app, mention())
    (first,) = cases(stores)
    stores.cases.execute(first.id, build.close(), actor=build.EDITOR, now=datetime.now(build.NOW.tzinfo))
    assert run(app, delivery("谢谢", second=30)) == []
    assert [case.id for case in cases(stores)] == [first.id]
    assert run(app, mention("@平安北京 那个人又来吐痰了,求助", second=40)) == []
    assert len(cases(stores)) == 2


def test_a_noise_message_costs_its_share_of_one_read_and_one_write(app: ModuleType, stores: Stores) -> None:
    ingest_account(app, stores)
    with counting(stores.client) as calls:
        run(app, *(delivery(PRAISE, citizen=number) for number in range(1, 11)))
    assert calls == ["BatchGetItem", *["PutItem"] * 10]


def test_a_telephone_note_opens_a_case_and_brought_in_twice_it_is_one(app: ModuleType, stores: Stores) -> None:
    note = build.a_message(
        id="entered:1", platform=Platform.TELEPHONE, account_id=DESK_ACCOUNT_ID, citizen_id="telephone:王女士", text=REPORT
    )
    assert run(app, entered.to_queue_body(note), entered.to_queue_body(note)) == []
    (case,) = cases(stores)
    assert case.message_count == 1
    assert case.latest_message is not None
    assert case.latest_message.platform is Platform.TELEPHONE


def test_a_case_is_found_by_the_telephone_and_the_name_of_a_caller_however_often_the_note_is_brought_in(
    app: ModuleType, stores: Stores
) -> None:
    note = build.a_message(
        id="entered:1",
        platform=Platform.TELEPHONE,
        account_id=DESK_ACCOUNT_ID,
        citizen_id="telephone:王女士",
        text=REPORT,
        contact="010-5550 0001",
        nickname="王女士",
    )
    run(app, entered.to_queue_body(note))
    once = stores.client.scan(TableName="MessagesTable")["Items"]
    run(app, entered.to_queue_body(note), entered.to_queue_body(note))
    assert stores.client.scan(TableName="MessagesTable")["Items"] == once
    (case,) = cases(stores)
    for found in (stores.citizens.by_telephone("01055500001"), stores.citizens.by_name("王女")):
        assert found.case_ids == (case.id,)


def test_a_message_that_joins_brings_its_telephone_and_praise_brings_none(app: ModuleType, stores: Stores) -> None:
    run(app, mention(citizen=1), delivery("楼上的手机 199-0000-0001，可以找他", citizen=1, second=40))
    run(app, delivery(f"{PRAISE} 19900000002", citizen=2))
    (case,) = cases(stores)
    assert stores.citizens.by_telephone("19900000001").case_ids == (case.id,)
    assert stores.citizens.by_telephone("19900000002").case_ids == ()


# --- Emergencies ------------------------------------------------------------------------------


@pytest.fixture
def command_centre(stores: Stores) -> None:
    stores.directory.put_office(
        Office(contacts=build.office_contacts(), plans={}, emergency_answer="请立即拨打110。"), build.a_note()
    )


@pytest.mark.usefixtures("command_centre")
def test_an_emergency_opens_a_critical_case_whose_entry_tells_the_command_centre_and_answers(
    app: ModuleType, stores: Stores
) -> None:
    for _ in range(3):
        assert run(app, delivery(DANGER)) == []
    (case,) = cases(stores)
    (entry,) = stores.cases.timeline(case.id).entries
    assert case.urgency is Urgency.CRITICAL
    assert [reply.text for reply in case.replies] == ["请立即拨打110。"]
    roles = [one.contact.role for one in effects_of(entry) if isinstance(one, NoticeEffect)]
    assert roles == [ContactRole.COMMAND_CENTRE] * 2


@pytest.mark.usefixtures("command_centre")
def test_an_emergency_in_an_open_case_raises_it_and_a_thank_you_after_it_changes_nothing(app: ModuleType, stores: Stores) -> None:
    for body in (mention(second=1), delivery(DANGER, second=2), delivery("谢谢", second=3)):
        assert run(app, body) == []
    (case,) = cases(stores)
    assert (case.urgency, case.message_count, len(case.replies)) == (Urgency.CRITICAL, 3, 1)
    assert case == fold(reversed(stores.cases.timeline(case.id).entries))


@pytest.mark.usefixtures("command_centre")
def test_a_citizen_whose_emergency_was_closed_is_not_sent_to_110_again_within_hours(app: ModuleType, stores: Stores) -> None:
    run(app, delivery(DANGER, second=1))
    (first,) = cases(stores)
    stores.cases.execute(first.id, build.close(), actor=build.EDITOR, now=datetime.now(build.NOW.tzinfo))
    run(app, delivery(DANGER, second=2))
    (second,) = [case for case in cases(stores) if case.id != first.id]
    assert second.replies == ()
    assert second.emergency is not None
    assert second.emergency.told_at is not None


def test_an_emergency_opens_its_case_even_where_no_office_was_imported(app: ModuleType, stores: Stores) -> None:
    assert run(app, delivery(DANGER)) == []
    (case,) = cases(stores)
    assert [task.kind for task in case.tasks] == [TaskKind.EMERGENCY_UNTOLD]


@pytest.mark.usefixtures("command_centre")
def test_only_an_emergency_reads_the_office(app: ModuleType, stores: Stores) -> None:
    ingest_account(app, stores)
    app.ingest.frequencies(datetime.now(UTC))  # looked for once an hour
    with counting(stores.client) as calm:
        run(app, mention(citizen=1))
    with counting(stores.client) as urgent:
        run(app, delivery(DANGER, citizen=2))
    assert (sorted(calm).count("GetItem"), sorted(urgent).count("GetItem")) == (0, 1)


@pytest.mark.usefixtures("command_centre")
@pytest.mark.parametrize(
    "text",
    [
        "正在看直播,北京的晚霞真好看",
        "正在吃饭呢,平安北京的视频笑死我了救命",
        "这部剧里他从楼顶跳下去那段看哭我了",
        "孩子今天开学,警察叔叔正在护学,点赞",
        "新闻说昨天那个持刀的人判了,判得好",
    ],
)
def test_words_of_danger_in_harmless_sentences_wake_nobody(app: ModuleType, stores: Stores, text: str) -> None:
    assert run(app, delivery(text)) == []
    assert [case for case in cases(stores) if case.emergency is not None] == []
