"""WeChat in safe mode: published vectors, what is refused, what becomes of each type, what goes out."""

import base64
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from jiesu.channels import wechat
from jiesu.channels.delivery import AccountMisconfiguredError, MalformedDeliveryError, UntrustedDeliveryError
from jiesu.channels.outgoing import PlatformAnswer, SendOutcome, SendResult, TokenRequest
from jiesu.channels.signature import sign
from jiesu.channels.wechat_crypto import aes_key, decrypt
from jiesu.channels.wechat_xml import fields_of
from jiesu.model.message import ChannelAccount, Media, Message, Position
from jiesu.model.words import ContentType, MessageKind
from local.platforms import wechat as platform
from tests import builders as build
from tests.unit.channels.accounts import WECHAT_SECRETS, a_reply, as_query, raw, wechat_account
from tests.vectors import PUBLISHED

HANDSHAKE = PUBLISHED["wechat"]["handshake"]
PLAIN = PUBLISHED["wechat"]["plain"]
SEALED = PUBLISHED["wechat"]["sealed"]
SEALING = PUBLISHED["wechat"]["sealing"]
PAYLOADS = PUBLISHED["wechat"]["payloads"]
SAMPLE_ACCOUNT = wechat_account(external_id="toUser")


def at(seconds: str) -> datetime:
    return datetime.fromtimestamp(int(seconds), UTC)


def published(name: str, *replacements: tuple[str, str]) -> Message:
    """The message that a published payload is, some of its text replaced."""
    document: str = PAYLOADS[name]["body"]
    for old, new in replacements:
        assert old in document
        document = document.replace(old, new)
    return parsed(SAMPLE_ACCOUNT, document.encode())


def parsed(account: ChannelAccount, document: bytes) -> Message:
    _, body, _ = platform.sealed_delivery(WECHAT_SECRETS, document, app_id=account.app_id, timestamp=build.NOW, nonce="7")
    (message,) = wechat.parse(account, WECHAT_SECRETS, raw(account, body))
    return message


def a_push(**more: str) -> tuple[dict[str, str], bytes]:
    payload = platform.text_message(
        open_id="oCitizen1", account_id="gh_0123456789ab", text="请问居住证怎么办", message_id=1, sent_at=build.NOW
    )
    account = wechat_account()
    query, body, _ = platform.signed_delivery(
        WECHAT_SECRETS, {**payload, **more}, app_id=account.app_id, timestamp=build.NOW, nonce="1590219412"
    )
    return query, body


def signed_over(body: bytes, encrypted: str) -> dict[str, str]:
    """A query that WeChat would send with a body holding `encrypted`."""
    seconds = str(int(build.NOW.timestamp()))
    signature = sign(WECHAT_SECRETS["token"], seconds, "1", encrypted)
    return {"timestamp": seconds, "nonce": "1", "encrypt_type": "aes", "msg_signature": signature}


# --- Signatures and seals ---------------------------------------------------------------------


def test_published_handshake_is_answered_with_its_echo() -> None:
    query = as_query({name: HANDSHAKE[name] for name in ("signature", "timestamp", "nonce", "echostr")})
    answer = wechat.handshake(wechat_account(), {"token": HANDSHAKE["token"]}, query, at(HANDSHAKE["timestamp"]))
    assert answer == HANDSHAKE["echostr"]


def test_published_delivery_in_safe_mode_is_verified_and_opened() -> None:
    vector = SEALED["xml"]
    account = wechat_account(external_id="gh_97417a04a28d", app_id=vector["app_id"])
    secrets = {"token": vector["token"], "encoding_aes_key": vector["encoding_aes_key"]}
    query = as_query({name: vector[name] for name in ("signature", "timestamp", "nonce", "msg_signature")})
    body = vector["body"].encode()

    verified = wechat.verify(account, secrets, query, body, at(vector["timestamp"]))
    assert (verified.signature, verified.covers_body) == (vector["msg_signature"], True)
    assert "signature" not in verified.query
    (message,) = wechat.parse(account, secrets, raw(account, body))
    assert (message.content_type, message.text, message.citizen_id) == (
        ContentType.EVENT,
        "debug_demo",
        "o9AgO5Kd5ggOC-bXrbNODIiE3bGY",
    )


