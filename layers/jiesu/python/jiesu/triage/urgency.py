"""How fast: life in danger, danger or loss going on, or neither."""

from dataclasses import dataclass

from jiesu.model.words import Urgency
from jiesu.triage.signals import Signals, found, quote


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
    happening = found(text, signals.happening)
    figurative = found(text, signals.figurative)
    critical = found(text, signals.critical)
    grave = found(text, signals.grave)
    urgent = found(text, signals.urgent)
    vulnerable = found(text, signals.vulnerable)
    here_and_now = concrete or bool(happening)
    if not figurative or concrete:
        if critical or (grave and here_and_now):
            return UrgencyMatch(urgency=Urgency.CRITICAL, reason=f"涉及人身安全:{quote((*critical, *grave))}", emergency=True)
        if urgent:
            said = quote((*urgent, *happening, *vulnerable))
            return UrgencyMatch(urgency=Urgency.URGENT, reason=f"正在发生或可能造成伤害损失:{said}", emergency=here_and_now)
    if critical or grave:
        return UrgencyMatch(
            urgency=Urgency.ROUTINE, reason=f"{quote((*critical, *grave))}似为议论、玩笑或转述,未升级", emergency=False
        )
    return UrgencyMatch(urgency=Urgency.ROUTINE, reason="没有紧急情形", emergency=False)
