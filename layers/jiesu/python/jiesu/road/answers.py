"""Mails that come in: to the assignment that their address names, or to a person.

    mail ──┬─ a delivery report ────────────────▶ the receipts queue
           ├─ a machine's, or a stranger's spam ▶ counted; it stays in the bucket
           ├─ to a genuine address ─────────────▶ its original and its files in the vault, an entry and a task on the case
           └─ anything else ────────────────────▶ parked, with what can be read of it

Each step may be done again. Nothing is deleted here: the bucket keeps every mail for as long as messages are kept.
"""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Literal
from urllib.parse import unquote_plus

from jiesu.cases.mails import MAX_TEXT, ReceiveBureauMail
from jiesu.model.case import Assignment
from jiesu.model.errors import CommandRefusedError, PermanentError
from jiesu.model.evidence import Evidence
from jiesu.model.mail import BUREAU_MAIL, BureauMail
from jiesu.model.people import Actor
from jiesu.model.words import ActorKind, ContentType
from jiesu.notices.dsn import read_dsn
from jiesu.notices.incoming import IncomingMail, read_mail
from jiesu.notices.reply_address import ReplyAddressForgedError, assignment_of, case_of, is_reply_address
from jiesu.office import attachments
from jiesu.runtime.metrics import count
from jiesu.store.bureau_mails import BureauMailStore
from jiesu.store.cases import CaseStore
from jiesu.store.codec import dumps
from jiesu.store.evidence import EvidenceVault
from jiesu.store.mail_bucket import MailBucket

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

MAX_BYTES = 40_000_000
"""What SES takes in at most, and more than most offices' servers do."""

MAX_FILES = 20

_LEAFLET_BYTES = 65_536
_LEAFLET_TEXT = 4_000

_SYSTEM = Actor(kind=ActorKind.SYSTEM, id="receive_mail")

Fate = Literal["noted", "known", "report", "automatic", "spam"]
"""What became of a mail; `known`: it had come before, `spam`: the server called it so, and it was to no genuine address."""


class _NotAddressedError(PermanentError):
    """The mail is to no address of an assignment."""

    def __init__(self) -> None:
        super().__init__("mail_without_reply_address")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """Where a mail lies, and how large it is."""

    key: str
    size_bytes: int


def stored_mails(body: str) -> tuple[Stored, ...]:
    """The mails that a queue message tells of, as S3 writes it; none in the test that S3 sends when it is set up.

    Raises `PermanentError` ("mail_event_malformed").
    """
    try:
        event = json.loads(body)
        if event.get("Event") == "s3:TestEvent":
            return ()
        objects = [one["s3"]["object"] for one in event["Records"]]
        return tuple(Stored(key=unquote_plus(one["key"]), size_bytes=int(one["size"])) for one in objects)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise PermanentError("mail_event_malformed") from error


