"""The bulletin as a Word document: everything it says, and what is wrong with a template said before anybody prints with it."""

import io
import zipfile
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import docx
import pytest

from jiesu.model.bulletin import BulletinDetails, SensitiveMark
from jiesu.model.case import Case
from jiesu.model.ladder import SupervisionOrder
from jiesu.model.words import LadderKind
from jiesu.notices.document import (
    MAX_TEMPLATE_BYTES,
    Form,
    TemplateFaultyError,
    check,
    file_name,
    order_template,
    shipped_template,
    write,
)
from ops.bulletin_template import build, build_order
from tests import builders as build_case

OFFICE_NAME = "平安北京"
ZONE = ZoneInfo("Asia/Shanghai")


def a_form(case: Case | None = None, *, link: str = "https://jiesu.example.org/bureau/x", **changes: Any) -> Form:
    case = case or build_case.a_dispatched_case()
    details = BulletinDetails(
        sources="微博 @提及\nhttps://weibo.example/1",
        found_at=datetime(2026, 11, 23, 1, 30, tzinfo=UTC),
        persons="灰色上衣男子",
        marks=(SensitiveMark.MINOR,),
        wording="警方正在核查。",
    )
    return Form(
        bulletin=replace(case.bulletins[0], details=details, **changes),
        assignment=case.assignments[0],
        partners=case.assignments[1:],
        category="社会治安",
        correction="",
        link=link,
        office_name=OFFICE_NAME,
        zone=ZONE,
    )


def text_of(document: bytes) -> str:
    """All that a reader sees, in order, table cells included."""
    read = docx.Document(io.BytesIO(document))
    cells = [cell.text for table in read.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(one.text for one in read.paragraphs), *cells])


def pictures_in(document: bytes) -> list[str]:
    return [name for name in zipfile.ZipFile(io.BytesIO(document)).namelist() if "media/" in name]


def with_paragraph(text: str) -> bytes:
    document = build()
    document.add_paragraph(text)
    saved = io.BytesIO()
    document.save(saved)
    return saved.getvalue()


def test_the_shipped_templates_are_those_that_the_code_lays_out() -> None:
    for shipped, laid_out in ((shipped_template(), build()), (order_template(), build_order())):
        saved = io.BytesIO()
        laid_out.save(saved)
        parts = zipfile.ZipFile(io.BytesIO(shipped)), zipfile.ZipFile(saved)
        assert parts[0].read("word/document.xml") == parts[1].read("word/document.xml")
    check(shipped_template())


def test_a_supervision_order_says_its_number_what_is_late_and_whose() -> None:
    order = SupervisionOrder(
        number="督〔2026〕3号",
        ladder=LadderKind.ACKNOWLEDGEMENT,
        deadline=build_case.after(hours=2),
        issued_at=build_case.after(hours=3),
    )
    form = replace(a_form(), order=order)
    said = text_of(write(order_template(), form))
    assert order.number in said
    assert form.bulletin.number in said
    assert f"{form.assignment.bureau_name}承办的通报单" in said
    assert "经催办仍未签收，现予督办。" in said
    assert "{" not in said


def test_a_document_says_number_urgency_facts_and_until_when() -> None:
    form = a_form()
    said = text_of(write(shipped_template(), form))
    for wanted in (
        form.bulletin.number,
        "第 1 版",
        "密级：内部",
        "紧急程度：一般",
        form.bulletin.facts,
        "涉未成年人",
        "灰色上衣男子",
    ):
        assert wanted in said
    assert form.assignment.acknowledgement.why in said
    assert form.assignment.feedback_ladder.why in said
    assert "https://weibo.example/1" in said
    assert "2026年11月23日（周一）09:30" in said


def test_a_field_that_nobody_filled_has_no_row() -> None:
    said = text_of(write(shipped_template(), a_form()))
    assert "涉及人员" in said
    assert "传播情况" not in said
    assert "{" not in said


def test_what_a_citizen_wrote_stays_text() -> None:
    said = text_of(write(shipped_template(), a_form(facts="<b>急</b> & {{ 编号 }} {% if %}\n第二行")))
    assert "<b>急</b> & {{ 编号 }} {% if %}\n第二行" in said


def test_the_qr_code_leads_to_the_bureaus_page_and_is_left_out_without_a_link() -> None:
    with_link, without = write(shipped_template(), a_form()), write(shipped_template(), a_form(link=""))
    pictures = [
        [name for name in zipfile.ZipFile(io.BytesIO(one)).namelist() if "media/" in name] for one in (with_link, without)
    ]
    assert (len(pictures[0]), len(pictures[1])) == (1, 0)
    assert "扫码打开" not in text_of(without)


def test_the_same_form_is_the_same_file_however_often_it_is_written() -> None:
    assert write(shipped_template(), a_form()) == write(shipped_template(), a_form())


def test_a_later_version_says_so_in_its_file_name() -> None:
    assert file_name(a_form().bulletin).endswith(".docx")
    assert "第2版" in file_name(a_form(version=2).bulletin)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"no document", "不是 .docx 文件"),
        (b"x" * (MAX_TEMPLATE_BYTES + 1), "不能超过"),
        (with_paragraph("{{ 内容提要 }}"), "没有「内容提要」这个字段，是不是「内容摘要」？"),
        (with_paragraph("{{ 标题 "), "花括号"),
        (with_paragraph("{% if 标题 %}"), "花括号"),
        (with_paragraph("{{ 标题.__class__ }}"), "__class__"),
    ],
    ids=["no-docx", "too-large", "unknown-field", "open-brace", "open-tag", "reaches-out"],
)
def test_a_faulty_template_is_refused_with_what_is_wrong(content: bytes, said: str) -> None:
    with pytest.raises(TemplateFaultyError) as refused:
        check(content)
    assert said in str(refused.value)


def test_a_template_without_the_number_is_refused() -> None:
    blank = docx.Document()
    blank.add_paragraph("{{ 标题 }}")
    saved = io.BytesIO()
    blank.save(saved)
    with pytest.raises(TemplateFaultyError, match="编号"):
        check(saved.getvalue())


def test_a_template_that_unpacks_to_a_bomb_is_refused() -> None:
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("word/document.xml", b"0" * (21 * 1024 * 1024))
    with pytest.raises(TemplateFaultyError, match="太大"):
        check(bomb.getvalue())