@pytest.mark.parametrize("form", ["json", "xml"])
def test_published_seals_are_opened(form: str) -> None:
    vector = SEALED[form]
    encrypted = vector["encrypt"] or wechat.encrypted_of(vector["body"].encode())
    plain = decrypt(encrypted, key=aes_key(vector["encoding_aes_key"], "wechat-main"), app_id=vector["app_id"])
    assert plain.decode() == vector["message"]
    assert sign(vector["token"], vector["timestamp"], vector["nonce"], encrypted) == vector["msg_signature"]


@pytest.mark.parametrize("form", ["json", "xml"])
def test_platform_seals_as_published(form: str) -> None:
    vector = SEALING[form]
    encrypted = platform.encrypt(
        vector["message"].encode(),
        encoding_aes_key=vector["encoding_aes_key"],
        app_id=vector["app_id"],
        random16=vector["random16"].encode(),
    )
    assert encrypted == vector["encrypt"]
    assert sign(vector["token"], vector["timestamp"], vector["nonce"], encrypted) == vector["msg_signature"]


def test_plain_mode_is_refused_although_its_signature_fits() -> None:
    query = as_query({name: PLAIN[name] for name in ("signature", "timestamp", "nonce")})
    assert sign(PLAIN["token"], PLAIN["timestamp"], PLAIN["nonce"]) == PLAIN["signature"]
    with pytest.raises(UntrustedDeliveryError, match="safe_mode_missing"):
        wechat.verify(wechat_account(), {"token": PLAIN["token"]}, query, b"<xml></xml>", at(PLAIN["timestamp"]))


def test_fitting_signature_without_fitting_msg_signature_is_refused() -> None:
    query, body = a_push()
    with pytest.raises(UntrustedDeliveryError, match="signature_wrong"):
        wechat.verify(wechat_account(), WECHAT_SECRETS, as_query({**query, "msg_signature": query["signature"]}), body, build.NOW)


def test_another_body_under_a_seen_signature_is_refused() -> None:
    query, _ = a_push()
    _, other = a_push(Content="别的话")
    with pytest.raises(UntrustedDeliveryError, match="signature_wrong"):
        wechat.verify(wechat_account(), WECHAT_SECRETS, as_query(query), other, build.NOW)


@pytest.mark.parametrize("seconds", [-301, 301])
def test_stale_time_is_refused(seconds: int) -> None:
    query, body = a_push()
    with pytest.raises(UntrustedDeliveryError, match="timestamp_stale"):
        wechat.verify(wechat_account(), WECHAT_SECRETS, as_query(query), body, build.after(seconds=seconds))


def test_time_in_milliseconds_is_refused() -> None:
    query, _ = a_push()
    with pytest.raises(UntrustedDeliveryError):
        wechat.handshake(
            wechat_account(), WECHAT_SECRETS, as_query({**query, "timestamp": query["timestamp"] + "000"}), build.NOW
        )


@pytest.mark.parametrize("name", ["msg_signature", "timestamp", "nonce"])
@pytest.mark.parametrize(
    ("values", "error"),
    [([""], "query_malformed"), (["1", "1"], "query_repeated"), (["签名"], "query_malformed"), (["\udfff"], "query_malformed")],
)
def test_nonsense_in_the_query_is_refused(name: str, values: list[str], error: str) -> None:
    query, body = a_push()
    with pytest.raises(MalformedDeliveryError, match=error):
        wechat.verify(wechat_account(), WECHAT_SECRETS, {**as_query(query), name: values}, body, build.NOW)


def test_empty_token_verifies_nothing() -> None:
    query, body = a_push()
    with pytest.raises(AccountMisconfiguredError, match="secret_field_missing"):
        wechat.verify(wechat_account(), {**WECHAT_SECRETS, "token": ""}, as_query(query), body, build.NOW)