@dataclass(frozen=True, slots=True, kw_only=True)
class MailReceiver:
    """Takes mails in. `link_secret` is asked for at each mail, so that a rotated secret is picked up."""

    bucket: MailBucket
    vault: EvidenceVault
    cases: CaseStore
    mails: BureauMailStore
    sqs: "SQSClient"
    receipts_queue_url: str
    link_secret: Callable[[], bytes]
    reply_domain: str

    def receive(self, stored: Stored, now: datetime) -> Fate:
        """Take one mail in. Raises `PermanentError` for what a person must look at."""
        if stored.size_bytes > MAX_BYTES:
            raise PermanentError("mail_too_large")
        content = self.bucket.read(stored.key)
        mail = read_mail(content)
        fate = self._fate(mail, content, now)
        count("MailReceived", fate=fate)
        return fate

    def _fate(self, mail: IncomingMail, content: bytes, now: datetime) -> Fate:
        if mail.is_report:
            self._queue_receipts(content, now)
            return "report"
        if mail.automatic:
            return "automatic"
        try:
            return "noted" if self._note_all(mail, content, now) else "known"
        except (ReplyAddressForgedError, _NotAddressedError):
            if mail.is_spam:
                return "spam"
            raise

    def _note_all(self, mail: IncomingMail, content: bytes, now: datetime) -> bool:
        """Note the mail on each assignment that it is addressed to; whether it is new to one.

        What one address is wrong with keeps the mail from none of the others.
        """
        addresses = [one for one in mail.recipients if self.reply_domain and is_reply_address(one, self.reply_domain)]
        if not addresses:
            raise _NotAddressedError
        if mail.is_infected:
            raise PermanentError("mail_infected")
        noted, refusals = [], []
        for one in addresses:
            try:
                noted.append(self._note(one, mail, content, now))
            except PermanentError as error:
                refusals.append(error)
        if refusals:
            raise refusals[0]
        return any(noted)

    def _note(self, address: str, mail: IncomingMail, content: bytes, now: datetime) -> bool:
        """Whether it is new. Raises `ReplyAddressForgedError` for an address that is none of ours, or changed."""
        case_id = case_of(address)
        case = self.cases.load(case_id)
        if case is None:
            raise ReplyAddressForgedError
        assignment_id = assignment_of(self.link_secret(), address, [one.id for one in case.assignments])
        assignment = next(one for one in case.assignments if one.id == assignment_id)
        mail_id = hashlib.sha256(f"{mail.id}.{assignment_id}".encode()).hexdigest()[:16]
        evidence = tuple(self._kept(mail, content, mail_id, assignment_id, now))
        answer = _answer(mail, assignment, mail_id, evidence, now)
        command = ReceiveBureauMail(mail=answer)
        try:
            return self.mails.record(case_id, command, evidence, fingerprint=_fingerprint(mail), actor=_SYSTEM, now=now)
        except CommandRefusedError as error:
            raise PermanentError(error.code, case_id=case_id) from error

    def _kept(self, mail: IncomingMail, content: bytes, mail_id: str, assignment_id: str, now: datetime) -> Iterator[Evidence]:
        """The whole mail first, then each file: kept by itself, or named with why it is not."""
        whole = self.vault.keep(content, "message/rfc822")
        original = Evidence(
            message_id=mail_id,
            number=0,
            content_type=ContentType.FILE,
            state="stored",
            source=f"{BUREAU_MAIL}/{mail.sender}",
            fetched_at=now,
            sha256=whole.sha256,
            size_bytes=whole.size_bytes,
            media_type=whole.media_type,
            name="原邮件.eml",
            assignment_id=assignment_id,
        )
        yield original
        for number, file in enumerate(mail.files[: MAX_FILES + 1], 1):  # one more names that there are too many
            refused = "too_many" if number > MAX_FILES else ""
            yield attachments.keep(file, replace(original, number=number), self.vault, refused=refused)

    def _queue_receipts(self, content: bytes, now: datetime) -> None:
        for read in read_dsn(content, received_at=now):
            # Whoever writes a date to come would have the last word over true reports.
            receipt = replace(read, at=min(read.at, now))
            queued = {"type": "MailReceipt", "version": 1, "receipt": json.loads(dumps(receipt))}
            self.sqs.send_message(QueueUrl=self.receipts_queue_url, MessageBody=json.dumps(queued))

    def leaflet(self, stored: Stored) -> bytes:
        """What a person can read of a mail that is parked: its head, its words, and where it lies whole."""
        try:
            whole = stored.size_bytes <= _LEAFLET_BYTES
            mail = read_mail(self.bucket.read(stored.key, most=None if whole else _LEAFLET_BYTES))
        except PermanentError as error:
            lines = [f"无法读出邮件内容（{error.code}）"]
        else:
            lines = [
                f"发件人：{mail.sender_name} {mail.sender}",
                f"收件人：{'、'.join(mail.recipients[:10])}",
                f"主题：{mail.subject}",
                f"附件：{'、'.join(one.name or '未命名' for one in mail.files[:MAX_FILES]) or '无'}",
                "",
                mail.text[:_LEAFLET_TEXT] or "（没有读到文字）",
            ]
        return "\n".join([*lines, "", f"原邮件：{stored.key}，{stored.size_bytes} 字节"]).encode()


def parked_context(stored: Stored) -> Mapping[str, str]:
    return {"queue": "answers", "mail": stored.key}


def _fingerprint(mail: IncomingMail) -> str:
    """The same for two mails that say the same, whatever servers wrote into them on their way."""
    files = [[one.name, hashlib.sha256(one.content).hexdigest()] for one in mail.files]
    return hashlib.sha256(json.dumps([mail.sender, mail.subject, mail.text, files]).encode()).hexdigest()


def _answer(
    mail: IncomingMail, assignment: Assignment, mail_id: str, evidence: tuple[Evidence, ...], now: datetime
) -> BureauMail:
    own = [one for one in assignment.bureau_contacts if one.email and one.email.casefold() == mail.sender.casefold()]
    return BureauMail(
        id=mail_id,
        assignment_id=assignment.id,
        sender=mail.sender,
        sender_name=mail.sender_name,
        contact=f"{own[0].role.label} {own[0].name}" if own else "",
        text=mail.text[:MAX_TEXT],
        is_cut=len(mail.text) > MAX_TEXT,
        original=evidence[0].sha256,
        received_at=now,
        files=tuple(attachments.remembered(one) for one in evidence[1:]),
    )
