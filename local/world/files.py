"""The files that citizens send with their messages: tiny ones, but what their first bytes say they are."""

import json
import struct
import zlib
from typing import Final

from jiesu.channels.wechat import encrypted_of
from jiesu.channels.wechat_crypto import aes_key, decrypt
from jiesu.channels.wechat_xml import fields_of
from jiesu.model.words import Platform
from local.demo import DemoAccount

_AMR_SILENCE: Final = b"#!AMR\n" + 25 * (b"\x3c" + bytes(31))
"""Half a second of 12.2 kbit/s frames."""

_MP4_NOTHING: Final = struct.pack(">I4s4sI4s", 20, b"ftyp", b"isom", 512, b"isom")

_CONTENT: Final = {"voice": _AMR_SILENCE, "video": _MP4_NOTHING, "shortvideo": _MP4_NOTHING}


class Files:
    """What the platforms still keep, by handle. Forgotten with the process, as they forget after days."""

    def __init__(self) -> None:
        self._kept: dict[tuple[Platform, str], bytes] = {}

    def keep(self, demo: DemoAccount, body: bytes) -> None:
        """Keep the file of a delivery, where it has one."""
        named = _file_of(demo, body)
        if named is not None:
            handle, kind = named
            self._kept[demo.account.platform, handle] = picture(handle) if kind == "image" else _CONTENT[kind]

    def get(self, platform: Platform, handle: str) -> bytes | None:
        """The file with this handle; None where the platform has it no longer."""
        return self._kept.get((platform, handle))


def _file_of(demo: DemoAccount, body: bytes) -> tuple[str, str] | None:
    """The handle and kind of a delivery's file."""
    match demo.account.platform:
        case Platform.WEIBO:
            push = json.loads(body)
            kind, handle = push["type"], str(push["data"].get("tovfid", "")) if isinstance(push["data"], dict) else ""
        case Platform.WECHAT:
            key = aes_key(demo.secrets["encoding_aes_key"], demo.account.id)
            fields = fields_of(decrypt(encrypted_of(body), key=key, app_id=demo.account.app_id))
            kind, handle = fields["MsgType"], fields.get("MediaId", "")
        case Platform.DOUYIN:
            push = json.loads(body)
            content = push["content"] if push["event"] == "im_receive_msg" else {}
            kind, handle = content.get("message_type", "").removeprefix("user_local_"), content.get("server_message_id", "")
        case _:
            return None
    return (handle, kind) if handle and (kind == "image" or kind in _CONTENT) else None


def picture(handle: str) -> bytes:
    """A PNG of one colour, another one for another handle."""
    colour = zlib.crc32(handle.encode()).to_bytes(4)[:3]
    row = b"\x00" + 16 * colour
    header = struct.pack(">IIBBBBB", 16, 16, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(16 * row)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, content) for name, content in chunks)


def _chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
