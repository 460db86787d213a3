"""What a bureau says by mail: noted, shown to an editor, and no act of the bureau's until an editor takes it for one."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

BUREAU_MAIL = "bureau_mail"
BUREAU_PAGE = "bureau_page"
"""Both stand for the account in what is said of where a file came from; the sender, or who gave the code, is behind it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IncomingFile:
    """One attached file as it was named by whoever sent it."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachedFile:
    """One file that a bureau sent, as its entry has it; `sha256` is empty where it is not kept by itself, `reason` says why."""

    name: str
    size_bytes: int
    media_type: str = ""
    sha256: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BureauMail:
    """An answer by mail to one assignment.

    `sender` is what the mail claims; `contact` is whose address that is by the assignment's contacts, empty where nobody's.
    `text` is what was written, without quotes; `is_cut` where it was longer. `original` is the hash of the whole mail.
    """

    id: str
    assignment_id: str
    sender: str
    sender_name: str
    contact: str
    text: str
    original: str
    received_at: datetime
    is_cut: bool = False
    files: tuple[AttachedFile, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class BureauMailAccepted:
    """An editor took a mail for the bureau's report on the way; `contacted` as of `Progressed`."""

    assignment_id: str
    mail_id: str
    text: str
    contacted: bool = False
    kind: Literal["bureau_mail_accepted"] = "bureau_mail_accepted"