BOMB = b"""<?xml version="1.0"?><!DOCTYPE xml [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><xml><Encrypt>&b;</Encrypt></xml>"""


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (b"", "xml_root_missing"),
        (b"{}", "xml_root_missing"),
        (BOMB, "xml_root_missing"),
        (BOMB.decode().encode("utf-16"), "xml_not_utf8"),
        (b"\xef\xbb\xbf" + BOMB, "xml_root_missing"),
        (b"<!-- --><!DOCTYPE x><xml/>", "xml_root_missing"),
        (b"<?pi?><xml></xml>", "xml_root_missing"),
        (b"<xml><!DOCTYPE x [<!ENTITY a 'b'>]><Encrypt>&a;</Encrypt></xml>", "xml_malformed"),
        (b"<xml><Encrypt>&undefined;</Encrypt></xml>", "xml_malformed"),
        (b"<xml><Encrypt>x</xml>", "xml_malformed"),
        (b"<xml><Encrypt>\x00</Encrypt></xml>", "xml_malformed"),
        (b"<xml>" + b"<a>" * 40_000, "xml_malformed"),
        (b"<xml><Encrypt>a</Encrypt><Encrypt>b</Encrypt></xml>", "xml_field_repeated"),
        (b"<xml><Encrypt></Encrypt></xml>", "cipher_missing"),
        (b"<xml><ToUserName>x</ToUserName></xml>", "cipher_missing"),
        (b"<html><Encrypt>x</Encrypt></html>", "xml_root_missing"),
        (b"\xff\xfe<xml/>", "xml_not_utf8"),
        ("<xml><Encrypt>é</Encrypt></xml>".encode("latin-1"), "xml_not_utf8"),
    ],
)
def test_hostile_xml_is_refused(body: bytes, error: str) -> None:
    query, _ = a_push()
    with pytest.raises(MalformedDeliveryError, match=error):
        wechat.verify(wechat_account(), WECHAT_SECRETS, as_query(query), body, build.NOW)


def test_declared_encoding_is_not_believed() -> None:
    # In EBCDIC (cp037) these bytes would be other characters than the check has seen.
    document = '<?xml version="1.0" encoding="cp037"?><xml><Content>LoÄÖÃ</Content></xml>'.encode()
    assert fields_of(document) == {"Content": "LoÄÖÃ"}


@pytest.mark.parametrize("encrypted", ["not base64!", "QUJD", "QUJDRA", "签名"])
def test_signed_body_that_is_no_ciphertext_is_refused(encrypted: str) -> None:
    body = f"<xml><Encrypt>{encrypted}</Encrypt></xml>".encode()
    with pytest.raises(MalformedDeliveryError, match="cipher_malformed"):
        wechat.verify(wechat_account(), WECHAT_SECRETS, as_query(signed_over(body, encrypted)), body, build.NOW)


@pytest.mark.parametrize("size", [0, 16, 32, 48, 64])
def test_seal_that_the_key_does_not_open_is_refused(size: int) -> None:
    encrypted = base64.b64encode(bytes(size)).decode()
    with pytest.raises((MalformedDeliveryError, UntrustedDeliveryError)):
        decrypt(encrypted, key=aes_key(WECHAT_SECRETS["encoding_aes_key"], "wechat-main"), app_id="wx0123456789abcdef")


def test_seal_of_another_key_is_refused() -> None:
    _, body = a_push()
    other = {**WECHAT_SECRETS, "encoding_aes_key": "A" * 43}
    with pytest.raises(MalformedDeliveryError, match="cipher_not_opened"):
        wechat.parse(wechat_account(), other, raw(wechat_account(), body))


def test_seal_for_another_application_is_refused() -> None:
    _, body = a_push()
    account = wechat_account(app_id="wx0000000000000000")
    with pytest.raises(UntrustedDeliveryError, match="app_wrong"):
        wechat.parse(account, WECHAT_SECRETS, raw(account, body))


@pytest.mark.parametrize("key", ["short", "?" * 43, "é" * 43, "A" * 44])
def test_key_that_is_no_key_is_the_accounts_fault(key: str) -> None:
    _, body = a_push()
    with pytest.raises(AccountMisconfiguredError, match="encoding_aes_key_malformed"):
        wechat.parse(wechat_account(), {**WECHAT_SECRETS, "encoding_aes_key": key}, raw(wechat_account(), body))


