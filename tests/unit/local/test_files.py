"""The simulated platforms hand out the files of what was delivered, each in its own way, and nothing else."""

from collections.abc import Mapping
from datetime import UTC, datetime

import pytest

from jiesu.channels import wechat, weibo
from jiesu.channels.media import sniff
from jiesu.channels.outgoing import MediaFile, PlatformAnswer, SendOutcome
from local.demo import DemoAccount
from local.feed.push import signed
from local.platforms import wechat as wechat_platform
from local.platforms import weibo as weibo_platform
from local.world.files import Files
from tests.unit.local.conftest import WECHAT, WEIBO, Outside

NOW = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)


def body_of(demo: DemoAccount, kind: str) -> bytes:
    """The delivery of one file with the handle 42."""
    if demo is WEIBO:
        payload: Mapping[str, object] = weibo_platform.private_media(
            kind=kind, sender_id="990000000001", receiver_id=demo.account.external_id, file_id=42, sent_at=NOW
        )
    elif kind == "image":
        payload = wechat_platform.image_message(
            open_id="oDEM1", account_id=demo.account.external_id, url="", media_id="42", message_id=1, sent_at=NOW
        )
    else:
        payload = wechat_platform.voice_message(
            open_id="oDEM1", account_id=demo.account.external_id, media_id="42", recognition="", message_id=1, sent_at=NOW
        )
    return signed(demo, payload, door_url="http://127.0.0.1:1", now=NOW, nonce="1").body


@pytest.mark.parametrize("demo", [WEIBO, WECHAT], ids=["weibo", "wechat"])
@pytest.mark.parametrize(("kind", "media_type"), [("image", "image/png"), ("voice", "audio/amr")])
def test_a_delivered_file_is_what_its_message_says(demo: DemoAccount, kind: str, media_type: str) -> None:
    files = Files()
    body = body_of(demo, kind)
    files.keep(demo, body)
    # Weibo gives the receiver a handle of its own.
    content = files.get(demo.account.platform, "43" if demo is WEIBO else "42")
    assert content is not None
    assert sniff(content) == media_type


def test_files_that_nobody_sent_and_wrong_tokens_are_refused_in_the_platforms_words(outside: Outside) -> None:
    token = outside.client.post(
        "/wechat/cgi-bin/stable_token",
        json={
            "grant_type": "client_credential",
            "appid": WECHAT.account.app_id,
            "secret": WECHAT.secrets["app_secret"],
        },
    ).get_json()["access_token"]
    reasons = []
    for given in (token, "wrong"):
        answer = outside.client.get("/wechat/cgi-bin/media/get", query_string={"access_token": given, "media_id": "x"})
        read = wechat.read_media(WECHAT.account, PlatformAnswer(status=answer.status_code, body=answer.data), access_token="T")
        assert isinstance(read, SendOutcome)
        reasons.append(read.reason)
    for given in (WEIBO.secrets["access_token"], "wrong"):
        answer = outside.client.get("/weibo/2/mss/msget", query_string={"access_token": given, "fid": "1"})
        outcome = weibo.read_media(WEIBO.account, PlatformAnswer(status=answer.status_code, body=answer.data), access_token="T")
        assert not isinstance(outcome, MediaFile)
        assert isinstance(outcome, SendOutcome)
        reasons.append(outcome.reason)
    assert reasons == ["media_gone", "token_rejected", "media_gone", "token_rejected"]
