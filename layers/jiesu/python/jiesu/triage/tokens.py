"""What the rules saw, as further n-grams: so that the linear classes can learn how far to trust each rule."""

from collections.abc import Iterator

from jiesu.model.words import MessageKind
from jiesu.triage.signals import Reading
from jiesu.triage.urgency import UrgencyMatch

COUNT = 4
"""How often a token counts: a rule is worth more than a pair of characters that occurs once."""

MARK = "\0"
"""Begins every token: no n-gram of a text can be one."""


def tokens(reading: Reading, urgency: UrgencyMatch, *, kind: MessageKind, topic: str | None) -> Iterator[str]:
    """The lists whose words occur, the class they point to, the shapes, the urgency, the kind of message, its topic."""
    for name in reading.words:
        yield f"{MARK}list:{name}"
    yield f"{MARK}class:{reading.category.code}"
    for one in reading.evidence:
        yield f"{MARK}evidence:{one.code}"
    yield f"{MARK}urgency:{urgency.urgency}"
    yield f"{MARK}kind:{kind}"
    if topic is not None:
        yield f"{MARK}topic:{topic}"
