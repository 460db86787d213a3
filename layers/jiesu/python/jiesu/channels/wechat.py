"""WeChat Official Account: pushed messages in safe mode in, customer-service messages out.

Plain mode is refused: its signature does not cover the body. In safe mode `msg_signature` covers
the ciphertext, so a delivery is known to be WeChat's before it is opened, and the webhook only
verifies. It is opened after the queue: a key that was changed on one side only then costs
no message, because the raw delivery is kept and can be handled again.
https://developers.weixin.qq.com/doc/service/guide/dev/push/encryption.html
"""

import binascii
import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from urllib.parse import urlencode

from jiesu.channels.delivery import (
    NO_HEADERS,
    Headers,
    MalformedDeliveryError,
    Query,
    RawDelivery,
    UntrustedDeliveryError,
    Verified,
    secret_field,
    signed_parameters,
    single,
)
from jiesu.channels.outgoing import (
    TEXT_TOO_LONG,
    AccessToken,
    MediaFile,
    OutgoingCall,
    OutgoingReply,
    PlatformAnswer,
    SendOutcome,
    SendResult,
    TokenRequest,
    json_object,
    media_outcome_by_status,
    outcome_by_status,
)
from jiesu.channels.provider_errors import outcome_by_code
from jiesu.channels.signature import check_fresh, check_signature, sign
from jiesu.channels.wechat_xml import fields_of
from jiesu.model.message import ChannelAccount, Media, Message
from jiesu.model.words import Platform

MAX_REPLY_BYTES = 2_048
"""WeChat refuses a longer text with 45002 without printing the limit; this is the one that its enterprise API documents."""

ACCEPTED = "success"
"""Anything else, or nothing within five seconds, and the citizen reads 该公众号暂时无法提供服务."""

REPEATABLE = False

TOKEN_MARGIN = timedelta(seconds=300)
"""WeChat renews a token in its last five minutes and honours the old one as long: stop using it before."""


def handshake(account: ChannelAccount, secrets: Mapping[str, str], query: Query, now: datetime) -> str:
    """The text that proves to WeChat that this address is ours; never encrypted. Raises `RefusedDeliveryError`."""
    token = secret_field(secrets, "token", account.id)
    given = signed_parameters(query, signature="signature")
    check_signature(given["signature"], sign(token, given["timestamp"], given["nonce"]))
    check_fresh(given["timestamp"], now, digits=10)
    return single(query, "echostr")


def verify(
    account: ChannelAccount,
    secrets: Mapping[str, str],
    query: Query,
    body: bytes,
    now: datetime,
    *,
    headers: Headers = NO_HEADERS,  # noqa: ARG001 - WeChat signs in the query
) -> Verified:
    """Check a delivery in safe mode. Raises `RefusedDeliveryError`.

    `signature` is in the query too, and fits, and says nothing about the body: it is not looked at.
    """
    token = secret_field(secrets, "token", account.id)
    if "msg_signature" not in query:
        raise UntrustedDeliveryError("safe_mode_missing")
    given = signed_parameters(query, signature="msg_signature")
    encrypted = encrypted_of(body)
    expected = sign(token, given["timestamp"], given["nonce"], encrypted)
    check_signature(given["msg_signature"], expected)
    check_fresh(given["timestamp"], now, digits=10)
    _check_sealed(encrypted)
    return Verified(signature=expected, covers_body=True, query=given)


def encrypted_of(body: bytes) -> str:
    """The ciphertext of a delivery. Raises `MalformedDeliveryError`."""
    encrypted = fields_of(body).get("Encrypt", "").strip()
    if not encrypted:
        raise MalformedDeliveryError("cipher_missing")
    return encrypted


def _check_sealed(encrypted: str) -> None:
    """Refuse what cannot be a ciphertext whatever the key: not base 64, or not whole AES blocks."""
    try:
        sealed = binascii.a2b_base64(encrypted, strict_mode=True)
    except ValueError as error:
        raise MalformedDeliveryError("cipher_malformed") from error
    if len(sealed) % 16:
        raise MalformedDeliveryError("cipher_malformed")


def parse(account: ChannelAccount, secrets: Mapping[str, str], delivery: RawDelivery) -> tuple[Message, ...]:
    """The messages of a verified delivery. Raises `RefusedDeliveryError` where it cannot be opened or is not for `account`."""
    # cryptography and pydantic, which the webhook must not pay for
    from jiesu.channels.wechat_crypto import aes_key, decrypt  # noqa: PLC0415
    from jiesu.channels.wechat_payload import messages_of  # noqa: PLC0415

    key = aes_key(secret_field(secrets, "encoding_aes_key", account.id), account.id)
    plain = decrypt(encrypted_of(delivery.body), key=key, app_id=account.app_id)
    return messages_of(account, plain, delivery.received_at)


