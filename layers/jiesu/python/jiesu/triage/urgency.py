"""How fast: life in danger, danger or loss going on, or neither."""

from dataclasses import dataclass

from jiesu.model.words import Urgency
from jiesu.triage.signals import Signals, found


@dataclass(frozen=True, slots=True, kw_only=True)
class UrgencyMatch:
    """The urgency of a text, and why in Chinese; `emergency` words make work of any message."""

    urgency: Urgency
    reason: str
    emergency: bool


def assess(text: str, signals: Signals, *, concrete: bool) -> UrgencyMatch:
    """The urgency of `text`, which `clean` has made comparable.

    `concrete` says that the text names a place, a time or a telephone number: it tells
    「救命,太好看了」 from a call for help when the words around it are those of small talk.
    """
    critical = found(text, signals.critical)
    urgent = found(text, signals.urgent)
    happening = found(text, signals.happening)
    vulnerable = found(text, signals.vulnerable)
    figurative = found(text, signals.figurative)
    if critical and (concrete or not figurative):
        said = "、".join(f"「{word}」" for word in critical[:3])
        return UrgencyMatch(urgency=Urgency.CRITICAL, reason=f"涉及人身安全:{said}", emergency=True)
    if urgent and (concrete or not figurative):
        said = "、".join(f"「{word}」" for word in (*urgent, *happening, *vulnerable)[:3])
        emergency = bool(happening or vulnerable or concrete)
        return UrgencyMatch(urgency=Urgency.URGENT, reason=f"正在发生或可能造成伤害损失:{said}", emergency=emergency)
    if critical:
        said = "、".join(f"「{word}」" for word in critical[:2])
        return UrgencyMatch(urgency=Urgency.ROUTINE, reason=f"{said}似为玩笑或转述,未升级", emergency=False)
    return UrgencyMatch(urgency=Urgency.ROUTINE, reason="没有紧急情形", emergency=False)
