"""What a case is called on the desk."""

from jiesu.model.message import Message

TITLE_LENGTH = 40
"""Characters of a citizen's text that name its case."""


def title_of(message: Message) -> str:
    """What names a new case: the beginning of the text, or the kind of content where there is none."""
    text = " ".join(message.text.split())
    if not text:
        return f"[{message.content_type.label}]"
    return text if len(text) <= TITLE_LENGTH else text[: TITLE_LENGTH - 1] + "…"
