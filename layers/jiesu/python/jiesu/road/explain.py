"""What the system would think of a text, in Chinese, for the person who asks."""

from datetime import datetime, tzinfo

from jiesu.model.message import PlaceMatch, Triage
from jiesu.model.words import ContentType, MessageKind
from jiesu.places.city import City
from jiesu.places.locate import suggest
from jiesu.triage import categories
from jiesu.triage.extract.extraction import extract
from jiesu.triage.screen import triage


def explain(
    text: str, *, now: datetime, time_zone: tzinfo, kind: MessageKind = MessageKind.PRIVATE, city: City | None = None
) -> str:
    """The triage, the place and the finds of `text` as if it had come in `now`, one a line, every reason with it."""
    result = triage(text, kind=kind, content_type=ContentType.TEXT, sent_at=now)
    place = suggest(text, result.category, city=city) if result.actionable else PlaceMatch()
    found = [f"{span.kind.label} {span.value}" for span in extract(text, sent_at=now, time_zone=time_zone)]
    lines = [f"结论：{_conclusion(result)}（按{kind.label}判断）"]
    if result.actionable:
        lines += [
            f"类别：{categories.label(result.category)}",
            f"诉求：{result.intent.label if result.intent is not None else '待人工判断'}",
            f"紧急程度：{result.urgency.label}",
            f"地点：{_where(place)}",
            f"承办单位：{_bureau(place)}",
        ]
    if found:
        lines.append(f"识别出：{'；'.join(found)}")
    lines += ["理由：", *(f"  · {reason}" for reason in (*result.reasons, place.reason) if reason)]
    lines.append(f"判断版本：{result.model_version}")
    return "\n".join(lines)


def _conclusion(result: Triage) -> str:
    if result.emergency:
        return "需要办理，属紧急情形：立即通知指挥中心，并自动答复网民拨打110"
    return "需要办理，建立诉求件" if result.actionable else "无需办理，不建立诉求件"


def _where(place: PlaceMatch) -> str:
    if not place.text:
        return "未识别"
    return place.text if place.district in place.text else f"{place.text}（{place.district}）"


def _bureau(place: PlaceMatch) -> str:
    said = place.bureau_code or "待人工判断"
    return f"{said}，选定所在区（{place.district}）后改由该区分局" if place.candidates else said
