"""The demonstration office: its accounts, its people and their secrets, made up at the first start and kept.

The secrets are random and worth nothing: the platforms that know them live on this machine.
"""

import json
import secrets
import string
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from jiesu.model.message import ChannelAccount
from jiesu.model.words import Platform, UserRole

OFFICE_NAME: Final = "平安北京(演示)"
MAIL_SENDER: Final = "notices@example.org"


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoAccount:
    """A channel account and its secrets, as they stand in Secrets Manager."""

    account: ChannelAccount
    secrets: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoUser:
    """A person who can sign in at the desk; `display_name` is what the desk calls them."""

    name: str
    display_name: str
    password: str
    role: UserRole


@dataclass(frozen=True, slots=True, kw_only=True)
class Demo:
    """One demonstration. `port` is the first of its ports: stored addresses contain them, so it keeps them."""

    port: int
    accounts: tuple[DemoAccount, ...]
    users: tuple[DemoUser, ...]

    def account(self, platform: Platform) -> DemoAccount:
        """The account on `platform`."""
        return next(one for one in self.accounts if one.account.platform is platform)


def load(path: Path) -> Demo | None:
    """The demonstration kept at `path`, if there is one."""
    if not path.exists():
        return None
    kept = json.loads(path.read_text(encoding="utf-8"))
    return Demo(
        port=kept["port"],
        accounts=tuple(
            DemoAccount(
                account=ChannelAccount(**{**one["account"], "platform": Platform(one["account"]["platform"])}),
                secrets=one["secrets"],
            )
            for one in kept["accounts"]
        ),
        users=tuple(DemoUser(**{**one, "role": UserRole(one["role"])}) for one in kept["users"]),
    )


def make(path: Path, *, port: int, world_url: str, stack_name: str) -> Demo:
    """Make up a demonstration and keep it at `path`, readable by its owner only."""
    demo = Demo(
        port=port,
        accounts=(_weibo(world_url, stack_name), _wechat(world_url, stack_name)),
        users=(
            DemoUser(name="xiaobian", display_name="小编一", password=_password(), role=UserRole.EDITOR),
            DemoUser(name="zhiban", display_name="值班领导", password=_password(), role=UserRole.SUPERVISOR),
        ),
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    path.write_text(json.dumps(_fields(demo), ensure_ascii=False, indent=2), encoding="utf-8")
    return demo


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
    )
    return DemoAccount(
        account=account,
        secrets={
            "token": secrets.token_hex(16),
            "encoding_aes_key": "".join(secrets.choice(string.ascii_letters + string.digits) for _ in range(43)),
            "app_secret": secrets.token_hex(16),
        },
    )


def _password() -> str:
    """Twelve characters and more, with what the pool's policy asks for."""
    return f"Demo-{secrets.token_hex(5)}-1"


def _fields(demo: Demo) -> dict[str, Any]:
    return {
        "port": demo.port,
        "accounts": [{"account": asdict(one.account), "secrets": dict(one.secrets)} for one in demo.accounts],
        "users": [asdict(one) for one in demo.users],
    }
