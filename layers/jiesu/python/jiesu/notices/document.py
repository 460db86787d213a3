"""The numbered forms as Word documents, written with a template that the office keeps in Word or WPS.

A template is a .docx with fields in double braces (docxtpl, which is Jinja2 in a document); their
names are those of the office, in Chinese: `FIELDS`. What a template asks for that is no field is
found when it is uploaded. The engine is Jinja2's sandbox: a template can read its fields and do
nothing else.
"""

import difflib
import hashlib
import io
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final
from zoneinfo import ZoneInfo

import segno
from docx.shared import Mm
from docxtpl import DocxTemplate, InlineImage, Listing
from jinja2 import StrictUndefined, TemplateError, UndefinedError
from jinja2.sandbox import SandboxedEnvironment

from jiesu.model.bulletin import Bulletin
from jiesu.model.case import Assignment
from jiesu.model.ladder import SupervisionOrder
from jiesu.model.words import AssignmentRole, LadderKind
from jiesu.notices.notice import in_full

DOCX_TYPE: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
MAX_TEMPLATE_BYTES: Final = 300 * 1024
"""A template lies in one item of the directory, which holds 400 KB at most."""
MAX_UNPACKED_BYTES: Final = 20 * 1024 * 1024
_ACTIVE: Final = re.compile(r"vbaproject\.bin$|/activex/|/embeddings/", re.IGNORECASE)
_QR_WIDTH: Final = Mm(26)

FIELDS: Final[Mapping[str, str]] = {
    "编号": "通报单编号",
    "版本": "第几版",
    "更正": "更正的内容和理由；初版为空",
    "密级": "内部、工作秘密",
    "敏感标记": "涉未成年人等，用顿号隔开",
    "紧急程度": "特急、紧急、一般",
    "签发时间": "年月日时分",
    "签发人": "",
    "签发单位": "本单位名称",
    "主送单位": "主办单位名称",
    "协办单位": "协办单位名称，用顿号隔开",
    "本单": "收到这一份的单位及其主办、协办",
    "标题": "",
    "类别": "诉求类别",
    "来源": "平台、原帖链接、发布时间",
    "网民代号": "不是昵称",
    "发现时间": "年月日时分",
    "溯源说明": "首发、转发",
    "事发时间": "",
    "事发地点": "",
    "涉及人员": "",
    "内容摘要": "",
    "核实情况": "已核实、待核实、无法核实",
    "证据清单": "每行一件，附 SHA-256",
    "传播情况": "",
    "同类或重复": "",
    "研判与热度": "",
    "办理要求": "",
    "签收时限": "时刻和依据",
    "反馈时限": "时刻和依据",
    "是否需公开回应": "是、否",
    "建议口径": "",
    "二维码": "承办单位页面的二维码；没有链接时为空",
}
"""What a template may name, with what stands there."""


ORDER_FIELDS: Final[Mapping[str, str]] = {
    "督办单编号": "",
    "督办时间": "年月日时分",
    "督办事由": "哪一项逾期、时限到何时",
}
"""What the template of a supervision order names besides."""


class TemplateFaultyError(Exception):
    """A template that cannot be used; `faults` say why in Chinese, each naming the field or the place."""

    def __init__(self, faults: tuple[str, ...]) -> None:
        self.faults = faults
        super().__init__("；".join(faults))


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """One printed form: a version of a bulletin as one bureau gets it. `link` is what the QR code leads to; empty prints none."""

    bulletin: Bulletin
    assignment: Assignment
    partners: tuple[Assignment, ...]
    category: str
    correction: str
    link: str
    office_name: str
    zone: ZoneInfo
    order: SupervisionOrder | None = None


def shipped_template() -> bytes:
    """The template of the bulletin that every office begins with."""
    return (files("jiesu.notices") / "data" / "bulletin.docx").read_bytes()


def order_template() -> bytes:
    """The template of the supervision order (督办单)."""
    return (files("jiesu.notices") / "data" / "supervision.docx").read_bytes()


