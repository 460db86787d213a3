"""How hot a matter is: what raises the figure, what does not, and when the two rules speak."""

from datetime import UTC, datetime, timedelta
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from jiesu.cases.heat import HeatPlan
from jiesu.matters.heat import Weight, heat, weigh
from jiesu.matters.spread import BUCKET, Observation, Reading, Spread, bucket_of, series
from jiesu.model.words import HeatGrade, Platform

NOW = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)
THRESHOLDS = HeatPlan().thresholds


def said(person: int, minutes_ago: int, *, message: int | None = None, platform: Platform = Platform.WEIBO) -> Observation:
    """One message of `person`, of whom it is the only one unless numbered."""
    at = bucket_of(NOW - timedelta(minutes=minutes_ago))
    return Observation(platform=platform, person=f"p{person}", message=f"m{person}.{message or 0}", at=at)


def read(post: int, minutes_ago: int, reposts: int, *, comments: int = 0, likes: int = 0) -> Reading:
    at = bucket_of(NOW - timedelta(minutes=minutes_ago))
    return Reading(post=f"weibo|{post}", at=at, reposts=reposts, comments=comments, likes=likes)


def spread(*observed: Observation | Reading) -> Spread:
    return Spread(
        observations=frozenset(one for one in observed if isinstance(one, Observation)),
        readings=frozenset(one for one in observed if isinstance(one, Reading)),
    )


def weighed(*observed: Observation | Reading, since: datetime | None = None) -> Weight:
    return weigh(spread(*observed), THRESHOLDS, now=NOW, since=since)


observations = st.lists(
    st.builds(
        said,
        st.integers(0, 30),
        st.integers(0, 3 * 24 * 60),
        message=st.integers(0, 5),
        platform=st.sampled_from([Platform.WEIBO, Platform.WECHAT, Platform.DOUYIN]),
    ),
    max_size=60,
)
readings = st.lists(
    st.builds(read, st.integers(0, 4), st.integers(0, 24 * 60), st.integers(0, 10**6), likes=st.integers(0, 10**6)), max_size=20
)


@given(observations, st.integers(0, 3 * 24 * 60))
def test_one_more_person_never_cools_a_matter(before: list[Observation], minutes_ago: int) -> None:
    assert heat(spread(*before, said(99, minutes_ago)), NOW) > heat(spread(*before), NOW)


@given(observations, readings, st.randoms(use_true_random=False))
def test_order_and_repetition_change_nothing(seen: list[Observation], counted: list[Reading], shuffle: Random) -> None:
    events: list[Observation | Reading] = [*seen, *counted]
    mixed = events * 2
    shuffle.shuffle(mixed)
    assert weighed(*mixed) == weighed(*events)
    assert series(spread(*mixed)) == series(spread(*events))


@given(observations)
def test_the_series_counts_each_message_once_and_each_person_as_new_once(seen: list[Observation]) -> None:
    buckets = series(spread(*seen))
    assert sum(one.messages for one in buckets) == len(set(seen))
    assert sum(one.newcomers for one in buckets) == len({one.person for one in seen})
    assert [one.start for one in buckets] == sorted({one.at for one in seen})


def test_a_repeated_poster_is_not_a_crowd() -> None:
    nine = [said(1, 5, message=number) for number in range(1, 10)]
    alone = heat(spread(nine[0]), NOW)
    assert alone < heat(spread(*nine), NOW) < heat(spread(said(1, 5), said(2, 5)), NOW)
    assert weighed(*nine).grade is None


def test_heat_halves_in_six_hours_once_nobody_writes_any_more() -> None:
    crowd = [said(person, 120) for person in range(30)]
    later = NOW + timedelta(hours=6)
    assert heat(spread(*crowd), later) * 2 == heat(spread(*crowd), NOW)


def test_haste_and_reach_count() -> None:
    slow = heat(spread(*[said(person, 70 + person) for person in range(20)]), NOW)
    fast = heat(spread(*[said(person, person) for person in range(20)]), NOW)
    wide = heat(spread(*[said(person, person, platform=list(Platform)[person % 3]) for person in range(20)]), NOW)
    assert slow < fast < wide


def test_forty_people_in_two_hours_on_three_platforms_are_orange() -> None:
    weight = weighed(*[said(person, 3 * person, platform=list(Platform)[person % 3]) for person in range(40)])
    assert (weight.grade, weight.people, weight.platforms) == (HeatGrade.ORANGE, 40, 3)


def test_five_messages_of_three_people_within_a_week_are_a_burst() -> None:
    day = 24 * 60
    burst = [said(1, 6 * day), said(1, 5 * day, message=1), said(2, 3 * day), said(2, 2 * day, message=1), said(3, 10)]
    assert weighed(*burst).grade is HeatGrade.BLUE
    assert weighed(*burst[:4]).grade is None, "four messages of two people"
    assert weighed(*[said(1 + number % 2, 60 * number, message=number) for number in range(5)]).grade is None, "two people"
    assert weighed(said(9, 8 * day), *burst[1:]).grade is None, "one of them is more than a week old"


@given(st.lists(st.integers(0, 59), min_size=50, max_size=50), st.integers(0, 9))
def test_fifty_reposts_within_an_hour_are_a_surge_wherever_the_hour_begins(minutes: list[int], offset: int) -> None:
    """Also when nobody looks until hours later."""
    reposts = [said(number, 300 + offset + minute) for number, minute in enumerate(minutes)]
    assert any("一小时内 50 条" in reason for reason in weighed(*reposts).reasons)
    assert weighed(*reposts).grade is HeatGrade.ORANGE


def test_fifty_messages_of_nine_people_are_no_surge() -> None:
    talkative = [said(number % 9, number % 60, message=number) for number in range(1, 51)]
    assert not any("一小时内" in reason for reason in weighed(*talkative).reasons)


def test_a_post_whose_reposts_grow_by_fifty_within_an_hour_is_a_surge_too() -> None:
    assert weighed(read(1, 50, 20), read(1, 0, 70)).grade is HeatGrade.ORANGE
    assert weighed(read(1, 50, 20), read(1, 0, 69)).grade is not HeatGrade.ORANGE
    assert weighed(read(1, 50, 20), read(2, 0, 69)).grade is not HeatGrade.ORANGE, "two posts"
    assert weighed(read(1, 120, 20), read(1, 0, 70)).grade is not HeatGrade.ORANGE, "two hours apart"


def test_counts_of_posts_raise_the_heat_and_stand_in_the_series_as_read_last() -> None:
    assert heat(spread(said(1, 5), read(1, 5, 900)), NOW) > heat(spread(said(1, 5)), NOW) + 10
    *_, last = series(spread(read(1, 60, 10, likes=3), read(1, 0, 30, likes=9), read(2, 30, 5)))
    assert (last.reposts, last.comments, last.likes, last.messages) == (35, 0, 9, 0)


def test_what_a_person_has_judged_counts_no_more() -> None:
    before = [said(person, 90) for person in range(40)]
    lowered_at = NOW - timedelta(minutes=60)
    assert weighed(*before).grade is not None
    assert weighed(*before, since=lowered_at).grade is None
    assert weighed(*before, *[said(100 + person, 5) for person in range(20)], since=lowered_at).people == 20


def test_a_bucket_is_ten_minutes() -> None:
    assert bucket_of(NOW + timedelta(minutes=9, seconds=59)) == NOW
    assert bucket_of(NOW + BUCKET) == NOW + BUCKET
