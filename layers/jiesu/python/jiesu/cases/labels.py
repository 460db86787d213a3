"""What people's decisions say of the system's own: the labels that a model learns from.

A label is no record of its own. It is read from a case's timeline, where the opening entry has the
message, the model's version and its verdict, and later entries have what a person decided. Not
only corrections count: whoever sends out a bulletin confirms what it says, and a model judged by
corrections alone would be judged by nothing but its predecessor's mistakes.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from jiesu.model.case import MessageRef, Verdict
from jiesu.model.message import Triage
from jiesu.model.timeline import Closed, Corrected, Dispatched, Entry, MessageJoined, Opened, Reopened
from jiesu.model.words import Intent, Resolution, Urgency

NOISE = "noise"
NOT_POLICE = "not_police"
"""The codes of two categories, which a case can be closed as."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """What a person said of one message; None is not said. `thought` is what the system had said of it, by which version."""

    message: MessageRef
    thought: Triage
    said_at: datetime
    actionable: bool | None = None
    category: str | None = None
    urgency: Urgency | None = None
    intent: Intent | None = None


def is_said(entry: Entry) -> bool:
    """Whether an entry says something that `labels_of` reads, beyond what the opening one has."""
    match entry.change:
        case Opened(verdict=verdict) | MessageJoined(verdict=verdict):
            return verdict is not None
        case Corrected() | Dispatched() | Closed() | Reopened():
            return True
        case _:
            return False


def labels_of(opening: Opened, said: Iterable[Entry]) -> tuple[Label, ...]:
    """The labels of one case: of the message that opened it, and of those that a person added to it.

    `said` are the entries for which `is_said`, in their order; the last word of a person counts, and a
    case that is opened again takes back what closing it said.
    """
    first = before_closing = Label(message=opening.message, thought=opening.triage, said_at=opening.message.sent_at)
    joined = []
    for entry in said:
        match entry.change:
            case Opened(verdict=Verdict() as verdict):
                first = _decided(first, verdict, entry.at)
            case MessageJoined(message=message, triage=thought, verdict=Verdict() as verdict):
                joined.append(_decided(Label(message=message, thought=thought, said_at=entry.at), verdict, entry.at))
            case Corrected() as change:
                first = replace(
                    first,
                    said_at=entry.at,
                    # Whoever puts right how urgent it is treats it as work.
                    actionable=change.category != NOISE,
                    category=change.category or first.category,
                    urgency=change.urgency or first.urgency,
                    intent=change.intent or first.intent,
                )
            case Dispatched(bulletin=bulletin):
                first = replace(first, said_at=entry.at, actionable=True, category=bulletin.category, urgency=bulletin.urgency)
            case Closed(resolution=resolution):
                before_closing = first
                first = _closed(first, resolution, entry.at)
            case Reopened():
                first = before_closing
            case _:
                raise ValueError(f"entry {entry.id} says nothing of the kind")
    return tuple(one for one in (first, *joined) if _says_something(one))


def _decided(label: Label, verdict: Verdict, at: datetime) -> Label:
    return replace(
        label,
        said_at=at,
        actionable=verdict.category != NOISE,
        category=verdict.category,
        urgency=verdict.urgency,
        intent=verdict.intent,
    )


def _closed(label: Label, resolution: Resolution, at: datetime) -> Label:
    match resolution:
        case Resolution.NOISE:
            return replace(label, said_at=at, actionable=False, category=NOISE, urgency=None, intent=None)
        case Resolution.NOT_POLICE:
            return replace(label, said_at=at, actionable=True, category=NOT_POLICE)
        case Resolution.ANSWERED | Resolution.HANDLED:
            return replace(label, said_at=at, actionable=True)
        case Resolution.NOT_ACTIONABLE | Resolution.MERGED:
            # Nothing left to do, or another case: that says nothing of what the message was.
            return label


def _says_something(label: Label) -> bool:
    return any(one is not None for one in (label.actionable, label.category, label.urgency, label.intent))
