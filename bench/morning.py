"""`python -m bench.morning`: an editor works the queue of the running demonstration (`make run`) from the keyboard alone.

Every case for which the queue suggests a bureau is dispatched with the form as it was filled in; the others are passed over.
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
    chosen, last = page.locator("[data-row].chosen"), page.locator("[data-row]").last
    editor.forget()
    editor.press("j")
    while chosen.count() and done.dispatched != at_most:
        if chosen.locator(".suggested").count():
            editor.press_and_go("d")
            editor.press_and_go("Control+Enter")
            while page.locator(".changed").count():
                # Somebody was faster: what they did stands above the form, which is sent as it is.
                editor.press_and_go("Control+Enter")
            done.dispatched += 1
        elif chosen.get_attribute("id") == last.get_attribute("id"):
            break
        else:
            # Whom it goes to is asked of the citizen first.
            editor.press("j")
            done.passed_over += 1
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
