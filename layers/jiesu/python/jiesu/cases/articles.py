"""Articles of the office's own: what an answer is kept as, and until when it may be sent."""

from dataclasses import replace
from datetime import date, datetime, timedelta

from jiesu.cases.consultations import LONGEST_VALIDITY
from jiesu.cases.refusals import refuse, text_of
from jiesu.model.article import OfficeArticle, ValidityChange
from jiesu.model.case import Case
from jiesu.model.people import Actor
from jiesu.model.timeline import AnswerKept, Entry

CHANGES_KEPT = 50


def article_of(case: Case, entry: Entry, today: date) -> OfficeArticle:
    """What `entry` of `case` keeps, valid from `today`. Raises `TypeError` for an entry that keeps nothing."""
    change = entry.change
    if not isinstance(change, AnswerKept):
        raise TypeError(f"entry {entry.id} keeps no answer")
    assignment = case.assignment(change.assignment_id)
    return OfficeArticle(
        id=change.article_id,
        question=change.question,
        answer=change.answer,
        source="" if assignment is None else assignment.bureau_name,
        case_id=case.id,
        kept_by=entry.actor,
        kept_at=entry.at,
        valid_from=today,
        valid_until=change.valid_until,
    )


def extended(article: OfficeArticle, until: date, *, reason: str, by: Actor, now: datetime, today: date) -> OfficeArticle:
    """`article` with another last day, which is not over yet. Raises `CommandRefusedError`."""
    if not today <= until <= today + LONGEST_VALIDITY:
        raise refuse("validity_impossible")
    return _until(article, until, reason, by, now)


def expired(article: OfficeArticle, *, reason: str, by: Actor, now: datetime, today: date) -> OfficeArticle:
    """`article` as no longer valid, from today on. Raises `CommandRefusedError`."""
    if not article.is_valid(today):
        raise refuse("article_over")
    return _until(article, today - timedelta(days=1), reason, by, now)


def _until(article: OfficeArticle, until: date, reason: str, by: Actor, now: datetime) -> OfficeArticle:
    change = ValidityChange(by=by, at=now, valid_until=until, reason=text_of(reason, missing="reason_missing"))
    return replace(article, valid_until=until, changes=(*article.changes, change)[-CHANGES_KEPT:])
