"""What the command line shows of a text."""

from jiesu.road.explain import explain
from tests.builders import NOW


def test_a_text_is_explained_with_category_urgency_place_bureau_and_reasons() -> None:
    said = explain("有个小伙子站在国贸桥上要往下跳,快来!!", now=NOW)
    assert all(
        part in said for part in ("需要办理", "轻生救助", "特急", "国贸桥(朝阳区)", "承办单位:CY", "「往下跳」", "rules-3")
    )


def test_noise_is_explained_without_a_bureau() -> None:
    said = explain("新年快乐", now=NOW)
    assert "无需办理" in said
    assert "承办单位:—" in said
