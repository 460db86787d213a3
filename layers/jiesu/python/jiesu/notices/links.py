"""The bureau's signed link, which travels by mail, and the code beside it, which travels by SMS.

Neither alone acts: a mail scanner that opens the link has no code, and whoever reads the SMS
over a shoulder has no link. Both come from one secret, each under a label of its own, so that
a signature made for one purpose says nothing about the other.
"""

import base64
import binascii
import hashlib
import hmac
import json
from dataclasses import dataclass
from datetime import UTC, datetime

from jiesu.model.errors import PermanentError

_LINK_LABEL = b"jiesu.bureau-link.v1\x00"
_CODE_LABEL = b"jiesu.bureau-code.v1\x00"

MAX_TOKEN_LENGTH = 512
"""Characters: longer than any token that is made, short enough to refuse before hashing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """What a genuine link stands for."""

    case_id: str
    assignment_id: str
    expires_at: datetime


class LinkForgedError(PermanentError):
    """The token was not made with this secret, or was changed on its way: treat it as unknown."""

    def __init__(self) -> None:
        super().__init__("link_forged")


class LinkExpiredError(PermanentError):
    """The token is genuine but too old; `link` says what it stood for, so that a new one can be sent."""

    def __init__(self, link: Link) -> None:
        self.link = link
        super().__init__("link_expired", case_id=link.case_id, assignment_id=link.assignment_id)


def make_token(secret: bytes, *, case_id: str, assignment_id: str, expires_at: datetime) -> str:
    """A URL-safe token `payload.signature`, the same for the same arguments; expiry counts in whole seconds."""
    payload = json.dumps([case_id, assignment_id, int(expires_at.timestamp())], separators=(",", ":")).encode()
    return f"{_encode(payload)}.{_encode(_mac(secret, _LINK_LABEL, payload))}"


def read_token(secret: bytes, token: str, now: datetime) -> Link:
    """The link behind `token`. Raises `LinkForgedError`, or `LinkExpiredError` from the second of expiry on."""
    # The signature first: nothing of an unsigned payload is looked at.
    payload_text, _, signature_text = token.partition(".")
    if len(token) > MAX_TOKEN_LENGTH or not token.isascii():
        raise LinkForgedError
    try:
        payload, signature = _decode(payload_text), _decode(signature_text)
    except (binascii.Error, ValueError) as exc:
        raise LinkForgedError from exc
    # A second spelling of the same bytes (base64 ignores trailing bits) would be a second address.
    if _encode(payload) != payload_text or _encode(signature) != signature_text:
        raise LinkForgedError
    if not hmac.compare_digest(signature, _mac(secret, _LINK_LABEL, payload)):
        raise LinkForgedError
    case_id, assignment_id, expires_at = json.loads(payload)
    link = Link(case_id=case_id, assignment_id=assignment_id, expires_at=datetime.fromtimestamp(expires_at, UTC))
    if now >= link.expires_at:
        raise LinkExpiredError(link)
    return link


def code_for(secret: bytes, *, case_id: str, assignment_id: str) -> str:
    """The four digits that act on one assignment; every contact of its bureau gets the same ones.

    Ten thousand values: whoever checks a code must count the wrong ones and stop.
    """
    payload = json.dumps([case_id, assignment_id], separators=(",", ":")).encode()
    return f"{int.from_bytes(_mac(secret, _CODE_LABEL, payload)) % 10_000:04d}"


def _mac(secret: bytes, label: bytes, payload: bytes) -> bytes:
    return hmac.digest(secret, label + payload, hashlib.sha256)


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _decode(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
