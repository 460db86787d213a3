"""Channel accounts: what a platform's console gives an operator, checked, and the webhook address it wants back."""

import json
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from jiesu.channels import partner
from jiesu.model.message import ChannelAccount
from jiesu.model.words import Platform
from ops.errors import OperatorError

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient

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

PATH_TOKEN_BYTES = 24
"""192 bits: nobody finds a webhook's address by trying."""

_ID = re.compile(r"[a-z0-9][a-z0-9-]{1,39}")
_DOMAIN = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}")
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


def check_account(account: ChannelAccount) -> None:
    """Raises `OperatorError` for a field that no platform would give."""
    if not _ID.fullmatch(account.id):
        raise OperatorError(f"account id {account.id!r} must be 2 to 40 small letters, digits and hyphens")
    for field in ("name", "external_id", "app_id"):
        value = getattr(account, field)
        if not value or value != value.strip() or not value.isprintable():
            raise OperatorError(f"{field} must be one line of text")
    for domain in account.link_domains:
        if not _DOMAIN.fullmatch(domain):
            raise OperatorError(f"link domain {domain!r} must be a host in small letters, such as gaj.example.org")
    if not account.api_base.startswith(("https://", "http://127.0.0.1", "http://localhost")) or account.api_base.endswith("/"):
        raise OperatorError("the API's address must begin with https:// and not end in a slash")


def check_secrets(platform: Platform, secrets: Mapping[str, object]) -> dict[str, str]:
    """The platform's secret fields, all there and no other. Raises `OperatorError`, which names fields and never quotes one."""
    wanted = SECRET_FIELDS[platform]
    missing = [field for field in wanted if not secrets.get(field)]
    optional = [field for field in OPTIONAL_SECRET_FIELDS.get(platform, ()) if secrets.get(field)]
    unknown = [field for field in secrets if field not in (*wanted, *optional)]
    if missing or unknown:
        raise OperatorError(
            "; ".join(
                [f"secret field {field} is missing" for field in missing]
                + [f"secret field {field} is unknown" for field in unknown]
            )
        )
    checked = {}
    for field in (*wanted, *optional):
        value = secrets[field]
        if not isinstance(value, str) or not value.isascii() or not value.isprintable() or " " in value:
            raise OperatorError(f"secret field {field} must be ASCII text without blanks")
        form, words = _SECRET_FORMS.get((platform, field), (None, ""))
        if form is not None and not form.fullmatch(value):
            raise OperatorError(f"secret field {field} must be {words}")
        checked[field] = value
    return checked


def secret_name(stack_name: str, account_id: str) -> str:
    """The functions' roles allow secrets under this prefix, and no others."""
    return f"{stack_name}/channels/{account_id}"


def store_secrets(client: "SecretsManagerClient", name: str, secrets: Mapping[str, str], stack_name: str) -> None:
    """Create the secret, or give an existing one a new version."""
    document = json.dumps(dict(secrets))
    try:
        client.create_secret(Name=name, SecretString=document, Tags=[{"Key": "stack", "Value": stack_name}])
    except client.exceptions.ResourceExistsException:
        client.put_secret_value(SecretId=name, SecretString=document)
    except client.exceptions.InvalidRequestException as error:
        raise OperatorError(f"secret {name} is being deleted: restore it first (aws secretsmanager restore-secret)") from error


def webhook_url(base_url: str, account: ChannelAccount) -> str:
    """What the platform's console asks for. Whoever knows it can call it, so it is shown only on request."""
    return f"{base_url}/webhooks/{account.platform}/{account.path_token}"
