"""Pictures as strangers send them: what they say of themselves, and copies that say nothing.

A copy is painted anew from the pixels, so that nothing of the original's file comes along: no EXIF,
XMP or IPTC, no embedded preview, no comment, nothing behind the picture's end.
"""

import math
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Any

from PIL import ExifTags, Image

from jiesu.model.errors import NoCopyError
from jiesu.model.evidence import PictureMetadata

MAX_PIXELS = 50_000_000
"""What a telephone's camera makes at most by default. Decoded, that is 150 MB, and turning it needs as much again."""

THUMBNAIL_EDGE = 320
COPY_MEDIA_TYPE = "image/jpeg"

_FORMATS = ("JPEG", "PNG", "GIF", "WEBP")
"""What citizens' platforms send. Pillow knows dozens more, each a decoder that a stranger could aim at."""

_QUALITY = 90
_THUMBNAIL_QUALITY = 80
_MAX_TEXT = 60
_HASH_EDGE = 8
_LEAST_BITS = 8
"""Bits on either side without which a hash says nothing."""
_OFFSET = "+00:00"

_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""By EXIF's number for how the camera was held; 1 is upright."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Developed:
    """`copy` and `thumbnail` are JPEG files, upright, of the first frame, on white where the original is transparent.

    `perceptual_hash` has 64 bits, of which few differ between copies of one picture; None where there is too little to see.
    """

    metadata: PictureMetadata | None
    copy: bytes
    thumbnail: bytes
    perceptual_hash: int | None


def develop(content: bytes) -> Developed:
    """Read and copy the picture in `content`. Raises `NoCopyError`, whatever is wrong with it."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow's own limit only warns; ours refuses
            return _developed(content)
    except NoCopyError:
        raise
    except Image.DecompressionBombError:
        raise NoCopyError("picture_too_many_pixels") from None
    except Exception:  # noqa: BLE001 - decoders of hostile bytes raise nearly every kind, and none may stop the road
        raise NoCopyError("picture_unreadable") from None


def _developed(content: bytes) -> Developed:
    with Image.open(BytesIO(content), formats=_FORMATS) as image:
        if image.width * image.height > MAX_PIXELS:
            raise NoCopyError("picture_too_many_pixels")
        exif = _exif(image)
        copy, thumbnail, seen = _painted(image, exif.orientation)
        return Developed(metadata=exif.metadata, copy=copy, thumbnail=thumbnail, perceptual_hash=seen)


def _painted(image: Image.Image, orientation: int) -> tuple[bytes, bytes, int | None]:
    """The copy, its thumbnail and the hash of what is to be seen."""
    turn = _TURNS.get(orientation)
    upright = image if turn is None else image.transpose(turn)
    if upright.has_transparency_data:
        transparent = upright.convert("RGBA")
        upright = Image.new("RGB", transparent.size, "white")
        upright.paste(transparent, mask=transparent.getchannel("A"))
    pixels = upright.convert("RGB")
    # Pillow writes an image's own profile and comment into a JPEG unless they are taken away.
    pixels.info = {}
    copy = _jpeg(pixels, _QUALITY)
    pixels.thumbnail((THUMBNAIL_EDGE, THUMBNAIL_EDGE))
    return copy, _jpeg(pixels, _THUMBNAIL_QUALITY), _seen(pixels)


def _seen(picture: Image.Image) -> int | None:
    """Where it grows brighter from left to right, on eight rows of eight (dHash). A wall or a white page has no such pattern."""
    small = picture.convert("L").resize((_HASH_EDGE + 1, _HASH_EDGE), Image.Resampling.BILINEAR).tobytes()
    width = _HASH_EDGE + 1
    bits = [small[row * width + at] < small[row * width + at + 1] for row in range(_HASH_EDGE) for at in range(_HASH_EDGE)]
    seen = sum(bit << place for place, bit in enumerate(bits))
    return seen if _LEAST_BITS <= seen.bit_count() <= len(bits) - _LEAST_BITS else None


def _jpeg(image: Image.Image, quality: int) -> bytes:
    written = BytesIO()
    image.save(written, "JPEG", quality=quality, optimize=True)
    return written.getvalue()


@dataclass(frozen=True, slots=True)
class _Exif:
    metadata: PictureMetadata | None
    orientation: int


def _exif(image: Image.Image) -> _Exif:
    """What the EXIF block says that can be read. Broken EXIF spoils no picture."""
    try:
        exif = image.getexif()
        details, gps = exif.get_ifd(ExifTags.IFD.Exif), exif.get_ifd(ExifTags.IFD.GPSInfo)
        orientation = exif.get(ExifTags.Base.Orientation)
        metadata = _metadata(exif, details, gps)
    except Exception:  # noqa: BLE001 - as in `develop`
        return _Exif(None, 1)
    return _Exif(metadata, orientation if isinstance(orientation, int) else 1)


def _metadata(exif: Mapping[int, Any], details: Mapping[int, Any], gps: Mapping[int, Any]) -> PictureMetadata | None:
    latitude = _degrees(gps, ExifTags.GPS.GPSLatitude, ExifTags.GPS.GPSLatitudeRef, "S", 90)
    longitude = _degrees(gps, ExifTags.GPS.GPSLongitude, ExifTags.GPS.GPSLongitudeRef, "W", 180)
    if latitude is None or longitude is None or latitude == longitude == 0:  # zeros are a camera without a fix
        latitude = longitude = None
    found = PictureMetadata(
        taken_at=_taken_at(details) or _time(exif.get(ExifTags.Base.DateTime)),
        latitude=latitude,
        longitude=longitude,
        device=_device(_text(exif.get(ExifTags.Base.Make)), _text(exif.get(ExifTags.Base.Model))),
    )
    return None if found == PictureMetadata() else found


def _taken_at(details: Mapping[int, Any]) -> str:
    time = _time(details.get(ExifTags.Base.DateTimeOriginal))
    offset = _text(details.get(ExifTags.Base.OffsetTimeOriginal))
    known = len(offset) == len(_OFFSET) and offset[0] in "+-" and offset[1:3].isdecimal() and offset[4:].isdecimal()
    return f"{time} {offset}" if time and known else time


def _time(value: object) -> str:
    try:
        return datetime.strptime(_text(value), "%Y:%m:%d %H:%M:%S").strftime("%Y-%m-%d %H:%M:%S")  # noqa: DTZ007 - cameras know no zone
    except ValueError:
        return ""


def _degrees(gps: Mapping[int, Any], value_tag: int, ref_tag: int, negative: str, limit: int) -> float | None:
    try:
        degrees, minutes, seconds = (float(part) for part in gps[value_tag])
    except (KeyError, TypeError, ValueError, ZeroDivisionError, OverflowError):
        return None
    value = degrees + minutes / 60 + seconds / 3600
    if not math.isfinite(value) or not 0 <= value <= limit:
        return None
    return round(-value if _text(gps.get(ref_tag)).upper() == negative else value, 6)


def _device(make: str, model: str) -> str:
    """Many models repeat their maker."""
    return model if model.casefold().startswith(make.casefold()) else f"{make} {model}".strip()


def _text(value: object) -> str:
    text = value.decode("utf-8", "replace") if isinstance(value, bytes) else value
    return "".join(one for one in text if one.isprintable()).strip()[:_MAX_TEXT] if isinstance(text, str) else ""
