"""Standing answers: the right article first, nothing for what asks something else, nothing out of its validity."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from jiesu.triage.known_answers import Article, KnownAnswers, standing

TODAY = date(2026, 6, 16)


@pytest.mark.parametrize(
    ("text", "article_id"),
    [
        ("@平安北京 请问身份证丢了去哪里补办呀", "id_card_replacement"),
        ("身份证过期了怎么换,急", "id_card_replacement"),
        ("我是外地户口,可以在北京办身份证吗?", "id_card_elsewhere"),
        ("您好,居住证需要什么条件才能办", "residence_permit"),
        ("想问问夫妻投靠落户有什么条件", "household_move"),
        ("新生儿上户口要带什么材料", "newborn_registration"),
        ("驾照到期换证要不要体检", "driving_licence"),
        ("车年检过期了会罚款吗,怎么处理", "vehicle_inspection"),
        ("护照换发要多久能拿到", "passport"),
        ("港澳通行证续签可以自助办吗", "hongkong_macao_permit"),
        ("单位让开无犯罪记录证明,去哪开", "no_criminal_record"),
        ("报案半个月了,怎么查询进度", "report_receipt"),
        ("狗证怎么办,在哪里办理", "dog_registration"),
        ("电动自行车上牌需要带什么", "electric_bicycle"),
        ("违章罚款在哪里交", "traffic_violation"),
        ("刷单被骗了,钱还能追回来吗", "fraud_help"),
    ],
)
def test_a_question_is_answered_by_its_article(text: str, article_id: str) -> None:
    assert standing().suggest(text, on=TODAY)[0].article.id == article_id


@pytest.mark.parametrize(
    "text", ["", "@平安北京", "今天天气真好", "民警辛苦了", "楼下烧烤店每天吵到半夜", "哈哈哈哈哈", "为什么不回复我"]
)
def test_what_asks_nothing_known_gets_no_answer(text: str) -> None:
    assert standing().suggest(text, on=TODAY) == ()


def test_a_question_at_the_end_of_a_long_message_is_found() -> None:
    story = (
        "我是一名在京工作多年的居民,平时工作很忙,一直没有时间过来,家里老人身体也不太好,所以只能在这里留言,麻烦您抽空看一看。" * 2
    )
    assert standing().suggest(story + "请问护照到期怎么换发", on=TODAY)[0].article.id == "passport"


def test_there_are_at_most_three_and_the_nearest_comes_first() -> None:
    suggestions = standing().suggest("身份证和护照还有驾驶证丢了怎么补办", on=TODAY)
    assert 1 < len(suggestions) <= 3
    assert [one.score for one in suggestions] == sorted((one.score for one in suggestions), reverse=True)


def an_article(*, valid_until: date) -> Article:
    return Article(
        id="example",
        title="办理示例证",
        questions=("示例证怎么办",),
        answer="请到窗口办理。",
        valid_from=TODAY - timedelta(days=10),
        valid_until=valid_until,
        example=True,
    )


def test_an_article_is_suggested_on_its_last_day_and_never_after() -> None:
    answers = KnownAnswers([an_article(valid_until=TODAY)])
    assert answers.suggest("示例证怎么办", on=TODAY)
    assert answers.suggest("示例证怎么办", on=TODAY + timedelta(days=1)) == ()


def test_an_article_is_not_suggested_before_its_first_day() -> None:
    assert KnownAnswers([an_article(valid_until=TODAY)]).suggest("示例证怎么办", on=TODAY - timedelta(days=11)) == ()


def test_every_article_that_comes_with_the_system_says_that_it_is_an_example() -> None:
    articles = standing().articles
    assert len({one.id for one in articles}) == len(articles) >= 15
    assert all(one.example and "示例文本" in one.answer for one in articles)
    assert all(one.valid_from < one.valid_until for one in articles)


# --- Out of validity --------------------------------------------------------------------------

OLD = "您好，办理示例证须由本人携带户口簿和两张照片，到户籍地派出所的示例窗口申请，三十个工作日内领取。"
NEW = "您好，办理示例证可在网上申请，无须照片，七个工作日内领取，也可以寄到家里。"


def answers(*, old: str = OLD, new: str = NEW) -> KnownAnswers:
    return KnownAnswers(
        (
            replace(an_article(valid_until=TODAY - timedelta(days=1)), id="old", answer=old),
            replace(an_article(valid_until=TODAY), id="new", answer=new),
        )
    )


@pytest.mark.parametrize(
    "text",
    [
        OLD,
        f"网友您好！{OLD}祝生活愉快。",
        OLD.replace("，", ", ").replace("。", "\n"),
        OLD[:40] + "……详询派出所。",
    ],
)
def test_what_is_out_of_its_validity_is_recognised_whole_shortened_and_in_other_signs(text: str) -> None:
    lapsed = answers().lapsed_in(text, on=TODAY)
    assert lapsed is not None
    assert lapsed.id == "old"


@pytest.mark.parametrize("text", ["", NEW, "您好，办理示例证请咨询派出所。", "三十个工作日内领取"])
def test_what_is_valid_and_what_anybody_would_say_may_be_sent(text: str) -> None:
    assert answers().lapsed_in(text, on=TODAY) is None


def test_an_answer_that_was_renewed_word_for_word_may_be_sent() -> None:
    assert answers(new=OLD).lapsed_in(OLD, on=TODAY) is None


def test_an_answer_that_is_not_valid_yet_may_not_be_sent() -> None:
    assert answers().lapsed_in(NEW, on=TODAY.replace(year=TODAY.year - 2)) is not None
