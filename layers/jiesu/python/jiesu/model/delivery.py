"""What is on its way out, in the words that the desk shows: enough for a person to step in."""

from dataclasses import dataclass
from typing import Literal

from jiesu.model.words import ContactRole, NoticeTemplate, Platform, Transport

NEVER_LEFT = "never_left"
"""Why a person is asked where something was queued again and again and nothing came of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeDescription:
    """A mail or SMS: what it says, and to whom it goes at which address."""

    template: NoticeTemplate
    transport: Transport
    bureau: str
    role: ContactRole
    contact: str
    address: str
    kind: Literal["notice"] = "notice"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyDescription:
    """An answer to a citizen, by the platform it goes through."""

    platform: Platform
    kind: Literal["reply"] = "reply"


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicationDescription:
    """A public post, by the account it stands on."""

    platform: Platform
    account_name: str
    kind: Literal["publication"] = "publication"


DeliveryDescription = NoticeDescription | ReplyDescription | PublicationDescription
