"""What a provider says of a mail or SMS after it took it, and what a case remembers of those that did not arrive."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from jiesu.model.people import Contact
from jiesu.model.words import Transport


class ReceiptKind(StrEnum):
    """`SOFT_BOUNCE`: the provider has given up, though the address may be good. `DELAYED`: it goes on trying."""

    DELIVERED = "delivered"
    DELAYED = "delayed"
    HARD_BOUNCE = "hard_bounce"
    SOFT_BOUNCE = "soft_bounce"
    BLOCKED = "blocked"
    COMPLAINED = "complained"
    OPTED_OUT = "opted_out"

    @property
    def is_undelivered(self) -> bool:
        """The contact has not got it, and will not: somebody else must be told, or by another way."""
        return self in (ReceiptKind.HARD_BOUNCE, ReceiptKind.SOFT_BOUNCE, ReceiptKind.BLOCKED, ReceiptKind.OPTED_OUT)

    @property
    def marks_contact(self) -> bool:
        """The next notice to the same address will fare no better: an administrator has to look at it."""
        return self in (ReceiptKind.HARD_BOUNCE, ReceiptKind.COMPLAINED, ReceiptKind.OPTED_OUT)

    @property
    def label(self) -> str:
        return {
            "delivered": "已送达",
            "delayed": "暂未送达，服务商仍在重试",
            "hard_bounce": "被退回，地址无效",
            "soft_bounce": "被退回，服务商已放弃重试",
            "blocked": "被拦截",
            "complained": "被收件人举报为垃圾信息",
            "opted_out": "收件人已退订",
        }[self.value]


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """One thing that a provider says of one message, by the provider's own reference. `code` is its own word for why."""

    provider: str
    reference: str
    kind: ReceiptKind
    at: datetime
    code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One contact by one transport."""

    contact: Contact
    transport: Transport

    @property
    def address(self) -> str:
        """Empty where the contact cannot be reached so."""
        return (self.contact.email if self.transport is Transport.MAIL else self.contact.phone).strip().casefold()


@dataclass(frozen=True, slots=True, kw_only=True)
class Undelivered:
    """That a notice did not arrive, and by which way the same is told instead. `origin` is the entry that asked for it first."""

    notice_id: str
    origin: int
    way: Way
    following: Way | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactMark:
    """That an address is not to be relied on, to be put right by an administrator."""

    address: str
    kind: ReceiptKind
    at: datetime
    bureau: str
    contact: str
    case_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """When somebody first opened a bureau's link. A mail scanner may have: it is never an acknowledgement."""

    assignment_id: str
    at: datetime
