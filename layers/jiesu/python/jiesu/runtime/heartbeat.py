"""The sign of life that an outside watch waits for: its silence is what rings, even where nothing here runs any more."""

from collections.abc import Callable
from functools import partial

import urllib3

from jiesu.runtime.logging import logger
from jiesu.runtime.metrics import count

_TIMEOUT = urllib3.Timeout(connect=2.0, read=5.0)
_FIRST_REFUSAL = 400


def heartbeat_to(url: str) -> Callable[[], bool]:
    """What calls `url` once and says whether it answered well."""
    return partial(_beat, urllib3.PoolManager(), url)


def _beat(http: urllib3.PoolManager, url: str) -> bool:
    """One call. A watch that does not answer raises its own alarm: nothing fails here for it.

    The address is not logged: whoever knows it could speak in our name.
    """
    try:
        status = http.request("GET", url, timeout=_TIMEOUT, retries=False, redirect=False).status
    except urllib3.exceptions.HTTPError as error:
        heard, why = False, type(error).__name__
    else:
        heard, why = status < _FIRST_REFUSAL, f"status_{status}"
    if not heard:
        logger.warning("heartbeat not heard", extra={"reason": why})
    count("HeartbeatUnheard", int(not heard))
    return heard
