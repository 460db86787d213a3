"""Files that citizens send: how they are asked for, what comes back, what the bytes are."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from jiesu.channels import wechat, weibo
from jiesu.channels.media import fits, media_channel_of, sniff
from jiesu.channels.outgoing import MediaFile, OutgoingCall, PlatformAnswer, SendOutcome, SendResult
from jiesu.channels.transmission import AnswerTooLargeError, connection_pool, fetch
from jiesu.model.message import Media
from jiesu.model.words import ContentType, Platform
from tests import builders as build
from tests.unit.channels.accounts import wechat_account, weibo_account

PICTURE = Media(content_type=ContentType.IMAGE, media_id="4200000001")
PNG = b"\x89PNG\r\n\x1a\n" + bytes(20)

FIRST_BYTES = {
    "image/jpeg": b"\xff\xd8\xff\xe0\x00\x10JFIF",
    "image/png": PNG,
    "image/gif": b"GIF89a\x01\x00",
    "image/webp": b"RIFF\x24\x00\x00\x00WEBPVP8 ",
    "image/heic": b"\x00\x00\x00\x18ftypheic",
    "audio/amr": b"#!AMR\n\x3c",
    "audio/amr-wb": b"#!AMR-WB\n\x3c",
    "audio/mpeg": b"ID3\x04\x00",
    "audio/mp4": b"\x00\x00\x00\x20ftypM4A ",
    "audio/wav": b"RIFF\x24\x00\x00\x00WAVEfmt ",
    "video/mp4": b"\x00\x00\x00\x20ftypisom",
    "video/3gpp": b"\x00\x00\x00\x18ftyp3gp4",
    "video/quicktime": b"\x00\x00\x00\x14ftypqt  ",
}


@pytest.mark.parametrize("media_type", FIRST_BYTES)
def test_a_file_is_known_by_its_first_bytes(media_type: str) -> None:
    assert sniff(FIRST_BYTES[media_type]) == media_type


def test_an_mp3_without_a_tag_is_known_by_its_first_frame() -> None:
    assert sniff(b"\xff\xfb\x90\x44") == "audio/mpeg"


@pytest.mark.parametrize(
    "content", [b"", b"\xff", b"<svg xmlns=", b"<!DOCTYPE html>", b"%PDF-1.7", b"MZ\x90", b'{"errcode":1}', b"RIFF....AVI "]
)
def test_what_a_browser_would_run_and_what_nobody_knows_is_no_media(content: bytes) -> None:
    assert sniff(content) is None


def test_a_file_must_be_what_its_message_promised() -> None:
    assert fits("image/png", ContentType.IMAGE)
    assert not fits("video/mp4", ContentType.IMAGE)
    assert not fits("image/png", ContentType.VOICE)


def test_weibo_is_asked_on_its_host_for_files_with_the_receivers_token() -> None:
    call = weibo.media_call(build.an_account(api_base="https://m.api.weibo.com"), "T&1", PICTURE)
    assert call.method == "GET"
    assert call.url == "https://upload.api.weibo.com/2/mss/msget?access_token=T%261&fid=4200000001"
    assert weibo.media_call(weibo_account(), "T", PICTURE).url.startswith(f"{weibo_account().api_base}/2/mss/msget?")


def test_wechat_is_asked_by_the_files_handle() -> None:
    call = wechat.media_call(wechat_account(), "T", PICTURE)
    assert call.url == "https://wechat.example.org/cgi-bin/media/get?access_token=T&media_id=4200000001"


@pytest.mark.parametrize("platform", [Platform.WEIBO, Platform.WECHAT])
def test_a_file_is_handed_on_as_it_came(platform: Platform) -> None:
    channel = media_channel_of(platform)
    assert channel is not None
    assert channel.read_media(wechat_account(), PlatformAnswer(status=200, body=PNG), access_token="T") == MediaFile(content=PNG)


@pytest.mark.parametrize("platform", [Platform.WEIBO, Platform.WECHAT])
@pytest.mark.parametrize(
    ("status", "result", "reason"),
    [
        (404, SendResult.GIVE_TO_PERSON, "media_gone"),
        (403, SendResult.GIVE_TO_PERSON, "refused:http_403"),
        (429, SendResult.RETRY, "platform_busy"),
        (504, SendResult.RETRY, "platform_busy"),
    ],
)
def test_a_gateways_answer_is_no_file(platform: Platform, status: int, result: SendResult, reason: str) -> None:
    channel = media_channel_of(platform)
    assert channel is not None
    answer = PlatformAnswer(status=status, body=b"<html>")
    assert channel.read_media(wechat_account(), answer, access_token="T") == SendOutcome(result=result, reason=reason)


@pytest.mark.parametrize("platform", [Platform.WEIBO, Platform.WECHAT])
def test_an_empty_answer_is_no_file(platform: Platform) -> None:
    channel = media_channel_of(platform)
    assert channel is not None
    read = channel.read_media(wechat_account(), PlatformAnswer(status=200, body=b""), access_token="T")
    assert isinstance(read, SendOutcome)
    assert read.result is SendResult.RETRY


@pytest.mark.parametrize(
    ("code", "result", "reason"),
    [
        (40007, SendResult.GIVE_TO_PERSON, "media_gone"),
        (40001, SendResult.REFRESH_TOKEN, "token_rejected"),
        (-1, SendResult.RETRY, "platform_busy"),
        (99999, SendResult.GIVE_TO_PERSON, "refused:99999"),
    ],
)
def test_wechat_says_its_errors_with_status_200(code: int, result: SendResult, reason: str) -> None:
    answer = PlatformAnswer(status=200, body=json.dumps({"errcode": code, "errmsg": "…"}).encode())
    assert wechat.read_media(wechat_account(), answer, access_token="T") == SendOutcome(result=result, reason=reason)


def test_wechat_says_where_a_film_lies_and_is_followed_nowhere_else() -> None:
    def read(address: str) -> object:
        return wechat.read_media(
            wechat_account(), PlatformAnswer(status=200, body=json.dumps({"video_url": address}).encode()), access_token="T"
        )

    assert read("https://film.example.org/1") == OutgoingCall(
        method="GET", url="https://film.example.org/1", headers={}, body=b""
    )
    assert isinstance(read("http://127.0.0.1/secret"), SendOutcome)
    assert isinstance(read("file:///etc/passwd"), SendOutcome)


def test_weibo_says_why_there_is_no_file() -> None:
    answer = PlatformAnswer(status=403, body=b'{"error_code":"21332","error":"invalid_access_token"}')
    assert weibo.read_media(weibo_account(), answer, access_token="T") == SendOutcome(
        result=SendResult.REFRESH_TOKEN, reason="token_rejected"
    )


class _Host(BaseHTTPRequestHandler):
    """Answers any path with as many bytes as it names, and what is posted with the same."""

    def do_GET(self) -> None:
        size = int(self.path[1:])
        self.send_response(200)
        self.send_header("Content-Length", str(size))
        self.end_headers()
        self.wfile.write(bytes(size))

    def do_POST(self) -> None:
        said = self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Say nothing."""


@pytest.fixture
def host() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Host)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_file_above_the_limit_is_given_up_and_the_next_call_still_works(host: str) -> None:
    def call(size: int) -> OutgoingCall:
        return OutgoingCall(method="GET", url=f"{host}/{size}", headers={}, body=b"")

    with connection_pool() as pool:
        assert len(fetch(pool, call(1_000), max_bytes=1_000).body) == 1_000
        with pytest.raises(AnswerTooLargeError):
            fetch(pool, call(1_001), max_bytes=1_000)
        assert len(fetch(pool, call(10), max_bytes=1_000).body) == 10


def test_a_token_can_be_asked_for_by_the_same_way(host: str) -> None:
    call = OutgoingCall(method="POST", url=f"{host}/token", headers={"Content-Type": "application/json"}, body=b'{"a":1}')
    with connection_pool() as pool:
        assert fetch(pool, call, max_bytes=1_000).body == b'{"a":1}'
