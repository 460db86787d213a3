"""SMS by an HTTP gateway, for where SNS sends none. The contract is in `docs/sms-gateway.md`."""

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import urllib3

from jiesu.model.errors import PermanentError
from jiesu.notices.transports import OutcomeUnknownError, OutgoingSms, ProviderUnavailableError

_TIMEOUT = urllib3.Timeout(connect=3.0, read=10.0)

_REFUSALS = {
    "number_invalid": "sms_number_rejected",
    "number_blocked": "sms_number_opted_out",
    "text_refused": "sms_text_rejected",
    "sender_refused": "sms_sender_rejected",
}
"""The contract's `code` of a rejection."""


class HttpSmsTransport:
    """Posts one SMS a request."""

    repeats_harmlessly = True
    """The contract's `reference`: a gateway that knows it already answers `duplicate` and sends nothing."""

    repeats_elsewhere = False
    reports_by_notice = False

    def __init__(self, http: urllib3.PoolManager, *, url: str, api_key: Callable[[], str]) -> None:
        """`api_key` is asked at each SMS, so that a rotated key is picked up.

        Raises `ValueError` where `url` is not https, except on the loopback: the key would be read on its way.
        """
        parts = urlsplit(url)
        if parts.scheme != "https" and parts.hostname not in ("127.0.0.1", "localhost", "::1"):
            raise ValueError("the SMS gateway's address must begin with https://")
        self._http = http
        self._url = url
        self._api_key = api_key

    def send(self, sms: OutgoingSms) -> str:
        body = {"reference": sms.notice_id, "phone": sms.phone, "text": sms.text}
        try:
            answer = self._http.request(
                "POST",
                self._url,
                body=json.dumps(body, ensure_ascii=False).encode(),
                headers={
                    "Authorization": f"Bearer {self._api_key()}",
                    "Content-Type": "application/json; charset=utf-8",
                    "Idempotency-Key": sms.notice_id,
                },
                timeout=_TIMEOUT,
                retries=False,
                redirect=False,
            )
        except (urllib3.exceptions.NewConnectionError, urllib3.exceptions.ConnectTimeoutError) as error:
            raise ProviderUnavailableError("sms_gateway", type(error).__name__) from error
        except urllib3.exceptions.HTTPError as error:
            raise OutcomeUnknownError("sms_gateway", type(error).__name__) from error
        return _sort(answer.status, _said(answer.data), sms.notice_id)


def _said(data: bytes) -> dict[str, Any]:
    """The answer's JSON object; empty where it is none."""
    try:
        said = json.loads(data)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}


def _sort(status: int, said: dict[str, Any], notice_id: str) -> str:
    """The gateway's id of the SMS, or the error that its answer means."""
    match status, said:
        case ((200 | 202), {"status": "accepted" | "duplicate", "id": str(reference)}):
            return reference
        case 422, {"status": "rejected", "code": str(code)}:
            raise PermanentError(_REFUSALS.get(code, "sms_gateway_refused_unknown"), notice_id=notice_id, provider_code=code)
        case ((401 | 403 | 429 | 500 | 502 | 503), _):
            # 401 and 403 too: an operator can set the right key while the notice waits.
            raise ProviderUnavailableError("sms_gateway", str(status))
        case _:
            # 504 among them: what stands before the gateway gave up waiting, the gateway may not have.
            raise OutcomeUnknownError("sms_gateway", f"{status} {said.get('status', '')}".strip()[:60])