def template_id(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def check(content: bytes) -> None:
    """Try a template with every field filled and every field empty. Raises `TemplateFaultyError`."""
    if len(content) > MAX_TEMPLATE_BYTES:
        raise TemplateFaultyError((f"文件有 {len(content) // 1024} KB，不能超过 {MAX_TEMPLATE_BYTES // 1024} KB",))
    template = _opened(content)
    try:
        asked = template.get_undeclared_template_variables(_environment())
    except TemplateError as error:
        raise TemplateFaultyError((_syntax_fault(error),)) from error
    unknown = sorted(asked - set(FIELDS))
    if unknown:
        raise TemplateFaultyError(tuple(f"没有「{name}」这个字段{_nearest(name)}" for name in unknown))
    if not asked & {"编号"}:
        raise TemplateFaultyError(("模板里没有「编号」字段，印出来的通报单会没有编号",))
    for filled in ({name: f"{name}示例" for name in FIELDS}, dict.fromkeys(FIELDS, "")):
        write_values(content, filled)


def write(content: bytes, form: Form) -> bytes:
    """The document. The same form and template give the same bytes: what is sent again is the same file."""
    return write_values(content, values_of(form), link=form.link)


def file_name(bulletin: Bulletin) -> str:
    """`通报单-2026-00012-7.docx`, with the version from the second on."""
    version = f"-第{bulletin.version}版" if bulletin.version > 1 else ""
    return f"通报单-{bulletin.number}{version}.docx"


def values_of(form: Form) -> dict[str, str]:
    """What stands in each field but the QR code."""
    bulletin, details, assignment = form.bulletin, form.bulletin.details, form.assignment
    everybody = sorted((assignment, *form.partners), key=lambda one: one.role is not AssignmentRole.LEAD)
    return {
        "编号": bulletin.number,
        "版本": f"第 {bulletin.version} 版",
        "更正": form.correction,
        "密级": details.secrecy.label,
        "敏感标记": "、".join(mark.label for mark in details.marks),
        "紧急程度": bulletin.urgency.label,
        "签发时间": in_full(bulletin.issued_at, form.zone),
        "签发人": bulletin.issued_by,
        "签发单位": form.office_name,
        "主送单位": "、".join(one.bureau_name for one in everybody if one.role is AssignmentRole.LEAD),
        "协办单位": "、".join(one.bureau_name for one in everybody if one.role is not AssignmentRole.LEAD),
        "本单": f"{assignment.bureau_name}（{assignment.role.label}）",
        "标题": bulletin.title,
        "类别": form.category,
        "来源": details.sources,
        "网民代号": details.alias,
        "发现时间": "" if details.found_at is None else in_full(details.found_at, form.zone),
        "溯源说明": details.source_note,
        "事发时间": details.happened,
        "事发地点": bulletin.place,
        "涉及人员": details.persons,
        "内容摘要": bulletin.facts,
        "核实情况": details.verification.label,
        "证据清单": "\n".join(details.evidence),
        "传播情况": details.spread,
        "同类或重复": details.related,
        "研判与热度": details.assessment,
        "办理要求": bulletin.requirements,
        "签收时限": _due(form, assignment, LadderKind.ACKNOWLEDGEMENT),
        "反馈时限": _due(form, assignment, LadderKind.FEEDBACK),
        "是否需公开回应": "是" if details.answers_publicly else "否",
        "建议口径": details.wording,
        **({} if form.order is None else _of_order(form, form.order)),
    }


def order_file_name(order: SupervisionOrder) -> str:
    return f"督办单-{order.number}.docx"


def _of_order(form: Form, order: SupervisionOrder) -> dict[str, str]:
    deadline = in_full(order.deadline, form.zone)
    return {
        "督办单编号": order.number,
        "督办时间": in_full(order.issued_at, form.zone),
        "督办事由": f"{form.assignment.bureau_name}承办的通报单 {form.bulletin.number}，"
        f"{order.ladder.label}时限为 {deadline}，经催办仍未{order.ladder.label}，现予督办。",
    }


def _due(form: Form, assignment: Assignment, kind: LadderKind) -> str:
    ladder = assignment.acknowledgement if kind is LadderKind.ACKNOWLEDGEMENT else assignment.feedback_ladder
    return f"{in_full(ladder.deadline, form.zone)}\n{ladder.why}"


@cache
def _environment() -> SandboxedEnvironment:
    return SandboxedEnvironment(autoescape=True, undefined=StrictUndefined)


def _opened(content: bytes) -> DocxTemplate:
    """Raises `TemplateFaultyError` for what is no .docx, or one that unpacks to more than any form needs."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            if sum(one.file_size for one in packed.infolist()) > MAX_UNPACKED_BYTES:
                raise TemplateFaultyError(("文件解开后太大，请另存一份后再上传",))
            if any(_ACTIVE.search(one) for one in packed.namelist()):
                raise TemplateFaultyError(("模板不能含有宏、控件或嵌入的文件，请删去后另存为 .docx",))
            if any(_reaches_out(packed.read(one)) for one in packed.namelist() if one.endswith(".rels")):
                raise TemplateFaultyError(("模板不能引用文件之外的图片、模板或对象，请改为嵌入",))
        template = DocxTemplate(io.BytesIO(content))
        template.init_docx()
    except (zipfile.BadZipFile, KeyError, ValueError, OSError) as error:
        raise TemplateFaultyError(("不是 .docx 文件，请用 Word 或 WPS 另存为 .docx",)) from error
    return template


def _reaches_out(relationships: bytes) -> bool:
    """Whether a part names something outside of the file that is no hyperlink: Word would fetch it from whoever put it there."""
    named = re.findall(rb"<Relationship\b[^>]*>", relationships)
    return any(re.search(rb"TargetMode\s*=\s*[\"']External", one, re.IGNORECASE) and b"/hyperlink" not in one for one in named)


def write_values(content: bytes, values: Mapping[str, str], *, link: str = "") -> bytes:
    """The document with `values` in its fields and a QR code that leads to `link`. Raises `TemplateFaultyError`."""
    template = _opened(content)
    shown: dict[str, Any] = {name: _lines(text) for name, text in values.items()}
    shown["二维码"] = InlineImage(template, _qr(link), width=_QR_WIDTH) if link else ""
    try:
        template.render(shown, _environment(), autoescape=True)
    except UndefinedError as error:
        raise TemplateFaultyError((f"模板里有系统不认识的字段：{error.message}",)) from error
    except TemplateError as error:
        raise TemplateFaultyError((_syntax_fault(error),)) from error
    written = io.BytesIO()
    template.save(written)
    return _timeless(written.getvalue())


def _lines(text: str) -> Any:
    """Line ends as Word's own; a plain text is escaped by the environment."""
    return Listing(text) if "\n" in text else text


def _qr(link: str) -> io.BytesIO:
    picture = io.BytesIO()
    segno.make(link, error="m", micro=False).save(picture, kind="png", scale=6, border=2)
    picture.seek(0)
    return picture


_EPOCH: Final = (1980, 1, 1, 0, 0, 0)


def _timeless(content: bytes) -> bytes:
    """The same package with the parts' times put to the beginning of ZIP's calendar."""
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as before, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as after:
        for name in before.namelist():
            info = zipfile.ZipInfo(name, _EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            after.writestr(info, before.read(name))
    return packed.getvalue()


def _syntax_fault(error: TemplateError) -> str:
    said = error.message or ""
    found = re.search(r"'([^']+)'", said)
    where = f"「{found.group(1)}」附近" if found else ""
    return f"模板{where}的花括号写得不完整，或有 Word 拆开的字段；请删去后一次输完（{said}）"


def _nearest(name: str) -> str:
    near = difflib.get_close_matches(name, FIELDS, n=1, cutoff=0.4)
    return f"，是不是「{near[0]}」？" if near else ""
