"""`python -m bench.morning`: an editor works the queue of the running demonstration (`make run`) from the keyboard alone.

Every case for which a bureau is suggested is dispatched with the form as it was filled in; the others are passed over.
Printed is what a bulletin costs: keystrokes, a chord as many as it has keys, and full page loads. What an editor adds
to the texts comes on top.
"""

import sys
from dataclasses import dataclass

from jiesu.model.words import UserRole
from local import browsing
from local import demo as demo_file
from local.browsing import Person
from local.paths import DEMO_PATH
from local.send import door_url


@dataclass(slots=True)
class Worked:
    """What was done, and what it took."""

    dispatched: int = 0
    passed_over: int = 0
    keys: int = 0
    loads: int = 0

    def __str__(self) -> str:
        done = f"{self.dispatched} bulletins dispatched, {self.passed_over} cases passed over"
        if not self.dispatched:
            return done
        return f"{done}: {self.keys / self.dispatched:.2f} keys and {self.loads / self.dispatched:.2f} loads each"


def work(editor: Person, *, at_most: int | None = None) -> Worked:
    """Dispatch from the queue that `editor` has open until its end, or `at_most` bulletins. No mouse, no address bar."""
    done, page = Worked(), editor.page
    editor.forget()
    editor.press("j")
    while done.dispatched != at_most and page.locator("[data-row].chosen").count():
        chosen = page.locator("[data-row].chosen").get_attribute("id")
        editor.press_and_go("d")
        if page.locator("#lead").input_value():
            editor.press_and_go("Control+Enter")
            done.dispatched += 1
        else:
            # Whom it goes to is asked of the citizen first: back, and on to the next.
            editor.press("Escape")
            editor.press_and_go("g", "q")
            editor.press("j")
            done.passed_over += 1
            if page.locator("[data-row].chosen").get_attribute("id") == chosen:
                break
    done.keys, done.loads = editor.keys, editor.loads
    return done


def main() -> int:
    demo = demo_file.load(DEMO_PATH)
    if demo is None:
        print("nothing runs here: `make run` first", file=sys.stderr)
        return 1
    with browsing.chromium() as browser:
        editor = Person.at(browser, door_url(demo), **browsing.DESK)
        editor.sign_in(demo.user(UserRole.EDITOR))
        print(work(editor))
    return 0


if __name__ == "__main__":
    sys.exit(main())
