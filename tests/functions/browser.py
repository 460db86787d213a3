"""A browser for one site: it keeps cookies, follows redirects, fills in forms as they stand on the page."""

import json
from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from urllib3 import encode_multipart_formdata

from jiesu.pages.http import Site, serve
from tests.unit.pages.issuer import FakeIssuer, with_query

EVENTS = Path(__file__).parents[2] / "events"

_MAX_REDIRECTS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A form with what its fields hold."""

    action: str
    fields: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What a request came to, after redirects. `text` is what a person reads on it."""

    path: str
    status: int
    headers: Mapping[str, str]
    body: str
    text: str = ""
    forms: tuple[Form, ...] = ()
    links: tuple[str, ...] = ()

    def form(self, ending: str) -> Form:
        """The only form whose address ends so."""
        found = [form for form in self.forms if form.action.endswith(ending)]
        assert len(found) == 1, [form.action for form in self.forms]
        return found[0]


@dataclass(slots=True)
class Browser:
    """Opens pages of `site` at `now`. `prefix` is what a proxy takes away from the path before the site sees it."""

    site: Site
    now: datetime
    issuer: FakeIssuer | None = None
    prefix: str = ""
    takes_files: bool = False
    host: str = "https://jiesu.example.org"
    headers: dict[str, str] = field(default_factory=dict)
    cookies: dict[str, str] = field(default_factory=dict)
    page: Page | None = None

    def get(self, path: str) -> Page:
        return self.follow(self.event("GET", path, None))

    def post(self, path: str, fields: Mapping[str, str | Sequence[str]]) -> Page:
        return self.follow(self.event("POST", path, fields))

    def submit(self, form: Form, **typed: str | Sequence[str]) -> Page:
        """Send `form` as it stands, with `typed` over it."""
        return self.post(form.action, {**form.fields, **typed})

    def attach(self, form: Form, files: Mapping[str, bytes], **typed: str) -> Page:
        """Send a form that takes files: each by its name."""
        untouched = {name: values for name, values in form.fields.items() if name not in {*typed, "files"}}
        parts: list[tuple[str, str | tuple[str, bytes]]] = [(name, one) for name, values in untouched.items() for one in values]
        parts += typed.items()
        parts += [("files", one) for one in files.items()] or [("files", ("", b""))]
        return self.follow(self.multipart_event(form.action, *encode_multipart_formdata(parts)))

    def multipart_event(self, path: str, body: bytes, content_type: str) -> dict[str, Any]:
        """The proxy event of a form with files: API Gateway hands it on as base64."""
        event = self.event("POST", path, {})
        event["headers"]["Content-Type"] = content_type
        return event | {"body": b64encode(body).decode(), "isBase64Encoded": True}

    def search(self, typed: str) -> Page:
        """Look for `typed` by the box at the top."""
        return self.get(f"{self.prefix}/desk/search?{urlencode({'q': typed})}")

    def follow(self, event: dict[str, Any]) -> Page:
        """Send `event`, and go wherever its answer leads."""
        path = f"{self.prefix}{event['path']}"
        for _ in range(_MAX_REDIRECTS):
            answer = serve(event, self.site, self.now, takes_files=self.takes_files)
            for cookie in answer["multiValueHeaders"].get("Set-Cookie", []):
                self._keep(cookie)
            if answer["statusCode"] != 303:
                self.page = _page(path, answer)
                return self.page
            path = self._next(path, answer["headers"]["Location"])
            event = self.event("GET", path, None)
        raise AssertionError("too many redirects")

    def _next(self, path: str, location: str) -> str:
        if self.issuer is not None and location.startswith(self.issuer.documents["authorization_endpoint"]):
            return with_query(f"{self.prefix}/desk/callback", self.issuer.sign_in(location))
        parts = urlsplit(urljoin(f"{self.host}{path}", location))
        assert f"{parts.scheme}://{parts.netloc}" == self.host, f"the site sends the browser to {location}"
        return parts.path + (f"?{parts.query}" if parts.query else "")

    def _keep(self, cookie: str) -> None:
        pair, *attributes = cookie.split("; ")
        name, _, value = pair.partition("=")
        if "Max-Age=0" in attributes:
            self.cookies.pop(name, None)
        else:
            self.cookies[name] = value

    def event(self, method: str, path: str, fields: Mapping[str, str | Sequence[str]] | None) -> dict[str, Any]:
        """The proxy event of a request, as the site gets it."""
        parts = urlsplit(urljoin(f"{self.host}{self.page.path if self.page else '/'}", path))
        headers = {"X-Forwarded-Proto": "https", "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if fields is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            headers["Sec-Fetch-Site"] = "same-origin"
        return {
            "httpMethod": method,
            "path": parts.path.removeprefix(self.prefix),
            "headers": headers | self.headers,
            "queryStringParameters": dict(parse_qsl(parts.query, keep_blank_values=True)) or None,
            "body": None if fields is None else urlencode(fields, doseq=True),
            "isBase64Encoded": False,
        }


def sample_event(name: str) -> dict[str, Any]:
    """One of the samples in `events/`."""
    event: dict[str, Any] = json.loads((EVENTS / name).read_text(encoding="utf-8"))
    return event


def _page(path: str, answer: Mapping[str, Any]) -> Page:
    reader = _Reader()
    reader.feed(answer["body"])
    reader.close()
    return Page(
        path=path,
        status=answer["statusCode"],
        headers=answer["headers"],
        body=answer["body"],
        text=" ".join("".join(reader.texts).split()),
        forms=tuple(reader.forms()),
        links=tuple(reader.links),
    )


class _Reader(HTMLParser):
    """Reads a page's words and its forms."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.texts: list[str] = []
        self.links: list[str] = []
        self._forms: list[tuple[str, dict[str, list[str]]]] = []
        self._fields: dict[str, list[str]] | None = None
        self._area: str | None = None
        self._select: str | None = None

    def forms(self) -> Iterator[Form]:
        for action, fields in self._forms:
            yield Form(action=action, fields={name: tuple(values) for name, values in fields.items()})

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        match tag:
            case "a":
                self.links.append(given["href"])
            case "form":
                self._fields = {}
                self._forms.append((given.get("action", ""), self._fields))
            case "textarea":
                self._area = given.get("name", "")
                self._put(self._area, "")
            case "select":
                self._select = given["name"]
            case "option" if self._select is not None and "selected" in given:
                self._put(self._select, given["value"])
            case "input" if given.get("type") not in ("radio", "checkbox") or "checked" in given:
                self._put(given.get("name", ""), given.get("value", ""))
        self.texts.append(" ")

    def handle_endtag(self, tag: str) -> None:
        match tag:
            case "form":
                self._fields = None
            case "textarea":
                self._area = None
            case "select":
                self._select = None
        self.texts.append(" ")

    def handle_data(self, data: str) -> None:
        if self._area is not None and self._fields is not None and self._area:
            # The first line end after the tag is the markup's own.
            self._fields[self._area][-1] += data.removeprefix("\n")
        self.texts.append(data)

    def _put(self, name: str, value: str) -> None:
        if self._fields is not None and name:
            self._fields.setdefault(name, []).append(value)
