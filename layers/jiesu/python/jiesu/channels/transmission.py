"""Carries one call to a platform, once. What it cannot know it says."""

import urllib3

from jiesu.channels.outgoing import OutgoingCall, PlatformAnswer

TIMEOUT_SECONDS = 10
_PIECE_BYTES = 64 * 1024


class NotSentError(Exception):
    """No connection was made, so the platform has seen nothing."""


class MaybeSentError(Exception):
    """The request went out and no answer came back: the platform may or may not have acted on it."""


def connection_pool(*, timeout_seconds: float = TIMEOUT_SECONDS) -> urllib3.PoolManager:
    """Connections kept open between calls. Nothing is retried here: a message must not be sent twice."""
    return urllib3.PoolManager(timeout=timeout_seconds, retries=False)


class AnswerTooLargeError(Exception):
    """The answer is longer than the caller would take; the rest of it was not read."""


def transmit(pool: urllib3.PoolManager, call: OutgoingCall) -> PlatformAnswer:
    """The platform's answer, whatever its status. Raises `NotSentError` or `MaybeSentError`.

    The errors do not quote urllib3's, which would name the address with its access token.
    """
    try:
        response = pool.request(call.method, call.url, body=call.body, headers=dict(call.headers), redirect=False)
    except urllib3.exceptions.ConnectTimeoutError:  # covers refused connections and names that do not resolve
        raise NotSentError from None
    except urllib3.exceptions.HTTPError:
        raise MaybeSentError from None
    return PlatformAnswer(status=response.status, body=response.data)


def fetch(pool: urllib3.PoolManager, call: OutgoingCall, *, max_bytes: int) -> PlatformAnswer:
    """As `transmit`, but an answer of more than `max_bytes` is given up while it is read: `AnswerTooLargeError`."""
    try:
        response = pool.request(
            call.method, call.url, body=call.body or None, headers=dict(call.headers), redirect=False, preload_content=False
        )
    except urllib3.exceptions.ConnectTimeoutError:
        raise NotSentError from None
    except urllib3.exceptions.HTTPError:
        raise MaybeSentError from None
    content = bytearray()
    try:
        for piece in response.stream(_PIECE_BYTES):
            content += piece
            if len(content) > max_bytes:
                response.close()  # the rest would come before the answer to the next call
                raise AnswerTooLargeError
    except urllib3.exceptions.HTTPError:
        raise MaybeSentError from None
    finally:
        response.release_conn()
    return PlatformAnswer(status=response.status, body=bytes(content))
