"""Voice and video with what telephones write into them."""

import random

import pytest

from jiesu.model.errors import NoCopyError
from jiesu.road.recordings import silent_copy

SECRET = b"+39.8601+116.3456/ HUAWEI P60 Zhang San"
AMR = b"#!AMR\n" + 4 * (b"\x3c" + bytes(31))


def box(kind: bytes, *parts: bytes) -> bytes:
    body = b"".join(parts)
    return (8 + len(body)).to_bytes(4) + kind + body


def large_box(kind: bytes, body: bytes) -> bytes:
    return (1).to_bytes(4) + kind + (16 + len(body)).to_bytes(8) + body


def header(kind: bytes, *, version: int = 0) -> bytes:
    """`mvhd`, `tkhd` or `mdhd`: two times, then what players need."""
    width = 8 if version else 4
    times = (3_900_000_000).to_bytes(width) * 2
    return box(kind, bytes((version, 0, 0, 0)), times, b"what players need")


def handler(kind: bytes, *, component: bytes = bytes(4), name: bytes = SECRET) -> bytes:
    return box(b"hdlr", bytes(4), component, kind, bytes(12), name)


def track(kind: bytes = b"vide") -> bytes:
    media = box(b"mdia", header(b"mdhd", version=1), handler(kind), box(b"minf", box(b"stbl", b"where the frames lie")))
    return box(b"trak", header(b"tkhd"), media, box(b"udta", box(b"name", SECRET)))


def film(*tracks: bytes) -> bytes:
    return b"".join(
        (
            box(b"ftyp", b"isom", bytes(4), b"isommp42"),
            box(b"moov", header(b"mvhd"), *(tracks or (track(), track(b"soun"))), box(b"udta", SECRET), box(b"meta", SECRET)),
            box(b"uuid", bytes(16), SECRET),
            box(b"free", SECRET),
            large_box(b"mdat", b"picture and sound"),
        )
    )


@pytest.mark.parametrize("media_type", ["video/mp4", "video/quicktime", "video/3gpp", "audio/mp4"])
def test_places_devices_and_times_are_blanked_and_nothing_moves(media_type: str) -> None:
    original = film()
    copy = silent_copy(original, media_type)
    assert original.count(SECRET) == 8
    assert SECRET not in copy
    assert (3_900_000_000).to_bytes(4) not in copy
    assert len(copy) == len(original)
    for kept in (b"what players need", b"where the frames lie", b"picture and sound"):
        assert [copy.find(kept), copy.count(kept)] == [original.find(kept), original.count(kept)]


def test_what_is_silent_already_stays_as_it_is() -> None:
    copy = silent_copy(film(), "video/mp4")
    assert silent_copy(copy, "video/mp4") == copy


def test_speech_frames_have_nothing_to_take_out() -> None:
    assert silent_copy(AMR, "audio/amr") == AMR


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (film(track(b"meta")), "video/mp4"),  # places by the second
        (film() + box(b"nmea", SECRET), "video/mp4"),  # a kind that nobody here knows
        (film() + b"behind the end", "video/mp4"),
        (film()[:-1], "video/mp4"),
        (box(b"moov", box(b"trak", (999).to_bytes(4) + b"udta")), "video/mp4"),
        (b"", "audio/mpeg"),
        (b"ID3", "audio/mpeg"),
        (b"\x1a\x45\xdf\xa3", "video/webm"),
        (box(b"ftyp", b"isom") + box(b"moov", *(10_001 * [box(b"free")])), "video/mp4"),
    ],
)
def test_what_cannot_be_made_sure_of_is_refused(content: bytes, media_type: str) -> None:
    with pytest.raises(NoCopyError, match="recording_not_cleanable"):
        silent_copy(content, media_type)


def test_no_damage_to_a_film_is_more_than_a_refusal() -> None:
    chance = random.Random(20260615)
    original, refused = film(), 0
    for _ in range(2_000):
        damaged = bytearray(original)
        for _ in range(chance.randint(1, 4)):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        try:
            assert len(silent_copy(bytes(damaged), "video/mp4")) == len(damaged)
        except NoCopyError:
            refused += 1
    assert 0 < refused < 2_000
