"""A partner's side of an answer: the address that takes `reply.created`, by Standard Webhooks.

`docs/channels.md` describes it. The delivery's id makes a repetition harmless: the citizen gets an answer once.
"""

import hmac
import json
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Final

from werkzeug.wrappers import Request, Response

from jiesu.model.words import Platform
from local.demo import DemoAccount
from local.platforms import partner as wire
from local.world.exchanges import Exchange, ExchangeKind, ExchangeLog
from local.world.faults import ANSWER_LOST, UNAVAILABLE, Faults

TOLERANCE: Final = timedelta(minutes=5)


class PartnerApi:
    """The address of all `accounts`; delivered texts go to `exchanges`."""

    def __init__(
        self, *, accounts: Iterable[DemoAccount], exchanges: ExchangeLog, faults: Faults, clock: Callable[[], datetime]
    ) -> None:
        self._accounts = {one.account.id: one for one in accounts if one.account.platform is Platform.PARTNER}
        self._exchanges = exchanges
        self._faults = faults
        self._clock = clock

    def reply(self, request: Request, account_id: str) -> Response:
        """Take one answer, or say by its status why not."""
        demo, now = self._accounts.get(account_id), self._clock()
        if demo is None:
            return Response(status=404)
        if not self._signed(demo, request, now):
            return Response(status=401)
        fault = self._faults.take(Platform.PARTNER)
        if fault == UNAVAILABLE:
            return Response(status=503)
        if fault is not None and fault != ANSWER_LOST:
            return Response(status=int(fault))
        status = self._deliver(demo, request, now)
        return Response(status=504 if fault == ANSWER_LOST else status)

    def _signed(self, demo: DemoAccount, request: Request, now: datetime) -> bool:
        message_id, seconds = request.headers.get("webhook-id", ""), request.headers.get("webhook-timestamp", "")
        if not message_id or not seconds.isdecimal() or abs(now.timestamp() - int(seconds)) > TOLERANCE.total_seconds():
            return False
        expected = wire.signature(demo.secrets["reply_secret"], message_id, int(seconds), request.get_data())
        return any(hmac.compare_digest(one, expected) for one in request.headers.get("webhook-signature", "").split(" "))

    def _deliver(self, demo: DemoAccount, request: Request, now: datetime) -> int:
        sent = json.loads(request.get_data())
        if sent["type"] != "reply.created":
            return 204
        data = sent["data"]
        if not self._exchanges.between(demo.account.external_id, data["citizen_id"]):
            return 404
        self._exchanges.record(
            Exchange(
                ref=f"{demo.account.id}>{request.headers['webhook-id']}",
                at=now,
                platform=Platform.PARTNER,
                account_id=demo.account.external_id,
                citizen_id=data["citizen_id"],
                kind=ExchangeKind.RECEIVED,
                text=data["text"],
            )
        )
        return 204
