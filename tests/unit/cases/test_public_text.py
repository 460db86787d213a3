"""What a text that everybody can read must not hold. The numbers are invented."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiesu.cases.public_text import names_a_dwelling, names_a_person

PERSONAL = (
    "19900000123",
    "199 0000 0123",
    "199-0000-0123",
    "+86 19900000123",
    "8619900000123",
    "１９９００００１２３４",
    "010-55500123",
    "010 5550 0123",
    "0755-5550012",
    "110101190001010000",
    "11010119000101000X",
    "11010119000101000x",
    "110101 19000101 0000",
    "110101000101000",
)
HARMLESS = (
    "请拨打 110 或 12345",
    "通报单 2026-00042-6",
    "诉求件 261124-7KQ4MX",
    "2026-11-24 10:05 已到场",
    "帖子 5000000000000001",
    "您好，已转属地分局办理，感谢监督。",
    "",
)

chinese = st.text(alphabet="您好请联系民警，。电话：", max_size=20)


@pytest.mark.parametrize("text", PERSONAL)
def test_a_telephone_or_identity_number_is_seen_in_any_width_and_grouping(text: str) -> None:
    assert names_a_person(text)


@pytest.mark.parametrize("text", HARMLESS)
def test_hotlines_our_own_numbers_and_dates_are_not_taken_for_one(text: str) -> None:
    assert not names_a_person(text)


@given(before=chinese, number=st.sampled_from(PERSONAL), after=chinese)
def test_no_words_around_a_number_hide_it(before: str, number: str, after: str) -> None:
    assert names_a_person(before + number + after)


@given(text=chinese)
def test_a_text_without_digits_names_nobody(text: str) -> None:
    assert not names_a_person(text)


@pytest.mark.parametrize(
    "text",
    [
        "马家堡西路12号院",
        "某小区 3 号楼",
        "5栋2单元",
        "1203室",
        "朝阳路８８号",
        "朝阳路八十八号，门口",
        "B2幢",
        "A座1203",
        "甘露园6号",
    ],
)
def test_a_building_or_a_flat_is_seen(text: str) -> None:
    assert names_a_dwelling(text)


@pytest.mark.parametrize(
    "text",
    [
        "丰台区马家堡西路",
        "地铁10号线知春路站A口",
        "事发11月12号，已处理",
        "事发12月3号。",
        "一座桥下",
        "京藏高速 12 公里处",
        "首都机场3号航站楼",
        "",
    ],
)
def test_roads_stations_and_days_are_no_dwelling(text: str) -> None:
    assert not names_a_dwelling(text)
