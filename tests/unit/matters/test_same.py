"""Which messages are one matter: the forty wordings, and the traps beside them."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from jiesu.matters.estates import agree, at_odds, estates_in, road_in
from jiesu.matters.index import BUCKET_SIZE, with_posting
from jiesu.matters.likeness import INDEXED, KNOWN, TERMS, Frequencies, Sketch, lead_of, likeness, sketch, unpacked
from jiesu.matters.same import (
    COMPARED,
    JOIN_FROM,
    OWN_JOIN_FROM,
    SUGGEST_FROM,
    Decision,
    Posting,
    judge,
    longest_window,
    pieced_together,
    window_of,
)
from jiesu.triage.ngrams import fingerprints, ngrams
from jiesu.triage.text import clean
from tests.unit.matters.wordings import ELEVATOR_VIDEO

NOON = datetime(2026, 6, 15, 12, 0, tzinfo=UTC)
NUISANCE = "public_order.nuisance"
COMMON = "请问我们小区的有人在这个里面，领导希望派出所民警同志管一管，是不是可以处理一下，物业说已经报警了，谢谢"
"""Words that every citizen writes: in the tests' table they are in half of all texts."""


def counts(text: str) -> dict[int, int]:
    grams = ngrams(clean(text))
    return dict(zip(fingerprints(grams), grams.values(), strict=True))


FREQUENCIES = Frequencies(documents=1000, counts=dict.fromkeys(counts(COMMON), 300))


class Stream:
    """Messages as they come, against buckets in memory."""

    def __init__(self) -> None:
        self.buckets: dict[int, tuple[Posting, ...]] = {}
        self.number = 0

    def decide(self, text: str, *, at: datetime = NOON, district: str = "", category: str = NUISANCE, **more: object) -> Decision:
        words = clean(text)
        self.sketch = sketch(counts(words), counts(lead_of(words)), FREQUENCIES)
        return judge(
            self.sketch,
            [posting for key in self.sketch.keys for posting in self.buckets.get(key, ())],
            sent_at=at,
            text_length=len(words),
            category=category,
            spelled=spelled(words),
            district=district,
            estates=estates_in(lead_of(words)),
            **more,  # type: ignore[arg-type]
        )

    def take(self, text: str, *, at: datetime = NOON, district: str = "") -> str:
        """The case that the message joined, or the one that it opened."""
        decision = self.decide(text, at=at, district=district)
        self.number += 1
        case_id = decision.joined.case_id if decision.joined else f"case-{self.number}"
        posting = Posting(
            message_id=f"m{self.number}",
            case_id=case_id,
            sent_at=at,
            sketch=self.sketch,
            district=district,
            estates=estates_in(lead_of(clean(text))),
        )
        for key in self.sketch.keys:
            self.buckets[key] = with_posting(self.buckets.get(key, ()), posting)
        return case_id


def spelled(words: str) -> Mapping[int, str]:
    grams = ngrams(words)
    return dict(zip(fingerprints(grams), grams, strict=True))


def test_forty_wordings_of_one_video_are_one_case() -> None:
    stream = Stream()
    assert len(ELEVATOR_VIDEO) == len(set(ELEVATOR_VIDEO)) == 40
    cases = [stream.take(text, at=NOON + timedelta(minutes=3 * number)) for number, text in enumerate(ELEVATOR_VIDEO)]
    assert set(cases) == {"case-1"}


OILY = "望京西园小区楼下的餐馆没有专用烟道，油烟直排进家里，半夜还在炒菜，投诉多次没人管"
CRACKED = "望京西园小区新交付的楼墙面大面积开裂，地下室渗水，开发商一直推脱不来维修"


def test_two_troubles_of_one_estate_are_two_matters() -> None:
    stream = Stream()
    assert stream.take(OILY) != stream.take(CRACKED)


def test_the_same_trouble_of_another_estate_is_another_matter() -> None:
    stream = Stream()
    stream.take(OILY)
    decision = stream.decide(OILY.replace("望京西园", "金桥花漾"))
    assert decision.joined is None
    assert decision.suggested[0].score >= JOIN_FROM
    assert any("小区不同" in reason and "金桥花漾" in reason for reason in decision.suggested[0].reasons)


def test_the_same_trouble_in_another_district_is_another_matter() -> None:
    stream = Stream()
    case_id = stream.take("地铁口一群人每天深夜放音响跳广场舞，吵得没法睡觉，请管一管", district="朝阳区")
    assert stream.decide("地铁口一群人每天深夜放音响跳广场舞，吵得没法睡觉", district="朝阳区").joined is not None
    decision = stream.decide("地铁口一群人每天深夜放音响跳广场舞，吵得没法睡觉", district="海淀区")
    assert decision.joined is None
    assert decision.suggested[0].case_id == case_id
    assert any("地点不同：本条在海淀区，原件在朝阳区" in reason for reason in decision.suggested[0].reasons)


