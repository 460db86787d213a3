"""Who is signed in, at the desk or at a bureau: sealed cookies, nothing stored.

A cookie is encrypted and authenticated (Fernet) under a key derived from the session secret.
It ends after half an hour without a page, and after twelve hours whatever happens.
"""

import base64
import hashlib
import hmac
import json
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from jiesu.model.words import UserRole
from jiesu.pages.http import Request, cookie

IDLE_LIMIT = timedelta(minutes=30)
ABSOLUTE_LIMIT = timedelta(hours=12)
SIGN_IN_LIMIT = timedelta(minutes=10)
"""How long a person may take at the issuer's sign-in page."""

_RENEW_AFTER = timedelta(minutes=1)
"""A cookie is written anew at most this often, so that pages opened at once do not race."""

_MAX_NAME_LENGTH = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What every page offers to take back until then: entries, each a case and a version, of which `said` tells."""

    said: str
    entries: tuple[tuple[str, int], ...]
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A signed-in person. `flash` is said on the next page and then forgotten; `offer` stays for a while.

    `bureaus` are the codes of those that the person answers for.
    """

    subject: str
    name: str
    roles: tuple[UserRole, ...]
    csrf_token: str
    since: datetime
    seen_at: datetime
    flash: str = ""
    offer: Offer | None = None
    bureaus: tuple[str, ...] = ()

    def has_csrf_token(self, given: str) -> bool:
        return hmac.compare_digest(self.csrf_token.encode(), given.encode())


@dataclass(frozen=True, slots=True, kw_only=True)
class SignIn:
    """A sign-in that is under way at the issuer. `next_path` is where the person wanted to go."""

    state: str
    nonce: str
    verifier: str
    next_path: str


class SessionBook:
    """Seals and opens the two cookies. Over HTTPS their names carry `__Host-`, so that no other host can plant them."""

    def __init__(self, secret: str, *, secure: bool) -> None:
        from cryptography.fernet import Fernet  # noqa: PLC0415 - a bureau's link needs none of it

        # A label of its own: the same secret used elsewhere gives another key.
        key = hashlib.sha256(b"jiesu.desk-session.v1\x00" + secret.encode()).digest()
        self._fernet = Fernet(base64.urlsafe_b64encode(key))
        self._secure = secure
        prefix = "__Host-" if secure else ""
        self._session_name = f"{prefix}jiesu_desk"
        self._sign_in_name = f"{prefix}jiesu_sign_in"

    def session(self, request: Request, now: datetime) -> Session | None:
        """The session of `request`; None where there is none, or it has ended, or it was not sealed here."""
        stored = self._open(request.cookies.get(self._session_name), ABSOLUTE_LIMIT, now)
        if stored is None or stored.get("kind") != "session":
            return None
        session = Session(
            subject=stored["subject"],
            name=stored["name"],
            roles=tuple(UserRole(role) for role in stored["roles"]),
            csrf_token=stored["csrf_token"],
            since=datetime.fromtimestamp(stored["since"], UTC),
            seen_at=datetime.fromtimestamp(stored["seen_at"], UTC),
            flash=stored["flash"],
            offer=_offer(stored.get("offer"), now),
            bureaus=tuple(stored.get("bureaus", ())),
        )
        alive = now - session.seen_at < IDLE_LIMIT and now - session.since < ABSOLUTE_LIMIT
        return session if alive else None

    def needs_renewal(self, session: Session, now: datetime) -> bool:
        return bool(session.flash) or now - session.seen_at >= _RENEW_AFTER

    def session_cookie(self, session: Session, now: datetime) -> str:
        """The cookie that keeps `session` alive from `now` on."""
        alive = replace(session, seen_at=now, name=session.name[:_MAX_NAME_LENGTH])
        stored = asdict(alive) | {
            "kind": "session",
            "since": int(alive.since.timestamp()),
            "seen_at": int(alive.seen_at.timestamp()),
            "offer": None if alive.offer is None else asdict(alive.offer) | {"until": int(alive.offer.until.timestamp())},
        }
        return self._cookie(self._session_name, self._seal(stored, now), IDLE_LIMIT)

    def sign_in(self, request: Request, now: datetime) -> SignIn | None:
        """The sign-in that `request` comes back from; None where none was begun, or too long ago."""
        stored = self._open(request.cookies.get(self._sign_in_name), SIGN_IN_LIMIT, now)
        if stored is None or stored.pop("kind", None) != "sign_in":
            return None
        return SignIn(**stored)

    def sign_in_cookie(self, sign_in: SignIn, now: datetime) -> str:
        return self._cookie(self._sign_in_name, self._seal(asdict(sign_in) | {"kind": "sign_in"}, now), SIGN_IN_LIMIT)

    def end_sign_in(self) -> str:
        return self._cookie(self._sign_in_name, "", timedelta())

    def end_session(self) -> str:
        return self._cookie(self._session_name, "", timedelta())

    def _cookie(self, name: str, value: str, age: timedelta) -> str:
        return cookie(name, value, max_age_seconds=int(age.total_seconds()), secure=self._secure)

    def _seal(self, value: dict[str, Any], now: datetime) -> str:
        return self._fernet.encrypt_at_time(json.dumps(value, ensure_ascii=False).encode(), int(now.timestamp())).decode()

    def _open(self, sealed: str | None, limit: timedelta, now: datetime) -> dict[str, Any] | None:
        from cryptography.fernet import InvalidToken  # noqa: PLC0415 - as above

        if not sealed:
            return None
        try:
            opened = self._fernet.decrypt_at_time(sealed.encode(), int(limit.total_seconds()), int(now.timestamp()))
        except InvalidToken:
            return None  # forged, torn, sealed under an older secret, or too old: the person signs in again
        value: dict[str, Any] = json.loads(opened)
        return value


def _offer(stored: dict[str, Any] | None, now: datetime) -> Offer | None:
    until = datetime.fromtimestamp(0 if stored is None else stored["until"], UTC)
    if stored is None or until <= now:
        return None
    return Offer(said=stored["said"], entries=tuple((case_id, version) for case_id, version in stored["entries"]), until=until)
