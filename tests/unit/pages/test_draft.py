"""The draft of a bulletin leaves out the ways to reach whoever reported, and keeps the ways to reach whoever is reported."""

from zoneinfo import ZoneInfo

import pytest

from jiesu.pages import draft
from tests import builders as build

BEIJING = ZoneInfo("Asia/Shanghai")


def facts(*texts: str) -> str:
    return draft.facts([build.a_message(text=text) for text in texts], BEIJING, build.NOW)


@pytest.mark.parametrize(
    "text",
    [
        "楼下有人打架,我的电话19900000001",
        "联系电话：199 0000 0001",
        "请联系我 １９９００００００01",
        "求助,一九九零零零零零零零一",
        "对方把我拉黑了,我电话19900000001",
        "骗子说是公安,请打给我19900000001",
        "19900000001 孩子走丢了",
    ],
)
def test_the_citizens_own_number_is_left_out_and_said_to_be_there(text: str) -> None:
    said = facts(text)
    assert "（联系电话略）" in said
    assert "0000001" not in said.replace(" ", "")
    assert said.endswith("联系方式：网民留有电话，需要时由本单位代为联系。")


@pytest.mark.parametrize(
    "text",
    [
        "骗子的电话是19900000002,让我转账",
        "对方手机19900000002",
        "有个自称客服的19900000002打来",
        "举报这个诈骗号码19900000002",
    ],
)
def test_a_number_of_the_other_side_stays(text: str) -> None:
    said = facts(text)
    assert "19900000002" in said
    assert "联系方式" not in said


def test_of_two_numbers_only_the_citizens_is_left_out() -> None:
    said = facts("对方手机19900000002,我的电话19900000001")
    assert "19900000002" in said
    assert "19900000001" not in said


@pytest.mark.parametrize("number", ["11010519491231002X", "110105194912310021", "１１０１０５１９４９１２３１００２Ｘ"])
def test_identity_numbers_are_left_out_whosever_they_are_even_with_a_slip(number: str) -> None:
    assert number not in facts(f"对方身份证号{number},已立案")


def test_times_and_evidence_are_gathered_once() -> None:
    said = facts("昨晚10点有人砸车,有行车记录仪", "昨晚10点那件事,行车记录仪和聊天记录都在").splitlines()
    assert said[2:] == ["提到的时间：11月22日 22:00", "提到的证据：行车记录仪、聊天记录"]


def test_a_title_shows_neither_a_number_nor_its_beginning() -> None:
    assert draft.title("求助,我的电话19900000001,孩子走丢", BEIJING, build.NOW) == "求助,我的电话（联系电话略）,孩子走丢"
    assert draft.title("马家堡西路有人打架,打给我 199 00…", BEIJING, build.NOW) == "马家堡西路有人打架,打给我 …"
    assert draft.title("3号楼12单元电梯", BEIJING, build.NOW) == "3号楼12单元电梯"
