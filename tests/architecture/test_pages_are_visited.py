"""No page is left out where pages are looked at."""

from collections import defaultdict

from jiesu.pages import rights
from tests.browser.visits import NO_PAGES, VISITS

EVERY = (*rights.ROUTES, *rights.BUREAU_ROUTES)


def test_every_page_of_the_desk_and_of_bureaus_is_looked_at_in_the_browser() -> None:
    pages = {route.path for route in EVERY if route.method == "GET" and route.endpoint not in NO_PAGES}
    visited = set()
    for visit in VISITS.values():
        path = visit.address.partition("?")[0].format_map(defaultdict(lambda: "x"))
        if (found := rights.find("GET", path, EVERY)) is not None:
            visited.add(found[0].path)
    assert pages - visited == set(), "say in tests/browser/visits.py where it is looked at"


def test_what_is_said_to_be_no_page_is_an_endpoint() -> None:
    assert {route.endpoint for route in EVERY if route.method == "GET"} >= NO_PAGES
