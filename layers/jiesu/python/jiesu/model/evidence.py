"""What became of a picture, voice or video that a citizen sent: kept under its hash, or lost for a reason."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from jiesu.model.people import Actor
from jiesu.model.words import ContentType

FIRST_POST_PICTURE = 100
"""From here on the files of a message are the pictures of the post it speaks of; citizens send far fewer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Derivative:
    """A file that was made from an original; `sha256` is the hash of its own bytes."""

    sha256: str
    size_bytes: int
    media_type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureMetadata:
    """What a picture says of itself. Anybody can write anything there, and platforms often remove it.

    `taken_at` is the camera's clock as `2026-06-15 08:30:12`, with its offset behind it where the camera
    names one. Degrees are WGS-84, north and east positive.
    """

    taken_at: str = ""
    latitude: float | None = None
    longitude: float | None = None
    device: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One file of one message; `number` counts the message's files from 0, those of its post from `FIRST_POST_PICTURE`.

    `sha256` is the hash of the bytes in hexadecimal and their name in the store, `media_type` what the
    bytes say they are; both are empty where the file is missing, and `reason` is then a code.
    `source` is `<account>/<the platform's handle>`; `fetched_at` is when the outcome was known.

    `copy` is what bureaus may see: the same without what the file says of itself. Where none could be
    made, `withheld` says why by a code. Of a picture there is a `thumbnail` as well, or else neither.
    `perceptual_hash` is that of a picture on which there is something to see, in hexadecimal.

    Where a bureau sent it by mail, `assignment_id` says which, `message_id` is the mail's and `name` the file's.
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
    metadata: PictureMetadata | None = None
    copy: Derivative | None = None
    thumbnail: Derivative | None = None
    withheld: str = ""
    perceptual_hash: str = ""
    name: str = ""
    assignment_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceView:
    """Somebody was given a link to a file, or to the thumbnails of all of them (`sha256` is then empty).

    `assignment_id` is that of the bureau whose page it was; empty at the desk.
    """

    at: datetime
    actor: Actor
    seen: Literal["original", "copy", "thumbnails"]
    sha256: str = ""
    assignment_id: str = ""
