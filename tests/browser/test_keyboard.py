"""An editor at the desk without a mouse."""

import pytest

from bench.morning import work
from jiesu.model.words import CaseStatus, UserRole
from tests.browser.conftest import SignedIn
from tests.stack.town import Town

pytestmark = pytest.mark.browser

MAX_KEYS = 12
MAX_LOADS = 2
"""For each dispatched bulletin, beyond its text."""

MORNING = {
    "右安门外大街": "丰台区右安门外大街出租屋里有人聚众赌博,请查处",
    "方庄路": "丰台区方庄路有人偷电动车,请查处",
    "程庄路": "丰台区程庄路有保安打人,请查处",
}


def test_an_editor_dispatches_a_morning_from_the_keyboard(town: Town, signed_in: SignedIn) -> None:
    for number, text in enumerate(MORNING.values()):
        assert town.deliver(town.push(text, via="weibo.private", who=f"早上的网民{number}")) == (200, "")
    cases = [town.case_titled(words).id for words in MORNING]
    editor = signed_in(UserRole.EDITOR)
    editor.open("/desk")
    worked = work(editor)
    print(worked)  # noqa: T201 - what a bulletin took is shown by `pytest -s`
    assert worked.dispatched >= len(MORNING)
    assert {town.case(one).status for one in cases} == {CaseStatus.DISPATCHED}
    assert worked.keys <= MAX_KEYS * worked.dispatched
    assert worked.loads <= MAX_LOADS * worked.dispatched
