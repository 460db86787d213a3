"""Voice and video: copies without what the file says of itself, made by blanking it where it stands.

Nothing here decodes sound or film. In files of the MP4 family the boxes that hold places, devices, titles and
times are overwritten by empty ones of the same length, so that nothing else moves. What stands inside the film
itself (its picture, its sound, an encoder's name in the stream) stays.
"""

from collections.abc import Iterator

from jiesu.model.errors import NoCopyError

_BARE = frozenset({"audio/amr", "audio/amr-wb"})
"""Speech frames and nothing else: there is no room in them for anything to say."""

_BOXES = frozenset({"video/mp4", "video/quicktime", "video/3gpp", "audio/mp4"})

_CONTAINERS = frozenset({b"moov", b"trak", b"mdia", b"minf", b"moof", b"traf"})
_TALKATIVE = frozenset({b"udta", b"meta", b"uuid", b"skip"})
"""User data (places of telephones), item lists, XMP, and padding in which writers leave former contents."""

_DATED = frozenset({b"mvhd", b"tkhd", b"mdhd"})
_SPOKEN = frozenset({b"vide", b"soun"})
_KNOWN = frozenset({b"ftyp", b"styp", b"mdat", b"free", b"wide", b"sidx", b"mfra", b"pdin"}) | _CONTAINERS | _TALKATIVE
_MAX_BOXES = 10_000


def silent_copy(content: bytes, media_type: str) -> bytes:
    """`content` without its metadata. Raises `NoCopyError` where that cannot be made sure of."""
    if media_type in _BARE:
        return content
    if media_type not in _BOXES:
        raise NoCopyError("recording_not_cleanable")
    copy = bytearray(content)
    _blank(copy)
    return bytes(copy)


def _blank(copy: bytearray) -> None:
    """Visit every box that can hold others; a file that is not built as it should be is refused whole."""
    waiting = [(0, len(copy), True)]
    seen = 0
    while waiting:
        start, end, is_file = waiting.pop()
        for kind, at, body, after in _boxes(copy, start, end):
            seen += 1
            if seen > _MAX_BOXES or (is_file and kind not in _KNOWN):
                raise NoCopyError("recording_not_cleanable")
            if kind in _TALKATIVE or kind == b"free":
                copy[at + 4 : at + 8] = b"free"
                copy[body:after] = bytes(after - body)
            elif kind in _CONTAINERS:
                waiting.append((body, after, False))
            elif kind in _DATED:
                # A version byte and three of flags, then two times: of four bytes each, or of eight in version 1.
                length = 16 if copy[body : body + 1] == b"\x01" else 8
                copy[body + 4 : min(body + 4 + length, after)] = bytes(max(0, min(length, after - body - 4)))
            elif kind == b"hdlr":
                _hush_handler(copy, body, after)


def _hush_handler(copy: bytearray, body: int, after: int) -> None:
    """A track of neither picture nor sound may be one of places by the second; the name of any handler is free text."""
    if bytes(copy[body + 8 : body + 12]) not in _SPOKEN and bytes(copy[body + 4 : body + 8]) != b"dhlr":
        raise NoCopyError("recording_not_cleanable")
    copy[body + 24 : after] = bytes(max(0, after - body - 24))


def _boxes(content: bytearray, start: int, end: int) -> Iterator[tuple[bytes, int, int, int]]:
    """Kind, place, where its body begins and where it ends, of each box in a row."""
    while start < end:
        size, kind, body = int.from_bytes(content[start : start + 4]), bytes(content[start + 4 : start + 8]), start + 8
        if size == 1:
            size, body = int.from_bytes(content[start + 8 : start + 16]), start + 16
        elif size == 0:
            size = end - start
        after = start + size
        if after > end or body > after:
            raise NoCopyError("recording_not_cleanable")
        yield kind, start, body, after
        start = after
