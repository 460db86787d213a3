"""Files that citizens send: how each platform hands them out, and what their bytes say they are.

A platform keeps a file for days only, so it is fetched at once. Fetching changes nothing there:
unlike a reply it may be asked for again and again.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from jiesu.channels import douyin, wechat, weibo
from jiesu.channels.outgoing import MediaFile, OutgoingCall, PlatformAnswer, SendOutcome, TokenRequest
from jiesu.model.message import ChannelAccount, Media
from jiesu.model.words import ContentType, Platform

MAX_BYTES = 20_000_000
"""Above what either platform takes from a citizen: WeChat 10 MB for a video, Weibo 20 MB for a picture."""


class MediaChannel(Protocol):
    """The part of a platform's module that fetches files; its functions are pure."""

    def token_source(self, account: ChannelAccount, secrets: Mapping[str, str]) -> str | TokenRequest: ...

    def media_call(self, account: ChannelAccount, access_token: str, media: Media) -> OutgoingCall: ...

    def read_media(
        self, account: ChannelAccount, answer: PlatformAnswer, *, access_token: str
    ) -> MediaFile | OutgoingCall | SendOutcome:
        """The file, where else to ask for it, or what the refusal means; `access_token` is the one it was asked for with."""
        ...


def media_channel_of(platform: Platform) -> MediaChannel | None:
    """The module of `platform`; None where it hands out no files."""
    match platform:
        case Platform.WEIBO:
            return weibo
        case Platform.WECHAT:
            return wechat
        case Platform.DOUYIN:
            return douyin
        case _:
            return None


@dataclass(frozen=True, slots=True)
class _Signature:
    """`magic` stands at `offset` in every file of `media_type`."""

    media_type: str
    offset: int
    magic: bytes


_SIGNATURES = (
    _Signature("image/jpeg", 0, b"\xff\xd8\xff"),
    _Signature("image/png", 0, b"\x89PNG\r\n\x1a\n"),
    _Signature("image/gif", 0, b"GIF87a"),
    _Signature("image/gif", 0, b"GIF89a"),
    _Signature("image/webp", 8, b"WEBP"),
    _Signature("image/heic", 4, b"ftyphei"),
    _Signature("image/heic", 4, b"ftypmif1"),
    _Signature("audio/amr", 0, b"#!AMR\n"),
    _Signature("audio/amr-wb", 0, b"#!AMR-WB\n"),
    _Signature("audio/wav", 8, b"WAVE"),
    _Signature("audio/ogg", 0, b"OggS"),
    _Signature("audio/mp4", 4, b"ftypM4A"),
    _Signature("audio/mpeg", 0, b"ID3"),
    _Signature("video/quicktime", 4, b"ftypqt"),
    _Signature("video/3gpp", 4, b"ftyp3g"),
    _Signature("video/mp4", 4, b"ftyp"),
    _Signature("video/webm", 0, b"\x1a\x45\xdf\xa3"),
)
"""The first that fits counts: `ftyp` alone is any other file of the MP4 family."""

_FAMILIES = {"image": ContentType.IMAGE, "audio": ContentType.VOICE, "video": ContentType.VIDEO}

_FRAME_SYNC = {0xFB, 0xFA, 0xF3, 0xF2, 0xE3, 0xE2}
"""Second byte of an MP3 frame (MPEG 1, 2 and 2.5, layer III), for files without an ID3 tag."""


def sniff(content: bytes) -> str | None:
    """The media type by the first bytes, whatever the sender called it; None for what is no picture, sound or film.

    Documents that a browser would run (SVG, HTML, PDF) are none.
    """
    for one in _SIGNATURES:
        if content[one.offset : one.offset + len(one.magic)] == one.magic:
            return one.media_type
    if len(content) > 1 and content[0] == 0xFF and content[1] in _FRAME_SYNC:
        return "audio/mpeg"
    return None


def fits(media_type: str, content_type: ContentType) -> bool:
    """Whether a file of `media_type` is what a message of `content_type` promised."""
    return _FAMILIES[media_type.partition("/")[0]] is content_type
