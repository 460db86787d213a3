"""What the command line shows of a text."""

from zoneinfo import ZoneInfo

from jiesu.model.words import MessageKind
from jiesu.road.explain import explain
from tests.builders import NOW


def said_of(text: str, *, kind: MessageKind = MessageKind.PRIVATE) -> str:
    return explain(text, now=NOW, time_zone=ZoneInfo("Asia/Shanghai"), kind=kind)


def test_a_text_is_explained_with_category_urgency_place_bureau_and_reasons() -> None:
    said = said_of("有个小伙子站在国贸桥上要往下跳,快来!!")
    parts = ("立即通知指挥中心", "轻生救助", "紧急程度：特急", "国贸桥（朝阳区）", "承办单位：CY", "「往下跳」", "rules-4")
    assert [part for part in parts if part not in said] == []


def test_noise_is_explained_without_place_and_bureau() -> None:
    said = said_of("新年快乐")
    assert "无需办理，不建立诉求件" in said
    assert "承办单位" not in said
    assert "不到界限" in said


def test_what_was_found_in_the_text_is_said() -> None:
    assert "识别出：时间 2026-11-22T22:00+08:00；车牌 京A12345" in said_of("昨晚10点有人砸车,车牌京A12345,求助")


def test_a_place_in_two_districts_is_left_to_a_person() -> None:
    said = said_of("八里庄楼上天天半夜打架,请查处")
    assert "地点：八里庄（朝阳区、海淀区）" in said
    assert "承办单位：ZA，选定所在区（朝阳区、海淀区）后改由该区分局" in said
