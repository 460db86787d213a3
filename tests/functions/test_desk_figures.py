"""The figures of a month: each number with its cases, none ranked by a handful, and all of it as files."""

import csv
import io
import re
from dataclasses import replace
from datetime import date, datetime, timedelta
from zipfile import ZipFile
from zoneinfo import ZoneInfo

import boto3
import pytest

from jiesu.cases.commands import GiveFeedback, SendBack, WithdrawAssignment
from jiesu.cases.timeliness import LEAST, TimelinessLine, by_bureau
from jiesu.cases.volume import DayVolume, VolumeCell
from jiesu.model.words import Platform
from jiesu.road.volume import tally_volume
from jiesu.store.volume import VolumeStore
from tests import builders as build
from tests.conftest import Stores
from tests.functions import desks
from tests.functions.desks import DemoDesk

FIGURES = "/prod/desk/figures"
LINE = TimelinessLine(
    case_id=build.CASE_ID,
    assignment_id="a1",
    bureau_code="FT",
    bureau_name="丰台分局",
    dispatched_at=build.NOW,
    acknowledge_by=build.after(hours=2),
    acknowledged_at=build.after(hours=1),
    report_by=build.after(hours=48),
    reported_at=build.after(hours=50),
)


@pytest.fixture
def office(stores: Stores) -> DemoDesk:
    desks.fill_directory(stores)
    return DemoDesk(stores)


def test_a_duty_counts_once_it_is_met_or_past_and_what_was_taken_back_never() -> None:
    waiting = replace(LINE, acknowledged_at=None, reported_at=None)
    (bureau,) = by_bureau([LINE, waiting, replace(waiting, taken_back=True)], build.NOW)
    assert (bureau.acknowledged.met, bureau.acknowledged.due) == (1, 1)
    assert (bureau.reported.met, bureau.reported.due) == (0, 1)
    (bureau,) = by_bureau([LINE, waiting], build.after(hours=3))
    assert (bureau.acknowledged.met, bureau.acknowledged.due) == (1, 2)
    (bureau,) = by_bureau([waiting], build.NOW)
    assert bureau.acknowledged.share is None


def test_few_assignments_have_an_interval_and_no_rank() -> None:
    good = replace(LINE, reported_at=build.after(hours=1))
    few = [replace(good, bureau_code="CY")] * (LEAST - 1)
    ranked = by_bureau([*few, *[good] * LEAST, *[replace(LINE, bureau_code="HD")] * LEAST], build.NOW)
    assert [(one.code, one.rank) for one in ranked] == [("FT", 1), ("HD", 2), ("CY", None)]
    assert ranked[2].reported.low is not None
    assert ranked[2].reported.low < 1


def test_what_is_sent_back_does_not_make_the_first_report_late(office: DemoDesk) -> None:
    case = desks.dispatched(office.stores, desks.opened(office.stores))
    lead, joint = (one.id for one in case.assignments)
    feedback = GiveFeedback(assignment_id=lead, feedback=build.a_feedback())
    desks.carried_out(
        office.stores,
        case,
        build.acknowledge(lead),
        feedback,
        SendBack(assignment_id=lead, reason="请补充"),
        WithdrawAssignment(assignment_id=joint, reason="改由主办"),
    )
    office.stores.cases.execute(case.id, feedback, actor=build.BUREAU_OFFICER, now=build.after(days=20))
    lines = office.stores.timeliness.between(build.NOW, build.after(days=1))
    assert [(one.taken_back, one.reported_at) for one in lines] == [(False, build.after(minutes=3)), (True, None)]


def test_the_page_its_cases_and_its_file_say_the_same(office: DemoDesk) -> None:
    assert "没有可以统计的交办" in office.editor().get(FIGURES).text
    case = desks.dispatched(office.stores, desks.opened(office.stores))
    office.now = build.NOW + timedelta(days=7)
    browser = office.editor()
    page = browser.get(FIGURES)
    assert "0/1" in page.text
    assert "不排名" in page.text
    (behind,) = (one for one in page.links if "bureau=FT" in one)
    assert f"/prod/desk/cases/{case.id}" in browser.get(behind).links
    file = browser.get(f"{FIGURES}/export?month=2026-11")
    assert file.headers["Content-Type"].startswith("text/csv")
    assert file.body.count(f"\n{case.id},") == 2
    assert browser.get(f"{FIGURES}?month=soon").status == 400


BEIJING = ZoneInfo("Asia/Shanghai")
TODAY = build.NOW.astimezone(BEIJING).date()
TABLES = ("about", "hours", "platforms", "days", "messages", "bureaus", "assignments", "miss-rate", "issues")


def some_days(office: DemoDesk) -> None:
    """A case of today, and two days before it that were counted; the day between them was not."""
    desks.opened(office.stores, text="=1+1 电梯里有人吐痰")
    for back, cells in ((5, ()), (3, (a_cell(), a_cell(hour=21, platform=Platform.WECHAT)))):
        day = DayVolume(day=TODAY - timedelta(days=back), counted_at=build.NOW, cells=cells)
        assert office.stores.volume.put(day)


def a_cell(hour: int = 9, platform: Platform = Platform.WEIBO) -> VolumeCell:
    return VolumeCell(
        hour=hour,
        platform=platform,
        received=40,
        work=((build.CASE_ID, 3), ("261120-111111", 1)),
        raised=(("261120-111111", 1),),
        lowered=(("261120-222222", 2),),
    )


