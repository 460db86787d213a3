"""`python -m local.screenshots`: the README's pictures, taken from the running demonstration (`make run`).

All that they show is invented: `make run` sends it. A case is dispatched for the pictures if none is yet.
"""

import re
import sys
import time
from io import BytesIO
from pathlib import Path
from typing import Any, Final

from PIL import Image
from playwright.sync_api import Browser

from jiesu.model.words import UserRole
from local import browsing
from local import demo as demo_file
from local.browsing import Person
from local.emulator import ROOT
from local.paths import DEMO_PATH, MAIL_DIR
from local.send import door_url
from local.world.mailbox import Mailbox

IMAGES: Final = ROOT / "docs" / "images"
MAX_BYTES: Final = 150_000

_COLOURS: Final = 64
_MAIL_WITHIN_SECONDS: Final = 60
_OPENS: Final = "[data-row] [data-open]"


def main() -> int:
    demo = demo_file.load(DEMO_PATH)
    if demo is None:
        print("nothing runs here: `make run` first", file=sys.stderr)
        return 1
    IMAGES.mkdir(parents=True, exist_ok=True)
    with browsing.chromium() as browser:
        editor = Person.at(browser, door_url(demo), **browsing.DESK)
        editor.sign_in(demo.user(UserRole.EDITOR))
        editor.press("j")
        taken = [_take(editor, "queue")]
        editor.press_and_go("d")
        taken.append(_take(editor, "dispatch"))
        if editor.page.locator("#lead").input_value():
            editor.press_and_go("Control+Enter")
        editor.open("/desk?status=dispatched")
        editor.page.locator(_OPENS).first.click()
        taken.append(_take(editor, "case"))
        if (link := _newest_link()) is not None:
            taken.append(_at_a_bureau(browser, door_url(demo), link, browsing.TELEPHONE))
    for path in taken:
        print(f"{path.relative_to(ROOT)}: {path.stat().st_size:,} bytes")
    return int(any(path.stat().st_size > MAX_BYTES for path in taken))


def _newest_link() -> str | None:
    """The path of a bureau's page, as the newest mail that has one says; a mail is some seconds on its way."""
    until = time.monotonic() + _MAIL_WITHIN_SECONDS
    while True:
        found = (re.search(r"/bureau/\S+", mail.text) for mail in Mailbox(MAIL_DIR).mails())
        link = next((one.group() for one in found if one), None)
        if link or time.monotonic() > until:
            return link
        time.sleep(0.5)


def _at_a_bureau(browser: Browser, origin: str, link: str, screen: dict[str, Any]) -> Path:
    officer = Person.at(browser, origin, **screen)
    officer.open(link)
    return _take(officer, "bureau-telephone")


def _take(person: Person, name: str) -> Path:
    path = IMAGES / f"{name}.png"
    # What a page fetches once it stands: who is on the case, whose pictures.
    person.page.wait_for_load_state("networkidle")
    taken = Image.open(BytesIO(person.page.screenshot()))
    taken.quantize(_COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)
    return path


if __name__ == "__main__":
    sys.exit(main())
