"""What a person enters by hand, at the desk or as a row of a file: the rules of its fields, and the message it becomes."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from jiesu.model.message import DESK_ACCOUNT_ID, Message
from jiesu.model.words import ContentType, MessageKind, Platform

MAX_TEXT = 5_000
MAX_CITIZEN = 64
MAX_CONTACT = 200
MAX_LINK = 1_000

_FIRST_YEAR = 2000
"""Nobody writes down what came earlier: such a year is a slip."""


class Flaw(StrEnum):
    """What is wrong with a field."""

    MISSING = "missing"
    NOT_ONE_LINE = "not_one_line"
    TOO_LONG = "too_long"
    UNKNOWN = "unknown"
    NO_TIME = "no_time"
    FUTURE = "future"
    NO_WEB_ADDRESS = "no_web_address"


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldFlaw:
    """One thing that is wrong with one field."""

    field: str
    flaw: Flaw


class EnteredMessageError(Exception):
    """The fields make no message; `flaws` has everything that is wrong with them."""

    def __init__(self, flaws: tuple[FieldFlaw, ...]) -> None:
        self.flaws = flaws
        super().__init__(", ".join(f"{one.field}: {one.flaw}" for one in flaws))


def read_entered(fields: Mapping[str, object], *, zone: ZoneInfo, now: datetime, token: str = "") -> Message:
    """The message that `fields` say: `platform`, `citizen`, `text`, `sent_at`; `contact`, `link` and `id` may be absent.

    A time without a zone is the office's. The same fields give the same message id; a `token` parts what two
    people entered alike. What was copied from a platform with an interface is a comment: private messages come by
    themselves, and a reply window must not open for what cannot be answered. Raises `EnteredMessageError`.
    """
    flaws: list[FieldFlaw] = []
    platform = _platform(fields.get("platform"), flaws)
    citizen = _line(fields, "citizen", MAX_CITIZEN, flaws, required=True)
    own_id = _line(fields, "id", MAX_CITIZEN, flaws)
    text = _text(fields.get("text"), flaws)
    sent_at = _time(fields.get("sent_at"), zone, now, flaws)
    contact = _line(fields, "contact", MAX_CONTACT, flaws)
    link = _link(_line(fields, "link", MAX_LINK, flaws), flaws)
    if flaws or platform is None or sent_at is None:
        raise EnteredMessageError(tuple(flaws))
    said = f"{text}\n链接：{link}" if link else text
    # A row with an id of its own is known by it, another by all that it says.
    known_by = [platform, own_id] if own_id else [platform, citizen, sent_at.isoformat(), said]
    return Message(
        id=_id([*known_by, *filter(None, (token,))]),
        platform=platform,
        account_id=DESK_ACCOUNT_ID,
        citizen_id=f"{platform}:{citizen}",
        kind=MessageKind.PRIVATE if platform.is_by_hand else MessageKind.COMMENT,
        content_type=ContentType.TEXT,
        text=said,
        sent_at=sent_at,
        received_at=now,
        contact=contact,
        nickname=citizen,
    )


def _platform(value: object, flaws: list[FieldFlaw]) -> Platform | None:
    try:
        return Platform(str(value).strip())
    except ValueError:
        flaws.append(FieldFlaw(field="platform", flaw=Flaw.UNKNOWN))
        return None


def _text(value: object, flaws: list[FieldFlaw]) -> str:
    text = value.strip() if isinstance(value, str) else ""
    if not text:
        flaws.append(FieldFlaw(field="text", flaw=Flaw.MISSING))
    elif len(text) > MAX_TEXT:
        flaws.append(FieldFlaw(field="text", flaw=Flaw.TOO_LONG))
    return text


def _line(fields: Mapping[str, object], field: str, longest: int, flaws: list[FieldFlaw], *, required: bool = False) -> str:
    """One printable line without blanks around it; an empty text where nothing is, or after a flaw."""
    value = fields.get(field)
    if value is None or (isinstance(value, str) and not value.strip()):
        if required:
            flaws.append(FieldFlaw(field=field, flaw=Flaw.MISSING))
        return ""
    if not isinstance(value, str) or not value.strip().isprintable():
        flaws.append(FieldFlaw(field=field, flaw=Flaw.NOT_ONE_LINE))
        return ""
    if len(value.strip()) > longest:
        flaws.append(FieldFlaw(field=field, flaw=Flaw.TOO_LONG))
        return ""
    return value.strip()


def _link(link: str, flaws: list[FieldFlaw]) -> str:
    if link and (not link.startswith(("http://", "https://")) or " " in link):
        flaws.append(FieldFlaw(field="link", flaw=Flaw.NO_WEB_ADDRESS))
        return ""
    return link


def _time(value: object, zone: ZoneInfo, now: datetime, flaws: list[FieldFlaw]) -> datetime | None:
    try:
        at = datetime.fromisoformat(str(value).strip())
        at = (at if at.tzinfo else at.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        at = None
    if at is None or at.year < _FIRST_YEAR:
        flaws.append(FieldFlaw(field="sent_at", flaw=Flaw.NO_TIME))
        return None
    if at > now:
        flaws.append(FieldFlaw(field="sent_at", flaw=Flaw.FUTURE))
        return None
    return at


def _id(known_by: list[str]) -> str:
    return f"entered:{hashlib.sha256(json.dumps(known_by).encode()).hexdigest()[:32]}"
