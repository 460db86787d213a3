"""A person with a browser and no scripts: follows links and redirects, keeps cookies, fills in forms as they stand."""

import re
from dataclasses import dataclass, field
from html import unescape
from html.parser import HTMLParser
from http.cookiejar import CookieJar
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode, urljoin
from urllib.request import HTTPCookieProcessor, OpenerDirector, ProxyHandler, Request, build_opener

from urllib3 import encode_multipart_formdata


@dataclass(slots=True)
class Form:
    """A form as it stands on a page: where it goes and what it holds already."""

    action: str
    method: str
    fields: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Page:
    """An answer: its address after all redirects, its status, its HTML and the forms in it."""

    url: str
    status: int
    html: str

    @property
    def text(self) -> str:
        """The page without its tags."""
        return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", self.html))

    @property
    def links(self) -> list[str]:
        """The addresses that the page's links lead to."""
        return [urljoin(self.url, unescape(found)) for found in re.findall(r'<a\b[^>]*?\bhref="([^"]*)"', self.html)]

    def form(self, action_ends_with: str = "", **having: str) -> Form:
        """The first form whose action ends so and that holds `having` already."""
        reader = _FormReader()
        reader.feed(self.html)
        for form in reader.forms:
            if form.action.endswith(action_ends_with) and having.items() <= dict(form.fields).items():
                return form
        raise AssertionError(f"no form {action_ends_with!r} on {self.url}: {self.text[:400]}")


class Visitor:
    """One person; cookies last as long as it does."""

    def __init__(self) -> None:
        self._opener: OpenerDirector = build_opener(ProxyHandler({}), HTTPCookieProcessor(CookieJar()))

    def get(self, url: str) -> Page:
        return self._open(Request(url))

    def leads_to(self, url: str) -> str:
        """Where `url` leads after all redirects, whatever lies there: it may not be a page."""
        with self._opener.open(Request(url), timeout=60) as answer:
            address: str = answer.url
            return address

    def submit(self, page: Page, form: Form, **typed: str) -> Page:
        """Send `form` of `page` with `typed` in its fields."""
        fields = [(name, value) for name, value in form.fields if name not in typed] + list(typed.items())
        address = urljoin(page.url, form.action) if form.action else page.url
        if form.method == "get":
            return self.get(f"{address}?{urlencode(fields)}")
        return self._open(Request(address, data=urlencode(fields).encode()))

    def attach(self, page: Page, form: Form, files: dict[str, bytes], **typed: str) -> Page:
        """Send `form` of `page` with files, each by its name."""
        fields = [(name, value) for name, value in form.fields if name not in (*typed, "files")] + list(typed.items())
        body, content_type = encode_multipart_formdata([*fields, *(("files", one) for one in files.items())])
        address = urljoin(page.url, form.action) if form.action else page.url
        return self._open(Request(address, data=body, headers={"Content-Type": content_type}))

    def _open(self, request: Request) -> Page:
        request.add_header("Accept", "text/html")
        try:
            answer: Any = self._opener.open(request, timeout=60)
        except HTTPError as error:
            answer = error
        with answer:
            return Page(url=answer.url, status=answer.status, html=answer.read().decode())


class _FormReader(HTMLParser):
    """Collects the forms of a page with what a browser would send of them untouched."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._form: Form | None = None
        self._select: tuple[str, list[tuple[str, bool]]] | None = None
        self._textarea: tuple[str, list[str]] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._form = Form(action=given.get("action", ""), method=given.get("method", "get").lower())
            self.forms.append(self._form)
        if self._form is None:
            return
        match tag:
            case "input" if given.get("name"):
                ticks = given.get("type") in ("radio", "checkbox")
                if not ticks or "checked" in given:
                    self._form.fields.append((given["name"], given.get("value", "on" if ticks else "")))
            case "select":
                self._select = (given.get("name", ""), [])
            case "option" if self._select is not None:
                self._select[1].append((given.get("value", ""), "selected" in given))
            case "textarea":
                self._textarea = (given.get("name", ""), [])

    def handle_data(self, data: str) -> None:
        if self._textarea is not None:
            self._textarea[1].append(data)

    def handle_endtag(self, tag: str) -> None:
        if self._form is None:
            return
        match tag:
            case "form":
                self._form = None
            case "select" if self._select is not None:
                name, options = self._select
                chosen = next((value for value, selected in options if selected), options[0][0] if options else "")
                self._form.fields.append((name, chosen))
                self._select = None
            case "textarea" if self._textarea is not None:
                name, texts = self._textarea
                self._form.fields.append((name, "".join(texts).removeprefix("\n")))
                self._textarea = None
