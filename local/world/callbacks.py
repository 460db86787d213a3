"""The platforms' own deliveries to the office: echoes of what it sent, and whatever else follows from a call of its own."""

import secrets
import threading
from collections.abc import Mapping
from typing import Any

from local.demo import DemoAccount
from local.feed.sender import NotTakenError, Sender


class Callbacks:
    """Delivers each payload in a thread of its own: the call that caused it is answered meanwhile."""

    def __init__(self, sender: Sender) -> None:
        self._sender = sender

    def __call__(self, demo: DemoAccount, payload: Mapping[str, Any]) -> None:
        threading.Thread(target=self._deliver, args=(demo, payload), name="callback", daemon=True).start()

    def _deliver(self, demo: DemoAccount, payload: Mapping[str, Any]) -> None:
        try:
            self._sender.deliver(demo, payload, nonce=str(secrets.randbelow(10**9)))
        except NotTakenError:
            return  # after three attempts a platform gives up too
