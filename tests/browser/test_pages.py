"""Every main page as it is shown: readable for all, quiet, from the office's own address, light, as wide as the screen."""

import gzip
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from jiesu.model.words import UserRole
from local.browsing import DESK, TELEPHONE, Person
from tests.browser.conftest import Assigned, SignedIn, assign
from tests.stack.town import Town

pytestmark = pytest.mark.browser

MAX_BYTES = 200_000
"""Of a page with all that belongs to it, compressed."""

PAGES: Mapping[str, str] = {
    "queue": "/desk",
    "dispatched": "/desk?status=dispatched",
    "case": "/desk/cases/{open}",
    "case-at-a-bureau": "/desk/cases/{dispatched}",
    "dispatch-form": "/desk/cases/{open}/dispatch",
    "correct-form": "/desk/cases/{open}/correct",
    "reply-form": "/desk/cases/{open}/reply",
    "close-form": "/desk/cases/{open}/close",
    "source": "/desk/cases/{open}/source",
    "coverage": "/desk/cases/{open}/coverage",
    "spread": "/desk/cases/{open}/spread",
    "similar": "/desk/cases/{open}/similar",
    "search": "/desk/search?q={open}",
    "custody": "/desk/cases/{open}/evidence",
    "hot": "/desk/hot",
    "duty": "/desk/duty",
    "late": "/desk/late",
    "wall": "/desk/wall",
    "figures": "/desk/figures",
    "figure-messages": "/desk/figures/messages?part=work",
    "issues": "/desk/issues",
    "decisions": "/desk/decisions",
    "enter": "/desk/enter",
    "resting": "/desk/resting",
    "sample": "/desk/sample",
    "miss-rate": "/desk/miss-rate",
    "parked": "/desk/parked",
    "find": "/desk/find?q=青塔西路",
    "find-in-vain": "/desk/find?q=没有这样的词&since=2025-01-01",
    "search-in-vain": "/desk/search?q=991231-0000000",
    "sign-in": "/desk/sign-in",
    "no-such-page": "/desk/nowhere",
}


@dataclass(frozen=True, slots=True)
class Shown:
    """The cases that the pages are about."""

    waiting: str
    dispatched: Assigned


@pytest.fixture(scope="module")
def shown(town: Town) -> Shown:
    dispatched = assign(town, "丰台区石榴庄路夜里有人飙车扰民,请查处 @平安北京", "石榴庄路")
    text = "丰台区青塔西路有人当街赌博,聚了二十多人,请来查处 @平安北京"
    town.deliver(town.push(text, via="weibo.mention.status", who="青塔邻居"))
    return Shown(waiting=town.case_titled("青塔西路").id, dispatched=dispatched)


@pytest.mark.parametrize("screen", [DESK, TELEPHONE], ids=["desk", "telephone"])
@pytest.mark.parametrize("name", PAGES)
def test_a_page_of_the_desk(name: str, screen: dict[str, Any], signed_in: SignedIn, shown: Shown) -> None:
    supervisor = signed_in(UserRole.SUPERVISOR, **screen)
    supervisor.open(PAGES[name].format(open=shown.waiting, dispatched=shown.dispatched.case_id))
    if name in ("search-in-vain", "no-such-page"):
        # Chromium says so of every answer that is a 404, as this one is meant to be.
        assert len(supervisor.complaints) == 1
        supervisor.complaints.clear()
    holds_up(supervisor)


@pytest.mark.parametrize("screen", [DESK, TELEPHONE], ids=["desk", "telephone"])
def test_the_page_of_a_bureau(screen: dict[str, Any], chromium: Browser, town: Town, shown: Shown) -> None:
    officer = Person.at(chromium, town.door_url, **screen)
    officer.open(shown.dispatched.path)
    holds_up(officer)
    assert officer.complaints == []
    assert officer.elsewhere == []


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
    wide = person.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, f"scrolls sideways by {wide} px"
    weight = sum(len(gzip.compress(one.body())) for one in person.answers if one.status == 200)
    assert weight <= MAX_BYTES
