"""What became of a picture, voice or video that a citizen sent: kept under its hash, or lost for a reason."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from jiesu.model.words import ContentType


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One file of one message; `number` counts the message's files from 0.

    `sha256` is the hash of the bytes in hexadecimal and their name in the store, `media_type` what the
    bytes say they are; both are empty where the file is missing, and `reason` is then a code.
    `source` is `<account>/<the platform's handle>`; `fetched_at` is when the outcome was known.
    """

    message_id: str
    number: int
    content_type: ContentType
    state: Literal["stored", "missing"]
    source: str
    fetched_at: datetime
    sha256: str = ""
    size_bytes: int = 0
    media_type: str = ""
    reason: str = ""
