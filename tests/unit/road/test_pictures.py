"""Pictures as telephones make them, as people doctor them, and as attackers build them."""

import random
import struct
import zlib
from io import BytesIO

import pytest
from PIL import ExifTags, Image
from PIL.PngImagePlugin import PngInfo

from jiesu.model.errors import NoCopyError
from jiesu.model.evidence import PictureMetadata
from jiesu.road.pictures import MAX_PIXELS, THUMBNAIL_EDGE, develop
from tests.photographs import SECRET, SHOT, exif_of, photograph

RED, BLUE, WHITE = (220, 20, 20), (20, 20, 220), (255, 255, 255)


def opened(content: bytes) -> Image.Image:
    image = Image.open(BytesIO(content))
    image.load()
    return image


def near(image: Image.Image, at: tuple[int, int], colour: tuple[int, int, int]) -> bool:
    """Whether the pixel has `colour`, as far as JPEG keeps one."""
    pixel = image.getpixel(at)
    assert isinstance(pixel, tuple)
    return all(abs(have - want) < 24 for have, want in zip(pixel, colour, strict=True))


def test_what_a_telephone_writes_into_its_picture_is_read() -> None:
    assert develop(photograph()).metadata == PictureMetadata(
        taken_at="2026-06-15 08:30:12 +08:00", latitude=39.860103, longitude=-116.345607, device="HUAWEI P60"
    )


def test_a_copy_says_nothing_of_itself() -> None:
    original = photograph()
    assert original.count(SECRET) >= 5, "EXIF, its preview, XMP, IPTC, a comment and a tail"
    made = develop(original)
    for content in (made.copy, made.thumbnail):
        assert SECRET not in content
        image = opened(content)
        assert (image.format, dict(image.getexif())) == ("JPEG", {})
        assert set(image.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density", "progressive", "progression"}


def test_texts_and_profiles_of_other_formats_do_not_come_along() -> None:
    texts = PngInfo()
    texts.add_text("Author", SECRET.decode())
    texts.add_itxt("XML:com.adobe.xmp", SECRET.decode())
    for kind, more in (("PNG", {"pnginfo": texts}), ("WEBP", {"xmp": SECRET, "lossless": True}), ("GIF", {"comment": SECRET})):
        written = BytesIO()
        Image.new("RGB", (40, 30), RED).save(written, kind, exif=exif_of(), icc_profile=SECRET, **more)
        made = develop(written.getvalue())
        assert SECRET not in made.copy + made.thumbnail, kind


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_picture_that_was_taken_sideways_stands_upright(orientation: int) -> None:
    upright = Image.new("RGB", (64, 32), WHITE)
    upright.paste(RED, (0, 0, 16, 16))
    turn = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }.get(orientation)
    held = upright if turn is None else upright.transpose(turn)
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    written = BytesIO()
    held.save(written, "JPEG", exif=exif, quality=95)
    copy = opened(develop(written.getvalue()).copy)
    assert copy.size == (64, 32)
    assert near(copy, (6, 6), RED)
    assert near(copy, (58, 26), WHITE)


def test_a_copy_keeps_every_pixel_and_a_thumbnail_few() -> None:
    made = develop(photograph(size=(1600, 1200)))
    assert opened(made.copy).size == (1600, 1200)
    assert opened(made.thumbnail).size == (THUMBNAIL_EDGE, THUMBNAIL_EDGE * 3 // 4)


@pytest.mark.parametrize(("mode", "kind"), [("RGBA", "PNG"), ("LA", "PNG"), ("RGBA", "GIF"), ("RGBA", "WEBP")])
def test_what_is_transparent_stands_on_white(mode: str, kind: str) -> None:
    image = Image.new("RGBA", (40, 40), (0, 0, 0, 0))
    written = BytesIO()
    image.convert(mode).save(written, kind)
    assert near(opened(develop(written.getvalue()).copy), (20, 20), WHITE)


@pytest.mark.parametrize("mode", ["1", "L", "P", "I;16", "RGB"])
def test_every_kind_of_pixel_becomes_a_copy(mode: str) -> None:
    written = BytesIO()
    Image.new(mode, (40, 30)).save(written, "PNG")
    assert opened(develop(written.getvalue()).copy).size == (40, 30)


def test_of_a_moving_picture_the_first_frame_is_copied() -> None:
    written = BytesIO()
    Image.new("RGB", (40, 40), RED).save(written, "GIF", save_all=True, append_images=[Image.new("RGB", (40, 40), BLUE)])
    assert near(opened(develop(written.getvalue()).copy), (20, 20), RED)


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ({ExifTags.GPS.GPSLatitude: (39.0, 51.0, 36.37)}, (None, None)),
        ({**SHOT, ExifTags.GPS.GPSLatitude: (0.0, 0.0, 0.0), ExifTags.GPS.GPSLongitude: (0.0, 0.0, 0.0)}, (None, None)),
        ({**SHOT, ExifTags.GPS.GPSLatitude: (139.0, 0.0, 0.0)}, (None, None)),
        ({**SHOT, ExifTags.GPS.GPSLatitude: (39.0, 30.0)}, (None, None)),
        ({**SHOT, ExifTags.GPS.GPSLatitudeRef: "S"}, (-39.860103, -116.345607)),
    ],
)
def test_a_place_that_cannot_be_is_none(place: dict[int, object], expected: tuple[float | None, float | None]) -> None:
    metadata = develop(photograph(gps=place)).metadata
    assert metadata is not None
    assert (metadata.latitude, metadata.longitude) == expected