def test_a_message_that_names_no_place_joins_one_that_does() -> None:
    stream = Stream()
    stream.take("地铁口一群人每天深夜放音响跳广场舞，吵得没法睡觉，请管一管", district="朝阳区")
    assert stream.decide("一群人深夜在地铁口放音响跳广场舞，吵得睡不着").joined is not None


def test_a_short_text_is_suggested_and_never_joined() -> None:
    stream = Stream()
    case_id = stream.take("锦绣里电梯吐口水的视频")
    decision = stream.decide("锦绣里电梯吐口水")
    assert decision.joined is None
    assert [one.case_id for one in decision.suggested] == [case_id]
    assert "文字太短，只作提示" in decision.suggested[0].reasons


def test_the_reasons_quote_what_both_say() -> None:
    stream = Stream()
    stream.take(ELEVATOR_VIDEO[0])
    joined = stream.decide(ELEVATOR_VIDEO[1], at=NOON + timedelta(days=2)).joined
    assert joined is not None
    assert "电梯按键" in joined.reasons[0]
    assert "锦绣" in joined.reasons[0]
    assert joined.reasons[1] == "相隔2天"
    assert joined.message_id == "m1"


def test_a_case_that_a_person_ruled_out_is_not_even_suggested() -> None:
    stream = Stream()
    case_id = stream.take(OILY)
    assert stream.decide(OILY, never={case_id}) == Decision()


@pytest.mark.parametrize(("category", "days"), [("traffic.accident", 14), ("traffic.safety", 90), ("fraud.online", 365)])
def test_what_is_older_than_its_categorys_window_is_another_matter(category: str, days: int) -> None:
    stream = Stream()
    stream.take(OILY)
    assert window_of(category) == timedelta(days=days)
    assert stream.decide(OILY, category=category, at=NOON + timedelta(days=days)).joined is not None
    assert stream.decide(OILY, category=category, at=NOON + timedelta(days=days, seconds=1)) == Decision()


def test_a_message_may_come_before_the_one_that_was_read_first() -> None:
    stream = Stream()
    stream.take(OILY)
    assert stream.decide(OILY, at=NOON - timedelta(days=1)).joined is not None


def test_of_several_likely_cases_the_likest_is_joined_and_the_others_are_suggested() -> None:
    near, far = (sketch(counts(text), counts(lead_of(text)), FREQUENCIES) for text in (OILY, CRACKED + OILY))
    postings = [
        Posting(message_id="m1", case_id="far", sent_at=NOON, sketch=far),
        Posting(message_id="m2", case_id="near", sent_at=NOON, sketch=near),
    ]
    decision = judge(near, postings, sent_at=NOON, text_length=40, category=NUISANCE, spelled={})
    assert decision.joined is not None
    assert decision.joined.case_id == "near"
    assert decision.joined.score == pytest.approx(1, abs=0.03)
    assert [one.case_id for one in decision.suggested] == ["far"]
    assert SUGGEST_FROM <= decision.suggested[0].score < decision.joined.score


def test_a_sketch_is_bounded_and_comes_back_as_it_was_stored() -> None:
    found = sketch(counts("".join(ELEVATOR_VIDEO)), counts(ELEVATOR_VIDEO[0]), FREQUENCIES)
    assert len(found.terms) == TERMS
    assert len(found.keys) == INDEXED
    assert unpacked(found.packed()) == found
    assert len(found.packed()) == 5 * TERMS


def test_a_rare_word_weighs_more_than_a_common_one() -> None:
    common = Frequencies(documents=100, counts=dict.fromkeys(counts("谢谢"), 90))
    found = sketch(counts("谢谢，锦绣"), {}, common).weights
    assert min(found[key] for key in counts("锦绣")) > max(found.get(key, 0) for key in counts("谢谢"))


def test_a_word_in_the_lead_weighs_more() -> None:
    body = counts("油烟。开裂")
    assert sketch(body, counts("油烟"), FREQUENCIES).keys[0] in counts("油烟")


def test_a_report_that_leaves_the_name_out_shares_a_bucket_with_one_that_gives_it() -> None:
    known = Frequencies(documents=1000, counts=dict.fromkeys(counts("油烟扰民"), 20))
    trouble, name = "楼下餐馆油烟扰民", "辉煌国际城二期"
    named = sketch(counts(f"{name}，{trouble}"), counts(name), known)
    bare = sketch(counts(trouble), counts(trouble), known)
    assert set(named.keys[: INDEXED - KNOWN]) <= counts(name).keys()
    assert set(named.keys) & set(bare.keys)
    assert likeness(named, bare) > 0


