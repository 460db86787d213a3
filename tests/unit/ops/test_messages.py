"""Files of messages: what is right goes in, what is wrong is named by its line, and twice is once."""

import json
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import boto3
import pytest

from jiesu.model.errors import PermanentError
from jiesu.model.message import DESK_ACCOUNT_ID
from jiesu.model.words import Platform
from jiesu.store.entered import from_queue_body, is_entered, to_queue_body
from ops.errors import OperatorError
from ops.messages import Read, read_messages, send
from tests import builders as build

ZONE = ZoneInfo("Asia/Shanghai")
HEADER = "platform,citizen,text,sent_at,id\n"


def read(path: Path) -> Read:
    return read_messages(path, zone=ZONE, now=build.NOW)


def a_file(folder: Path, content: str, name: str = "calls.csv") -> Path:
    path = folder / name
    path.write_text(content, encoding="utf-8")
    return path


def test_a_telephone_note_becomes_a_message_in_the_offices_time(tmp_path: Path) -> None:
    rows = HEADER + "telephone,王女士,楼下有人打架,2026-11-23 09:10,\n"
    (message,) = read(a_file(tmp_path, rows)).messages
    assert (message.platform, message.account_id, message.citizen_id) == (Platform.TELEPHONE, DESK_ACCOUNT_ID, "telephone:王女士")
    assert message.sent_at == datetime(2026, 11, 23, 1, 10, tzinfo=UTC)
    assert message.text == "楼下有人打架"


def test_the_same_row_is_the_same_message_in_every_run_and_another_row_is_another(tmp_path: Path) -> None:
    rows = HEADER + "letter,李某,来信一,2026-11-20,\nletter,李某,来信二,2026-11-20,\nletter,李某,来信一,2026-11-20,\n"
    first, second = read(a_file(tmp_path, rows)), read(a_file(tmp_path, rows))
    ids = [message.id for message in first.messages]
    assert ids == [message.id for message in second.messages]
    assert (ids[0] == ids[2], ids[0] == ids[1]) == (True, False)


def test_a_row_with_an_id_of_its_own_is_known_by_it_however_its_text_is_mended(tmp_path: Path) -> None:
    rows = HEADER + "letter,李某,来信一,2026-11-20,X1\nletter,李某,来信 一,2026-11-21,X1\n"
    first, second = read(a_file(tmp_path, rows)).messages
    assert first.id == second.id


def test_bad_rows_are_named_by_line_and_reason_and_good_ones_still_go_in(tmp_path: Path) -> None:
    rows = [
        {"platform": "telephone", "citizen": "甲", "text": "求助", "sent_at": "2026-11-23T09:00+08:00"},
        {"platform": "pigeon", "citizen": "", "text": " ", "sent_at": "昨天", "colour": "red"},
        {"platform": "telephone", "citizen": "乙", "text": "未来", "sent_at": "2099-01-01"},
        [],
    ]
    lines = [json.dumps(row, ensure_ascii=False) for row in rows]
    found = read(a_file(tmp_path, "\n".join([lines[0], "{", *lines[1:]]), "calls.jsonl"))
    assert [message.citizen_id for message in found.messages] == ["telephone:甲"]
    assert [problem.where for problem in found.problems] == sorted(problem.where for problem in found.problems)
    said = [(problem.where, problem.reason) for problem in found.problems]
    assert ("line 3", "unknown field 'colour'") in said
    assert ("line 3", "citizen is missing") in said
    assert ("line 3", "text is missing") in said
    assert any(where == "line 3" and reason.startswith("platform must be one of weibo") for where, reason in said)
    assert any(where == "line 3" and reason.startswith("sent_at must be a time") for where, reason in said)
    assert ("line 4", "sent_at lies in the future") in said
    assert ("line 5", "a message must be an object") in said
    assert any(where == "line 2" and reason.startswith("not JSON") for where, reason in said)


@pytest.mark.parametrize(("name", "content"), [("calls.xlsx", "x"), ("calls.csv", HEADER), ("calls.jsonl", "\n")])
def test_a_file_without_messages_is_refused(tmp_path: Path, name: str, content: str) -> None:
    with pytest.raises(OperatorError):
        read(a_file(tmp_path, content, name))


def test_messages_wait_in_the_inbox_in_a_form_that_is_read_back_the_same(aws: None) -> None:
    sqs = boto3.client("sqs")
    url = sqs.create_queue(QueueName="InboxQueue")["QueueUrl"]
    messages = [build.a_message(id=f"entered:{number}", account_id=DESK_ACCOUNT_ID) for number in range(23)]
    assert list(send(sqs, url, messages)) == [10, 10, 3]
    seen = []
    while found := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
        seen += [from_queue_body(one["Body"]) for one in found]
    assert sorted(one.id for one in seen) == sorted(one.id for one in messages)
    assert build.a_message(id="entered:7", account_id=DESK_ACCOUNT_ID) in seen


def test_what_is_no_entered_message_is_told_apart() -> None:
    assert is_entered(to_queue_body(build.a_message()))
    for other in ("", "[]", '{"type": "DeliveryReceived"}'):
        assert not is_entered(other)
    with pytest.raises(PermanentError, match="entered_message_malformed"):
        from_queue_body('{"type": "MessageEntered", "message": {"id": 1}}')