def test_key_whose_last_character_has_spare_bits_is_taken() -> None:
    assert len(aes_key("abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG", "wechat-main")) == 32


def test_bomb_inside_the_seal_is_refused() -> None:
    with pytest.raises(MalformedDeliveryError, match="xml_root_missing"):
        parsed(wechat_account(), BOMB)


# --- Messages ---------------------------------------------------------------------------------


def test_published_text_is_a_private_message() -> None:
    message = published("text")
    assert (message.kind, message.content_type, message.text) == (MessageKind.PRIVATE, ContentType.TEXT, "this is a test")
    assert (message.account_id, message.citizen_id) == ("wechat-main", "fromUser")
    assert message.sent_at == at("1348831860")
    assert message.received_at == build.NOW


@pytest.mark.parametrize(
    ("name", "content_type"),
    [
        ("image", ContentType.IMAGE),
        ("voice", ContentType.VOICE),
        ("video", ContentType.VIDEO),
        ("shortvideo", ContentType.VIDEO),
    ],
)
def test_published_media_keep_their_handle(name: str, content_type: ContentType) -> None:
    message = published(name)
    assert message.media == (Media(content_type=content_type, media_id="media_id"),)
    assert message.text == ""


def test_address_of_a_picture_is_kept_where_it_is_one() -> None:
    address = "https://mmbiz.example.org/picture"
    assert published("image", ("this is a url", address)).media[0].url == address
    assert published("image", ("this is a url", "javascript:alert(1)")).media[0].url == ""


def test_recognised_voice_is_its_text() -> None:
    recognised = "<Format><![CDATA[amr]]></Format><Recognition><![CDATA[有人打架]]></Recognition>"
    assert published("voice", ("<Format><![CDATA[Format]]></Format>", recognised)).text == "有人打架"


def test_location_has_latitude_first() -> None:
    payload: dict[str, str | int] = {
        "ToUserName": "toUser",
        "FromUserName": "fromUser",
        "CreateTime": 1348831860,
        "MsgType": "location",
        "Location_X": "39.865",
        "Location_Y": "116.378",
        "Label": "丰台区马家堡西路",
        "MsgId": 9,
    }
    message = parsed(SAMPLE_ACCOUNT, platform.message_xml(payload))
    assert message.content_type is ContentType.LOCATION
    assert message.position == Position(latitude=39.865, longitude=116.378, label="丰台区马家堡西路")
    assert message.text == "丰台区马家堡西路"


def test_published_link_is_its_title_and_description() -> None:
    message = published("link")
    assert (message.content_type, message.text) == (ContentType.LINK, "公众平台官网链接\n公众平台官网链接")


@pytest.mark.parametrize(
    ("name", "text"),
    [("event.subscribe", "subscribe"), ("event.subscribe_scan", "subscribe qrscene_123123"), ("event.CLICK", "CLICK EVENTKEY")],
)
def test_published_events_are_events(name: str, text: str) -> None:
    message = published(name)
    assert (message.content_type, message.text) == (ContentType.EVENT, text)


def test_published_end_of_a_publish_job_keeps_all_that_it_says() -> None:
    event = published("event.PUBLISHJOBFINISH").event
    assert event is not None
    assert event.name == "PUBLISHJOBFINISH"
    assert event.first("PublishEventInfo/publish_id") == "2247503051"
    assert event.first("PublishEventInfo/publish_status") == "0"
    assert event.first("PublishEventInfo/article_id") == "b5O2OUs25HBxRceL7hfReg-U9QGeq9zQjiDvyWP4Hq4"
    assert event.all("PublishEventInfo/article_detail/item/article_url") == ("ARTICLE_URL",)
    refused = published("event.PUBLISHJOBFINISH_refused").event
    assert refused is not None
    assert (refused.first("PublishEventInfo/article_id"), refused.all("PublishEventInfo/fail_idx")) == ("", ("1", "2"))


JOBS = {
    "MASSSENDJOBFINISH": """<MsgID>1000000003</MsgID><Status><![CDATA[send success]]></Status><SentCount>4</SentCount>
<ArticleUrlResult><Count>1</Count><ResultList><item><ArticleIdx>1</ArticleIdx><ArticleUrl>https://a.example.org/1</ArticleUrl>
</item></ResultList></ArticleUrlResult>""",
    "TEMPLATESENDJOBFINISH": "<MsgID>200163840</MsgID><Status><![CDATA[failed:user block]]></Status>",
}


