"""What makes two messages one matter whatever they say."""

from datetime import UTC, datetime

import pytest

from jiesu.matters.ties import Tie, TieKind, file_tie, is_same_picture, link_ties, picture_ties, post_tie
from jiesu.model.post import Post
from jiesu.model.words import Platform

NOW = datetime(2026, 6, 15, 8, 0, tzinfo=UTC)


def test_a_repost_and_its_root_are_one_story() -> None:
    root = Post(id="R1", text="", read_at=NOW)
    repost = Post(id="R2", text="", read_at=NOW, root=root)
    assert post_tie(Platform.WEIBO, repost) == post_tie(Platform.WEIBO, root)


def test_the_same_number_on_two_platforms_is_two_posts() -> None:
    post = Post(id="1", text="", read_at=NOW)
    assert post_tie(Platform.WEIBO, post) != post_tie(Platform.DOUYIN, post)


@pytest.mark.parametrize(
    "other",
    [
        "http://example.org/v/71",
        "https://www.example.org/v/71/",
        "https://m.example.org/v/71?from=timeline&utm_source=app",
        "https://EXAMPLE.org/v/71#comments",
    ],
)
def test_a_page_is_the_same_however_it_was_shared(other: str) -> None:
    assert link_ties([other]) == link_ties(["https://example.org/v/71"])


@pytest.mark.parametrize("other", ["https://example.org/v/72", "https://example.org/v/71?p=2", "https://example.net/v/71"])
def test_another_page_is_another_tie(other: str) -> None:
    assert link_ties([other]) != link_ties(["https://example.org/v/71"])


def test_a_start_page_ties_nothing() -> None:
    assert link_ties(["https://example.org/", "https://www.example.org", "mailto:desk@example.org"]) == ()


def test_a_link_that_stands_twice_is_one_tie() -> None:
    assert link_ties(["http://example.org/a", "https://example.org/a"]) == (Tie(kind=TieKind.LINK, value="example.org/a"),)


def test_a_file_is_known_by_its_bytes() -> None:
    assert file_tie("ab" * 32).value == "ab" * 32


@pytest.mark.parametrize("flipped", [0, 1 << 63, 1 | 1 << 20, 1 | 1 << 17 | 1 << 40])
def test_a_picture_that_was_compressed_again_shares_a_tie_and_is_the_same(flipped: int) -> None:
    picture = 0x0123456789ABCDEF
    assert set(picture_ties(picture)) & set(picture_ties(picture ^ flipped))
    assert is_same_picture(picture, picture ^ flipped)


def test_a_picture_that_shares_one_quarter_only_is_another() -> None:
    one, other = 0x0123456789ABCDEF, 0xFEDCBA987654CDEF
    assert set(picture_ties(one)) & set(picture_ties(other))
    assert not is_same_picture(one, other)
