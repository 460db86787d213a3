"""Sends deliveries to the office as a platform does: each until it is taken, at most three times."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, Final

import urllib3

from local.demo import DemoAccount
from local.feed.morning import Delivery
from local.feed.push import Push, handshake, signed

ATTEMPTS: Final = 3
ANSWER_WITHIN_SECONDS: Final = 5
_FIRST_ANSWER_WITHIN_SECONDS: Final = 30
"""The handshake comes before all else, when nothing has started yet."""


class NotTakenError(Exception):
    """The office did not take a delivery; the message says what it answered."""


class Sender:
    """Sends to the office behind `door_url`; `clock` gives the time that is signed."""

    def __init__(self, door_url: str, *, clock: Callable[[], datetime]) -> None:
        self._door_url = door_url
        self._clock = clock
        self._http = urllib3.PoolManager(retries=False)

    def shake_hands(self, deliveries: Iterable[Delivery]) -> None:
        """Ask each account's webhook, as its platform does when the address is entered, whether it is the office's.

        Raises NotTakenError.
        """
        accounts = {delivery.demo.account.id: delivery.demo for delivery in deliveries}
        for demo in accounts.values():
            asked = handshake(demo, door_url=self._door_url, now=self._clock())
            if asked is None:
                continue
            try:
                answer = self._http.request(
                    asked.method, asked.url, body=asked.body or None, timeout=_FIRST_ANSWER_WITHIN_SECONDS
                )
            except urllib3.exceptions.HTTPError as error:
                raise NotTakenError(f"the webhook of {demo.account.id} does not answer") from error
            if answer.status != 200 or answer.data.decode() != asked.wanted:
                raise NotTakenError(f"the webhook of {demo.account.id} answered its handshake with status {answer.status}")

    def send(self, delivery: Delivery) -> None:
        """Deliver, again after an error of the office's or none at all. Raises NotTakenError."""
        self.deliver(delivery.demo, delivery.payload, nonce=delivery.nonce)

    def deliver(self, demo: DemoAccount, payload: Mapping[str, Any], *, nonce: str) -> None:
        """As `send`, for what is no line of a feed."""
        refusal = ""
        for _ in range(ATTEMPTS):
            push = signed(demo, payload, door_url=self._door_url, now=self._clock(), nonce=nonce)
            status = self._post(push)
            if status == 200:
                return
            refusal = f"status {status}" if status else "no answer"
            if status is not None and status < 500:
                break
        raise NotTakenError(f"a delivery to {demo.account.id} was not taken: {refusal}")

    def _post(self, push: Push) -> int | None:
        """The answer's status, or None where there was none in time."""
        try:
            answer = self._http.request(
                "POST", push.url, body=push.body, headers=dict(push.headers), timeout=ANSWER_WITHIN_SECONDS
            )
        except urllib3.exceptions.HTTPError:
            return None
        return int(answer.status)
