"""Somebody at a screen: headless Chromium on the office's pages.

The browser is the system's own, none is downloaded; `CHROMIUM` names it where it has another name.
"""

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Frame, Page, Request, Response, sync_playwright

from local.demo import DemoUser

ABSENT: Final = "no Chromium was found: apt-get install chromium (Debian, Ubuntu), or name one: CHROMIUM=/path/to/chromium"

_OPENED_AT_MOST: Final = 5
"""The first request starts what answers it, which on a busy machine takes longer than the door waits."""

_NAMES: Final = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")

DESK: Final[dict[str, Any]] = {"viewport": {"width": 1440, "height": 900}}
TELEPHONE: Final[dict[str, Any]] = {
    "viewport": {"width": 390, "height": 844},
    "is_mobile": True,
    "has_touch": True,
    "device_scale_factor": 2,
}


def executable() -> str | None:
    """The Chromium of this machine."""
    named = os.environ.get("CHROMIUM")
    return named or next((found for name in _NAMES if (found := shutil.which(name))), None)


@contextmanager
def chromium() -> Iterator[Browser]:
    """A headless browser; FileNotFoundError where there is none."""
    path = executable()
    if path is None:
        raise FileNotFoundError(ABSENT)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path)
        try:
            yield browser
        finally:
            browser.close()


@dataclass  # without slots: Playwright leaves a mark on whose method it calls
class Person:
    """One person at one window of the office at `origin`; what they press and what their browser complains of is counted.

    `keys` are keystrokes, a chord as many as it has keys; `loads` are documents, a form and where it leads being one;
    `answers` are those of the page that stands open, `status` is of the one that was opened last.
    """

    origin: str
    context: BrowserContext
    page: Page
    keys: int = 0
    loads: int = 0
    status: int = 0
    complaints: list[str] = field(default_factory=list)
    elsewhere: list[str] = field(default_factory=list)
    answers: list[Response] = field(default_factory=list)

    @classmethod
    def at(cls, browser: Browser, origin: str, **screen: Any) -> "Person":
        """At a window of their own, with no cookies; `screen` is as Playwright's contexts take it."""
        context = browser.new_context(locale="zh-CN", timezone_id="Asia/Shanghai", **screen)
        context.set_default_timeout(90_000)
        person = cls(origin=origin, context=context, page=context.new_page())
        page = person.page
        page.on("console", person._hear)
        page.on("pageerror", lambda error: person.complaints.append(str(error)))
        page.on("domcontentloaded", person._count_load)
        page.on("request", person._watch)
        page.on("response", person._hear_answer)
        page.on("framenavigated", person._arrive)
        return person

    def open(self, path: str) -> None:
        """Go to `path` of the office."""
        answer = self.page.goto(self.origin + path)
        self.status = 0 if answer is None else answer.status

    def sign_in(self, user: DemoUser) -> None:
        """Through the identity provider's own page, whose address is another; nothing of it is counted."""
        for _ in range(_OPENED_AT_MOST):
            self.open("/desk")
            if self.status < HTTPStatus.INTERNAL_SERVER_ERROR:
                break
        self.page.get_by_role("link", name="统一身份认证登录").click()
        self.page.locator("input[name=username]").fill(user.name)
        self.page.locator("input[name=password]").fill(user.password)
        self.page.locator("input[name=password]").press("Enter")
        # The queue of an editor, what a bureau was given, or where somebody else may begin.
        self.page.wait_for_url(re.compile(rf"{re.escape(self.origin)}/(desk|bureau)(?!/(sign-in|callback)).*"))
        self.forget()

    def forget(self) -> None:
        """Count and note from here."""
        self.keys = self.loads = 0
        for noted in (self.complaints, self.elsewhere, self.answers):
            noted.clear()

    def press(self, *keys: str) -> None:
        """Each as on a keyboard: `j`, `Control+Enter`."""
        for one in keys:
            self.keys += one.count("+") + 1
            self.page.keyboard.press(one)

    def press_and_go(self, *keys: str) -> None:
        """Press what leads to another page, and wait until it stands."""
        with self.page.expect_navigation():
            self.press(*keys)

    def _count_load(self, _page: Page) -> None:
        self.loads += 1

    def _hear_answer(self, answer: Response) -> None:
        self.answers.append(answer)

    def _arrive(self, frame: Frame) -> None:
        """What the page before still asked for while the next was on its way is nobody's any more, and cannot be read."""
        if frame == self.page.main_frame:
            self.answers = [one for one in self.answers if one.request.is_navigation_request()]

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(f"{message.text} ({message.location.get('url')})")

    def _watch(self, request: Request) -> None:
        if request.is_navigation_request() and request.redirected_from is None:
            self.answers.clear()
        asked = urlsplit(request.url)
        if asked.scheme in ("http", "https", "ws", "wss") and f"{asked.scheme}://{asked.netloc}" != self.origin:
            self.elsewhere.append(request.url)
