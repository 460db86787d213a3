"""What the system would think of a text, in Chinese, for the person who asks."""

from datetime import datetime

from jiesu.model.words import ContentType, MessageKind
from jiesu.places.locate import suggest
from jiesu.triage import categories
from jiesu.triage.screen import triage


def explain(text: str, *, now: datetime, kind: MessageKind = MessageKind.PRIVATE) -> str:
    """The triage and the place of `text` as if it had come in `now`, one finding a line, every reason with it."""
    result = triage(text, kind=kind, content_type=ContentType.TEXT, sent_at=now)
    place = suggest(text, result.category)
    lines = [
        f"结论:{'需要办理' if result.actionable else '无需办理'}(按{kind.label}判断,规则 {result.model_version})",
        f"类别:{categories.label(result.category)}",
        f"诉求:{result.intent.label if result.intent is not None else '—'}",
        f"紧急程度:{result.urgency.label}",
        f"地点:{place.text or '—'}{f'({place.district})' if place.district else ''}",
        f"承办单位:{place.bureau_code or ('待人工判断' if result.actionable else '—')}",
        "理由:",
        *(f"  · {reason}" for reason in (*result.reasons, place.reason) if reason),
    ]
    return "\n".join(lines)