def text_refusal(text: str) -> str | None:
    """Why WeChat would not take `text`: a reason code, or None."""
    return TEXT_TOO_LONG if len(text.encode()) > MAX_REPLY_BYTES else None


def token_source(account: ChannelAccount, secrets: Mapping[str, str]) -> str | TokenRequest:
    """How to fetch the access token. Never forced: until it is renewed the same call answers the same token.

    https://developers.weixin.qq.com/doc/service/api/base/api_getstableaccesstoken.html
    """
    fields = {
        "grant_type": "client_credential",
        "appid": account.app_id,
        "secret": secret_field(secrets, "app_secret", account.id),
        "force_refresh": False,
    }
    return TokenRequest(call=json_call(f"{account.api_base}/cgi-bin/stable_token", fields), read=read_token)


def read_token(answer: PlatformAnswer) -> AccessToken | SendOutcome:
    """The token of an answer to `token_source`, or what its refusal means for the reply that needs it."""
    value = json_object(answer.body)
    if value is None:
        # Fetching a token again harms nobody, so no answer of a gateway is a mystery here.
        return SendOutcome(result=SendResult.RETRY, reason="platform_busy")
    token, expires_in = value.get("access_token"), value.get("expires_in")
    if isinstance(token, str) and token and isinstance(expires_in, int):
        return AccessToken(value=token, keep=timedelta(seconds=expires_in) - TOKEN_MARGIN)
    outcome = outcome_by_code(Platform.WECHAT, str(value.get("errcode", "token_missing")))
    if outcome.result is SendResult.REFRESH_TOKEN:  # 40001 here means the application's own secret
        return SendOutcome(result=SendResult.GIVE_TO_PERSON, reason="account_misconfigured")
    return outcome


def reply_call(account: ChannelAccount, access_token: str, reply: OutgoingReply) -> OutgoingCall:
    """A customer-service message: five within 48 hours of what the citizen wrote.

    https://developers.weixin.qq.com/doc/service/api/customer/message/api_sendcustommessage
    """
    return json_call(
        f"{account.api_base}/cgi-bin/message/custom/send?{urlencode({'access_token': access_token})}",
        {"touser": reply.citizen_id, "msgtype": "text", "text": {"content": reply.text}},
    )


def read_answer(answer: PlatformAnswer) -> SendOutcome:
    """What WeChat says to a reply: `errcode` is 0 where it was sent. Errors come with HTTP 200."""
    value = json_object(answer.body)
    if value is None or "errcode" not in value:
        return outcome_by_status(answer.status)
    code = str(value["errcode"])
    return SendOutcome(result=SendResult.SENT) if code == "0" else outcome_by_code(Platform.WECHAT, code)


def media_call(account: ChannelAccount, access_token: str, media: Media) -> OutgoingCall:
    """Ask for a temporary file, which WeChat keeps for some days only.

    https://developers.weixin.qq.com/doc/offiaccount/Asset_Management/Get_temporary_materials.html
    """
    query = urlencode({"access_token": access_token, "media_id": media.media_id})
    return OutgoingCall(method="GET", url=f"{account.api_base}/cgi-bin/media/get?{query}", headers={}, body=b"")


def read_media(
    account: ChannelAccount,
    answer: PlatformAnswer,
    *,
    access_token: str,  # noqa: ARG001 - a film's address asks for none
) -> MediaFile | OutgoingCall | SendOutcome:
    """The file; of a film, where it lies. Errors are JSON with HTTP 200, as the address of a film is."""
    value = json_object(answer.body) if answer.body[:1] == b"{" else None
    if value is None:
        return MediaFile(content=answer.body) if answer.status == 200 and answer.body else media_outcome_by_status(answer.status)
    if isinstance(address := value.get("video_url"), str):
        # Nothing but the web, and never less sheltered than the interface that gave the address.
        if not address.startswith(("https://", f"{account.api_base}/")):
            return SendOutcome(result=SendResult.GIVE_TO_PERSON, reason="refused:video_url")
        return OutgoingCall(method="GET", url=address, headers={}, body=b"")
    code = str(value.get("errcode", "errcode_missing"))
    return outcome_by_code(Platform.WECHAT, code)


def json_call(url: str, fields: Mapping[str, object]) -> OutgoingCall:
    """WeChat shows `\\u7b54` to the citizen as it stands, so characters are not escaped."""
    return OutgoingCall(
        method="POST",
        url=url,
        headers={"Content-Type": "application/json; charset=utf-8"},
        body=json.dumps(fields, ensure_ascii=False).encode(),
    )
