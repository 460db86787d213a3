"""An SMS provider behind the contract of `docs/sms-gateway.md`: each SMS once, and a signed callback says what became of it."""

import hmac
import json
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from werkzeug.wrappers import Request, Response

from jiesu.notices.sms_receipts import signature

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

CallBack = Callable[[bytes, Mapping[str, str]], None]
"""Hands a receipt's body and headers to the office."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """One SMS; `id` is the gateway's own."""

    id: str
    reference: str
    phone: str
    text: str


class SmsGateway:
    """The provider, a WSGI application at any address.

    A number's `fates` say what becomes of its SMS (`delivered` unless ordered otherwise); None says nothing.

    Where `before_answer` is set, the receipt goes out first, and the answer once that function has returned.
    """

    def __init__(self, *, api_key: str, receipt_key: str, call_back: CallBack, clock: Callable[[], datetime]) -> None:
        self._api_key = api_key
        self._receipt_key = receipt_key
        self._call_back = call_back
        self._clock = clock
        self._lock = threading.Lock()
        self._taken: dict[str, Taken] = {}
        self.fates: dict[str, str | None] = {}
        self.before_answer: Callable[[Taken], None] | None = None

    @property
    def taken(self) -> tuple[Taken, ...]:
        """Every SMS, oldest first."""
        with self._lock:
            return tuple(self._taken.values())

    def texts(self) -> dict[str, list[str]]:
        """The texts on each telephone; what was not delivered is on none."""
        found: dict[str, list[str]] = {}
        for one in self.taken:
            if self.fates.get(one.phone, "delivered") == "delivered":
                found.setdefault(one.phone, []).append(one.text)
        return found

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        return self.send(Request(environ))(environ, start_response)

    def send(self, request: Request) -> Response:
        """Take one SMS, or say by the contract why not."""
        if not hmac.compare_digest(request.headers.get("Authorization", ""), f"Bearer {self._api_key}"):
            return _answer(401, {})
        asked = json.loads(request.get_data())
        with self._lock:
            known = self._taken.get(asked["reference"])
            if known is None:
                taken = Taken(
                    id=f"gw-{len(self._taken) + 1:06d}", reference=asked["reference"], phone=asked["phone"], text=asked["text"]
                )
                self._taken[taken.reference] = taken
        if known is not None:
            return _answer(200, {"status": "duplicate", "id": known.id})
        if self.before_answer is None:
            threading.Thread(target=self._report, args=(taken,), name="receipt", daemon=True).start()
        else:
            self._report(taken)
            self.before_answer(taken)
        return _answer(202, {"status": "accepted", "id": taken.id})

    def _report(self, taken: Taken) -> None:
        fate, now = self.fates.get(taken.phone, "delivered"), self._clock()
        if fate is None:
            return
        said = {"id": taken.id, "reference": taken.reference, "status": fate, "at": now.isoformat()}
        body, timestamp = json.dumps(said).encode(), str(int(now.timestamp()))
        self._call_back(
            body,
            {
                "Content-Type": "application/json; charset=utf-8",
                "X-Jiesu-Timestamp": timestamp,
                "X-Jiesu-Signature": signature(self._receipt_key.encode(), timestamp, body),
            },
        )


def _answer(status: int, said: Mapping[str, Any]) -> Response:
    return Response(json.dumps(said), status, mimetype="application/json")