@pytest.mark.parametrize("said", ["", "0000:00:00 00:00:00", "2026:13:40 99:99:99", "yesterday", "\x00\x1b[31m"])
def test_a_time_that_is_none_is_left_out(said: str) -> None:
    metadata = develop(photograph(taken=said)).metadata
    assert metadata is not None
    assert metadata.taken_at == ""


def test_what_a_picture_says_is_short_and_printable() -> None:
    metadata = develop(photograph(model="\x1b[2J" + "P" * 5_000)).metadata
    assert metadata is not None
    assert metadata.device.isprintable()
    assert len(metadata.device) < 130


def test_a_picture_without_exif_says_nothing() -> None:
    written = BytesIO()
    Image.new("RGB", (40, 30)).save(written, "PNG")
    assert develop(written.getvalue()).metadata is None


def test_broken_exif_spoils_no_picture() -> None:
    written = BytesIO()
    Image.new("RGB", (40, 30), RED).save(written, "JPEG", exif=b"Exif\x00\x00MM\x00*\xff\xff\xff\xff" + bytes(40))
    made = develop(written.getvalue())
    assert made.metadata is None
    assert near(opened(made.copy), (20, 20), RED)


def chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def png_of(width: int, height: int) -> bytes:
    """A small file that says it is a large picture."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(10_000))) + chunk(b"IEND", b"")


def gif_of(width: int, height: int) -> bytes:
    return (
        b"GIF89a"
        + struct.pack("<HH", width, height)
        + b"\x00\x00\x00,"
        + struct.pack("<HHHH", 0, 0, width, height)
        + b"\x00\x02\x00;"
    )


@pytest.mark.parametrize("bomb", [png_of(MAX_PIXELS // 1000 + 1, 1000), png_of(2**31 - 1, 2**31 - 1), gif_of(65535, 65535)])
def test_a_small_file_that_would_unfold_is_refused_before_it_does(bomb: bytes) -> None:
    with pytest.raises(NoCopyError, match="picture_too_many_pixels"):
        develop(bomb)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xd8\xff",
        b"GIF89a",
        photograph()[:-400],
        png_of(100, 100),
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n",
        b"BM" + bytes(100),
        b"\x00\x00\x00\x18ftypheic" + bytes(64),
    ],
)
def test_what_is_no_picture_of_a_known_kind_is_refused(content: bytes) -> None:
    with pytest.raises(NoCopyError, match="picture_unreadable"):
        develop(content)


def test_no_damage_to_a_picture_is_more_than_a_refusal() -> None:
    """A thousand damaged pictures, the same ones each time: each is copied or refused by name."""
    chance = random.Random(20260615)
    originals = [photograph(size=(24, 24))]
    for kind in ("PNG", "GIF", "WEBP"):
        written = BytesIO()
        Image.new("RGB", (24, 24), RED).save(written, kind, exif=exif_of())
        originals.append(written.getvalue())
    refused = 0
    for _ in range(1_000):
        damaged = bytearray(chance.choice(originals))
        for _ in range(chance.randint(1, 8)):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        try:
            assert SECRET not in develop(bytes(damaged)).copy
        except NoCopyError:
            refused += 1
    assert 0 < refused < 1_000
