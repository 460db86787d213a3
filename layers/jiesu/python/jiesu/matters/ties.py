"""What a message shares exactly with others: the post it speaks of, a link, a file, a picture.

A tie joins messages whatever their words. Everything that many unrelated messages share (a platform's start page, an
account) is no tie.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from urllib.parse import parse_qsl, urlencode, urlsplit

from jiesu.model.post import Post
from jiesu.model.words import Platform


class TieKind(StrEnum):
    """What two messages share."""

    POST = "post"
    LINK = "link"
    FILE = "file"
    PICTURE = "picture"

    @property
    def label(self) -> str:
        return {"post": "同一条原帖", "link": "同一个链接", "file": "同一个文件", "picture": "同一张图片"}[self.value]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tie:
    """One thing by which messages hang together; equal ties are the same thing, except that pictures are compared once more."""

    kind: TieKind
    value: str

    @property
    def name(self) -> str:
        """`<kind>:<value>`, as the index has it."""
        return f"{self.kind}:{self.value}"


PICTURE_DISTANCE: Final = 3
"""Bits in which the perceptual hashes of one picture may differ."""
_HASH_BITS: Final = 64
_BANDS: Final = PICTURE_DISTANCE + 1
_BAND_BITS: Final = _HASH_BITS // _BANDS

_TRACKING: Final = re.compile(
    r"utm_\w+|from|share\w*|source|spm|isappinstalled|wfr|timestamp|scene|clicktime|enterid|weibo_id|luicode|lfid"
)
_MOBILE: Final = re.compile(r"^(?:www|m|mobile|wap)\.")


def post_tie(platform: Platform, post: Post) -> Tie:
    """The post at the start of the reposts: all that speaks of one of them is of one story."""
    return Tie(kind=TieKind.POST, value=f"{platform}:{post.root_id}")


def link_ties(links: Iterable[str]) -> tuple[Tie, ...]:
    """The pages that `links` lead to, each once, without what a way of sharing adds; start pages are left out."""
    values = [_page(link) for link in links if link.startswith(("http://", "https://"))]
    return tuple([Tie(kind=TieKind.LINK, value=value) for value in dict.fromkeys(values) if value])


def why_tied(names: Iterable[str]) -> tuple[str, ...]:
    """In Chinese, what the ties called `names` are, each kind once."""
    return tuple(dict.fromkeys([TieKind(name.partition(":")[0]).label for name in sorted(names)]))


def file_tie(sha256: str) -> Tie:
    """A file by the SHA-256 of its bytes, in hexadecimal."""
    return Tie(kind=TieKind.FILE, value=sha256)


def picture_ties(perceptual_hash: int) -> tuple[Tie, ...]:
    """Where a picture with this 64-bit hash is looked for.

    Two within `PICTURE_DISTANCE` share at least one of these ties; only `is_same_picture` says that they are one.
    """
    mask = (1 << _BAND_BITS) - 1
    return tuple(
        [
            Tie(kind=TieKind.PICTURE, value=f"{band}:{perceptual_hash >> band * _BAND_BITS & mask:0{_BAND_BITS // 4}x}")
            for band in range(_BANDS)
        ]
    )


def picture_of(names: Iterable[str]) -> int | None:
    """The perceptual hash behind the names of `picture_ties`; None where they are not all there."""
    bands = [name.split(":") for name in names if name.startswith(f"{TieKind.PICTURE}:")]
    if len(bands) != _BANDS:
        return None
    return sum(int(bits, 16) << int(band) * _BAND_BITS for _, band, bits in bands)


def is_same_picture(one: int, other: int) -> bool:
    """Whether two 64-bit perceptual hashes are of one picture, compressed or resized anew."""
    return (one ^ other).bit_count() <= PICTURE_DISTANCE


def _page(address: str) -> str:
    """The page of an address, or nothing where it is a start page or no address at all: citizens mistype them."""
    try:
        link = urlsplit(address)
    except ValueError:
        return ""
    host = _MOBILE.sub("", (link.hostname or "").rstrip("."))
    path = link.path.rstrip("/")
    query = urlencode(sorted([one for one in parse_qsl(link.query) if not _TRACKING.fullmatch(one[0].lower())]))
    if not host or not (path or query):
        return ""
    return f"{host}{path}?{query}" if query else f"{host}{path}"
