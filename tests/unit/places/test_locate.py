"""From a text to a district and a bureau: what is found, what is a trap, who answers and why."""

import json
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiesu.model.message import PlaceMatch
from jiesu.places.city import beijing
from jiesu.places.locate import locate, suggest
from jiesu.triage import categories


@pytest.mark.parametrize(
    ("text", "place", "district", "bureau_code"),
    [
        ("丰台区马家堡西路某小区电梯里有人吐痰", "丰台区马家堡西路某小区", "丰台区", "FT"),
        ("在马家堡西路看到有人偷车", "马家堡西路", "丰台区", "FT"),
        ("三里屯街道有人闹事", "三里屯街道", "朝阳区", "CY"),
        ("回龙观东大街一棋牌室", "回龙观东大街", "昌平区", "CP"),
        ("望京西园三区楼下跳广场舞", "望京西园三区", "朝阳区", "CY"),
        ("五道口附近有人打架", "五道口", "海淀区", "HD"),
        ("通州北苑地铁站有人尾随", "通州北苑地铁站", "通州区", "TZ"),
        ("地坛医院要转运病人", "地坛医院", "朝阳区", "CY"),
        ("昌平区回龙观", "昌平区回龙观", "昌平区", "CP"),
        ("海淀那边有人卖刀", "海淀", "海淀区", "HD"),
        ("东四十条那边的按摩店", "东四十条", "东城区", "DC"),
    ],
)
def test_a_named_place_gives_its_district_and_branch(text: str, place: str, district: str, bureau_code: str) -> None:
    match = locate(text)
    assert (match.text, match.district, match.bureau_code) == (place, district, bureau_code)
    assert district in match.reason


def test_the_reason_says_in_chinese_which_name_decided_and_who_answers() -> None:
    assert locate("在马家堡西路看到有人偷车").reason == "道路「马家堡西路」属丰台区，由丰台分局管辖"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "今天的晚霞真好看",
        "@平安北京",
        "@平安北京 你好",
        "平安北京你好",
        "@平安朝阳 @海淀公安 看看",
        "青海平安区有人打架",
        "长春市朝阳区人民大街有人打架",
        "香港南区有人打架",
        "南通通州区的朋友来说说",
        "朝阳群众真厉害",
        "大兴安岭着火了",
        "希望家人平安",
        "正常营业",
        "湖南一医院",
        "不要大兴土木",
        "10号线上看到的",
        "3号楼5号院门口",
        "第一社工站",
        "我爱北京天安门",
        "人民大学生运动会",
    ],
)
def test_what_only_looks_like_a_place_of_the_city_is_none(text: str) -> None:
    assert locate(text) == PlaceMatch()


def test_the_southern_part_of_a_mall_is_where_the_mall_is() -> None:
    match = locate("三里屯太古里南区有人打架")
    assert (match.text, match.district) == ("三里屯太古里南区", "朝阳区")


def test_the_accounts_own_name_does_not_hide_the_place_that_follows_without_a_space() -> None:
    assert locate("@平安北京朝阳大悦城有人打架").text == "朝阳大悦城"


def test_a_street_in_two_districts_keeps_both_and_no_bureau() -> None:
    match = locate("八里庄街道天天有人吵")
    assert (match.district, match.bureau_code) == ("朝阳区、海淀区", "")
    assert match.reason == "「八里庄街道」可能在朝阳区、海淀区，请人工选择"


def test_a_named_district_settles_which_of_two_streets_is_meant() -> None:
    assert locate("海淀区八里庄街道").bureau_code == "HD"


def test_two_places_in_two_districts_are_left_to_a_person() -> None:
    match = locate("从望京打车到西单,落了个包")
    assert (match.text, match.district, match.bureau_code) == ("望京、西单", "朝阳区、西城区", "")


@pytest.mark.parametrize("stem", ["花园", "二条", "豆瓣", "吉祥", "青龙", "第一", "幸福里"])
def test_a_short_common_stem_never_matches_bare(stem: str) -> None:
    assert locate(f"我喜欢{stem}") == PlaceMatch()


@pytest.mark.parametrize(
    ("text", "district"),
    [
        ("首都师范大学管理学院", ""),
        ("中国人民大学(东校区)", ""),
        ("北京航空航天大学(沙河校区)", "昌平区"),
        ("北京航空航天大学学院路校门", "海淀区"),
    ],
)
def test_a_university_does_not_answer_for_its_other_campus(text: str, district: str) -> None:
    assert locate(text).district == district


