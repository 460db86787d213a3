"""Channel accounts: what a platform's console gives an operator, checked, and the webhook address it wants back."""

import re
import secrets as random_secrets
from collections.abc import Mapping
from dataclasses import dataclass

from jiesu.channels import partner
from jiesu.model.message import ChannelAccount
from jiesu.model.words import Platform
from jiesu.office.reasons import Reason, Report

SECRET_FIELDS: Mapping[Platform, tuple[str, ...]] = {
    Platform.WEIBO: ("app_secret", "access_token"),
    Platform.WECHAT: ("token", "encoding_aes_key", "app_secret"),
    Platform.DOUYIN: ("client_secret", "refresh_token"),
    Platform.PARTNER: ("secret",),
}
"""What each platform's console shows, by the names the functions read."""

OPTIONAL_SECRET_FIELDS: Mapping[Platform, tuple[str, ...]] = {
    Platform.WEIBO: ("operator_ip",),
    Platform.DOUYIN: ("access_token",),
    Platform.PARTNER: ("previous_secret", "reply_secret", "previous_reply_secret"),
}
"""What only some need: Weibo wants the office's own address with every public comment; a partner signs with its old
secret until it has changed over to the new one, and one that takes answers gives the secret that signs them.
"""

API_BASES: Mapping[Platform, str] = {
    Platform.WEIBO: "https://m.api.weibo.com",
    Platform.WECHAT: "https://api.weixin.qq.com",
    Platform.DOUYIN: "https://open.douyin.com",
    Platform.PARTNER: partner.NO_ADDRESS,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Needed:
    """What of a platform's console an account is made of, for whoever fills in the form."""

    external_id: str
    app_id: str
    secrets: Mapping[str, str]
    webhook: str


NEEDED: Mapping[Platform, Needed] = {
    Platform.WEIBO: Needed(
        external_id="微博 uid，数字",
        app_id="AppKey",
        secrets={
            "app_secret": "AppSecret",
            "access_token": "账号授权后的 access_token",
            "operator_ip": "本单位的公网地址，没有它不能公开评论",
        },
        webhook="粉丝服务的消息推送地址",
    ),
    Platform.WECHAT: Needed(
        external_id="公众号原始 ID，gh_ 开头",
        app_id="AppID",
        secrets={
            "token": "服务器配置的 Token",
            "encoding_aes_key": "服务器配置的 EncodingAESKey（安全模式）",
            "app_secret": "AppSecret",
        },
        webhook="服务器配置的 URL",
    ),
    Platform.DOUYIN: Needed(
        external_id="授权账号的 open_id",
        app_id="应用的 client_key",
        secrets={
            "client_secret": "应用的 client_secret",
            "refresh_token": "账号授权后的 refresh_token",
            "access_token": "不能续期时才填",
        },
        webhook="应用的 Webhooks 地址",
    ),
    Platform.PARTNER: Needed(
        external_id="合作方给账号的编号",
        app_id="合作方给应用的编号",
        secrets={
            "secret": "合作方签名用的密钥，base64",
            "previous_secret": "更换期间仍有效的前一个",
            "reply_secret": "答复签名用的密钥，合作方接收答复时才填",
            "previous_reply_secret": "更换期间仍有效的前一个",
        },
        webhook="合作方推送留言的地址",
    ),
}

PATH_TOKEN_BYTES = 24
"""192 bits: nobody finds a webhook's address by trying."""

_ID = re.compile(r"[a-z0-9][a-z0-9-]{1,39}")
_DOMAIN = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}")
_LINES: Mapping[str, str] = {"name": "名称", "external_id": "平台上的账号编号", "app_id": "应用编号"}
"""The fields of one line, as the desk's form names them."""