def test_a_month_says_what_came_in_and_every_number_leads_to_as_many_messages(office: DemoDesk) -> None:
    some_days(office)
    browser = office.editor()
    page = browser.get(FIGURES)
    assert "81 条" in page.text
    assert "需办理 9 条，占 11.1%" in page.text
    assert "今天的统计到" in page.text
    behind = re.findall(r'href="([^"]+figures/messages\?[^"]+)">([\d,]+)</a>', page.body)
    assert len(behind) == 19, "in the sum, by platform, hour and day"
    for address, number in behind:
        listed = browser.get(address.replace("&amp;", "&"))
        assert f"{number} 条留言" in listed.text, address
    first = browser.get(behind[0][0].replace("&amp;", "&"))
    assert f"/prod/desk/cases/{build.CASE_ID}" in first.links


def test_what_was_not_counted_is_said_and_is_in_no_number(office: DemoDesk) -> None:
    some_days(office)
    text = office.editor().get(FIGURES).text
    assert "没有统计的日子，不在以下数字之内" in text
    assert (TODAY - timedelta(days=4)).isoformat() in text
    assert (TODAY - timedelta(days=5)).isoformat() not in text, "a day without a message was counted"


def test_before_the_first_count_the_page_says_since_when_there_are_figures(office: DemoDesk) -> None:
    assert "没有留言统计" in office.editor().get(FIGURES).text
    desks.opened(office.stores)
    assert f"2026-11 的统计自 {TODAY} 起" in office.editor().get(FIGURES).text


def test_yesterday_is_counted_by_the_page_where_the_daily_count_has_not_come_to_it(office: DemoDesk) -> None:
    desks.opened(office.stores)
    office.now = build.after(days=1)
    live = office.editor().get(f"{FIGURES}/export?table=days").body
    tally_volume(office.stores.volume, zone=BEIJING, now=office.now)
    assert office.editor().get(f"{FIGURES}/export?table=days").body == live
    assert f"{TODAY},1,1," in live


def test_a_month_that_is_over_reads_no_message(office: DemoDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    some_days(office)
    office.now = datetime(2026, 12, 10, 9, tzinfo=BEIJING)
    monkeypatch.setattr(VolumeStore, "_received", None)
    assert "80 条" in office.editor().get(f"{FIGURES}?month=2026-11").text


def test_a_month_ahead_says_so_and_what_is_no_month_or_no_number_is_refused(office: DemoDesk) -> None:
    browser = office.editor()
    assert "2027-01 还没有到" in browser.get(f"{FIGURES}?month=2027-01").text
    assert "没有这样的留言" in browser.get(f"{FIGURES}/messages?month=2027-01").text
    for wrong in ("month=soon", "part=all", "day=today", "hour=24", "hour=x", "platform=fax", "after=-1"):
        assert browser.get(f"{FIGURES}/messages?{wrong}").status == 400, wrong
    for path in ("export?month=2026-13", "export?table=secrets", "workbook?month=soon"):
        assert browser.get(f"{FIGURES}/{path}").status == 400, path


def test_a_long_list_goes_on_page_by_page(office: DemoDesk) -> None:
    cell = VolumeCell(hour=9, platform=Platform.WEIBO, received=70, work=tuple((f"261120-{n:06d}", 1) for n in range(60)))
    office.stores.volume.put(DayVolume(day=date(2026, 10, 20), counted_at=build.NOW, cells=(cell,)))
    browser = office.editor()
    first = browser.get(f"{FIGURES}/messages?month=2026-10")
    (on,) = (one for one in first.links if "after=50" in one)
    second = browser.get(on)
    assert (first.text.count("点开查看"), second.text.count("点开查看")) == (50, 10)
    assert any("after=0" in one for one in second.links)


@pytest.mark.parametrize("table", TABLES)
def test_every_table_is_a_file_whose_rows_are_as_wide_as_its_head_even_of_an_empty_month(office: DemoDesk, table: str) -> None:
    some_days(office)
    desks.dispatched(office.stores, desks.opened(office.stores, citizen="citizen-2", case_id="261123-222222"))
    browser = office.editor()
    for month in ("2026-11", "2026-01"):
        file = browser.get(f"{FIGURES}/export?month={month}&table={table}")
        assert file.headers["Content-Type"] == "text/csv; charset=utf-8"
        assert len({len(row) for row in csv.reader(io.StringIO(file.body))}) == 1


def test_the_workbook_has_every_table_and_waits_where_printed_forms_do(office: DemoDesk, evidence_bucket: str) -> None:
    some_days(office)
    answer = office.editor().get(f"{FIGURES}/workbook?month=2026-11")
    assert answer.status == 302
    address = answer.headers["Location"]
    assert evidence_bucket in address
    assert "2026-11.xlsx" in address
    (stored,) = boto3.client("s3").list_objects_v2(Bucket=evidence_bucket)["Contents"]
    content = boto3.client("s3").get_object(Bucket=evidence_bucket, Key=stored["Key"])["Body"].read()
    with ZipFile(io.BytesIO(content)) as archive:
        assert archive.read("xl/workbook.xml").decode().count("<sheet name=") == len(TABLES)
