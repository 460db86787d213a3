"""Douyin and a partner, both ways, on the deployed template: what the citizen gets, and what the case learns of it."""

from jiesu.model.words import Platform
from tests.eventually import eventually
from tests.stack.town import WITHIN_SECONDS, Town


def told(town: Town, via: str, who: str, text: str) -> str:
    """A citizen writes, and an editor answers the case that it opens; the case's id."""
    assert town.deliver(town.push(text, via=via, who=who))[0] == 200
    case = town.case_titled(text[:20])
    town.act(town.signed_in(), case.id, "reply", text=f"已收到:{who}")
    return case.id


def sent(town: Town, case_id: str) -> bool:
    case = town.case(case_id)
    return [one.state for one in case.replies] == ["sent"] and not case.tasks


def test_a_reply_on_douyin_whose_answer_is_lost_is_closed_by_its_echo(town: Town) -> None:
    town.order_fault(Platform.DOUYIN, "answer_lost")
    case_id = told(town, "douyin.text", "抖音网民甲", "丰台区角门西里小区电动车堵住消防通道,请查处")
    eventually(lambda: sent(town, case_id), within_seconds=WITHIN_SECONDS)
    assert town.replies_to_citizens().count("已收到:抖音网民甲") == 1


def test_a_reply_to_a_partners_citizen_reaches_the_partner(town: Town) -> None:
    case_id = told(town, "partner.private", "区里网民乙", "丰台区洋桥东里路口红绿灯坏了,十分危险,求处理")
    eventually(lambda: sent(town, case_id), within_seconds=WITHIN_SECONDS)
    assert town.replies_to_citizens().count("已收到:区里网民乙") == 1
