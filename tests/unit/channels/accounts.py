"""Accounts with secrets, and deliveries that their platforms signed."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from jiesu.channels.delivery import Headers, Query, RawDelivery
from jiesu.channels.outgoing import OutgoingReply
from jiesu.model.message import ChannelAccount
from jiesu.model.words import Platform
from tests import builders as build

WEIBO_SECRETS = {"app_secret": "weibo-app-secret-for-tests", "access_token": "weibo-token-for-tests"}
WECHAT_SECRETS = {
    "token": "wechatTokenForTests",
    "encoding_aes_key": "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG",
    "app_secret": "wechat-app-secret-for-tests",
}
DOUYIN_SECRETS = {"client_secret": "douyin-client-secret-for-tests", "access_token": "douyin-token-for-tests"}
PARTNER_SECRETS = {
    "secret": "whsec_bmV3IHNlY3JldCBvZiBhIHBhcnRuZXIgZm9yIHRlc3Rz",
    "previous_secret": "whsec_b2xkIHNlY3JldCBvZiBhIHBhcnRuZXIgZm9yIHRlc3Rz",
}


def weibo_account(external_id: str = "1000000001") -> ChannelAccount:
    return build.an_account(external_id=external_id)


def wechat_account(external_id: str = "gh_0123456789ab", app_id: str = "wx0123456789abcdef") -> ChannelAccount:
    return build.an_account(
        id="wechat-main",
        platform=Platform.WECHAT,
        external_id=external_id,
        app_id=app_id,
        path_token="p4thT0kenOfTheWechatAccount",
        secret_name="jiesu/channels/wechat-main",
        api_base="https://wechat.example.org",
    )


def publishing_weibo_account(link_domains: tuple[str, ...] = ("gaj.example.org",)) -> ChannelAccount:
    """One that may post links to the office's own site."""
    return replace(weibo_account(), link_domains=link_domains)


def publishing_wechat_account(external_id: str = "gh_0123456789ab", cover_media_id: str = "cover-for-tests") -> ChannelAccount:
    """One that has a cover for its articles."""
    return replace(wechat_account(external_id), cover_media_id=cover_media_id)


def douyin_account(external_id: str = "open-id-of-the-office", app_id: str = "client-key-for-tests") -> ChannelAccount:
    return build.an_account(
        id="douyin-main",
        platform=Platform.DOUYIN,
        external_id=external_id,
        app_id=app_id,
        path_token="p4thT0kenOfTheDouyinAccount",
        secret_name="jiesu/channels/douyin-main",
        api_base="https://douyin.example.org",
    )


def partner_account() -> ChannelAccount:
    return build.an_account(
        id="partner-district",
        platform=Platform.PARTNER,
        external_id="district",
        app_id="district",
        path_token="p4thT0kenOfThePartnerAccount",
        secret_name="jiesu/channels/partner-district",
        api_base="https://partner.invalid",
    )


def a_reply(text: str, *, to: str = "citizen", handle: str | None = None) -> OutgoingReply:
    """A private answer of the office's."""
    return OutgoingReply(id="e1.reply", citizen_id=to, text=text, at=build.NOW, handle=handle)


def as_headers(headers: Mapping[str, str]) -> Headers:
    """Headers as the webhook reads them from a gateway's event."""
    return {name.lower(): [value] for name, value in headers.items()}


def as_query(parameters: Mapping[str, str]) -> Query:
    """Parameters as a gateway gives them, each with a list of values."""
    return {name: [value] for name, value in parameters.items()}


def raw(account: ChannelAccount, body: bytes, received_at: datetime = build.NOW) -> RawDelivery:
    """A verified delivery as it comes out of the inbox."""
    return RawDelivery(account_id=account.id, platform=account.platform, body=body, query={}, received_at=received_at)
