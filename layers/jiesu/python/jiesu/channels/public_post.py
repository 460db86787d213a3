"""What stands in public, as a platform's module needs it; and what it says of the room that a text takes there."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from jiesu.channels.outgoing import SendOutcome

_LINK = re.compile(r"https?://[^\s\u2e80-\uffef]+")
"""A web address ends at a blank, and before Chinese characters and their punctuation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicPost:
    """One text for everybody; `title` and `link` may be empty."""

    title: str
    text: str
    link: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """How much of what one platform takes is used: `part` in words, the numbers in Chinese characters or bytes (`unit`)."""

    part: str
    used: int
    limit: int
    unit: str = "字"

    @property
    def is_full(self) -> bool:
        """Whether there is more than the platform takes."""
        return self.used > self.limit


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """A post as one platform would show it, its counters, and why it would not be taken (reason codes, none where it is fine)."""

    title: str
    text: str
    link: str
    rooms: tuple[Room, ...]
    refusals: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class JobEnd:
    """How the platform's own examination of a post ended: `refusal` is a reason code, empty where it stands in public."""

    platform_ref: str = ""
    link: str = ""
    refusal: str = ""


JobAnswer = JobEnd | SendOutcome
"""An outcome says that the end is not known yet, and whether asking again would help."""


def links_in(text: str) -> tuple[str, ...]:
    """The web addresses in `text`."""
    return tuple(_LINK.findall(text))


def is_below(link: str, domains: Iterable[str]) -> bool:
    """Whether `link` leads to one of `domains` or to a host below it."""
    host = urlsplit(link).hostname or ""
    return any(host == domain or host.endswith(f".{domain}") for domain in domains)
