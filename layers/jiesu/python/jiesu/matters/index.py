"""The index of matters: what lies in one bucket, and how it stays small.

A bucket holds the newest postings of one n-gram. Nothing else bounds what a message costs, so whoever stores
buckets puts postings in by `with_posting` alone.
"""

import struct
from collections.abc import Iterable
from datetime import datetime
from typing import Final

from jiesu.matters.likeness import unpacked
from jiesu.matters.same import Posting, longest_window

BUCKET_SIZE: Final = 24
"""Postings that a bucket holds."""

_LENGTHS: Final = struct.Struct("<8H")
_AND: Final = "\n"
"""Parts estates, or ties: neither holds a line's end."""


def with_posting(postings: Iterable[Posting], posting: Posting) -> tuple[Posting, ...]:
    """The bucket's postings with one more, the oldest first: those of the same message and those past every window are gone."""
    kept = [one for one in postings if one.message_id != posting.message_id and not is_expired(one, posting.sent_at)]
    return tuple(sorted([*kept, posting], key=lambda one: (one.sent_at, one.message_id))[-BUCKET_SIZE:])


def is_expired(posting: Posting, now: datetime) -> bool:
    """Whether no message sent at `now` can be like it any more."""
    return now - posting.sent_at > longest_window()


def packed(posting: Posting) -> bytes:
    """A posting as bytes: the lengths of its parts (16 bits each, little-endian), its texts in UTF-8, its sketch."""
    texts = (
        posting.message_id,
        posting.case_id,
        posting.sent_at.isoformat(),
        posting.district,
        _AND.join(posting.estates),
        posting.citizen,
        _AND.join(posting.ties),
    )
    parts = [*map(str.encode, texts), posting.sketch.packed()]
    return _LENGTHS.pack(*map(len, parts)) + b"".join(parts)


def all_packed(postings: Iterable[Posting]) -> bytes:
    """The postings of a bucket, one behind the other."""
    return b"".join(map(packed, postings))


def all_unpacked(data: bytes, known: dict[bytes, Posting] | None = None) -> tuple[Posting, ...]:
    """The postings that `all_packed` wrote; those `known` by their bytes come from there, since a message lies in many buckets.

    Raises `ValueError` where the lengths do not fit.
    """
    known = {} if known is None else known
    postings = []
    at = 0
    while at < len(data):
        if at + _LENGTHS.size > len(data):
            raise ValueError("the bucket is cut off")
        lengths = _LENGTHS.unpack_from(data, at)
        end = at + _LENGTHS.size + sum(lengths)
        record = data[at:end]
        if (posting := known.get(record)) is None:
            posting = known[record] = _unpacked(record, lengths)
        postings.append(posting)
        at = end
    return tuple(postings)


def _unpacked(record: bytes, lengths: tuple[int, ...]) -> Posting:
    parts = []
    at = _LENGTHS.size
    for length in lengths:
        parts.append(record[at : at + length])
        at += length
    if at != len(record):
        raise ValueError("the posting is cut off")
    message_id, case_id, sent_at, district, estates, citizen, ties = map(bytes.decode, parts[:-1])
    return Posting(
        message_id=message_id,
        case_id=case_id,
        sent_at=datetime.fromisoformat(sent_at),
        sketch=unpacked(parts[-1]),
        district=district,
        estates=tuple(estates.split(_AND)) if estates else (),
        citizen=citizen,
        ties=tuple(ties.split(_AND)) if ties else (),
    )
