"""The cookie of someone who has given the right code: so that they need not give it again for the rest of the shift."""

import base64
import binascii
import hashlib
import hmac
import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from jiesu.notices.links import Link

LIFETIME = timedelta(hours=12)

_LABEL = b"jiesu.bureau-pass.v1\x00"
"""Of its own: a signature that was made for a link says nothing here."""

_MAX_LENGTH = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class BureauPass:
    """Who may act on one assignment; `signer` is the name they gave."""

    signer: str
    expires_at: datetime


def cookie_name(link: Link) -> str:
    """One cookie an assignment: a bureau has several open at once."""
    return "jiesu_bureau_" + hashlib.sha256(f"{link.case_id} {link.assignment_id}".encode()).hexdigest()[:16]


def seal(secret: bytes, link: Link, given: BureauPass) -> str:
    payload = json.dumps([link.case_id, link.assignment_id, int(given.expires_at.timestamp()), given.signer]).encode()
    return f"{_encode(payload)}.{_encode(_mac(secret, payload))}"


def unseal(secret: bytes, link: Link, sealed: str, now: datetime) -> BureauPass | None:
    """The pass in a cookie; None where it was not sealed here, is another assignment's, or has run out."""
    payload_text, _, mac_text = sealed.partition(".")
    if len(sealed) > _MAX_LENGTH or not sealed.isascii():
        return None
    try:
        payload, mac = _decode(payload_text), _decode(mac_text)
    except binascii.Error:
        return None
    if not hmac.compare_digest(mac, _mac(secret, payload)):
        return None
    case_id, assignment_id, expires_at, signer = json.loads(payload)
    expires = datetime.fromtimestamp(expires_at, now.tzinfo)
    if (case_id, assignment_id) != (link.case_id, link.assignment_id) or now >= expires:
        return None
    return BureauPass(signer=signer, expires_at=expires)


def _mac(secret: bytes, payload: bytes) -> bytes:
    return hmac.digest(secret, _LABEL + payload, hashlib.sha256)


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _decode(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
