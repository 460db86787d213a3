"""The address by which an answer to a notice finds its assignment: `reply+<case>.<signature>@<domain>`.

The signature is of one assignment of the case, so that nobody can make an address up. It is no
permission: mail alone never acts, and whoever reads a mailbox or a forwarded mail knows the address.
Mail servers may change the case of letters, so nothing depends on that; an assignment's id, which
may be long and in any script, is found by its signature and stands in no address.
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Iterable

from jiesu.model.errors import PermanentError
from jiesu.model.numbers import is_case_id

_LABEL = b"jiesu.reply-address.v1\x00"
_LOCAL = "reply+"
_MAC_BYTES = 10
"""Eighty bits, sixteen letters of base 32: what is tried by mail is tried slowly."""


class ReplyAddressForgedError(PermanentError):
    """The address was not made with this secret, was changed on its way, or is of no assignment that exists."""

    def __init__(self) -> None:
        super().__init__("reply_address_forged")


def make_reply_address(secret: bytes, *, case_id: str, assignment_id: str, domain: str) -> str:
    """The address, the same for the same arguments; 36 characters before the @, where mail allows 64."""
    return f"{_LOCAL}{case_id.lower()}.{_mac(secret, case_id, assignment_id)}@{domain}"


def is_reply_address(address: str, domain: str) -> bool:
    """Whether `address` has the form of one of ours at `domain`, genuine or not."""
    local, at = _parts(address)
    return at == domain.lower() and local.startswith(_LOCAL)


def case_of(address: str) -> str:
    """The case that `address` names, which says nothing yet of its being genuine. Raises `ReplyAddressForgedError`."""
    local, _ = _parts(address)
    case_id = local.removeprefix(_LOCAL).partition(".")[0].upper()
    if not local.startswith(_LOCAL) or not is_case_id(case_id):
        raise ReplyAddressForgedError
    return case_id


def assignment_of(secret: bytes, address: str, assignment_ids: Iterable[str]) -> str:
    """Which of the case's assignments `address` was made for. Raises `ReplyAddressForgedError`."""
    case_id = case_of(address)
    mac = _parts(address)[0].rpartition(".")[2]
    for one in assignment_ids:
        if hmac.compare_digest(mac.encode(), _mac(secret, case_id, one).encode()):
            return one
    raise ReplyAddressForgedError


def _parts(address: str) -> tuple[str, str]:
    local, _, at = address.strip().lower().rpartition("@")
    return local, at


def _mac(secret: bytes, case_id: str, assignment_id: str) -> str:
    digest = hmac.digest(secret, _LABEL + json.dumps([case_id, assignment_id]).encode(), hashlib.sha256)
    return base64.b32encode(digest[:_MAC_BYTES]).decode().lower()
