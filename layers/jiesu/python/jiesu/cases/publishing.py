"""What may be said to everybody about a case: drafted by one person, approved by another, posted once on each account.

    draft ──approve (another person)──▶ sending ──┬─ posted
      │                                   │       └─ failed, with a task
      └──withdraw                         └─ submitted ──┬─ posted
                                                         ├─ failed, with a task
                                                         └─ no answer: a task, until the answer comes after all

What a platform takes (length, links, topics) is the channels' knowledge, and is asked before a
draft is handed in. Here stands what the office owes whatever the platform.
"""

import re
from dataclasses import dataclass, replace
from datetime import datetime

from jiesu.cases.coverage import allow_statement, with_next_statement
from jiesu.cases.public_text import names_a_person
from jiesu.cases.refusals import opened, refuse, text_of
from jiesu.model.case import Case, Task
from jiesu.model.people import Actor
from jiesu.model.publication import Posting, PostingState, Publication, PublicationState, Statement
from jiesu.model.timeline import (
    PublicationApproved,
    PublicationDrafted,
    PublicationFailed,
    PublicationPosted,
    PublicationSubmitted,
    PublicationUnconfirmed,
    PublicationWithdrawn,
)
from jiesu.model.words import TaskKind

_LINK = re.compile(r"https?://[^\s/]+\S*")


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftPublication:
    """`postings` name the accounts that it is for; `by` is who wrote it; `statement` where it is one of a live coverage."""

    publication_id: str
    title: str
    text: str
    link: str
    postings: tuple[Posting, ...]
    by: Actor
    statement: Statement | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovePublication:
    publication_id: str
    by: Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawPublication:
    publication_id: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordPublicationSubmitted:
    """The platform has taken it and examines it under the number `job`."""

    publication_id: str
    account_id: str
    job: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordPublicationPosted:
    publication_id: str
    account_id: str
    platform_ref: str
    link: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordPublicationFailed:
    publication_id: str
    account_id: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordPublicationUnconfirmed:
    """The platform took it and has not said for long what became of it."""

    publication_id: str
    account_id: str
    reason: str


PublishingCommand = (
    DraftPublication
    | ApprovePublication
    | WithdrawPublication
    | RecordPublicationSubmitted
    | RecordPublicationPosted
    | RecordPublicationFailed
    | RecordPublicationUnconfirmed
)

PublishingChange = (
    PublicationDrafted
    | PublicationApproved
    | PublicationWithdrawn
    | PublicationSubmitted
    | PublicationPosted
    | PublicationFailed
    | PublicationUnconfirmed
)


def decide_publishing(case: Case, command: PublishingCommand, now: datetime) -> PublishingChange | None:
    """The change that `command` makes, or None where nothing is left to do. Raises `CommandRefusedError`."""
    if isinstance(command, DraftPublication):
        return _draft(opened(case), command, now)
    publication = case.publication(command.publication_id)
    if publication is None:
        raise refuse("publication_missing")
    match command:
        case ApprovePublication():
            opened(case)
            return _approve(publication, command)
        case WithdrawPublication():
            return _withdraw(publication, command)
    posting = publication.posting(command.account_id)
    if posting is None:
        raise refuse("publication_missing")
    # What a platform reports twice, or late, changes nothing. A closed case takes it: it was approved while the case was open.
    if not posting.state.is_under_way:
        return None
    of_publication, of_account = publication.id, posting.account_id
    match command:
        case RecordPublicationSubmitted(job=job):
            if posting.state is PostingState.SUBMITTED:
                return None
            return PublicationSubmitted(publication_id=of_publication, account_id=of_account, job=job)
        case RecordPublicationPosted(platform_ref=ref, link=link):
            posted = PublicationPosted(publication_id=of_publication, account_id=of_account, platform_ref=ref, link=link)
            return with_next_statement(case, posted, now)
        case RecordPublicationFailed(reason=reason):
            task = _task(TaskKind.PUBLICATION_FAILED, publication, posting, reason, now)
            return PublicationFailed(publication_id=of_publication, account_id=of_account, task=task)
        case RecordPublicationUnconfirmed(reason=reason):
            task = _task(TaskKind.PUBLICATION_UNCONFIRMED, publication, posting, reason, now)
            if any(one.id == task.id for one in case.tasks):
                return None
            return PublicationUnconfirmed(publication_id=of_publication, account_id=of_account, task=task)


