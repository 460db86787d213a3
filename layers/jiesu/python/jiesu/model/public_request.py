"""What everybody may read of a case that the office disclosed: these words, and nothing else of it."""

from dataclasses import dataclass
from datetime import datetime

from jiesu.model.words import PublicStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicRequest:
    """A disclosed case. Title, description and place were written for the public; `progress` says in words how far it is.

    `updated_at` is when any of this last changed, not when the case did.
    """

    id: str
    status: PublicStatus
    progress: str
    category: str
    title: str
    description: str
    place: str
    requested_at: datetime
    updated_at: datetime
