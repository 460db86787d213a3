"""A made-up bulletin, to show what a template prints before any bulletin is printed with it."""

import io
from collections.abc import Iterator

from docx import Document
from docx.table import Table

from jiesu.notices.document import write_values

_LINK = "https://example.org/sample"
_VALUES = {
    "编号": "2026-00000-0",
    "版本": "第 2 版",
    "更正": "事发地点。地点有误，已与反映人核对。",
    "密级": "内部",
    "敏感标记": "涉未成年人",
    "紧急程度": "紧急",
    "签发时间": "2026年11月28日10时30分",
    "签发人": "示例小编",
    "主送单位": "示例分局",
    "协办单位": "示例总队",
    "本单": "示例分局（主办）",
    "标题": "反映示例路口夜间施工扰民",
    "类别": "治安管理·噪声扰民",
    "来源": "微博私信，2026年11月28日9时50分\n微博评论，2026年11月28日10时2分",
    "网民代号": "网民甲",
    "发现时间": "2026年11月28日9时55分",
    "溯源说明": "首发",
    "事发时间": "每晚十一时以后",
    "事发地点": "示例区示例路与样本街交叉口东北角",
    "涉及人员": "施工方",
    "内容摘要": "网民反映，示例路口连续三晚在十一时以后使用切割机施工，附近居民无法休息，多次劝说无效。\n"
    "网民希望尽快制止，并告知结果。",
    "核实情况": "待核实",
    "证据清单": "图片 1 张\n视频 1 段",
    "传播情况": "转发 12 次，评论 8 条",
    "同类或重复": "本月同类 2 件",
    "研判与热度": "热度一般，注意夜间反复",
    "办理要求": "到场核实，依法处理，并与反映人联系。",
    "签收时限": "2026年11月28日11时30分\n自 11月28日 10:30 交办起 1 小时内签收",
    "反馈时限": "2026年11月29日10时30分\n自 11月28日 10:30 交办起 24 小时内反馈",
    "是否需公开回应": "是",
    "建议口径": "已收到反映，属地民警正在核实。",
}
"""Fields with one line, with several, with much text. The office's own name is filled in."""


def write_sample(template: bytes, office_name: str) -> bytes:
    """The made-up bulletin as `template` prints it. Raises `TemplateFaultyError`."""
    return write_values(template, _VALUES | {"签发单位": office_name}, link=_LINK)


def lines_of(content: bytes) -> tuple[str, ...]:
    """What stands in a document, a paragraph or a row of a table a line; heads and feet of pages are not among them."""
    return tuple(line for line in _lines(content) if line)


def _lines(content: bytes) -> Iterator[str]:
    for part in Document(io.BytesIO(content)).iter_inner_content():
        if isinstance(part, Table):
            for row in part.rows:
                # A cell that spans several columns comes once for each.
                yield "　".join(dict.fromkeys(text for cell in row.cells if (text := cell.text.strip())))
        else:
            yield part.text.strip()
