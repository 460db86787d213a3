"""A photograph as a telephone makes it, with everything in it that must not reach a bureau."""

from collections.abc import Mapping
from io import BytesIO

from PIL import ExifTags, Image

SECRET = b"19900000001 Zhang San"
"""Stands wherever a file can say something of who made it."""

SHOT: Mapping[int, object] = {
    ExifTags.GPS.GPSLatitudeRef: "N",
    ExifTags.GPS.GPSLatitude: (39.0, 51.0, 36.37),
    ExifTags.GPS.GPSLongitudeRef: "W",
    ExifTags.GPS.GPSLongitude: (116.0, 20.0, 44.186),
}


def exif_of(
    *, gps: Mapping[int, object] = SHOT, taken: str = "2026:06:15 08:30:12", model: str = "P60", orientation: int = 1
) -> Image.Exif:
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = "HUAWEI"
    exif[ExifTags.Base.Model] = model
    exif[ExifTags.Base.Orientation] = orientation
    exif[ExifTags.Base.Artist] = SECRET.decode()
    exif.get_ifd(ExifTags.IFD.Exif).update(
        {ExifTags.Base.DateTimeOriginal: taken, ExifTags.Base.OffsetTimeOriginal: "+08:00", ExifTags.Base.UserComment: SECRET}
    )
    exif.get_ifd(ExifTags.IFD.GPSInfo).update(gps)
    return exif


def photograph(
    *,
    size: tuple[int, int] = (400, 300),
    gps: Mapping[int, object] = SHOT,
    taken: str = "2026:06:15 08:30:12",
    model: str = "P60",
    orientation: int = 1,
) -> bytes:
    """A JPEG with EXIF, XMP, IPTC, a comment, and a second picture behind its end, as telephones with moving pictures do it."""
    written = BytesIO()
    Image.linear_gradient("L").resize(size).convert("RGB").save(
        written,
        "JPEG",
        exif=exif_of(gps=gps, taken=taken, model=model, orientation=orientation),
        xmp=b"<x:xmpmeta>" + SECRET + b"</x:xmpmeta>",
        comment=SECRET,
    )
    jpeg = written.getvalue()
    iptc = (
        b"Photoshop 3.0\x008BIM\x04\x04\x00\x00"
        + (len(SECRET) + 5).to_bytes(4)
        + b"\x1c\x02\x50"
        + len(SECRET).to_bytes(2)
        + SECRET
    )
    return jpeg[:2] + b"\xff\xed" + (len(iptc) + 2).to_bytes(2) + iptc + jpeg[2:] + b"\x00\x00\x00\x18ftypmp42" + SECRET
