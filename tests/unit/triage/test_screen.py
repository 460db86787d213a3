"""What counts as work, how fast, and why. All texts are invented."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jiesu.model.message import Triage
from jiesu.model.words import ContentType, Intent, MessageKind, Urgency
from jiesu.triage import categories
from jiesu.triage.model import load
from jiesu.triage.scenes import SCENES, Scene
from jiesu.triage.screen import triage, version
from tests.builders import NOW

EVERY_KIND = tuple(MessageKind)

READABLE = st.characters(exclude_categories=["Cs"], exclude_characters="\n")


def of(text: str, *, kind: MessageKind = MessageKind.MENTION, content_type: ContentType = ContentType.TEXT) -> Triage:
    return triage(text, kind=kind, content_type=content_type, sent_at=NOW)


WORK = [
    "有人在三里屯太古里南区打架,流血了,快来人",
    "@平安北京 朝阳区望京西园三区楼下每天晚上十一点还在跳广场舞,音响特别大,根本睡不着",
    "请问居住证到期了怎么续签?需要本人去吗",
    "身份证丢了异地能补办吗",
    "我妈今天早上九点从家里出去到现在没回来,68岁,穿红色羽绒服,海淀区五道口附近,求帮忙",
    "地铁10号线早高峰有个男的一直往女生身上蹭,我拍了视频",
    "有人在微信群里说转账返利,我爸转了五万,对方把他拉黑了",
    "丰台区某小区电梯里外卖员往按键上吐痰,监控拍到了",
    "护照换发要多久",
    "你们警察就是不作为,报警三次都不来",
    "隔壁屋子是群租房,住了二十多个人,用电特别危险",
    "有人冒充你们给我打电话,说我涉嫌洗钱让我转钱到安全账户",
    "俺家电动车让人偷咧,立案一个月了也没个信儿",
    "这人开车闯红灯撞了人就跑了,白色SUV",
    "地坛医院有个病人要转到中日友好医院,带着人工肺,怕堵车,求让路",
    "我对象打我,我不敢回家",
    "楼道里全是电动车充电,上次就着过火",
]

NOISE = [
    "早上好,北京的警察叔叔辛苦了",
    "哈哈哈哈哈哈这也太好笑了",
    "平安北京yyds",
    "转发微博",
    "今天的晚霞真好看",
    "新年快乐平安北京",
    "我爱北京天安门",
    "太感人了,泪目",
    "笑死我了救命",
    "看了这个我都哭了,为英雄点赞",
    "[赞][赞][赞]",
    "辛苦了,注意安全",
    "收到",
]


@pytest.mark.parametrize("kind", EVERY_KIND)
@pytest.mark.parametrize("text", WORK)
def test_what_asks_reports_or_calls_for_help_is_work_wherever_it_is_said(text: str, kind: MessageKind) -> None:
    assert of(text, kind=kind).actionable


@pytest.mark.parametrize("kind", EVERY_KIND)
@pytest.mark.parametrize("text", NOISE)
def test_what_asks_for_nothing_is_noise(text: str, kind: MessageKind) -> None:
    result = of(text, kind=kind)
    assert (result.actionable, result.category, result.urgency, result.intent) == (False, "noise", Urgency.ROUTINE, None)


@pytest.mark.parametrize("text", [*WORK, *NOISE, "", "@平安北京"])
def test_every_decision_has_its_reasons_and_names_the_rules_that_made_it(text: str) -> None:
    result = of(text)
    assert result.reasons
    assert all(reason.strip() for reason in result.reasons)
    assert result.model_version == version(load())


def test_the_reasons_quote_the_words_that_decided() -> None:
    reasons = " ".join(of("举报昌平区回龙观东大街一棋牌室聚众赌博").reasons)
    assert all(word in reasons for word in ("「举报」", "「赌博」", "社会治安·黄赌毒"))


@pytest.mark.parametrize(
    "text",
    [
        "有个小伙子站在国贸桥上要往下跳,快来!!",
        "我不想活了",
        "救命",
        "有人持刀在西单砍人",
        "孩子丢了!! 西单大悦城 5岁男孩 蓝色外套",
        "楼里着火了,还有人被困在六层",
        "十号楼刚刚起火",
        "我被关在出租屋里出不去",
    ],
)
@pytest.mark.parametrize("kind", EVERY_KIND)
def test_a_life_in_danger_is_critical_help_in_every_kind_of_message(text: str, kind: MessageKind) -> None:
    result = of(text, kind=kind)
    assert (result.actionable, result.urgency, result.intent) == (True, Urgency.CRITICAL, Intent.HELP)


EMERGENCY_CASES = tuple(
    map(json.loads, (Path(__file__).parent / "emergency_cases.jsonl").read_text(encoding="utf-8").splitlines())
)
"""Written to be hard: paraphrase, dialect and haste; beside them jokes, games, songs, news, and what is long past."""


@pytest.mark.parametrize("case", EMERGENCY_CASES, ids=lambda case: case["text"])
def test_an_emergency_is_told_from_the_words_of_one(case: dict[str, Any]) -> None:
    assert of(case["text"], kind=MessageKind.PRIVATE).emergency is case["emergency"]


@pytest.mark.parametrize("number", ["京A·12345", "京A12345", "19912345678"])
def test_the_hotline_is_not_read_out_of_a_plate_or_a_telephone_number(number: str) -> None:
    assert "「12345」" not in "".join(of(f"{number}在长安街逆行", kind=MessageKind.PRIVATE).reasons)


def test_there_are_enough_cases_of_both_sorts_and_none_twice() -> None:
    assert len({case["text"] for case in EMERGENCY_CASES}) == len(EMERGENCY_CASES)
    assert min(sum(case["emergency"] is sort for case in EMERGENCY_CASES) for sort in (True, False)) >= 60


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.name)
@given(data=st.data())
@settings(max_examples=50, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow], deadline=None)
def test_no_match_of_a_scene_begins_with_a_character_that_its_opening_lacks(scene: Scene, data: st.DataObject) -> None:
    text = data.draw(st.from_regex(scene.grammar, fullmatch=True, alphabet=READABLE))
    assert scene.pattern.search(text) is not None


def test_no_small_talk_around_it_silences_an_emergency_at_a_named_place() -> None:
    result = of("哈哈哈我没开玩笑,海淀区学院路有人要跳楼")
    assert (result.actionable, result.urgency) == (True, Urgency.CRITICAL)


@pytest.mark.parametrize(
    "text",
    [
        "救命,这也太好看了笑死",
        "剧情里那个人跳楼的时候我哭了",
        "爆炸头真好看",
        "大火收汁五分钟出锅",
        "睡眠被打乱了好困",
        "这是我的救命稻草",
        "昨天那部电影里的绑架情节太假",
    ],
)
def test_an_emergency_word_in_jest_or_in_another_word_is_not_urgent(text: str) -> None:
    result = of(text)
    assert (result.actionable, result.urgency) == (False, Urgency.ROUTINE)


@pytest.mark.parametrize(
    "text",
    [
        "双井桥南有人打架",
        "通州北苑地铁站有人一直尾随我,现在还跟着我",
        "刚刚被骗,正在转账,能拦住吗",
        "老人走失,最后出现在芍药居地铁站,请大家扩散",
    ],
)
def test_harm_that_is_going_on_is_urgent(text: str) -> None:
    assert of(text).urgency is Urgency.URGENT


@pytest.mark.parametrize(
    "text",
    ["请问身份证到期去哪换", "楼下广场舞扰民,请查处", "居住证怎么办理"],
)
def test_what_can_wait_is_routine_and_says_so(text: str) -> None:
    result = of(text)
    assert result.urgency is Urgency.ROUTINE
    assert result.reasons[-1] == "一般：没有紧急情形"


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("请问居住证到期了怎么续签", Intent.INQUIRY),
        ("护照换发要多久", Intent.INQUIRY),
        ("楼下广场舞天天扰民,派出所来了也不管,投诉", Intent.COMPLAINT),
        ("举报某棋牌室聚众赌博", Intent.REPORT),
        ("我妈早上出门到现在没回来,求帮忙", Intent.HELP),
        ("看到有人在电梯里往按键上吐痰,我拍到了视频", Intent.LEAD),
    ],
)
def test_the_intent_is_what_the_citizen_wants_of_the_office(text: str, intent: Intent) -> None:
    assert of(text).intent is intent


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("楼下广场舞扰民", "public_order.nuisance"),
        ("有人遛狗不牵绳", "public_order.nuisance"),
        ("隔壁开设赌场聚众赌博", "public_order.vice"),
        ("有人打架斗殴", "public_order.offence"),
        ("请问居住证怎么办理", "household.residence"),
        ("身份证丢了怎么补办", "household.id_card"),
        ("小孩上户口需要什么材料", "household.registration"),
        ("请问护照换发要多久", "entry_exit.passport"),
        ("请问台湾通行证怎么办理", "entry_exit.permit"),
        ("违停堵住路口,请查处", "traffic.safety"),
        ("昨天发生交通事故,对方肇事逃逸", "traffic.accident"),
        ("驾驶证到期怎么换", "traffic.vehicle_driver"),
        ("楼道里充电的电动车堵住消防通道", "fire.hazard"),
        ("刷单被骗了三万", "fraud.online"),
        ("冒充公检法的诈骗电话让我转到安全账户", "fraud.telecom"),
        ("报警了派出所不立案,不作为", "supervision.enforcement"),
        ("我的个人信息泄露了,被人开盒", "cyber.personal_data"),
        ("老人走失了,请帮忙", "public_aid.missing"),
        ("物业公司乱收物业费,请查处", "not_police"),
        ("请你们派人来看一下吧", "police_other.unclear"),
    ],
)
def test_the_category_is_the_class_whose_words_the_text_has(text: str, category: str) -> None:
    assert of(text, kind=MessageKind.PRIVATE).category == category


def test_who_writes_in_private_needs_less_to_be_heard_than_who_mentions_us_in_public() -> None:
    text = "黑车太多了"
    assert of(text, kind=MessageKind.PRIVATE).actionable
    assert not of(text, kind=MessageKind.COMMENT).actionable


def test_a_bare_mention_of_the_office_points_at_a_post_that_a_person_must_look_at() -> None:
    result = of("@平安北京 [怒]")
    assert (result.actionable, result.category) == (True, categories.UNCLEAR)
    assert result.reasons == ("只有@提及、没有文字，需人工看原帖",)


def test_a_list_of_friends_is_not_a_mention_of_the_office() -> None:
    assert not of("@某某 @某某某").actionable


@pytest.mark.parametrize(
    ("content_type", "is_work"),
    [
        (ContentType.IMAGE, False),
        (ContentType.LINK, False),
        (ContentType.EVENT, False),
        (ContentType.UNKNOWN, False),
        (ContentType.TEXT, False),
        (ContentType.VOICE, True),
        (ContentType.VIDEO, True),
        (ContentType.LOCATION, True),
        (ContentType.FILE, True),
        (ContentType.ECHO, False),
    ],
)
def test_without_words_a_message_is_work_where_a_person_must_hear_see_or_ask(content_type: ContentType, is_work: bool) -> None:
    result = of("", kind=MessageKind.PRIVATE, content_type=content_type)
    assert (result.actionable, len(result.reasons)) == (is_work, 1)


def test_whatever_a_message_carries_something_is_thought_of_it() -> None:
    assert all(of("", kind=MessageKind.PRIVATE, content_type=one).reasons for one in ContentType)


@pytest.mark.parametrize("content_type", [ContentType.EVENT, ContentType.UNKNOWN])
def test_a_platform_event_is_never_work_whatever_text_it_carries(content_type: ContentType) -> None:
    assert not of("救命", content_type=content_type).actionable


def test_an_image_with_words_is_judged_by_its_words() -> None:
    assert of("这人偷电动车,请查处", content_type=ContentType.IMAGE).actionable


@pytest.mark.parametrize(
    ("written", "same"),
    [
        ("请问居住证怎么办理?", "请问居住证怎么办理？"),
        ("电话 13800000000 有线索请联系", "电话 １３８００００００００ 有线索请联系"),
        ("请查处 http://t.example.org/a?b=1", "请查处"),
        ("@平安北京 请查处 @某网友", "请查处"),
        ("请查处[怒][怒]", "请查处"),
    ],
)
def test_width_links_mentions_and_emoticons_make_no_difference(written: str, same: str) -> None:
    assert of(written) == of(same)


def test_the_labels_of_a_form_for_help_are_read_although_they_look_like_emoticons() -> None:
    assert of("[姓名]某某[年龄]68[所在小区]某小区[联系电话]010-5550-0001").actionable


@given(text=st.text(max_size=300), kind=st.sampled_from(MessageKind), content_type=st.sampled_from(ContentType))
def test_any_text_gets_a_known_category_and_a_reason(text: str, kind: MessageKind, content_type: ContentType) -> None:
    result = of(text, kind=kind, content_type=content_type)
    assert categories.is_known(result.category)
    assert result.reasons
    assert result.actionable == (result.category != categories.NOISE)


@given(text=st.text(max_size=300))
def test_the_same_message_is_thought_of_the_same_way_twice(text: str) -> None:
    assert of(text) == replace(of(text))
