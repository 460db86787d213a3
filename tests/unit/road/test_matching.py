"""What of a message is compared with others."""

from jiesu.matters.frequencies import shipped
from jiesu.matters.likeness import likeness
from jiesu.matters.same import JOIN_FROM
from jiesu.matters.trace import Trace
from jiesu.model.words import MessageKind
from jiesu.road.matching import trace_of
from jiesu.road.screening import screen
from jiesu.triage.model import load
from tests import builders as build


def a_trace(message_id: str, text: str) -> Trace:
    message = build.a_message(id=message_id, text=text, kind=MessageKind.PRIVATE)
    return trace_of(message, *screen(message, load()), shipped())


def test_two_reports_on_two_roads_of_a_district_are_two_matters_however_like_their_words() -> None:
    first = a_trace("weibo:1", "丰台区方庄路有人偷电动车,请查处")
    second = a_trace("weibo:2", "丰台区程庄路有保安打人,请查处")
    assert likeness(first.sketch, second.sketch) > JOIN_FROM
    decision = second.decide([first.posting("case-1")])
    assert decision.joined is None
    assert any("道路不同" in reason for reason in decision.suggested[0].reasons)


def test_two_reports_on_one_road_are_one_matter() -> None:
    first = a_trace("weibo:1", "丰台区方庄路有人偷电动车,请查处")
    second = a_trace("weibo:2", "方庄路又有人偷电动车了,请民警查处")
    decision = second.decide([first.posting("case-1")])
    assert decision.joined is not None