_WEBHOOK_SECRET = (
    re.compile(r"(?:whsec_)?(?:[A-Za-z0-9+/]{4}){8,22}(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?"),
    "base 64 of 24 to 64 bytes",
)
_SECRET_FORMS = {
    (Platform.PARTNER, "secret"): _WEBHOOK_SECRET,
    (Platform.PARTNER, "previous_secret"): _WEBHOOK_SECRET,
    (Platform.PARTNER, "reply_secret"): _WEBHOOK_SECRET,
    (Platform.PARTNER, "previous_reply_secret"): _WEBHOOK_SECRET,
    (Platform.WECHAT, "token"): (re.compile(r"[A-Za-z0-9]{3,32}"), "3 to 32 letters and digits"),
    (Platform.WECHAT, "encoding_aes_key"): (re.compile(r"[A-Za-z0-9]{43}"), "43 letters and digits"),
}
_IN_CHINESE = {
    "base 64 of 24 to 64 bytes": "24 到 64 字节的 base64",
    "3 to 32 letters and digits": "3 到 32 个字母和数字",
    "43 letters and digits": "43 个字母和数字",
}


def new_path_token() -> str:
    """The part of a webhook's address that nobody guesses."""
    return random_secrets.token_urlsafe(PATH_TOKEN_BYTES)


def secret_name(prefix: str, account_id: str) -> str:
    """Where an account's secrets lie; the functions' roles allow secrets under `prefix`, and no others."""
    return f"{prefix}{account_id}"


def webhook_address(base_url: str, account: ChannelAccount) -> str:
    """What the platform's console asks for. Whoever knows it can call it, so it is shown only on request."""
    return f"{base_url}/webhooks/{account.platform}/{account.path_token}"


def read_account(account: ChannelAccount, report: Report) -> None:
    """Reports each field that no platform would give."""
    if not _ID.fullmatch(account.id):
        report(
            Reason(
                f"account id {account.id!r} must be 2 to 40 small letters, digits and hyphens",
                "账号代号要用 2 到 40 个小写字母、数字和连字符",
            )
        )
    for field, name in _LINES.items():
        value = getattr(account, field)
        if not value or value != value.strip() or not value.isprintable():
            report(Reason(f"{field} must be one line of text", f"{name}要是一行文字"))
    for domain in account.link_domains:
        if not _DOMAIN.fullmatch(domain):
            report(
                Reason(
                    f"link domain {domain!r} must be a host in small letters, such as gaj.example.org",
                    f"「{domain}」不是域名，应写成 gaj.example.org 这样的小写域名",
                )
            )
    if not account.api_base.startswith(("https://", "http://127.0.0.1", "http://localhost")) or account.api_base.endswith("/"):
        report(
            Reason(
                "the API's address must begin with https:// and not end in a slash",
                "接口地址要以 https:// 开头，末尾不带斜线",
            )
        )


def read_secrets(platform: Platform, secrets: Mapping[str, object], report: Report) -> dict[str, str] | None:
    """The platform's secret fields, all there and no other; None after problems, which name fields and never quote one."""
    wanted = SECRET_FIELDS[platform]
    optional = [field for field in OPTIONAL_SECRET_FIELDS.get(platform, ()) if secrets.get(field)]
    problems = [
        Reason(f"secret field {field} is missing", f"请填写密钥 {field}") for field in wanted if not secrets.get(field)
    ] + [
        Reason(f"secret field {field} is unknown", f"这个平台没有密钥 {field}")
        for field in secrets
        if field not in (*wanted, *optional)
    ]
    for field in (*wanted, *optional) if not problems else ():
        value = secrets[field]
        form, words = _SECRET_FORMS.get((platform, field), (None, ""))
        if not isinstance(value, str) or not value.isascii() or not value.isprintable() or " " in value:
            problems.append(
                Reason(f"secret field {field} must be ASCII text without blanks", f"密钥 {field} 只能是没有空格的英文字符")
            )
        elif form is not None and not form.fullmatch(value):
            problems.append(Reason(f"secret field {field} must be {words}", f"密钥 {field} 的形式不对：{_IN_CHINESE[words]}"))
    for problem in problems:
        report(problem)
    return None if problems else {field: str(secrets[field]) for field in (*wanted, *optional)}


def account_in_words(account: ChannelAccount) -> dict[str, str]:
    """What a person compares. Of the webhook's address only so much that a new one shows."""
    return {
        "平台": account.platform.label,
        **{name: getattr(account, field) for field, name in _LINES.items()},
        "接口地址": account.api_base,
        "安全域名": "、".join(account.link_domains),
        "文章封面素材": account.cover_media_id,
        "回调地址": f"{account.path_token[:4]}…" if account.path_token else "保存时生成",
        "状态": "停用" if account.is_off else "启用",
    }
