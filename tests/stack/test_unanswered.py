"""A citizen who waits while the reply window runs out, on the deployed template: the sweeper warns, an answer ends it."""

import json
import secrets
from datetime import UTC, datetime, timedelta

from jiesu.model.words import TaskKind
from local.feed.morning import Ids, Line, payload_of
from local.feed.push import Push, signed
from tests.eventually import eventually
from tests.stack.town import STACK_NAME, WITHIN_SECONDS, Town


def sent_hours_ago(town: Town, text: str, *, hours: int) -> Push:
    """A private message on Weibo that its platform delivers only now."""
    now = datetime.now(UTC)
    line = Line(at=now.time(), via="weibo.private", who="等答复的人", text=text, work=None)
    account = town.demo.account(line.platform)
    payload = payload_of(line, account.account, sent_at=now - timedelta(hours=hours), ids=Ids(secrets.SystemRandom()))
    return signed(account, payload, door_url=town.door_url, now=now, nonce=str(secrets.randbelow(10**9)))


def swept(town: Town) -> int:
    """How many windows one sweep warned of."""
    answer = town.emulator.client("lambda").invoke(FunctionName=f"{STACK_NAME}-sweep-road", Payload=b"{}")
    assert "FunctionError" not in answer
    warned: int = json.loads(answer["Payload"].read())["windows_warned"]
    return warned


def test_a_citizen_without_an_answer_is_a_task_in_the_queue_until_somebody_answers(town: Town) -> None:
    assert town.deliver(sent_hours_ago(town, "卢沟桥南里楼道被杂物堵住,请民警来看看", hours=40)) == (200, "")
    case = town.case_titled("卢沟桥南里")
    eventually(lambda: swept(town) or town.case(case.id).tasks, within_seconds=WITHIN_SECONDS)
    assert swept(town) == 0
    assert [task.kind for task in town.case(case.id).tasks] == [TaskKind.REPLY_WINDOW_CLOSING]
    editor = town.signed_in()
    assert "答复窗口还剩 7 小时" in editor.get(f"{town.door_url}/desk").text
    assert "网民还没有得到答复" in editor.get(f"{town.door_url}/desk/cases/{case.id}").text
    town.act(editor, case.id, "reply", text="您好,已请属地派出所到场查看。")
    eventually(lambda: not town.case(case.id).tasks, within_seconds=WITHIN_SECONDS)
