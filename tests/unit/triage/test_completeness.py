"""What a bulletin does not say yet, told to whoever writes it."""

from dataclasses import replace

import pytest

from jiesu.triage.completeness import Element, missing_elements, missing_in
from tests import builders as build

WHOLE = (
    "11月23日 09:30，网民通过微博@提及反映：11月21日晚上8点左右，石景山区古城南路菜市场门口，两名摊主因争摊位发生争执，"
    "随后其中一名四十多岁的男子掀翻对方货架，造成货物损坏，至今没有解决。\n联系方式：网民留有电话，需要时由本单位代为联系。"
)


def labels(facts: str, *, place: str = "", happened: str = "", persons: str = "") -> list[str]:
    missing = missing_elements(facts, place=place, happened=happened, persons=persons, now=build.NOW)
    return [one.label for one in missing]


def test_facts_that_say_all_seven_lack_nothing() -> None:
    assert labels(WHOLE) == []


def test_facts_that_say_nothing_lack_all_seven_in_their_order() -> None:
    assert labels("请处理。") == ["时间", "地点", "起因", "经过", "结果", "人物", "联系"]


@pytest.mark.parametrize(
    ("left_out", "put_in", "missing"),
    [
        ("11月21日晚上8点左右，", "", "时间"),
        ("石景山区古城南路菜市场门口，", "", "地点"),
        ("因争摊位发生争执", "都在出摊", "起因"),
        ("，造成货物损坏，至今没有解决", "", "结果"),
        ("\n联系方式：网民留有电话，需要时由本单位代为联系。", "", "联系"),
    ],
)
def test_what_is_left_out_is_missing_and_nothing_else(left_out: str, put_in: str, missing: str) -> None:
    assert left_out in WHOLE
    assert labels(WHOLE.replace(left_out, put_in)) == [missing]


def test_when_a_citizen_wrote_is_not_when_it_happened() -> None:
    facts = "11月23日 09:30，网民通过微信私信反映：有商户占道经营，城南嘉园小区门口走不了人，没有人管。"
    assert "时间" in labels(facts)
    assert "时间" not in labels(facts, happened="11月22日傍晚")
    assert "时间" not in labels(facts.replace("有商户", "昨天下午五点有商户"))


@pytest.mark.parametrize(
    ("place", "is_enough"), [("丰台区", False), ("北京市丰台区", False), ("丰台区某小区", True), ("青塔西路12号", True)]
)
def test_a_district_alone_is_no_place(place: str, is_enough: bool) -> None:
    assert ("地点" not in labels("有人夜里放鞭炮。", place=place)) is is_enough


def test_one_sentence_is_no_course_of_events() -> None:
    assert "经过" in labels("有人在地铁车厢里抽烟。")
    told = "一名乘客在地铁车厢里抽烟，旁边的人劝他，他骂了几句，到站以后下车走了，安全员没有拦住他。"
    assert "经过" not in labels(told)


@pytest.mark.parametrize("facts", ["一辆京A12345的白色轿车逆行。", "三名男子在楼下喝酒。", "对方让她转账。"])
def test_who_is_concerned_is_seen_in_the_facts(facts: str) -> None:
    assert "人物" not in labels(facts)


def test_that_there_is_nobody_is_nobody() -> None:
    assert "人物" in labels("路灯坏了，晚上无人维修，影响人民生活。")
    assert "人物" not in labels("路灯坏了。", persons="物业公司负责人")


def test_a_number_of_the_other_side_is_no_way_to_the_citizen() -> None:
    assert "联系" in labels("骗子用19900000002打来电话，说她涉嫌洗钱。")
    assert "联系" not in labels("网民未留联系方式，需要时由本单位私信联系。")


def test_a_cause_that_nobody_knows_can_be_said() -> None:
    assert "起因" not in labels("起因不明，楼道里有焦味。")


def test_a_bulletin_that_is_out_is_read_with_all_its_fields() -> None:
    bulletin = build.a_bulletin(facts=WHOLE)
    assert missing_in(bulletin) == ()
    told = replace(bulletin.details, happened="11月21日", persons="两名摊主")
    missing = missing_in(replace(bulletin, facts="请处理。", details=told))
    assert Element.TIME not in missing
    assert Element.PERSONS not in missing
    assert Element.PLACE not in missing
    assert Element.RESULT in missing


def test_each_of_the_seven_says_what_to_add() -> None:
    assert len({one.advice for one in Element}) == len({one.label for one in Element}) == 7
