"""What a client asks for or hands in, read strictly: whatever does not fit is refused in the specification's terms."""

import base64
import binascii
import hashlib
import hmac
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any
from unicodedata import category as character_category
from urllib.parse import parse_qsl

from jiesu.channels.readable import degrees, web_address
from jiesu.model.message import Position
from jiesu.model.words import PublicStatus
from jiesu.triage import categories

Arguments = Mapping[str, Sequence[str]]
"""Query parameters or form fields; a name may stand there more than once."""

MAX_BODY_BYTES = 64 * 1024
MAX_FIELDS = 100
MAX_IDS = 100
MAX_PAGE_SIZE = 1_000
MAX_DEPTH = 10_000
"""How far into a list a client may turn pages."""
MAX_SPAN = timedelta(days=90)

_ROOM: Mapping[str, int] = {
    "description": 4_000,
    "address_string": 300,
    "first_name": 64,
    "last_name": 64,
    "phone": 32,
    "email": 128,
    "device_id": 128,
    "account_id": 128,
    "media_url": 2_048,
}
"""Characters of each field at most."""

_W3C_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?(?:Z|[+-]\d\d:\d\d)", re.ASCII)


class RefusedRequestError(Exception):
    """A request is not answered as it stands; each error is an HTTP status and what is wrong. The first is the answer's own."""

    def __init__(self, *errors: tuple[HTTPStatus, str]) -> None:
        self.errors = errors
        super().__init__("; ".join(f"{status.value} {said}" for status, said in errors))


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """Which disclosed cases a client wants; `service_codes` empty means all."""

    start: datetime
    end: datetime
    statuses: tuple[PublicStatus, ...]
    service_codes: frozenset[str]
    page: int
    page_size: int

    @property
    def first(self) -> int:
        """How many come before the page."""
        return (self.page - 1) * self.page_size


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """One service request as a client hands it in. Coordinates are degrees; texts may be empty."""

    service_code: str
    description: str = ""
    latitude: float | None = None
    longitude: float | None = None
    address: str = ""
    media_url: str = ""
    name: str = ""
    phone: str = ""
    email: str = ""
    device_id: str = ""
    account_id: str = ""

    @property
    def position(self) -> Position | None:
        if self.latitude is None or self.longitude is None:
            return None
        return Position(latitude=self.latitude, longitude=self.longitude, label=self.address)

    @property
    def text(self) -> str:
        """What an editor and the triage read: nothing of who sent it."""
        lines = [self.description or categories.name(self.service_code)]
        if self.address:
            lines.append(f"地点：{self.address}")
        if self.media_url:
            lines.append(f"附件：{self.media_url}")
        return "\n".join(lines)

    @property
    def contact(self) -> str:
        """How to reach whoever sent it, as far as was said."""
        return "，".join(one for one in (self.name, self.phone, self.email) if one)

    def digest(self, key_sha256: str) -> str:
        """The same for the same content by the same client, and for nobody else to guess; 40 hex digits."""
        content = json.dumps(asdict(self), ensure_ascii=False, sort_keys=True)
        return hmac.new(bytes.fromhex(key_sha256), content.encode(), hashlib.sha256).hexdigest()[:40]


def form_of(event: Mapping[str, Any]) -> Arguments:
    """The fields of a POST's body. Raises `RefusedRequestError` where it is no form."""
    headers = {str(name).lower(): str(value) for name, value in (event.get("headers") or {}).items()}
    if headers.get("content-type", "").partition(";")[0].strip().lower() != "application/x-www-form-urlencoded":
        raise RefusedRequestError((HTTPStatus.BAD_REQUEST, "the body must be application/x-www-form-urlencoded"))
    body = event.get("body") or ""
    try:
        raw = base64.b64decode(body, validate=True) if event.get("isBase64Encoded") else body.encode()
        if len(raw) > MAX_BODY_BYTES:
            raise RefusedRequestError((HTTPStatus.BAD_REQUEST, f"the body is longer than {MAX_BODY_BYTES} bytes"))
        pairs = parse_qsl(raw.decode(), keep_blank_values=True, errors="strict", max_num_fields=MAX_FIELDS)
    except (binascii.Error, ValueError) as error:
        raise RefusedRequestError((HTTPStatus.BAD_REQUEST, "the body is no form in UTF-8")) from error
    fields: dict[str, list[str]] = {}
    for name, value in pairs:
        fields.setdefault(name, []).append(value)
    return fields


def one(arguments: Arguments, name: str) -> str:
    """The first value, without blanks around it and control characters in it; empty where there is none."""
    values = arguments.get(name) or ("",)
    kept = (char for char in values[0] if char in "\n\t" or character_category(char) not in ("Cc", "Cs"))
    return "".join(kept).strip()


def several(arguments: Arguments, name: str) -> tuple[str, ...]:
    """All values of a name that may be repeated and may hold several, parted by commas."""
    parts = (part.strip() for value in arguments.get(name) or () for part in value.split(","))
    return tuple(part for part in parts if part)


