"""What a message shares with others once its files and its post are there: a suggestion, never a silent move."""

from dataclasses import replace
from io import BytesIO

import pytest
from PIL import Image, ImageDraw

from jiesu.matters.ties import Tie, TieKind
from jiesu.model.case import Case, MessageRef
from jiesu.model.evidence import Evidence
from jiesu.model.timeline import SameSuggested
from jiesu.model.words import ContentType
from jiesu.road.late_ties import TieWatch, ties_of
from jiesu.road.pictures import develop
from tests import builders as build
from tests.conftest import Stores

FIRST, SECOND = "261123-000001", "261123-000002"


def drawn(seed: int, *, size: tuple[int, int] = (640, 480), quality: int = 92) -> bytes:
    """A picture of blocks that `seed` lays out, as a JPEG of that size and quality."""
    picture = Image.new("RGB", (640, 480), (90, 90, 90))
    pencil = ImageDraw.Draw(picture)
    for block in range(48):
        left, top = block % 8 * 80, block // 8 * 80
        shade = (block * seed * 37 + seed * 11) % 256
        pencil.rectangle((left, top, left + 79, top + 79), fill=(shade, shade, 255 - shade))
    written = BytesIO()
    picture.resize(size).save(written, "JPEG", quality=quality)
    return written.getvalue()


def kept(content: bytes, sha256: str) -> Evidence:
    """A stored picture as the evidence of a message has it."""
    seen = develop(content).perceptual_hash
    return Evidence(
        message_id="m",
        number=0,
        content_type=ContentType.IMAGE,
        state="stored",
        source="weibo-main/1",
        fetched_at=build.NOW,
        sha256=sha256,
        perceptual_hash="" if seen is None else f"{seen:016x}",
    )


@pytest.fixture
def watch(stores: Stores) -> TieWatch:
    return TieWatch(cases=stores.cases, index=stores.matters)


def opened(stores: Stores, case_id: str) -> MessageRef:
    message = build.a_message(id=f"m-{case_id}", citizen_id=case_id)
    screened = build.a_screened(message=message)
    stores.messages.open_case(stores.cases, screened, case_id=case_id, title="图", now=build.NOW, previous_case_id=None)
    return screened.ref


def case_of(stores: Stores, case_id: str) -> Case:
    found = stores.cases.load(case_id)
    assert found is not None
    return found


def test_the_same_picture_made_smaller_is_suggested_once_and_moves_nothing(stores: Stores, watch: TieWatch) -> None:
    first, second = opened(stores, FIRST), opened(stores, SECOND)
    watch.note(FIRST, first, ties_of(kept(drawn(5), "a" * 64)), build.NOW)
    smaller = kept(drawn(5, size=(320, 240), quality=60), "b" * 64)
    for _ in range(2):
        watch.note(SECOND, second, ties_of(smaller), build.NOW)
    case = case_of(stores, SECOND)
    (suggestion,) = case.suggestions
    assert (suggestion.match.case_id, suggestion.match.reasons) == (FIRST, ("同一张图片",))
    assert case.version == 2
    assert isinstance(stores.cases.timeline(SECOND).entries[0].change, SameSuggested)
    assert case_of(stores, FIRST).version == 1


def test_another_picture_is_no_tie_and_neither_is_a_white_page(stores: Stores, watch: TieWatch) -> None:
    first, second = opened(stores, FIRST), opened(stores, SECOND)
    blank = BytesIO()
    Image.new("RGB", (640, 480), "white").save(blank, "JPEG")
    for case_id, ref, content, digest in ((FIRST, first, drawn(5), "a"), (SECOND, second, drawn(9), "b")):
        watch.note(case_id, ref, ties_of(kept(content, digest * 64)), build.NOW)
        watch.note(case_id, ref, ties_of(kept(blank.getvalue(), digest * 32 + "c" * 32)), build.NOW)
    assert develop(blank.getvalue()).perceptual_hash is None
    assert case_of(stores, SECOND).suggestions == ()


def test_the_same_file_and_the_same_root_post_are_suggested_and_one_case_once(stores: Stores, watch: TieWatch) -> None:
    first, second = opened(stores, FIRST), opened(stores, SECOND)
    root = Tie(kind=TieKind.POST, value="weibo:5000000000000001")
    watch.note(FIRST, first, (root,), build.NOW)
    watch.note(SECOND, second, (root,), build.NOW)
    (suggestion,) = case_of(stores, SECOND).suggestions
    assert suggestion.match.reasons == ("同一条原帖",)
    video = replace(kept(drawn(5), "d" * 64), content_type=ContentType.VIDEO, perceptual_hash="")
    watch.note(FIRST, first, ties_of(video), build.NOW)
    watch.note(SECOND, second, ties_of(video), build.NOW)
    # The one case is suggested already, as surely as anything can be.
    assert case_of(stores, SECOND).version == 2
