"""Every page as it is shown: readable for all, quiet, from the office's own address, light, as wide as the screen."""

import gzip
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Response

from local.browsing import DESK, TELEPHONE, Person
from tests.browser.conftest import SignedIn, is_thumbnail
from tests.browser.shown import Shown, show
from tests.browser.visits import VISITS
from tests.stack.town import Town

pytestmark = pytest.mark.browser

MAX_BYTES = 200_000
"""Of a page with all that belongs to it, compressed."""

STICKING_OUT = """() => {
  const root = document.documentElement;
  if (root.scrollWidth <= root.clientWidth) return [];
  const out = [...document.querySelectorAll("*")].filter((one) => one.getBoundingClientRect().right > root.clientWidth);
  return [`scrolls sideways, ${root.scrollWidth} px`, ...out.map((one) => one.outerHTML.slice(0, 160))];
}"""
"""What makes a page wider than its screen."""

BUREAU_PAGES = ("fresh", "under-way", "given-back", "question", "no-such-link")


@pytest.fixture(scope="module")
def shown(town: Town) -> Shown:
    return show(town)


@pytest.mark.parametrize("name", VISITS)
def test_a_page_of_the_desk(name: str, signed_in: SignedIn, shown: Shown) -> None:
    visit = VISITS[name]
    person = signed_in(visit.role)
    person.open(visit.address.format(**shown.places))
    assert person.status == visit.status
    if visit.status != 200:
        # Chromium says so of every answer that is a refusal, as this one is meant to be.
        assert len(person.complaints) == 1
        person.complaints.clear()
    holds_up(person)
    person.page.set_viewport_size(TELEPHONE["viewport"])
    holds_up(person)


@pytest.mark.parametrize("screen", [DESK, TELEPHONE], ids=["desk", "telephone"])
@pytest.mark.parametrize("name", BUREAU_PAGES)
def test_a_page_of_a_bureau(name: str, screen: dict[str, Any], chromium: Browser, town: Town, shown: Shown) -> None:
    officer = Person.at(chromium, town.door_url, **screen)
    officer.open(shown.bureau[name])
    holds_up(officer)
    assert len(officer.complaints) == (1 if name == "no-such-link" else 0)
    assert [url for url in officer.elsewhere if not is_thumbnail(url, town)] == []
    officer.context.close()


def holds_up(person: Person) -> None:
    """What every page promises."""
    found = Axe().run(person.page).response["violations"]
    grave = [
        f"{one['id']} ({one['impact']}): {node['html'][:160]} {node['failureSummary'][:200]}"
        for one in found
        if one["impact"] in ("serious", "critical")
        for node in one["nodes"]
    ]
    assert grave == []
    assert person.page.evaluate(STICKING_OUT) == []
    weights = {one.url: weight_of(one) for one in person.answers if one.ok}
    assert sum(weights.values()) <= MAX_BYTES, weights


def weight_of(answer: Response) -> int:
    """As API Gateway sends it, which compresses what is larger than the template's `MinimumCompressionSize`."""
    body = answer.body()
    return len(gzip.compress(body)) if "content-encoding" not in answer.headers else answer.request.sizes()["responseBodySize"]
