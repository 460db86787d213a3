"""The index of matters: what lies in one bucket, and how it stays small.

A bucket holds the newest postings of one n-gram. Nothing else bounds what a message costs, so whoever stores
buckets puts postings in by `with_posting` alone.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from jiesu.matters.same import Posting, longest_window

BUCKET_SIZE: Final = 24
"""Postings that a bucket holds."""


def with_posting(postings: Iterable[Posting], posting: Posting) -> tuple[Posting, ...]:
    """The bucket's postings with one more, the oldest first: those of the same message and those past every window are gone."""
    kept = [one for one in postings if one.message_id != posting.message_id and not is_expired(one, posting.sent_at)]
    return tuple(sorted([*kept, posting], key=lambda one: (one.sent_at, one.message_id))[-BUCKET_SIZE:])


def is_expired(posting: Posting, now: datetime) -> bool:
    """Whether no message sent at `now` can be like it any more."""
    return now - posting.sent_at > longest_window()
