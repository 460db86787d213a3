"""Live coverage on the deployed template: two statements reach the platforms, the next is reminded of; the months' issues."""

import json
from datetime import UTC, datetime, timedelta
from functools import partial

from jiesu.model.coverage import Coverage
from jiesu.model.words import UserRole
from tests import builders as build
from tests.eventually import eventually
from tests.stack.town import STACK_NAME, WITHIN_SECONDS, Town
from tests.stack.visitor import Visitor

SUPERVISOR = build.office_contacts()[0]
ACCOUNTS = ("weibo-pinganbeijing", "wechat-pinganbeijing")


def coverage_of(town: Town, case_id: str) -> Coverage:
    found = town.case(case_id).coverage
    assert found is not None
    return found


def state(town: Town, author: Visitor, second: Visitor, case_id: str, *, account: str, text: str) -> None:
    """Have a statement drafted, approved by somebody else, and see it out."""
    before = len(coverage_of(town, case_id).made)
    typed = {"account": account, "title": "现场通报", "text": text, "link": "https://gaj.example.org/t/1"}
    town.act(author, case_id, "statement", **typed)
    publication = town.case(case_id).publications[-1]
    page = second.get(f"{town.door_url}/desk/cases/{case_id}/approve-publication/{publication.id}")
    second.submit(page, page.form(f"/{publication.id}"))
    eventually(lambda: len(coverage_of(town, case_id).made) > before, within_seconds=WITHIN_SECONDS)


def test_two_statements_go_out_and_the_third_that_does_not_is_reminded_of(town: Town) -> None:
    # Nothing else happens to a private complaint: no post is read, nothing is answered by itself.
    town.deliver(town.push("花乡一处工地围挡倒塌,路被堵死了,请派人处理", via="weibo.private.text", who="路人寅"))
    case_id = town.case_titled("花乡一处工地").id
    author, second = town.signed_in(), town.signed_in(UserRole.SUPERVISOR)
    town.act(author, case_id, "start-coverage", interval="60", facts="围挡已移开一半", unknowns="有无人员受伤")

    for account, text in zip(ACCOUNTS, ("正在清理现场,请绕行。", "道路已经恢复通行。"), strict=True):
        state(town, author, second, case_id, account=account, text=text)
        posts = Visitor().get(f"{town.world_url}/posts.json").html
        assert text in posts
    page = author.get(f"{town.door_url}/desk/cases/{case_id}/coverage")
    assert "已作的通报" in page.text
    assert "道路已经恢复通行。" in page.text
    assert not town.mails_to(SUPERVISOR.email, f"现场通报提醒：诉求件 {case_id}")

    owed = datetime.now(UTC) + timedelta(seconds=4)
    town.act(author, case_id, "next-statement", due_at=owed.isoformat(timespec="seconds"), reason="情况有变，提前说明")
    reminded = partial(town.mails_to, SUPERVISOR.email, f"现场通报提醒：诉求件 {case_id}")
    (mail,) = eventually(reminded, within_seconds=WITHIN_SECONDS)
    assert "下一次现场通报已到时限，尚未发布。" in mail.text
    eventually(lambda: town.texts_to(SUPERVISOR.phone, case_id), within_seconds=WITHIN_SECONDS)

    town.act(author, case_id, "end-coverage", reason="已恢复通行")
    assert not coverage_of(town, case_id).is_running
    assert not [one for one in town.cases.open_clocks() if one.case_id == case_id]


def test_the_daily_count_keeps_the_tables_of_the_open_months(town: Town) -> None:
    answer = town.emulator.client("lambda").invoke(FunctionName=f"{STACK_NAME}-tally-issues", Payload=b"{}")
    assert "FunctionError" not in answer
    assert json.loads(answer["Payload"].read())["tables"] == 4
    page = town.signed_in().get(f"{town.door_url}/desk/issues")
    assert page.status == 200
