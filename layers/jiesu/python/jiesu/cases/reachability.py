"""Whether every bureau has two contacts that answer: one on leave, one whose mailbox is full, and nobody hears of a dispatch."""

from collections.abc import Iterable
from dataclasses import dataclass

from jiesu.model.people import Bureau, Contact
from jiesu.model.receipt import ContactMark

ENOUGH = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreachable:
    """A bureau that too few contacts answer for, with what is wrong with the others, a line each."""

    bureau_code: str
    bureau_name: str
    answering: int
    reasons: tuple[str, ...]


def unreachable(bureaus: Iterable[Bureau], marks: Iterable[ContactMark]) -> tuple[Unreachable, ...]:
    """The bureaus with fewer than `ENOUGH` contacts that have a good address of their own.

    An address is good until a provider says of it that it is none, or that its owner wants nothing; two names with
    the same addresses are one contact.
    """
    by_address = {one.address: one for one in marks}
    found = []
    for bureau in bureaus:
        good: set[frozenset[str]] = set()
        reasons = []
        for contact in bureau.contacts:
            addresses = [_key(one) for one in (contact.email, contact.phone) if one.strip()]
            answering = frozenset(one for one in addresses if one not in by_address)
            if not answering:
                reasons.append(_reason(contact, [by_address[one] for one in addresses]))
            elif any(answering & others for others in good):
                reasons.append(f"{_called(contact)}：与另一位联系人共用邮箱或手机")
            else:
                good.add(answering)
        if len(good) < ENOUGH:
            if len(bureau.contacts) < ENOUGH:
                reasons.append(f"名录中只有 {len(bureau.contacts)} 位联系人")
            found.append(
                Unreachable(bureau_code=bureau.code, bureau_name=bureau.name, answering=len(good), reasons=tuple(reasons))
            )
    return tuple(found)


def _reason(contact: Contact, marks: list[ContactMark]) -> str:
    said = "，".join(f"{'邮箱' if '@' in one.address else '手机'}{one.kind.label}" for one in marks)
    return f"{_called(contact)}：{said or '没有邮箱和手机'}"


def _called(contact: Contact) -> str:
    return f"{contact.role.label} {contact.name}"


def _key(address: str) -> str:
    """As marks name an address."""
    return address.strip().casefold()
