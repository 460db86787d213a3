"""Requests and responses of the pages, and their translation from and to API Gateway's proxy events.

A router of our own: Powertools' resolver costs 268 modules at start, and a table of routes with
their rights is what the pages need anyway (see `rights`).
"""

import base64
import binascii
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Protocol
from urllib.parse import parse_qsl, urlsplit

from botocore.exceptions import BotoCoreError, ClientError

from jiesu.model.errors import ConflictError, RetryableError
from jiesu.model.mail import IncomingFile
from jiesu.runtime.logging import logger

MAX_BODY_BYTES = 256 * 1024
"""More than the largest form can fill; longer bodies are refused before they are parsed."""

MAX_UPLOAD_BYTES = 5 * 1024 * 1024
"""Of a form with files: more than Lambda is ever handed, 6 MB with base64. What a page takes it says itself, and is less."""

MAX_FIELDS = 300

SECURITY_HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; img-src 'self'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    # A bureau's address is a secret: it must not travel to another origin in a Referer.
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex, nofollow",
}
"""On every response. Nothing is inline on any page: scripts and styles are files of our own, and no text is ever run."""

_LETTER_POLICY = "default-src 'none'; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'"

_TRANSPORT_SECURITY = "max-age=31536000"


class BadRequestError(Exception):
    """The request is not one that a browser with our pages sends; `status` is the answer's."""

    def __init__(self, status: int) -> None:
        self.status = status
        super().__init__(f"bad request: {status}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One HTTP request. Header names are in lower case; a form's lines end in LF; `is_https` as the browser saw it.

    `files` are there only where the site takes any.
    """

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    form: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    files: tuple[IncomingFile, ...] = ()
    cookies: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_https(self) -> bool:
        return self.headers.get("x-forwarded-proto", "") == "https"

    @property
    def is_script(self) -> bool:
        """Whether a script of ours asks for a part of a page that stands open."""
        return self.headers.get("hx-request", "") == "true"

    def typed(self, name: str) -> str:
        """The form's field, trimmed; empty where it is absent."""
        values = self.form.get(name, ())
        return values[0].strip() if values else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """One HTTP response with a text body; `cookies` are whole Set-Cookie values."""

    status: int
    body: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    cookies: tuple[str, ...] = ()

    def with_cookies(self, *cookies: str) -> "Response":
        return replace(self, cookies=(*self.cookies, *cookies))

    def with_headers(self, **headers: str) -> "Response":
        return replace(self, headers={**self.headers, **headers})


def page(body: str, *, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """An HTML page, never kept by any cache."""
    return Response(
        status=status,
        body=body,
        headers={"Content-Type": "text/html; charset=utf-8", "Cache-Control": "no-store", **(headers or {})},
    )


def letter_page(body: str) -> Response:
    """A mail's HTML as a page of its own: its styles stand in it, as mail programs need them, and it can do nothing else."""
    return page(body, headers={"Content-Security-Policy": _LETTER_POLICY})


def showing(addresses: Iterable[str]) -> Mapping[str, str]:
    """The headers of a page that shows pictures from these addresses, which are not our own."""
    origins = sorted({"{0.scheme}://{0.netloc}".format(urlsplit(one)) for one in addresses})
    policy = SECURITY_HEADERS["Content-Security-Policy"]
    return (
        {"Content-Security-Policy": policy.replace("img-src 'self'", " ".join(["img-src 'self'", *origins]))} if origins else {}
    )


def see_other(location: str) -> Response:
    """After a form: fetch `location` with GET, so that reloading repeats nothing."""
    return Response(status=303, headers={"Location": location, "Cache-Control": "no-store"})


def cookie(name: str, value: str, *, max_age_seconds: int, secure: bool, path: str | None = "/") -> str:
    """A Set-Cookie value, unreadable for scripts and not sent with other sites' forms; age 0 deletes it.

    Without a `path` the browser takes the directory of the page.
    """
    parts = [f"{name}={value}", f"Max-Age={max_age_seconds}", "HttpOnly", "SameSite=Lax"]
    if path is not None:
        parts.append(f"Path={path}")
    if secure:
        parts.append("Secure")
    return "; ".join(parts)


def request_of(event: Mapping[str, Any], *, takes_files: bool = False) -> Request:
    """The request in a REST API's proxy event. Raises `BadRequestError` where the body is no form or too long."""
    headers = {str(name).lower(): str(value) for name, value in (event.get("headers") or {}).items()}
    form, files = _form(event, headers, takes_files=takes_files) if event["httpMethod"] == "POST" else ({}, ())
    return Request(
        method=event["httpMethod"],
        path=event["path"],
        query=dict(event.get("queryStringParameters") or {}),
        form=form,
        files=files,
        cookies=_cookies(headers.get("cookie", "")),
        headers=headers,
    )


def event_answer(response: Response, request: Request | None = None) -> dict[str, Any]:
    """The proxy event's answer, security headers included."""
    headers = {**SECURITY_HEADERS, **response.headers}
    if request is not None and request.is_https:
        headers["Strict-Transport-Security"] = _TRANSPORT_SECURITY
    return {
        "statusCode": response.status,
        "headers": headers,
        "multiValueHeaders": {"Set-Cookie": list(response.cookies)} if response.cookies else {},
        "body": response.body,
        "isBase64Encoded": False,
    }


def _form(
    event: Mapping[str, Any], headers: Mapping[str, str], *, takes_files: bool
) -> tuple[dict[str, tuple[str, ...]], tuple[IncomingFile, ...]]:
    body = event.get("body") or ""
    media_type = headers.get("content-type", "").partition(";")[0].strip().lower()
    has_files = takes_files and media_type == "multipart/form-data"
    if len(body) > (MAX_UPLOAD_BYTES if has_files else MAX_BODY_BYTES) * 4 // 3 + 4:
        raise BadRequestError(413)
    if not has_files and media_type != "application/x-www-form-urlencoded":
        raise BadRequestError(415)
    files: tuple[IncomingFile, ...] = ()
    try:
        sent = base64.b64decode(body, validate=True) if event.get("isBase64Encoded") else body.encode()
        if has_files:
            pairs, files = _uploaded(headers["content-type"], sent)
        elif len(sent) > MAX_BODY_BYTES:
            raise BadRequestError(413)
        else:
            pairs = parse_qsl(sent.decode(), keep_blank_values=True, errors="strict", max_num_fields=MAX_FIELDS)
    except (binascii.Error, ValueError) as exc:
        raise BadRequestError(400) from exc
    fields: dict[str, tuple[str, ...]] = {}
    for name, value in pairs:
        # Browsers end the lines of a text area with CR LF whatever was typed.
        fields[name] = (*fields.get(name, ()), value.replace("\r\n", "\n"))
    return fields, files


def _uploaded(content_type: str, sent: bytes) -> tuple[list[tuple[str, str]], tuple[IncomingFile, ...]]:
    from jiesu.pages.multipart import read_multipart  # noqa: PLC0415 - few requests bring files

    pairs: list[tuple[str, str]] = []
    files: list[IncomingFile] = []
    for name, value in read_multipart(content_type, sent, most=MAX_FIELDS):
        if isinstance(value, IncomingFile):
            files.append(value)
        else:
            pairs.append((name, value))
    if sum(len(value) for _, value in pairs) > MAX_BODY_BYTES:
        raise BadRequestError(413)
    return pairs, tuple(files)


def _cookies(header: str) -> dict[str, str]:
    pairs = (part.partition("=") for part in header.split(";"))
    return {name.strip(): value.strip() for name, equals, value in pairs if equals}


def static_from(path: str, root: str) -> str:
    """Where the static files are as the browser may follow it from `path`, whatever stands before the site's `root`."""
    return "../" * path.partition(root)[2].rstrip("/").count("/") + "static"


class Site(Protocol):
    """What answers requests: the desk, or the bureau's pages."""

    def answer(self, request: Request, now: datetime) -> Response: ...

    def plain_error(self, status: int, now: datetime, path: str = "") -> Response: ...


def serve(event: Mapping[str, Any], site: Site, now: datetime, *, takes_files: bool = False) -> dict[str, Any]:
    """Answer a REST API's proxy event.

    What may pass by itself (a throttled call, a table that does not answer) becomes a page that
    asks to try again. Anything else is a defect: it fails the invocation, where an alarm counts it.
    """
    try:
        request = request_of(event, takes_files=takes_files)
    except BadRequestError as error:
        return event_answer(site.plain_error(error.status, now, event["path"]))
    try:
        response = site.answer(request, now)
    except (BotoCoreError, ClientError, RetryableError, ConflictError):
        logger.exception("a page could not be served")
        response = site.plain_error(503, now, request.path)
    return event_answer(response, request)
