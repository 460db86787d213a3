"""The demonstration's channel accounts, with secrets that both sides know: the office and the simulated platform."""

from collections.abc import Mapping
from dataclasses import dataclass

from jiesu.model.message import ChannelAccount


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoAccount:
    """A channel account and its secrets, as they stand in Secrets Manager."""

    account: ChannelAccount
    secrets: Mapping[str, str]