def job_finished(name: str, *, msg_id: str | None = None) -> Message:
    said = JOBS[name] if msg_id is None else re.sub(r"<MsgID>\d+", f"<MsgID>{msg_id}", JOBS[name])
    return published("event.CLICK", ("<![CDATA[CLICK]]>", f"<![CDATA[{name}]]>"), ("</xml>", f"{said}</xml>"))


def test_end_of_a_mass_or_template_job_keeps_all_that_it_says() -> None:
    mass, template = (job_finished(name).event for name in JOBS)
    assert mass is not None
    assert template is not None
    assert (mass.first("MsgID"), mass.first("Status"), mass.first("SentCount")) == ("1000000003", "send success", "4")
    assert mass.all("ArticleUrlResult/ResultList/item/ArticleUrl") == ("https://a.example.org/1",)
    assert (template.first("MsgID"), template.first("Status")) == ("200163840", "failed:user block")


def test_two_jobs_that_end_in_the_same_second_are_two_events() -> None:
    assert job_finished("TEMPLATESENDJOBFINISH").id != job_finished("TEMPLATESENDJOBFINISH", msg_id="200163841").id
    assert job_finished("TEMPLATESENDJOBFINISH").id == job_finished("TEMPLATESENDJOBFINISH").id


def test_what_an_event_nests_beyond_reason_is_left_out() -> None:
    deep = "<a>" * 4_000 + "x" + "</a>" * 4_000
    event = published("event.CLICK", ("</xml>", f"{deep}<Ticket>t</Ticket></xml>")).event
    assert event is not None
    assert event.fields == (("EventKey", "EVENTKEY"), ("Ticket", "t"))


def test_unknown_type_is_kept_as_unknown() -> None:
    assert published("text", ("<MsgType><![CDATA[text]]>", "<MsgType><![CDATA[hologram]]>")).content_type is ContentType.UNKNOWN


def test_empty_text_is_an_empty_text() -> None:
    assert published("text", ("<![CDATA[this is a test]]>", "")).text == ""


@pytest.mark.parametrize("text", ["<!DOCTYPE html><!ENTITY a 'b'>", "]]>", "a]]>b]]>c", "&amp;<xml>", "第一行\n第二行😀"])
def test_citizen_may_write_what_xml_is_afraid_of(text: str) -> None:
    payload = platform.text_message(open_id="fromUser", account_id="toUser", text=text, message_id=1, sent_at=build.NOW)
    assert parsed(SAMPLE_ACCOUNT, platform.message_xml(payload)).text == text


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("<![CDATA[fromUser]]>", ""),
        ("fromUser", "x" * 129),
        ("1348831860", "yesterday"),
        ("1348831860", "-1"),
        ("1348831860", "9" * 5_000),
        ("1348831860", "99999999999999"),
        ("<MsgType><![CDATA[text]]></MsgType>", ""),
    ],
)
def test_payload_that_is_no_message_is_refused_without_quoting_it(old: str, new: str) -> None:
    with pytest.raises(MalformedDeliveryError, match="payload_malformed") as refusal:
        published("text", (old, new), ("this is a test", "家住某小区"))
    assert "某小区" not in f"{refusal.value} {refusal.value.__cause__}"


def test_message_for_another_account_is_refused() -> None:
    with pytest.raises(UntrustedDeliveryError, match="receiver_wrong"):
        published("text", ("toUser", "gh_other"))


def test_redelivery_sealed_anew_has_the_same_id() -> None:
    document = PAYLOADS["text"]["body"].encode()
    bodies = [
        platform.sealed_delivery(WECHAT_SECRETS, document, app_id=SAMPLE_ACCOUNT.app_id, timestamp=build.NOW, nonce=nonce)[1]
        for nonce in ("1", "2")
    ]
    (a,), (b,) = (wechat.parse(SAMPLE_ACCOUNT, WECHAT_SECRETS, raw(SAMPLE_ACCOUNT, body)) for body in bodies)
    assert bodies[0] != bodies[1]
    assert a == b


