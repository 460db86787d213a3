"""Tables as files: typed in a workbook, and no text is ever taken for a formula."""

import io
import re
from datetime import UTC, date, datetime
from zipfile import ZipFile

import pytest

from jiesu.pages.sheets import Share, Sheet, csv_file
from jiesu.pages.workbook import XLSX, workbook

NOW = datetime(2026, 11, 23, 6, 5, tzinfo=UTC)
HOUR = datetime(2026, 11, 23, 14, 5)
SHEET = Sheet(
    slug="days",
    name="留言按日",
    headings=("日期", "说明", "收到", "占比", "时间", "倍数"),
    rows=((date(2026, 11, 23), "=1+1", 1234, Share(0.125), HOUR, 1.5), (None, "微博 & <公众号>", 0, None, None, None)),
)


def parts_of(*sheets: Sheet) -> dict[str, str]:
    printed = workbook(sheets, name="统计-2026-11", title="统计", office_name="平安北京", now=NOW)
    assert (printed.name, printed.content_type) == ("统计-2026-11.xlsx", XLSX)
    with ZipFile(io.BytesIO(printed.content)) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist() if name.endswith(".xml")}


def cells(page: str) -> dict[str, tuple[str, str]]:
    """Type and value by place."""
    found = re.findall(r'<c r="(\w+)"(?: s="\d+")?(?: t="(\w+)")?><v>([^<]*)</v></c>', page)
    return {place: (kind or "n", value) for place, kind, value in found}


@pytest.mark.parametrize("text", ["=HYPERLINK(0)", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_a_text_that_looks_like_a_formula_stays_a_text_in_both_files(text: str) -> None:
    sheet = Sheet(slug="a", name="甲", headings=("标题",), rows=((text,),))
    parts = parts_of(sheet)
    assert "<f>" not in parts["xl/worksheets/sheet1.xml"]
    assert cells(parts["xl/worksheets/sheet1.xml"])["A2"][0] == "s"
    body = csv_file(sheet, name="a").body
    assert f"'{text}" in body.replace('"', "")


def test_a_number_below_nought_stays_a_number_in_a_file_of_commas() -> None:
    assert "\n-3\r\n" in csv_file(Sheet(slug="a", name="甲", headings=("变化",), rows=((-3,),)), name="a").body


def test_a_workbook_has_days_hours_numbers_and_shares_as_such_and_its_headings_stay_in_view() -> None:
    parts = parts_of(SHEET, Sheet(slug="none", name="空表", headings=("日期",), rows=()))
    page, book = parts["xl/worksheets/sheet1.xml"], parts["xl/workbook.xml"]
    assert re.findall(r'<sheet name="([^"]+)"', book) == ["留言按日", "空表"]
    assert '<pane ySplit="1"' in page
    assert 'state="frozen"' in page
    of = cells(page)
    assert of["A2"] == ("n", "46349"), "the day as spreadsheets count them"
    assert (of["C2"], of["D2"], of["F2"]) == (("n", "1234"), ("n", "0.125"), ("n", "1.5"))
    assert of["E2"][0] == "n"
    assert of["E2"][1].startswith("46349.58")
    assert of["B2"][0] == of["B3"][0] == "s"
    assert of["C3"] == ("n", "0")
    assert not {"A3", "D3", "E3"} & set(of), "what is not known is empty and no nought"
    assert "yyyy-mm-dd" in parts["xl/styles.xml"]
    assert "微博 &amp; &lt;公众号&gt;" in parts["xl/sharedStrings.xml"]


def test_a_file_of_commas_is_read_as_utf_8_and_says_the_same() -> None:
    file = csv_file(SHEET, name="days-2026-11")
    assert file.headers["Content-Disposition"] == 'attachment; filename="days-2026-11.csv"'
    assert file.body.splitlines() == [
        "\ufeff日期,说明,收到,占比,时间,倍数",
        "2026-11-23,'=1+1,1234,0.1250,2026-11-23 14:05,1.5",
        ",微博 & <公众号>,0,,,",
    ]
