from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiesu.matters.source_chain import Clue, ClueKind, Edge, Sighting, SourceChain, Standing, source_chain
from jiesu.matters.source_clues import Answer, Confirmed, Report, chain_of, teller_of
from jiesu.model.post import Post
from jiesu.model.words import ContentType, MessageKind, Platform
from tests.builders import NOW, a_message, after, evidence

START = datetime(2026, 11, 23, tzinfo=UTC)


def seen(teller: str, minutes: int) -> Sighting:
    return Sighting(teller=teller, label=teller, at=START + timedelta(minutes=minutes))


def clue(child: str, parent: str | None, kind: ClueKind = ClueKind.REPOST) -> Clue:
    return Clue(child=child, parent=parent, kind=kind, label=parent or "本人")


def edges(chain: SourceChain) -> dict[tuple[str, str | None], Edge]:
    return {(edge.child, edge.parent): edge for edge in chain.edges}


def test_two_kinds_of_evidence_make_an_edge_surer_and_one_kind_counts_once() -> None:
    single = source_chain([], [clue("b", "a", ClueKind.TEXT)])
    double = source_chain([], [clue("b", "a", ClueKind.TEXT), clue("b", "a", ClueKind.SAME_PICTURE)])
    repeated = source_chain([], [clue("b", "a", ClueKind.TEXT), Clue(child="b", parent="a", kind=ClueKind.TEXT, label="A")])

    assert single.edges[0].confidence == pytest.approx(0.6)
    assert double.edges[0].confidence == pytest.approx(1 - 0.4 * 0.65)
    assert repeated.edges[0].confidence == pytest.approx(0.6)


def test_contradicting_edges_are_kept_and_weaken_each_other() -> None:
    chain = source_chain([], [clue("c", "a", ClueKind.REPOST), clue("c", "b", ClueKind.TEXT)])

    surer, rival = edges(chain)["c", "a"], edges(chain)["c", "b"]
    assert (surer.standing, rival.standing) == (Standing.CHOSEN, Standing.RIVAL)
    assert surer.confidence == pytest.approx(0.95 * 0.7)
    assert rival.confidence == pytest.approx(0.6 * 0.525)


def test_who_had_it_only_later_is_half_as_likely_to_be_the_source() -> None:
    chain = source_chain([seen("a", 10), seen("b", 0)], [clue("b", "a", ClueKind.TEXT)])

    assert chain.edges[0].late
    assert chain.edges[0].confidence == pytest.approx(0.3)


def test_a_circle_is_told_and_not_drawn() -> None:
    chain = source_chain([], [clue("a", "b"), clue("b", "c"), clue("c", "a", ClueKind.TEXT)])

    assert edges(chain)["c", "a"].standing is Standing.CIRCLE
    assert [origin.key for origin in chain.origins] == ["c"]


def test_the_first_poster_is_the_earliest_origin_with_evidence() -> None:
    chain = source_chain(
        [seen("bystander", 0), seen("a", 5), seen("b", 9), seen("x", 3), seen("y", 4)], [clue("b", "a"), clue("y", "x")]
    )

    assert chain.first is not None
    assert chain.first.key == "x"


def test_an_origin_that_only_others_name_is_as_early_as_the_first_whom_it_told() -> None:
    chain = source_chain([seen("a", 1), seen("b", 5), seen("c", 9)], [clue("a", "group:业主群"), clue("c", "b")])

    assert chain.first is not None
    assert (chain.first.key, chain.first.first_at) == ("group:业主群", None)
    assert chain.since["group:业主群"] == START + timedelta(minutes=1)


def test_without_any_evidence_the_earliest_is_named() -> None:
    chain = source_chain([seen("b", 5), seen("a", 6)], [])

    assert chain.first is not None
    assert chain.first.key == "b"


def test_nothing_known_is_an_empty_chain() -> None:
    chain = source_chain([], [])

    assert (chain.first, chain.origins, chain.edges) == (None, (), ())


TELLERS = st.sampled_from("abcdef")
SIGHTINGS = st.lists(st.builds(seen, TELLERS, st.integers(0, 50)), max_size=8)
CLUES = st.lists(st.builds(clue, TELLERS, st.none() | TELLERS, st.sampled_from(ClueKind)), max_size=14)


@given(sightings=SIGHTINGS, clues=CLUES, data=st.data())
def test_the_order_in_which_things_become_known_does_not_matter(
    sightings: list[Sighting], clues: list[Clue], data: st.DataObject
) -> None:
    shuffled = source_chain(data.draw(st.permutations(sightings)), data.draw(st.permutations(clues)))

    assert shuffled == source_chain(sightings, clues)


@given(sightings=SIGHTINGS, clues=CLUES)
def test_the_chain_is_a_forest_of_everybody_and_no_evidence_is_lost(sightings: list[Sighting], clues: list[Clue]) -> None:
    chain = source_chain(sightings, clues)
    visited: list[str] = []

    def walk(key: str) -> None:
        visited.append(key)
        for edge in chain.told_by(key):
            walk(edge.child)

    for origin in chain.origins:
        walk(origin.key)

    assert sorted(visited) == sorted(chain.tellers)
    assert {one for edge in chain.edges for one in edge.clues} == {one for one in clues if one.parent != one.child}
    assert all(0 < edge.confidence < 1 for edge in chain.edges)


