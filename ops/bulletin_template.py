"""The shipped templates of the bulletin and the supervision order, in the manner of GB/T 9704-2012 (layout of official papers).

    python -m ops.bulletin_template layers/jiesu/python/jiesu/notices/data

Offices do not run this: they take the file and edit it in Word or WPS. From the standard: A4, margins
37 mm above, 35 mm below, 28 mm left and 26 mm right; a red head; title in 小标宋, headings in 黑体,
text in 仿宋 of 三号 (16 pt); page numbers of 四号 between dashes, right on odd pages, left on even ones.
Fonts are named, not embedded: who lacks them sees their program's substitute.
"""

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from docx import Document
from docx.document import Document as WordDocument
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.table import Table, _Cell, _Row
from docx.text.paragraph import Paragraph
from docx.text.run import Run

TITLE_FONT: Final = "方正小标宋简体"
HEADING_FONT: Final = "黑体"
TEXT_FONT: Final = "仿宋_GB2312"
NUMBER_FONT: Final = "宋体"
RED: Final = RGBColor(0xC0, 0x00, 0x00)
_LABEL_WIDTH, _VALUE_WIDTH = Mm(32), Mm(124)

_ALWAYS = (
    ("标题", "标题"),
    ("诉求类别", "类别"),
)
_WHERE_SAID = (
    ("敏感标记", "敏感标记"),
    ("来源", "来源"),
    ("网民代号", "网民代号"),
    ("发现时间", "发现时间"),
    ("溯源说明", "溯源说明"),
    ("事发时间", "事发时间"),
    ("事发地点", "事发地点"),
    ("涉及人员", "涉及人员"),
    ("内容摘要", "内容摘要"),
    ("核实情况", "核实情况"),
    ("证据清单", "证据清单"),
    ("传播情况", "传播情况"),
    ("同类或重复", "同类或重复"),
    ("研判与热度", "研判与热度"),
    ("办理要求", "办理要求"),
    ("建议口径", "建议口径"),
)
_TERMS = (("签收时限", "签收时限"), ("反馈时限", "反馈时限"), ("公开回应", "是否需公开回应"))
_LONG = ("内容摘要", "证据清单")
"""Fields whose text may go on over a page."""
_BY_HAND = ("签收人、时间", "办理情况", "办理结果及依据", "可公开内容", "审核人")


def build() -> WordDocument:
    """The bulletin's template as a document of python-docx."""
    document = _blank()
    _head(document, "网民反映问题通报单", "{{ 编号 }}　{{ 版本 }}")
    _addressees(document)
    _fields(document)
    _foot(document)
    _by_hand(document)
    return document


def build_order() -> WordDocument:
    """The template of the supervision order, likewise."""
    document = _blank()
    _head(document, "督 办 单", "{{ 督办单编号 }}")
    addressee = document.add_paragraph()
    addressee.paragraph_format.space_before = Pt(10)
    _font(addressee.add_run("{{ 本单 }}："), TEXT_FONT, 16)
    for text in ("{{ 督办事由 }}", "请立即办理，并书面说明逾期原因和整改措施。"):
        paragraph = document.add_paragraph()
        paragraph.paragraph_format.first_line_indent = Pt(32)
        paragraph.paragraph_format.line_spacing = Pt(28)
        _font(paragraph.add_run(text), TEXT_FONT, 16)
    document.add_paragraph().paragraph_format.line_spacing = Pt(8)
    _rows(document, (("通报单", "编号"), ("标题", "标题"), ("事发地点", "事发地点"), ("办理要求", "办理要求"), *_TERMS[:2]))
    _foot(document, at="{{ 督办时间 }}", signed="{{ 签发单位 }}")
    return document


def _blank() -> WordDocument:
    document = Document()
    _page(document)
    _base_style(document)
    return document