def requested_ids(arguments: Arguments) -> tuple[str, ...]:
    """The numbers asked for by name. Raises `RefusedRequestError` for more than a hundred."""
    ids = several(arguments, "service_request_id")
    if len(ids) > MAX_IDS:
        raise RefusedRequestError((HTTPStatus.BAD_REQUEST, f"service_request_id names more than {MAX_IDS} requests"))
    return ids


def search_of(arguments: Arguments, now: datetime) -> Search:
    """What a list is to hold: by default the newest thousand of the last ninety days. Raises `RefusedRequestError`."""
    problems: list[str] = []
    start, end = _span(_time(arguments, "start_date", problems), _time(arguments, "end_date", problems), now)
    if start > end:
        problems.append("start_date is later than end_date")
    elif end - start > MAX_SPAN:
        problems.append("start_date and end_date span more than 90 days")
    statuses = several(arguments, "status")
    if set(statuses) - set(PublicStatus):
        problems.append("status must be open or closed")
    page = _count(arguments, "page", 1, MAX_DEPTH, problems)
    page_size = _count(arguments, "page_size", MAX_PAGE_SIZE, MAX_PAGE_SIZE, problems)
    if not problems and page * page_size > MAX_DEPTH:
        problems.append(f"pages end at {MAX_DEPTH} requests: narrow the dates")
    if problems:
        raise RefusedRequestError(*((HTTPStatus.BAD_REQUEST, said) for said in problems))
    return Search(
        start=start,
        end=end,
        statuses=tuple(status for status in PublicStatus if not statuses or status in statuses),
        service_codes=frozenset(several(arguments, "service_code")),
        page=page,
        page_size=page_size,
    )


def submission_of(arguments: Arguments, service_codes: Sequence[str]) -> Submission:
    """What was handed in, for one of `service_codes`. Raises `RefusedRequestError` with everything that is wrong with it."""
    errors: list[tuple[HTTPStatus, str]] = []
    service_code = one(arguments, "service_code")
    if not service_code:
        errors.append((HTTPStatus.BAD_REQUEST, "service_code was not provided"))
    elif service_code not in service_codes:
        errors.append((HTTPStatus.NOT_FOUND, "service_code was not found"))
    given = {name: one(arguments, name) for name in _ROOM}
    errors += [
        (HTTPStatus.BAD_REQUEST, f"{name} is longer than {most} characters")
        for name, most in _ROOM.items()
        if len(given[name]) > most
    ]
    latitude, longitude = _position(arguments, errors)
    if latitude is None and not given["address_string"] and not errors:
        errors.append((HTTPStatus.BAD_REQUEST, "lat and long, or address_string, must be provided; address_id is not known here"))
    if given["media_url"] and not web_address(given["media_url"]):
        errors.append((HTTPStatus.BAD_REQUEST, "media_url must be an http or https address"))
    if errors:
        raise RefusedRequestError(*errors)
    return Submission(
        service_code=service_code,
        description=given["description"],
        latitude=latitude,
        longitude=longitude,
        address=given["address_string"],
        media_url=given["media_url"],
        name=" ".join(part for part in (given["first_name"], given["last_name"]) if part),
        phone=given["phone"],
        email=given["email"],
        device_id=given["device_id"],
        account_id=given["account_id"],
    )


def _position(arguments: Arguments, errors: list[tuple[HTTPStatus, str]]) -> tuple[float | None, float | None]:
    given = one(arguments, "lat"), one(arguments, "long")
    if not any(given):
        return None, None
    latitude, longitude = degrees(given[0], 90), degrees(given[1], 180)
    if latitude is None or longitude is None:
        errors.append((HTTPStatus.BAD_REQUEST, "lat and long must both be degrees"))
    return latitude, longitude


def _time(arguments: Arguments, name: str, problems: list[str]) -> datetime | None:
    # A plus that a client forgot to encode arrives as a blank.
    given = one(arguments, name).replace(" ", "+")
    if not given:
        return None
    try:
        if _W3C_TIME.fullmatch(given):
            return datetime.fromisoformat(given).astimezone(UTC)
    except (ValueError, OverflowError):
        pass  # the 31st of February, the year 0: said below like every other nonsense
    problems.append(f"{name} must be a time with its zone such as 2026-11-23T00:00:00Z")
    return None


def _span(start: datetime | None, end: datetime | None, now: datetime) -> tuple[datetime, datetime]:
    """Both ends; where one is missing it is ninety days from the other, and nothing lies behind now."""
    try:
        if end is None:
            end = now if start is None else max(start, min(now, start + MAX_SPAN))
        return end - MAX_SPAN if start is None else start, end
    except OverflowError:
        return now, now  # in the first or the last ninety days of the calendar nothing was ever asked


def _count(arguments: Arguments, name: str, default: int, most: int, problems: list[str]) -> int:
    given = one(arguments, name)
    if not given:
        return default
    if not re.fullmatch(r"[0-9]{1,5}", given) or not 1 <= int(given) <= most:
        problems.append(f"{name} must be a number from 1 to {most}")
        return default
    return int(given)