def publication_task_id(publication_id: str, account_id: str) -> str:
    """One task a posting: what is known of it replaces what was feared."""
    return f"task.{publication_id}.{account_id}"


def _draft(case: Case, command: DraftPublication, now: datetime) -> PublicationDrafted:
    publication = Publication(
        id=command.publication_id,
        title=command.title.strip(),
        text=text_of(command.text),
        link=command.link.strip(),
        postings=command.postings,
        drafted_by=command.by,
        statement=command.statement,
    )
    if not publication.postings:
        raise refuse("publication_without_account")
    if case.publication(publication.id) is not None:
        raise refuse("publication_repeated")
    if publication.link and not _LINK.fullmatch(publication.link):
        raise refuse("link_malformed")
    # Not in the link: the numbers of articles look like those of people.
    if names_a_person(publication.title) or names_a_person(publication.text):
        raise refuse("personal_data_public")
    if publication.statement is not None:
        allow_statement(case, publication.statement, now)
    return PublicationDrafted(publication=publication)


def _approve(publication: Publication, command: ApprovePublication) -> PublicationApproved | None:
    match publication.state:
        case PublicationState.WITHDRAWN:
            raise refuse("publication_withdrawn")
        case PublicationState.APPROVED:
            return None
        case PublicationState.DRAFTED:
            if command.by.id == publication.drafted_by.id:
                raise refuse("own_draft")
            return PublicationApproved(
                publication_id=publication.id, account_ids=tuple(one.account_id for one in publication.postings)
            )


def _withdraw(publication: Publication, command: WithdrawPublication) -> PublicationWithdrawn | None:
    match publication.state:
        case PublicationState.WITHDRAWN:
            return None
        case PublicationState.APPROVED:
            raise refuse("publication_sent")
        case PublicationState.DRAFTED:
            reason = text_of(command.reason, missing="reason_missing")
            return PublicationWithdrawn(publication_id=publication.id, reason=reason)


def _task(kind: TaskKind, publication: Publication, posting: Posting, reason: str, now: datetime) -> Task:
    return Task(
        id=publication_task_id(publication.id, posting.account_id),
        kind=kind,
        subject=publication.id,
        reason=reason,
        opened_at=now,
    )


# --- What the entries make of a case ----------------------------------------------------------


def publishing_applied(case: Case, change: PublishingChange, actor: Actor) -> Case:
    """`case` after `change`, which `actor` made."""
    match change:
        case PublicationDrafted():
            return replace(case, publications=(*case.publications, change.publication))
        case PublicationApproved():
            return _with(case, change.publication_id, PublicationState.APPROVED, PostingState.SENDING, approved_by=actor)
        case PublicationWithdrawn():
            return _with(case, change.publication_id, PublicationState.WITHDRAWN, PostingState.WAITING)
        case PublicationSubmitted():
            return _with_posting(case, change, state=PostingState.SUBMITTED, platform_ref=change.job)
        case PublicationPosted():
            posted = _with_posting(case, change, state=PostingState.POSTED, platform_ref=change.platform_ref, link=change.link)
            return _without_task(posted, change)
        case PublicationFailed():
            failed = _without_task(_with_posting(case, change, state=PostingState.FAILED), change)
            return replace(failed, tasks=(*failed.tasks, change.task))
        case PublicationUnconfirmed():
            return replace(case, tasks=(*case.tasks, change.task))


_OfPosting = PublicationSubmitted | PublicationPosted | PublicationFailed | PublicationUnconfirmed


def _with(
    case: Case, publication_id: str, state: PublicationState, postings: PostingState, *, approved_by: Actor | None = None
) -> Case:
    def changed(one: Publication) -> Publication:
        if one.id != publication_id:
            return one
        there = tuple(replace(posting, state=postings) for posting in one.postings)
        return replace(one, state=state, postings=there, approved_by=approved_by)

    return replace(case, publications=tuple(changed(one) for one in case.publications))


def _with_posting(case: Case, change: _OfPosting, **changes: object) -> Case:
    def changed(one: Publication) -> Publication:
        if one.id != change.publication_id:
            return one
        there = tuple(
            replace(posting, **changes) if posting.account_id == change.account_id else posting  # type: ignore[arg-type]
            for posting in one.postings
        )
        return replace(one, postings=there)

    return replace(case, publications=tuple(changed(one) for one in case.publications))


def _without_task(case: Case, change: _OfPosting) -> Case:
    done = publication_task_id(change.publication_id, change.account_id)
    return replace(case, tasks=tuple(task for task in case.tasks if task.id != done))