@pytest.mark.parametrize(
    ("text", "district"),
    [
        ("景山学校门口堵了", "东城区"),
        ("景山学校(远洋分校)", "石景山区"),
        ("景山学校(某地分校)", ""),
        ("景山学校远洋分校", "石景山区"),
        ("人大附中门口", "海淀区"),
        ("人大附中朝阳学校", "朝阳区"),
        ("北京八中附属小学", ""),
    ],
)
def test_a_school_does_not_answer_for_its_branch(text: str, district: str) -> None:
    assert locate(text).district == district


@pytest.mark.parametrize(
    ("text", "district"),
    [
        ("采育中学门口", "大兴区"),
        ("木林中心小学", "顺义区"),
        ("张镇派出所", "顺义区"),
        ("旧宫二小放学", "大兴区"),
        ("采育社区卫生服务中心", "大兴区"),
        ("光明小学", ""),
        ("郑东新区一小区进水", ""),
        ("第一中学", ""),
    ],
)
def test_a_school_hospital_or_police_station_stands_at_the_place_it_is_called_by(text: str, district: str) -> None:
    assert locate(text).district == district


@pytest.mark.parametrize(
    ("text", "district"),
    [
        ("北京二十五中", "东城区"),
        ("第二十五中学", "东城区"),
        ("25中学", "东城区"),
        ("北京市第一六六中学", "东城区"),
        ("北京101中学", "海淀区"),
        ("北京市第四中学", "西城区"),
        ("第四中学", ""),
        ("十中全会", ""),
    ],
)
def test_a_school_is_known_by_its_number_where_only_the_city_counts_so_far(text: str, district: str) -> None:
    assert locate(text).district == district


@pytest.mark.parametrize(
    ("text", "district"),
    [
        ("郑州市金水区北三环文化路口积水", ""),
        ("河南省新乡市康庄路", ""),
        ("我是河北省户口,在望京丢了包", "朝阳区"),
        ("我从郑州市来北京,在望京丢了包", "朝阳区"),
        ("从上海来,在望京丢了包", "朝阳区"),
        ("郑州康庄路积水", ""),
        ("从郑州来,住在北京康庄路", "大兴区"),
        ("康庄路积水", "大兴区"),
        ("上海南京路有人打架", ""),
        ("江苏省昌平区", ""),
    ],
)
def test_an_address_in_another_city_is_none_of_ours(text: str, district: str) -> None:
    assert locate(text).district == district


def test_a_road_through_two_districts_is_left_to_a_person_and_a_street_settles_it() -> None:
    assert [one.district for one in locate("玉泉路15号").candidates] == ["海淀区", "石景山区"]
    assert locate("万寿路街道玉泉路15号").bureau_code == "HD"


def test_what_the_parts_of_an_estate_share_is_where_they_all_are() -> None:
    assert locate("垂杨柳那边").district == "朝阳区"


def test_reasons_are_written_with_chinese_punctuation() -> None:
    rules = [rule.reason for rule in beijing().jurisdictions.rules]
    found = [locate("八里庄街道").reason, suggest("国贸地铁站站台上有人打架", "public_order.offence").reason]
    assert [reason for reason in (*rules, *found) if set(reason) & set(",;:")] == []


def test_a_short_stem_matches_with_its_kind_after_it() -> None:
    assert locate("豆瓣社区有人养烈性犬").district == "东城区"


def test_the_longest_name_wins() -> None:
    assert (locate("朝阳门外大街").district, locate("朝阳门街道").district) == ("朝阳区", "东城区")


@pytest.mark.parametrize(
    ("text", "category", "bureau_code"),
    [
        ("地铁10号线有人往女生身上蹭", "public_order.offence", "GJ"),
        ("刚在国贸站下车的那个人偷拍", "public_order.offence", "GJ"),
        ("公交车上有小偷", "public_order.offence", "GJ"),
        ("五道口地铁站附近有人打架", "public_order.offence", "HD"),
        ("地铁站对面的小区有人养烈性犬,在海淀区", "public_order.nuisance", "HD"),
        ("海淀区学院路违停", "traffic.safety", "JG"),
        ("护照换发要多久", "entry_exit.passport", "CRJ"),
        ("天安门广场有黄牛", "public_order.offence", "TAM"),
        ("北京西站北广场有人拉客", "public_order.offence", "XZHAN"),
        ("亦庄开发区有人打架", "public_order.offence", "KFQ"),
        ("有人在怀柔区的林区偷猎", "public_order.consumer_crime", "SL"),
        ("朝阳区有人卖假药", "public_order.consumer_crime", "HSY"),
        ("网传的消息是真的吗", "cyber.rumour", "WA"),
        ("理财平台非法集资", "public_order.economic", "JZ"),
        ("刷单被骗了", "fraud.online", "XZHEN"),
        ("我在丰台区,刷单被骗了", "fraud.online", "FT"),
        ("请问落户要什么条件", "household.registration", "RK"),
        ("海淀区落户去哪个派出所", "household.registration", "HD"),
        ("有人卖大麻", "public_order.vice", "JD"),
        ("通州区有人卖大麻", "public_order.vice", "TZ"),
    ],
)
def test_special_jurisdictions_come_before_the_district(text: str, category: str, bureau_code: str) -> None:
    match = suggest(text, category)
    assert match.bureau_code == bureau_code
    assert match.reason