def test_message_id_is_what_tells_messages_apart() -> None:
    assert published("text", ("1234567890123456", "1234567890123457")).id != published("text").id
    assert published("text", ("1234567890123456", "")).id != published("text").id


@pytest.mark.parametrize(("old", "new"), [("fromUser", "another"), ("123456789", "123456790"), ("subscribe", "unsubscribe")])
def test_events_are_told_apart_by_sender_time_and_name(old: str, new: str) -> None:
    assert published("event.subscribe", (old, new)).id != published("event.subscribe").id


# --- Replies ----------------------------------------------------------------------------------


def test_reply_is_not_escaped() -> None:
    call = wechat.reply_call(wechat_account(), "TOKEN", a_reply("已受理"))
    assert "已受理".encode() in call.body


@pytest.mark.parametrize(("text", "refusal"), [("答" * 682, None), ("答" * 683, "text_too_long")])
def test_text_is_measured_in_bytes(text: str, refusal: str | None) -> None:
    assert wechat.text_refusal(text) == refusal


@pytest.mark.parametrize(
    ("status", "body", "result", "reason"),
    [
        (200, b'{"errcode":0,"errmsg":"ok"}', SendResult.SENT, ""),
        (200, b'{"errcode":-1,"errmsg":"system error"}', SendResult.RETRY, "platform_busy"),
        (200, b'{"errcode":45011}', SendResult.WAIT, "rate_limited"),
        (200, b'{"errcode":40001}', SendResult.REFRESH_TOKEN, "token_rejected"),
        (200, b'{"errcode":42001}', SendResult.REFRESH_TOKEN, "token_rejected"),
        (200, b'{"errcode":45015}', SendResult.GIVE_TO_PERSON, "window_closed"),
        (200, b'{"errcode":45047}', SendResult.GIVE_TO_PERSON, "reply_quota"),
        (200, b'{"errcode":43004}', SendResult.GIVE_TO_PERSON, "not_following"),
        (200, b'{"errcode":45002}', SendResult.GIVE_TO_PERSON, "text_too_long"),
        (200, b'{"errcode":99999}', SendResult.GIVE_TO_PERSON, "refused:99999"),
        (200, b"{}", SendResult.GIVE_TO_PERSON, "outcome_unknown"),
        (200, b"<html>", SendResult.GIVE_TO_PERSON, "outcome_unknown"),
        (503, b"<html>", SendResult.RETRY, "platform_busy"),
        (504, b"<html>", SendResult.GIVE_TO_PERSON, "outcome_unknown"),
    ],
)
def test_answers_are_sorted_by_what_must_be_done(status: int, body: bytes, result: SendResult, reason: str) -> None:
    assert wechat.read_answer(PlatformAnswer(status=status, body=body)) == SendOutcome(result=result, reason=reason)


def token_request(secrets: Mapping[str, str] = WECHAT_SECRETS, **changes: Any) -> TokenRequest:
    source = wechat.token_source(replace(wechat_account(), **changes), secrets)
    assert isinstance(source, TokenRequest)
    return source


@pytest.mark.parametrize(
    ("body", "result", "reason"),
    [
        (b'{"errcode":-1}', SendResult.RETRY, "platform_busy"),
        (b"<html>", SendResult.RETRY, "platform_busy"),
        (b'{"errcode":40125}', SendResult.GIVE_TO_PERSON, "account_misconfigured"),
        (b'{"errcode":40001}', SendResult.GIVE_TO_PERSON, "account_misconfigured"),
        (b'{"errcode":40164}', SendResult.GIVE_TO_PERSON, "account_misconfigured"),
        (b'{"access_token":"","expires_in":7200}', SendResult.GIVE_TO_PERSON, "refused:token_missing"),
        (b'{"access_token":"x"}', SendResult.GIVE_TO_PERSON, "refused:token_missing"),
    ],
)
def test_refused_token_is_sorted_by_what_must_be_done(body: bytes, result: SendResult, reason: str) -> None:
    assert token_request().read(PlatformAnswer(status=200, body=body)) == SendOutcome(result=result, reason=reason)
