import pytest

from jiesu.matters.said_source import SourceKind, repost_trail, said_sources

SAID = [
    ("群主发的", SourceKind.ACQUAINTANCE, "群主"),
    ("转自@丰台身边事，求证实", SourceKind.ACCOUNT, "丰台身边事"),
    ("来源：微博@阿强在北京", SourceKind.ACCOUNT, "阿强在北京"),
    ("这是@小陈同学 拍的", SourceKind.ACCOUNT, "小陈同学"),
    ("转自：南城消息", SourceKind.ACCOUNT, "南城消息"),
    ("从小区业主群看到的，不知道真假", SourceKind.GROUP, "小区业主群"),
    ("我在我们楼微信群里看到", SourceKind.GROUP, "楼微信群"),
    ("来自家长群", SourceKind.GROUP, "家长群"),
    ("在朋友圈看到的", SourceKind.CIRCLE, "朋友圈"),
    ("我邻居发给我的", SourceKind.ACQUAINTANCE, "邻居"),
    ("视频是我拍的，当时我就在电梯里", SourceKind.SELF, ""),
    ("亲眼看见的", SourceKind.SELF, ""),
]


@pytest.mark.parametrize(("text", "kind", "name"), SAID)
def test_a_source_is_found_in_what_people_write(text: str, kind: SourceKind, name: str) -> None:
    assert [(one.kind, one.name) for one in said_sources(text)] == [(kind, name)]


@pytest.mark.parametrize(
    "text",
    [
        "@平安北京 请管一管，电梯里有人吐痰",
        "不是我拍的",
        "视频不是从业主群来的",
        "群众反映强烈",
        "电梯里有人吐痰，太恶心了",
        "",
    ],
)
def test_what_names_no_source_gives_none(text: str) -> None:
    assert said_sources(text) == ()


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        ("业主群", SourceKind.GROUP),
        ("业主群里转的。", SourceKind.GROUP),
        ("朋友圈", SourceKind.CIRCLE),
        ("我同事", SourceKind.ACQUAINTANCE),
        ("@阿强在北京", SourceKind.ACCOUNT),
        ("本人", SourceKind.SELF),
    ],
)
def test_a_bare_name_is_a_source_only_as_the_answer_to_the_question(answer: str, kind: SourceKind) -> None:
    assert [one.kind for one in said_sources(answer, asked=True)] == [kind]
    assert said_sources(answer) == ()


@pytest.mark.parametrize("answer", ["不知道", "忘了", "没有，不认识", "你们去查吧"])
def test_an_answer_that_tells_nothing_gives_none(answer: str) -> None:
    assert said_sources(answer, asked=True) == ()


def test_a_trail_names_the_nearest_first_and_is_no_source_said_by_the_writer() -> None:
    text = "转发微博//@阿强:太过分了//@小陈同学：我拍的"

    assert repost_trail(text) == ("阿强", "小陈同学")


def test_a_source_said_twice_is_given_once() -> None:
    assert len(said_sources("转自@阿强，再说一遍，转自@阿强")) == 1