def test_a_special_jurisdiction_keeps_the_place_and_says_both_reasons() -> None:
    match = suggest("国贸地铁站站台上有人打架", "public_order.offence")
    assert (match.text, match.district) == ("国贸地铁站", "朝阳区")
    assert match.reason == ("发生在地铁或公交车上，由公共交通安全保卫总队管辖；车站「国贸地铁站」属朝阳区，由朝阳分局管辖")


def test_a_complaint_about_officers_is_not_routed_to_the_officers_own_bureau() -> None:
    match = suggest("海淀区中关村派出所报警不立案", "supervision.enforcement")
    assert (match.district, match.bureau_code) == ("海淀区", "")
    assert "督察" in match.reason


@pytest.mark.parametrize("category", ["not_police", "noise"])
def test_what_is_not_police_work_gets_no_bureau(category: str) -> None:
    assert suggest("海淀区某小区停水", category).bureau_code == ""


def test_airports_and_trains_are_left_to_a_person_who_knows_their_police() -> None:
    match = suggest("首都机场航站楼里丢了包", "public_aid.lost_property")
    assert match.bureau_code == ""
    assert "人工" in match.reason


def test_a_category_below_the_rules_one_fits_and_one_that_only_begins_alike_does_not() -> None:
    assert suggest("某处", "traffic.accident").bureau_code == "JG"
    assert suggest("某处", "trafficking").bureau_code == ""


def test_every_district_of_the_gazetteer_has_its_branch() -> None:
    divisions = json.loads((files("jiesu.places") / "data" / "divisions.json").read_text(encoding="utf-8"))
    assert set(divisions) == set(beijing().jurisdictions.branches)


@pytest.mark.parametrize("name", ["roads", "areas", "schools", "clinics", "numbered_schools"])
def test_a_list_names_districts_of_the_city_and_no_place_twice_in_one(name: str) -> None:
    written = json.loads((files("jiesu.places") / "data" / f"{name}.json").read_text(encoding="utf-8"))
    assert set(written) <= set(beijing().jurisdictions.branches)
    assert [place for places in written.values() for place in places if places.count(place) > 1] == []


@pytest.mark.parametrize("name", ["areas", "schools", "clinics"])
def test_a_list_that_matches_bare_has_no_name_of_two_characters(name: str) -> None:
    written = json.loads((files("jiesu.places") / "data" / f"{name}.json").read_text(encoding="utf-8"))
    assert [place for places in written.values() for place in places if len(place) <= 2] == []


def test_every_category_that_a_rule_names_is_in_the_tree() -> None:
    named = {category for rule in beijing().jurisdictions.rules for category in rule.categories}
    known = {category.code for category in categories.choices()} | {
        category.code.split(".")[0] for category in categories.choices()
    }
    assert named <= known


@given(text=st.text(max_size=200))
def test_any_text_gets_at_most_one_bureau_and_a_reason_with_it(text: str) -> None:
    match = suggest(text, "public_order.offence")
    assert bool(match.text) == bool(match.district)
    assert match.reason or match == PlaceMatch()


@given(before=st.text(alphabet="甲乙丙丁 ,。", max_size=20), after=st.text(alphabet="甲乙丙丁 ,。", max_size=20))
def test_a_district_is_found_wherever_it_stands(before: str, after: str) -> None:
    assert locate(f"{before}石景山区{after}").bureau_code == "SJS"


def test_which_district_is_asked_only_where_the_answer_changes_who_answers() -> None:
    assert {one.district for one in suggest("八里庄有人打架", "public_order.offence").candidates} == {"朝阳区", "海淀区"}
    assert suggest("八里庄地铁站台有人打架", "public_order.offence").candidates == ()
    assert suggest("八里庄路灯坏了", "not_police").candidates == ()
