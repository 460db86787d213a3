"""People at their screens: a bureau with a telephone, the supervisor, the command centre, the operator."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser

from jiesu.model.words import AssignmentStatus, CaseStatus, Platform, Urgency, UserRole
from jiesu.pages.hours import as_typed
from local.browsing import TELEPHONE, Person
from local.feed.push import signed
from tests.browser.conftest import SignedIn, assign, is_thumbnail
from tests.browser.test_pages import holds_up
from tests.eventually import eventually
from tests.stack.town import WITHIN_SECONDS, Town

pytestmark = pytest.mark.browser

BEIJING = ZoneInfo("Asia/Shanghai")


def press(person: Person, name: str, *, within: str = "main") -> None:
    """Press the button that says `name`, and see that the page it leads to holds up."""
    with person.page.expect_navigation():
        person.page.locator(within).get_by_role("button", name=name).click()
    holds_up(person)


def flash(person: Person) -> str:
    return person.page.locator("p.flash").inner_text()


def test_a_bureau_takes_a_file_out_again_and_sends_the_others_after_the_network_failed(
    town: Town, signed_in: SignedIn, tmp_path: Path
) -> None:
    given = assign(town, "卢沟桥晓月湖边有人用弹弓打鸟，吓到孩子 @平安北京", "晓月湖")
    assignment = town.case(given.case_id).assignments[0]
    files = {"现场.pdf": b"%PDF-1.4", "说明.txt": "已到场。".encode(), "录像.mp4": bytes(5 * 1024 * 1024)}
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    officer = signed_in(UserRole.BUREAU, **TELEPHONE)
    officer.open(f"/bureau/assignments/{given.case_id}/{assignment.id}")
    press(officer, "签收", within="#act")
    page = officer.page
    page.locator("#findings").fill("查获弹弓两把。")
    page.locator("#result").fill("已批评教育。")
    for names in (("现场.pdf", "录像.mp4"), ("说明.txt",)):
        page.locator("#files").set_input_files([tmp_path / name for name in names])
    assert "超过 4.00 MB 的上限" in page.locator("#act").inner_text()
    page.get_by_role("button", name="移除 录像.mp4").click()
    assert "已选 2 个" in page.locator("#act").inner_text()

    page.route("**/bureau/assignments/**", lambda route: route.abort() if route.request.method == "POST" else route.continue_())
    page.get_by_role("button", name="提交反馈").click()
    alert = page.get_by_role("alert")
    alert.wait_for()
    assert "填写的内容和附件都还在这里" in alert.inner_text()
    page.unroute("**/bureau/assignments/**")
    officer.complaints.clear()
    press(officer, "提交反馈", within="#act")
    assert "反馈已提交" in flash(officer)
    feedback = town.case(given.case_id).assignments[0].feedback
    assert feedback is not None
    assert [one.name for one in feedback.files] == ["现场.pdf", "说明.txt"]


def test_a_bureau_answers_on_a_telephone_with_more_time_from_the_supervisor(
    chromium: Browser, town: Town, signed_in: SignedIn
) -> None:
    given = assign(town, "丰台区花乡桥下有人倒卖走私香烟,请查处 @平安北京", "花乡桥")
    assignment = town.case(given.case_id).assignments[0]
    officer = Person.at(chromium, town.door_url, **TELEPHONE)
    officer.open(given.path)
    officer.page.locator("#code-acknowledge").fill(given.code)
    officer.page.locator("#signer-acknowledge").fill("王警官")
    press(officer, "签收", within="#act")
    assert "已签收" in flash(officer)

    until = assignment.feedback_ladder.deadline.replace(second=0) + timedelta(days=2)
    officer.page.locator("summary", has_text="申请延期").click()
    officer.page.locator("#until").fill(as_typed(until, BEIJING))
    officer.page.locator("#extension_reason").fill("香烟真伪的鉴定尚未完成。")
    press(officer, "申请延期", within="#act")
    assert "已申请延期" in flash(officer)

    supervisor = signed_in(UserRole.SUPERVISOR)
    supervisor.open("/desk/decisions")
    row = supervisor.page.locator("tr", has_text="香烟真伪的鉴定尚未完成。")
    with supervisor.page.expect_navigation():
        row.get_by_role("link", name="去裁决").click()
    supervisor.page.locator("#reason").fill("鉴定需时")
    press(supervisor, "同意延期")
    assert town.case(given.case_id).assignments[0].feedback_ladder.deadline == until

    officer.open(given.path)
    assert "鉴定需时" in officer.page.locator("main").inner_text()
    officer.page.locator("#findings").fill("查获假冒香烟二十条。")
    officer.page.locator("#result").fill("已移交烟草专卖部门。")
    press(officer, "提交反馈", within="#act")
    assert "反馈已提交" in flash(officer)
    assert officer.complaints == []
    assert [url for url in officer.elsewhere if not is_thumbnail(url, town)] == []
    officer.context.close()

    editor = signed_in(UserRole.EDITOR)
    editor.open(f"/desk/cases/{given.case_id}")
    assert "查获假冒香烟二十条。" in editor.page.locator("main").inner_text()
    press(editor, "审核通过")
    case = town.case(given.case_id)
    assert (case.status, case.assignments[0].status) == (CaseStatus.RESOLVED, AssignmentStatus.ACCEPTED)


def test_the_command_centre_looks_at_everything_and_raises_a_case(town: Town, signed_in: SignedIn) -> None:
    town.deliver(town.push("王佐镇水库边有几个孩子在冰面上玩,没有大人,请管一管", via="weibo.private", who="水库边的人"))
    case = town.case_titled("王佐镇水库")
    officer = signed_in(UserRole.COMMAND)
    for path in ("/desk", "/desk/hot", "/desk/late", "/desk/wall", "/desk/decisions", "/desk/duty"):
        officer.open(path)
        holds_up(officer)
    officer.open(f"/desk/cases/{case.id}")
    assert officer.page.locator("a", has_text="答复").count() == 0
    with officer.page.expect_navigation():
        officer.press("u")
    officer.page.locator("#urgency").select_option(Urgency.CRITICAL)
    officer.page.locator("#reason").fill("冰面不承重")
    officer.page.locator("#reason").press("Control+Enter")
    officer.page.wait_for_url(f"**/desk/cases/{case.id}")
    assert town.case(case.id).urgency is Urgency.CRITICAL


def test_the_operator_sees_what_the_office_could_not_read(town: Town, signed_in: SignedIn) -> None:
    payload = {"type": "mention", "what": "不是微博写过的格式"}
    account, now = town.demo.account(Platform.WEIBO), datetime.now(UTC)
    # Not by the door, whose world reads along.
    api_url = town.emulator.api_url(town.deployment.outputs["ApiId"])
    assert town.deliver(signed(account, payload, door_url=api_url, now=now, nonce="20261128")) == (200, "")
    operator = signed_in(UserRole.ADMIN)

    def shown() -> bool:
        operator.open("/desk/parked")
        return operator.page.get_by_text(account.account.id).count() > 0

    eventually(shown, within_seconds=WITHIN_SECONDS)
    holds_up(operator)
    operator.page.locator("summary").click()
    assert account.account.id in operator.page.locator("pre.raw").inner_text()
    assert operator.page.get_by_role("link", name="登记").count() == 0
