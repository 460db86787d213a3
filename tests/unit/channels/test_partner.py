"""Standard Webhooks: its published vector, two secrets at once, hostile headers, and our payload."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from jiesu.channels import partner
from jiesu.channels.delivery import (
    AccountMisconfiguredError,
    MalformedDeliveryError,
    RefusedDeliveryError,
    UntrustedDeliveryError,
)
from jiesu.channels.outgoing import NoReplyWayError, PlatformAnswer, SendOutcome, SendResult, reason_label
from jiesu.model.message import Message
from jiesu.model.words import ContentType, MessageKind
from local.platforms import partner as platform
from tests import builders as build
from tests.unit.channels.accounts import PARTNER_SECRETS, a_reply, as_headers, partner_account, raw
from tests.unit.channels.test_douyin import compact
from tests.vectors import PUBLISHED

VECTOR = PUBLISHED["partner"]["signature"]
ACCOUNT = partner_account()
OLD = {"secret": PARTNER_SECRETS["previous_secret"]}
SENT = platform.message(message_id="message-1", citizen_id="citizen-1", text="小区停水三天", sent_at=build.NOW)


def signed(secrets: dict[str, str] = PARTNER_SECRETS) -> tuple[bytes, dict[str, str]]:
    _, body, headers = platform.signed_delivery(secrets, SENT, timestamp=build.NOW, message_id="delivery-1")
    return body, headers


def verify(body: bytes, headers: dict[str, str], secrets: dict[str, str] = PARTNER_SECRETS) -> None:
    partner.verify(ACCOUNT, secrets, {}, body, build.NOW, headers=as_headers(headers))


def parsed(payload: dict[str, Any], delivery_id: str = "delivery-1") -> Message:
    delivery = replace(raw(ACCOUNT, compact(payload)), headers={"webhook-id": delivery_id})
    (message,) = partner.parse(ACCOUNT, PARTNER_SECRETS, delivery)
    return message


def with_data(**changes: object) -> dict[str, Any]:
    data = SENT["data"]
    assert isinstance(data, dict)
    return {**SENT, "data": {**data, **changes}}


def vector_headers(signature: str) -> dict[str, str]:
    return {"webhook-id": VECTOR["id"], "webhook-timestamp": VECTOR["timestamp"], "webhook-signature": signature}


def verify_vector(signature: str) -> None:
    then = datetime.fromtimestamp(int(VECTOR["timestamp"]), UTC)
    secrets, headers = {"secret": VECTOR["secret"]}, as_headers(vector_headers(signature))
    partner.verify(ACCOUNT, secrets, {}, VECTOR["body"].encode(), then, headers=headers)


def test_published_signature_is_taken_alone_and_among_others() -> None:
    verify_vector(VECTOR["signature"])
    verify_vector(f"v1a,AAAA v1,AAAA {VECTOR['signature']}")


def test_published_wrong_signature_is_refused() -> None:
    with pytest.raises(UntrustedDeliveryError, match="signature_wrong") as refused:
        verify_vector(VECTOR["wrong_signature"])
    assert refused.value.status == 401


def test_published_header_example_is_understood_and_refused_without_its_secret() -> None:
    sample = PUBLISHED["partner"]["headers"]
    headers = {f"webhook-{name}": sample[name] for name in ("id", "timestamp", "signature")}
    with pytest.raises(UntrustedDeliveryError, match="signature_wrong"):
        verify(sample["body"].encode(), headers)


def test_both_secrets_are_valid_while_a_partner_changes_over() -> None:
    verify(*signed())
    verify(*signed(OLD))
    with pytest.raises(UntrustedDeliveryError, match="signature_wrong"):
        verify(*signed(OLD), secrets={"secret": PARTNER_SECRETS["secret"]})


@pytest.mark.parametrize("minutes", [-6, 6])
def test_delivery_of_another_time_is_refused(minutes: int) -> None:
    at = build.NOW + timedelta(minutes=minutes)
    _, body, headers = platform.signed_delivery(PARTNER_SECRETS, SENT, timestamp=at, message_id="delivery-1")
    with pytest.raises(UntrustedDeliveryError, match="timestamp_stale") as refused:
        verify(body, headers)
    assert refused.value.status == 401


@pytest.mark.parametrize("name", ["webhook-id", "webhook-timestamp", "webhook-signature"])
@pytest.mark.parametrize(
    "value", [None, "", "a.b", "v1", "v1,", "v1,\u00e9", "\ud800", "1e9", "-1", "9" * 5_000, "v1," + "=" * 90]
)
def test_hostile_header_is_refused(name: str, value: str | None) -> None:
    body, headers = signed()
    changed = {key: old for key, old in {**headers, name: value}.items() if old is not None}
    with pytest.raises(RefusedDeliveryError) as refused:
        verify(body, changed)
    assert refused.value.status in (400, 401)


def test_bytes_cannot_be_moved_between_id_and_time() -> None:
    body, headers = signed()
    stamp = headers["webhook-timestamp"]
    seconds = int(stamp)
    moved = {
        "webhook-id": f"delivery-1.{stamp}",
        "webhook-timestamp": stamp,
        "webhook-signature": platform.signature(PARTNER_SECRETS["secret"], f"delivery-1.{stamp}", seconds, body),
    }
    with pytest.raises(UntrustedDeliveryError, match="signature_wrong"):
        verify(body, moved)


@pytest.mark.parametrize("secret", ["", "whsec_", "whsec_short", "whsec_c2hvcnQ=", "whsec_\u00e9"])
def test_account_without_a_proper_secret_is_misconfigured(secret: str) -> None:
    with pytest.raises(AccountMisconfiguredError):
        verify(*signed(), secrets={"secret": secret})


def test_payload_is_a_message_of_the_citizen() -> None:
    message = parsed(
        with_data(kind="comment", post_url="https://post.example.org/1", platform_name="头条号", citizen_name="网民")
    )
    assert message.nickname == "网民"
    assert parsed(with_data(citizen_name=["网民"])).nickname == ""  # a name must not cost a message
    assert (message.citizen_id, message.kind, message.text, message.post_id, message.sent_at) == (
        "citizen-1",
        MessageKind.COMMENT,
        "小区停水三天",
        "https://post.example.org/1",
        build.NOW,
    )


def test_message_sent_again_in_another_delivery_is_the_same() -> None:
    assert parsed(SENT, "delivery-1").id == parsed({**SENT, "timestamp": "later"}, "delivery-2").id


def test_type_that_is_not_known_is_kept() -> None:
    message = parsed({"type": "contact.created", "data": {}})
    assert message.content_type is ContentType.UNKNOWN
    assert message.id == parsed({"type": "contact.created", "data": {}}).id


@pytest.mark.parametrize(
    "change",
    [{"id": ""}, {"citizen_id": 7}, {"kind": "shout"}, {"text": None, "sent_at": "now"}, {"sent_at": "2026-11-23T09:30:00"}],
)
def test_data_that_make_no_sense_are_refused(change: dict[str, object]) -> None:
    with pytest.raises(MalformedDeliveryError, match="payload_malformed"):
        parsed(with_data(**change))


# --- Answers ------------------------------------------------------------------------------------

ANSWERING = replace(ACCOUNT, api_base="https://district.example.org/answers")
REPLY_SECRETS = {**PARTNER_SECRETS, "reply_secret": PARTNER_SECRETS["secret"]}


def test_partner_without_an_address_leaves_the_answer_to_a_person() -> None:
    with pytest.raises(NoReplyWayError, match="partner_has_no_reply"):
        partner.token_source(ACCOUNT, REPLY_SECRETS)
    assert "人工答复" in reason_label("partner_has_no_reply")


def test_partner_with_an_address_and_no_secret_for_it_is_misconfigured() -> None:
    with pytest.raises(AccountMisconfiguredError, match="secret_field_missing"):
        partner.token_source(ANSWERING, PARTNER_SECRETS)


def test_answer_is_a_signed_delivery_that_says_whom_it_is_for() -> None:
    secrets = {**REPLY_SECRETS, "previous_reply_secret": PARTNER_SECRETS["previous_secret"]}
    proof = partner.token_source(ANSWERING, secrets)
    assert isinstance(proof, str)
    call = partner.reply_call(ANSWERING, proof, a_reply("已转分局办理", to="u-5531", handle="https://post.example.org/1"))
    assert (call.method, call.url) == ("POST", "https://district.example.org/answers")
    assert json.loads(call.body) == {
        "type": "reply.created",
        "timestamp": build.NOW.isoformat(),
        "data": {"id": "e1.reply", "citizen_id": "u-5531", "text": "已转分局办理", "post_url": "https://post.example.org/1"},
    }
    assert call.headers["webhook-id"] == "e1-reply"
    seconds = int(call.headers["webhook-timestamp"])
    assert seconds == int(build.NOW.timestamp())
    assert call.headers["webhook-signature"].split(" ") == [
        platform.signature(PARTNER_SECRETS[name], "e1-reply", seconds, call.body) for name in ("secret", "previous_secret")
    ]


@pytest.mark.parametrize(
    ("status", "result", "reason"),
    [
        (200, SendResult.SENT, ""),
        (204, SendResult.SENT, ""),
        (302, SendResult.GIVE_TO_PERSON, "refused:http_302"),
        (400, SendResult.GIVE_TO_PERSON, "refused:http_400"),
        (401, SendResult.REFRESH_TOKEN, "token_rejected"),
        (408, SendResult.RETRY, "platform_busy"),
        (410, SendResult.GIVE_TO_PERSON, "partner_has_no_reply"),
        (429, SendResult.RETRY, "platform_busy"),
        (500, SendResult.RETRY, "platform_busy"),
        (504, SendResult.RETRY, "platform_busy"),
    ],
)
def test_partners_status_says_what_to_do(status: int, result: SendResult, reason: str) -> None:
    assert partner.read_answer(PlatformAnswer(status=status, body=b"")) == SendOutcome(result=result, reason=reason)


def test_long_answer_is_refused() -> None:
    assert partner.text_refusal("长" * 5_001) == "text_too_long"
    assert partner.text_refusal("长" * 5_000) is None
