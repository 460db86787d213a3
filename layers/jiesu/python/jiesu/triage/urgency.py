"""How fast: life in danger, danger or loss going on, or neither."""

from dataclasses import dataclass

from jiesu.model.words import Urgency
from jiesu.triage import scenes, signals
from jiesu.triage.signals import CONCRETE, Reading, quote


@dataclass(frozen=True, slots=True, kw_only=True)
class UrgencyMatch:
    """The urgency of a text, and why in Chinese.

    An `emergency` is work whatever else is thought of the message: no score can silence it.
    """

    urgency: Urgency
    reason: str
    emergency: bool


def assess(text: str, reading: Reading) -> UrgencyMatch:
    """The urgency of `text`, which `clean` has made comparable, by its scenes and by the words that `reading` found in it.

    A place or a telephone number tells 「救命,太好看了」 from a call for help when the words
    around it are those of small talk, of a plot or of the news.
    """
    concrete = bool(reading.codes & CONCRETE)
    critical, grave = reading.of(signals.CRITICAL), reading.of(signals.GRAVE)
    urgent, happening = reading.of(signals.URGENT), reading.of(signals.HAPPENING)
    here_and_now = concrete or bool(happening)
    seen = scenes.seen(text)
    deadly = seen if seen is not None and seen[0].urgency is Urgency.CRITICAL else None
    retold = bool(reading.of(signals.FIGURATIVE))
    if not retold or concrete:
        if deadly is not None:
            scene, words = deadly
            return UrgencyMatch(urgency=Urgency.CRITICAL, reason=f"{scene.name}：{quote([words])}", emergency=True)
        if critical or (grave and here_and_now):
            return UrgencyMatch(urgency=Urgency.CRITICAL, reason=f"涉及人身安全：{quote((*critical, *grave))}", emergency=True)
        if seen is not None:
            scene, words = seen
            return UrgencyMatch(urgency=Urgency.URGENT, reason=f"{scene.name}：{quote([words])}", emergency=False)
        if urgent and here_and_now:
            said = quote((*urgent, *happening, *reading.of(signals.VULNERABLE)))
            return UrgencyMatch(urgency=Urgency.URGENT, reason=f"正在发生或可能造成伤害损失：{said}", emergency=False)
    if critical or grave or deadly is not None:
        words_said = quote((*critical, *grave) or (deadly[1] if deadly else "",))
        return UrgencyMatch(urgency=Urgency.ROUTINE, reason=f"{words_said}似为议论、玩笑或转述，未升级", emergency=False)
    return UrgencyMatch(urgency=Urgency.ROUTINE, reason="没有紧急情形", emergency=False)