def test_of_many_messages_those_that_share_the_most_buckets_are_compared() -> None:
    own = sketch(counts(OILY), counts(lead_of(OILY)), FREQUENCIES)
    others = [Posting(message_id=f"o{number}", case_id="others", sent_at=NOON, sketch=Sketch()) for number in range(COMPARED)]
    near = Posting(message_id="near", case_id="near", sent_at=NOON - timedelta(days=1), sketch=own)
    decision = judge(own, [near, *others, near], sent_at=NOON, text_length=40, category=NUISANCE, spelled={})
    assert decision.joined is not None
    assert decision.joined.case_id == "near"


def test_a_case_of_the_same_citizen_is_no_likelier_than_one_further_above_its_threshold() -> None:
    def posting(name: str, score: float, citizen: str) -> Posting:
        steps = round(score * 255)
        return Posting(message_id=name, case_id=name, sent_at=NOON, sketch=Sketch.of((1,), bytes([steps])), citizen=citizen)

    postings = [posting("own", OWN_JOIN_FROM + 0.1, "C1"), posting("other", JOIN_FROM + 0.15, "C2")]
    one = Sketch.of((1,), bytes([255]))
    decision = judge(one, postings, sent_at=NOON, text_length=40, category=NUISANCE, spelled={}, citizen="C1")
    assert decision.joined is not None
    assert decision.joined.case_id == "other"


def test_an_empty_text_is_like_nothing() -> None:
    nothing = sketch({}, {}, FREQUENCIES)
    assert nothing == Sketch()
    assert likeness(nothing, nothing) == 0


def test_a_bucket_keeps_its_newest_postings_once_each() -> None:
    postings: tuple[Posting, ...] = ()
    empty = Sketch()
    for number in range(BUCKET_SIZE + 5):
        posting = Posting(message_id=f"m{number}", case_id="c", sent_at=NOON + timedelta(minutes=number), sketch=empty)
        postings = with_posting(with_posting(postings, posting), posting)
    assert [one.message_id for one in postings] == [f"m{number}" for number in range(5, BUCKET_SIZE + 5)]
    moved = replace(postings[-1], case_id="other")
    assert with_posting(postings, moved)[-1] == moved


def test_a_bucket_forgets_what_is_past_every_window() -> None:
    old = Posting(message_id="old", case_id="c", sent_at=NOON, sketch=Sketch())
    new = replace(old, message_id="new", sent_at=NOON + longest_window() + timedelta(seconds=1))
    assert with_posting((old,), new) == (new,)


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("朝阳区望京西园小区楼下油烟", ("望京西园",)),
        ("请领导重视松雅小区的安全", ("松雅",)),
        ("我们小区的电梯坏了", ()),
        ("老旧小区改造", ()),
        ("从青青家园到金桥花园", ("青青", "金桥")),
    ],
)
def test_the_estates_of_a_text(words: str, names: tuple[str, ...]) -> None:
    assert estates_in(words) == names


def test_names_agree_where_they_are_shortened_or_mistyped() -> None:
    assert agree(("辉煌",), ("辉煌二期",))
    assert agree(("金邻",), ("金领",))
    assert not agree(("山水湾",), ("红树湾",))


@pytest.mark.parametrize(
    ("place", "road"),
    [
        ("丰台区方庄路", ("方庄路",)),
        ("朝阳区望京街道望京西路", ("望京西路",)),
        ("岳各庄桥", ("岳各庄桥",)),
        ("望京街道", ()),
        ("丰台区方庄路12号", ()),
        ("", ()),
    ],
)
def test_the_road_that_a_place_is(place: str, road: tuple[str, ...]) -> None:
    assert road_in(place) == road


def test_roads_that_differ_in_one_character_are_two_and_an_estate_lies_on_any() -> None:
    assert at_odds(("方庄路",), [("程庄路",)]) == ("道路", ("方庄路",), ("程庄路",))
    assert at_odds(("方庄路",), [("程庄路",), ("方庄桥",)]) is None
    assert at_odds(("云杉里",), [("程庄路",)]) is None
    assert at_odds((), [("程庄路",)]) is None


def test_overlapping_grams_are_quoted_as_one_word() -> None:
    assert pieced_together(["辉煌国", "油烟", "国际城", "煌国际", "城", "煌国"]) == ["辉煌国际城", "油烟"]
