"""The office's front door: one fixed address before the deployed REST API, as a custom domain is on AWS.

A deployed API's address changes with every new stack and carries the stage in its path;
webhooks, links in mails and the sign-in's return address need one that stays.
"""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Final

import urllib3
from werkzeug.wrappers import Request, Response

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

ANSWER_WITHIN_SECONDS: Final = 29
"""API Gateway's own limit for an integration."""

_OF_ONE_HOP: Final = frozenset(
    {
        "connection",
        "keep-alive",
        "proxy-authenticate",
        "proxy-authorization",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    }
)
"""RFC 9110 §7.6.1: a proxy passes these on in neither direction."""

_SET_BY_THE_SERVER: Final = frozenset({"content-length", "date", "server"})


class Door:
    """A WSGI application that hands every request to `upstream_url` and its answer back, both unchanged.

    `watch` is told of each request with its answer's status.
    """

    def __init__(self, upstream_url: str, *, watch: Callable[[Request, int], None] = lambda _request, _status: None) -> None:
        self._upstream_url = upstream_url.rstrip("/")
        self._watch = watch
        self._http = urllib3.PoolManager(maxsize=16, retries=False, timeout=ANSWER_WITHIN_SECONDS)

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        request = Request(environ)
        response = self._pass_on(request)
        self._watch(request, response.status_code)
        return response(environ, start_response)

    def _pass_on(self, request: Request) -> Response:
        headers = [(name, value) for name, value in request.headers.items() if name.lower() not in _OF_ONE_HOP]
        passed = urllib3.HTTPHeaderDict(headers)
        passed.add("X-Forwarded-For", request.remote_addr or "", combine=True)
        passed["X-Forwarded-Proto"] = request.scheme
        # The raw target, so that escapes in the path arrive as they were sent.
        target = request.environ["REQUEST_URI"]
        try:
            answer = self._http.request(
                request.method,
                self._upstream_url + target,
                body=request.get_data() or None,
                headers=passed,
                redirect=False,
                decode_content=False,
            )
        except urllib3.exceptions.HTTPError:
            return Response("系统暂时没有应答,请稍后再试。", 502, mimetype="text/plain")
        response = Response(answer.data, answer.status)
        response.headers.clear()
        response.autocorrect_location_header = False
        for name, value in answer.headers.items():
            if name.lower() not in _OF_ONE_HOP | _SET_BY_THE_SERVER:
                response.headers.add(name, value)
        return response