def _page(document: WordDocument) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.footer_distance = Mm(28)
    document.settings.odd_and_even_pages_header_footer = True
    for footer, side in ((section.footer, WD_ALIGN_PARAGRAPH.RIGHT), (section.even_page_footer, WD_ALIGN_PARAGRAPH.LEFT)):
        paragraph = footer.paragraphs[0]
        paragraph.alignment = side
        paragraph.paragraph_format.left_indent = paragraph.paragraph_format.right_indent = Pt(14)
        _font(paragraph.add_run("— "), NUMBER_FONT, 14)
        _page_number(paragraph)
        _font(paragraph.add_run(" —"), NUMBER_FONT, 14)


def _base_style(document: WordDocument) -> None:
    normal = document.styles["Normal"]
    normal.font.size = Pt(14)
    normal.font.name = TEXT_FONT
    normal.element.rPr.rFonts.set(qn("w:eastAsia"), TEXT_FONT)
    normal.paragraph_format.space_after = Pt(0)


def _head(document: WordDocument, title_text: str, number_text: str) -> None:
    marks = document.add_paragraph()
    marks.paragraph_format.tab_stops.add_tab_stop(Mm(156), WD_ALIGN_PARAGRAPH.RIGHT)
    _font(marks.add_run("密级：{{ 密级 }}"), HEADING_FONT, 16)
    _font(marks.add_run("\t紧急程度：{{ 紧急程度 }}"), HEADING_FONT, 16)
    office = _centred(document, before=12)
    _font(office.add_run("{{ 签发单位 }}"), TITLE_FONT, 22, colour=RED)
    title = _centred(document, after=10)
    _font(title.add_run(title_text), TITLE_FONT, 30, colour=RED)
    number = _centred(document, after=4)
    _font(number.add_run(number_text), TEXT_FONT, 16)
    _underlined(number)


def _addressees(document: WordDocument) -> None:
    lines = (
        ("{%p if 更正 %}", ""),
        ("更正：", "{{ 更正 }}"),
        ("{%p endif %}", ""),
        ("主送：", "{{ 主送单位 }}"),
        ("{%p if 协办单位 %}", ""),
        ("协办：", "{{ 协办单位 }}"),
        ("{%p endif %}", ""),
        ("本单送：", "{{ 本单 }}"),
    )
    for label, value in lines:
        paragraph = document.add_paragraph()
        if label == "主送：":
            paragraph.paragraph_format.space_before = Pt(8)
        _font(paragraph.add_run(label), HEADING_FONT if value else TEXT_FONT, 16)
        _font(paragraph.add_run(value), TEXT_FONT, 16)


def _fields(document: WordDocument) -> None:
    document.add_paragraph().paragraph_format.line_spacing = Pt(8)
    table = _table(document)

    def tag(text: str) -> None:
        tagged: _Row = table.add_row()  # type: ignore[no-untyped-call]
        tagged.cells[0].paragraphs[0].add_run(text)

    for label, name in _ALWAYS:
        _row(table, label, f"{{{{ {name} }}}}")
    for label, name in _WHERE_SAID:
        tag(f"{{%tr if {name} %}}")
        _row(table, label, f"{{{{ {name} }}}}")
        tag("{%tr endif %}")
    for label, name in _TERMS:
        _row(table, label, f"{{{{ {name} }}}}")


def _rows(document: WordDocument, names: tuple[tuple[str, str], ...]) -> None:
    table = _table(document)
    for label, name in names:
        _row(table, label, f"{{{{ {name} }}}}")


def _row(table: Table, label: str, value: str) -> None:
    added: _Row = table.add_row()  # type: ignore[no-untyped-call]
    if label not in _LONG:
        added._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))  # noqa: SLF001
    cells = added.cells
    cells[0].width, cells[1].width = _LABEL_WIDTH, _VALUE_WIDTH
    _label(cells[0], label)
    _font(cells[1].paragraphs[0].add_run(value), TEXT_FONT, 14)
    _spaced(cells[1].paragraphs[0])


