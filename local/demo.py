"""The demonstration office: its accounts, its people and their secrets, made up at the first start and kept.

The secrets are random and worth nothing: the platforms that know them live on this machine.
"""

import base64
import json
import secrets
import string
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final

from jiesu.model.message import ChannelAccount
from jiesu.model.words import Platform, UserRole

OFFICE_NAME: Final = "平安北京（演示）"
MAIL_SENDER: Final = "notices@example.org"
REPLY_DOMAIN: Final = "reply.example.org"


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoAccount:
    """A channel account and its secrets, as they stand in Secrets Manager."""

    account: ChannelAccount
    secrets: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoUser:
    """A person who can sign in; `display_name` is what the pages call them, `bureau` the code of theirs."""

    name: str
    display_name: str
    password: str
    role: UserRole
    bureau: str = ""

    @property
    def groups(self) -> tuple[str, ...]:
        """The groups at the issuer that say all this."""
        return (self.role.value, *((f"bureau-{self.bureau}",) if self.bureau else ()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Demo:
    """One demonstration. `port` is the first of its ports: stored addresses contain them, so it keeps them."""

    port: int
    accounts: tuple[DemoAccount, ...]
    users: tuple[DemoUser, ...]

    def account(self, platform: Platform) -> DemoAccount:
        """The account on `platform`."""
        return next(one for one in self.accounts if one.account.platform is platform)

    def user(self, role: UserRole) -> DemoUser:
        """The person who signs in with `role`."""
        return next(one for one in self.users if one.role is role)


def load(path: Path) -> Demo | None:
    """The demonstration kept at `path`, if there is one."""
    if not path.exists():
        return None
    kept = json.loads(path.read_text(encoding="utf-8"))
    return Demo(
        port=kept["port"],
        accounts=tuple(
            DemoAccount(
                account=_account(one["account"]),
                secrets=one["secrets"],
            )
            for one in kept["accounts"]
        ),
        users=tuple(DemoUser(**{**one, "role": UserRole(one["role"])}) for one in kept["users"]),
    )


def _account(kept: dict[str, Any]) -> ChannelAccount:
    platform, domains = Platform(kept["platform"]), tuple(kept.get("link_domains", ()))
    return ChannelAccount(**{**kept, "platform": platform, "link_domains": domains})


def make(path: Path, *, port: int, world_url: str, stack_name: str) -> Demo:
    """Make up a demonstration and keep it at `path`, readable by its owner only."""
    demo = Demo(
        port=port,
        accounts=tuple(make_account(world_url, stack_name) for make_account in _ACCOUNTS.values()),
        users=_users(),
    )
    _keep(demo, path)
    return demo


def complete(demo: Demo, path: Path, *, world_url: str, stack_name: str) -> Demo:
    """`demo` with an account on each platform and a person of each role that an older version did not know, kept at `path`."""
    known = {one.account.platform for one in demo.accounts}
    more = tuple(make_account(world_url, stack_name) for platform, make_account in _ACCOUNTS.items() if platform not in known)
    roles = {one.role for one in demo.users}
    others = tuple(one for one in _users() if one.role not in roles)
    if more or others:
        demo = replace(demo, accounts=(*demo.accounts, *more), users=(*demo.users, *others))
        _keep(demo, path)
    return demo


def _users() -> tuple[DemoUser, ...]:
    return (
        DemoUser(name="xiaobian", display_name="小编一", password=_password(), role=UserRole.EDITOR),
        DemoUser(name="zhiban", display_name="值班领导", password=_password(), role=UserRole.SUPERVISOR),
        DemoUser(name="zhihui", display_name="指挥中心值班员", password=_password(), role=UserRole.COMMAND),
        DemoUser(name="yunwei", display_name="运维人员", password=_password(), role=UserRole.ADMIN),
        DemoUser(name="fengtai", display_name="丰台值班员", password=_password(), role=UserRole.BUREAU, bureau="FT"),
    )


def _weibo(world_url: str, stack_name: str) -> DemoAccount:
    account = ChannelAccount(
        id="weibo-pinganbeijing",
        platform=Platform.WEIBO,
        name="平安北京",
        external_id="989000000001",
        app_id="9890000001",
        path_token=secrets.token_urlsafe(24),
        secret_name=f"{stack_name}/channels/weibo-pinganbeijing",
        api_base=f"{world_url}/weibo",
        link_domains=("gaj.example.org",),
    )
    return DemoAccount(
        account=account,
        secrets={
            "app_secret": secrets.token_hex(16),
            "access_token": f"2.00{secrets.token_urlsafe(21)}",
            "operator_ip": "127.0.0.1",
        },
    )


def _wechat(world_url: str, stack_name: str) -> DemoAccount:
    account = ChannelAccount(
        id="wechat-pinganbeijing",
        platform=Platform.WECHAT,
        name="平安北京",
        external_id="gh_demo00000001",
        app_id="wxdemo0000000001",
        path_token=secrets.token_urlsafe(24),
        secret_name=f"{stack_name}/channels/wechat-pinganbeijing",
        api_base=f"{world_url}/wechat",
        cover_media_id="demo-cover",
    )
    return DemoAccount(
        account=account,
        secrets={
            "token": secrets.token_hex(16),
            "encoding_aes_key": "".join(secrets.choice(string.ascii_letters + string.digits) for _ in range(43)),
            "app_secret": secrets.token_hex(16),
        },
    )


def _douyin(world_url: str, stack_name: str) -> DemoAccount:
    account = ChannelAccount(
        id="douyin-pinganbeijing",
        platform=Platform.DOUYIN,
        name="平安北京",
        external_id="demo-open-id-of-the-office",
        app_id="ttdemo0000000001",
        path_token=secrets.token_urlsafe(24),
        secret_name=f"{stack_name}/channels/douyin-pinganbeijing",
        api_base=f"{world_url}/douyin",
    )
    return DemoAccount(
        account=account,
        secrets={
            "client_secret": secrets.token_hex(16),
            "access_token": f"act.{secrets.token_hex(32)}",
            "refresh_token": f"rft.{secrets.token_hex(32)}",
        },
    )


def _partner(world_url: str, stack_name: str) -> DemoAccount:
    account = ChannelAccount(
        id="partner-district",
        platform=Platform.PARTNER,
        name="区融媒体中心",
        external_id="demo-district",
        app_id="demo-district",
        path_token=secrets.token_urlsafe(24),
        secret_name=f"{stack_name}/channels/partner-district",
        api_base=f"{world_url}/partner/partner-district",
    )
    return DemoAccount(account=account, secrets={"secret": _webhook_secret(), "reply_secret": _webhook_secret()})


_ACCOUNTS: Final[Mapping[Platform, Callable[[str, str], DemoAccount]]] = {
    Platform.WEIBO: _weibo,
    Platform.WECHAT: _wechat,
    Platform.DOUYIN: _douyin,
    Platform.PARTNER: _partner,
}
"""What makes up the account of each platform, by the world's address and the stack's name."""


def _webhook_secret() -> str:
    return f"whsec_{base64.b64encode(secrets.token_bytes(32)).decode()}"


def _keep(demo: Demo, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    path.write_text(json.dumps(_fields(demo), ensure_ascii=False, indent=2), encoding="utf-8")


def _password() -> str:
    """Twelve characters and more, with what the pool's policy asks for."""
    return f"Demo-{secrets.token_hex(5)}-1"


def _fields(demo: Demo) -> dict[str, Any]:
    return {
        "port": demo.port,
        "accounts": [{"account": asdict(one.account), "secrets": dict(one.secrets)} for one in demo.accounts],
        "users": [asdict(one) for one in demo.users],
    }
