"""What a message is and where it happened: triage and places, put to one question."""

from dataclasses import replace

from jiesu.model.message import Message, PlaceMatch, Triage
from jiesu.places.city import City
from jiesu.places.locate import suggest
from jiesu.triage.categories import label
from jiesu.triage.model import Model
from jiesu.triage.screen import triage


def screen(message: Message, model: Model, city: City | None = None) -> tuple[Triage, PlaceMatch]:
    """Whether a message is work and of what kind, and which bureau of `city` would answer for it. Noise has no place."""
    thought = triage(message.text, kind=message.kind, content_type=message.content_type, sent_at=message.sent_at, model=model)
    if message.category:
        # A person has screened it before us: what they passed on is work, however it reads.
        reasons = (f"转来时选定的类别：{label(message.category)}", *thought.reasons)
        thought = replace(thought, actionable=True, category=message.category, reasons=reasons)
    return thought, suggest(message.text, thought.category, city=city) if thought.actionable else PlaceMatch()
