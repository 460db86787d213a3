"""Answers by mail. A mail proves nothing: addresses are claimed, mailboxes are shared, and the code is in the SMS alone.

So a mail acknowledges nothing, reports nothing and stops no clock, whatever it says and even where it quotes the code. It
stands on the case as a task until an editor has read it: to take it for the bureau's progress, where the bureau has
acknowledged by its code, for its feedback, or to be done with it.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from jiesu.cases.refusals import refuse
from jiesu.model.case import Case, Feedback, Task
from jiesu.model.mail import BureauMail
from jiesu.model.timeline import BureauMailReceived
from jiesu.model.words import TaskKind

MAX_TEXT = 4_000
"""Characters of a mail's text that stand on the case; the rest is in the original."""

MAX_WAITING = 10
"""Mails of a case that nobody has read. An address gets around; whoever floods it fills no case."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiveBureauMail:
    mail: BureauMail


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptBureauMail:
    """`contacted` as of `Progressed`."""

    mail_id: str
    contacted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportBureauMail:
    """The mail is the bureau's feedback, in these words; its files are the mail's."""

    mail_id: str
    feedback: Feedback


def receive_mail(case: Case, command: ReceiveBureauMail, now: datetime) -> BureauMailReceived:
    """Noted in whatever state case and assignment are: a mail to what is closed reopens nothing, and is read all the same."""
    mail = command.mail
    if case.assignment(mail.assignment_id) is None:
        raise refuse("assignment_missing")
    if len(case.mails) >= MAX_WAITING:
        raise refuse("mails_too_many")
    reason = "known" if mail.contact else "unknown"
    task = Task(id=task_of(mail), kind=TaskKind.BUREAU_MAIL, subject=mail.id, reason=reason, opened_at=now)
    return BureauMailReceived(mail=mail, task=task)


def mail_of(case: Case, mail_id: str) -> BureauMail:
    """The mail that waits under that id."""
    found = case.mail(mail_id)
    if found is None:
        raise refuse("mail_missing")
    return found


def task_of(mail: BureauMail) -> str:
    return f"task.mail-{mail.id}"


def mail_received(case: Case, change: BureauMailReceived) -> Case:
    return replace(case, mails=(*case.mails, change.mail), tasks=(*case.tasks, change.task))


def mail_read(case: Case, mail_id: str) -> Case:
    """`case` after an editor took the mail for something; no mail has an empty id."""
    read = tuple(task for task in case.tasks if task.kind is not TaskKind.BUREAU_MAIL or task.subject != mail_id)
    return without_read_mails(replace(case, tasks=read))


def without_read_mails(case: Case) -> Case:
    """`case` without the mails whose task is done."""
    waiting = {task.id for task in case.tasks}
    return replace(case, mails=tuple(one for one in case.mails if task_of(one) in waiting))