# --- What a case holds ------------------------------------------------------------------------


def a_post(post_id: str, author: str, minutes: int, *, text: str = "", root: Post | None = None, pictures: int = 0) -> Post:
    return Post(
        id=post_id,
        text=text,
        read_at=NOW,
        author_id=author,
        author_name=f"名字{author}",
        created_at=after(minutes=minutes),
        root=root,
        picture_urls=tuple(f"https://example.org/{number}" for number in range(pictures)),
    )


def a_mention(citizen: str, minutes: int, text: str = "", post: Post | None = None) -> Report:
    message = a_message(
        id=f"m-{citizen}",
        platform=Platform.WEIBO,
        kind=MessageKind.MENTION,
        citizen_id=citizen,
        text=text,
        sent_at=after(minutes=minutes),
        post_id=None if post is None else post.id,
    )
    return Report(message=message, post=post)


def chosen(chain: SourceChain) -> dict[str, str | None]:
    return {edge.child: edge.parent for edge in chain.edges if edge.standing is Standing.CHOSEN}


def test_a_repost_leads_through_its_trail_to_the_root() -> None:
    root = a_post("1", "100", -60)
    middle = a_post("2", "200", -30, root=root)
    late = a_post("3", "300", -10, text="转发微博//@名字200:真的吗", root=root)

    chain = chain_of([a_mention("300", -10, post=late), a_mention("200", -30, post=middle)], [], [], [])

    assert chosen(chain) == {"weibo:300": "weibo:200", "weibo:200": "weibo:100"}
    assert chain.first is not None
    assert (chain.first.label, chain.first.first_at) == ("@名字100", after(minutes=-60))


def test_a_deleted_post_keeps_its_place_in_the_chain() -> None:
    gone = Post(id="9", text="抱歉，作者已删除", read_at=NOW)

    chain = chain_of([a_mention("300", 0, post=a_post("3", "300", 0, root=gone))], [], [], [])

    assert chosen(chain) == {"weibo:300": "weibo:post:9"}


def test_what_is_written_and_what_is_answered_feed_the_graph() -> None:
    answer = Answer(teller="weibo:2", text="业主群里看到的", of_origin=True, message_id="m-2b")

    chain = chain_of([a_mention("1", 0, "从业主群看到的"), a_mention("2", 5, "电梯里有人吐痰")], [], [answer], [])

    assert chosen(chain) == {"weibo:1": "group:业主群", "weibo:2": "group:业主群"}
    assert [one.kind for edge in chain.from_whom("weibo:2") for one in edge.clues] == [ClueKind.ASKED]


def test_an_acquaintance_is_somebody_else_for_each_who_names_one() -> None:
    chain = chain_of([a_mention("1", 0, "我邻居发给我的"), a_mention("2", 5, "我邻居发给我的")], [], [], [])

    assert len(set(chosen(chain).values())) == 2


def test_who_filmed_it_is_an_origin_whatever_the_question_was() -> None:
    answer = Answer(teller="weibo:1", text="就是我拍的，我就在电梯里", of_origin=False)

    chain = chain_of([a_mention("1", 0)], [], [answer], [])

    assert chosen(chain) == {"weibo:1": None}


def test_who_is_named_as_knowing_the_filmer_is_not_taken_for_the_source() -> None:
    answer = Answer(teller="weibo:1", text="我同事说认识", of_origin=False)

    assert chain_of([a_mention("1", 0)], [], [answer], []).edges == ()


def test_the_same_picture_leads_to_whoever_showed_it_first() -> None:
    post = a_post("3", "300", -10, pictures=1)
    reports = [a_mention("300", -10, post=post), a_mention("1", 0), a_mention("2", 5)]
    files = [
        evidence(message_id="m-1", number=0, content_type=ContentType.IMAGE),
        evidence(message_id="m-2", number=0, content_type=ContentType.IMAGE),
        evidence(message_id="m-300", number=100, content_type=ContentType.IMAGE),
    ]

    assert chosen(chain_of(reports, files, [], [])) == {"weibo:1": "weibo:300", "weibo:2": "weibo:300"}


def test_what_an_editor_confirms_outweighs_what_was_written() -> None:
    report = a_mention("1", 0, "转自@甲")

    chain = chain_of([report], [], [], [Confirmed(teller="weibo:1", source="小区业主群")])

    assert chosen(chain) == {"weibo:1": "group:小区业主群"}
    assert len(chain.from_whom("weibo:1")) == 2


def test_a_comment_under_the_offices_own_post_is_no_telling() -> None:
    message = a_message(platform=Platform.WEIBO, kind=MessageKind.COMMENT, citizen_id="1", post_id="7")

    chain = chain_of([Report(message=message, post=a_post("5", "office", -60))], [], [], [])

    assert list(chain.tellers) == [teller_of(Platform.WEIBO, message.conversation)]