def _foot(document: WordDocument, *, at: str = "{{ 签发时间 }}", signed: str = "{{ 签发单位 }}　{{ 签发人 }}") -> None:
    for text in (signed, at):
        paragraph = document.add_paragraph()
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        paragraph.paragraph_format.right_indent = Pt(32)
        if text == signed:
            paragraph.paragraph_format.space_before = Pt(14)
            paragraph.paragraph_format.keep_with_next = True
        _font(paragraph.add_run(text), TEXT_FONT, 16)
    for text in ("{%p if 二维码 %}", "{{ 二维码 }}", "扫码打开承办页面；签收、反馈另须短信中的验证码。", "{%p endif %}"):
        paragraph = document.add_paragraph()
        paragraph.paragraph_format.keep_with_next = True
        _font(paragraph.add_run(text), TEXT_FONT, 12)
    note = document.add_paragraph()
    _font(note.add_run("本单为内部工作信息，请勿扩散；不得向被反映人透露反映人情况。"), TEXT_FONT, 12)


def _by_hand(document: WordDocument) -> None:
    heading = document.add_paragraph()
    heading.paragraph_format.space_before = Pt(16)
    heading.paragraph_format.keep_with_next = True
    _font(heading.add_run("承办单位填写（在网上办理的不必填写）"), HEADING_FONT, 14)
    table = _table(document)
    for label in _BY_HAND:
        added: _Row = table.add_row()  # type: ignore[no-untyped-call]
        added.height = Mm(10 if label in ("签收人、时间", "审核人") else 18)
        added.cells[0].width, added.cells[1].width = _LABEL_WIDTH, _VALUE_WIDTH
        _label(added.cells[0], label)


def _table(document: WordDocument) -> Table:
    table: Table = document.add_table(rows=0, cols=2)
    table.style = "Table Grid"
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    table.columns[0].width, table.columns[1].width = _LABEL_WIDTH, _VALUE_WIDTH
    return table


def _label(cell: _Cell, text: str) -> None:
    _font(cell.paragraphs[0].add_run(text), HEADING_FONT, 14)
    _spaced(cell.paragraphs[0])


def _spaced(paragraph: Paragraph) -> None:
    form = paragraph.paragraph_format
    form.space_before = form.space_after = Pt(3)
    form.line_spacing_rule, form.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(22)


def _centred(document: WordDocument, *, before: int = 0, after: int = 0) -> Paragraph:
    paragraph = document.add_paragraph()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    paragraph.paragraph_format.space_before, paragraph.paragraph_format.space_after = Pt(before), Pt(after)
    return paragraph


def _font(run: Run, name: str, size: float, *, colour: RGBColor | None = None) -> None:
    run.font.name, run.font.size = name, Pt(size)
    run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), name)  # noqa: SLF001
    if colour is not None:
        run.font.color.rgb = colour


def _underlined(paragraph: Paragraph) -> None:
    """The red line of an official document's head."""
    borders, line = OxmlElement("w:pBdr"), OxmlElement("w:bottom")
    for name, value in (("val", "single"), ("sz", "16"), ("space", "6"), ("color", "C00000")):
        line.set(qn(f"w:{name}"), value)
    borders.append(line)
    paragraph._element.get_or_add_pPr().append(borders)  # noqa: SLF001


def _page_number(paragraph: Paragraph) -> None:
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        run = paragraph.add_run()
        _font(run, NUMBER_FONT, 14)
        element = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            element.set(qn("w:fldCharType"), kind)
        else:
            element.text = text
        run._element.append(element)  # noqa: SLF001


def main(arguments: Iterable[str]) -> None:
    (folder,) = arguments
    build().save(str(Path(folder) / "bulletin.docx"))
    build_order().save(str(Path(folder) / "supervision.docx"))


if __name__ == "__main__":
    main(sys.argv[1:])
