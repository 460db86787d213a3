"""Public posts: who may say what, and what becomes of it on each account."""

from dataclasses import replace

import pytest

from jiesu.cases.commands import Command, decide
from jiesu.cases.effects import PublicationEffect, effects_of
from jiesu.cases.publishing import (
    ApprovePublication,
    RecordPublicationFailed,
    RecordPublicationPosted,
    RecordPublicationSubmitted,
    RecordPublicationUnconfirmed,
)
from jiesu.model.case import Case
from jiesu.model.errors import CommandRefusedError
from jiesu.model.publication import PostingState, PublicationState
from jiesu.model.timeline import PublicationApproved
from jiesu.model.words import TaskKind
from tests import builders as build

SUBMITTED = RecordPublicationSubmitted(publication_id="p1", account_id="wechat-main", job="2247503051")
POSTED = RecordPublicationPosted(publication_id="p1", account_id="wechat-main", platform_ref="a1", link="https://example.org/a1")
FAILED = RecordPublicationFailed(publication_id="p1", account_id="wechat-main", reason="article_rejected")
SILENT = RecordPublicationUnconfirmed(publication_id="p1", account_id="wechat-main", reason="publication_running")


def published(*commands: Command) -> Case:
    """A case with a publication that was approved, on which `commands` were then carried out."""
    return build.a_case(build.draft_publication(), build.approve_publication(), *commands)


def states(case: Case) -> list[PostingState]:
    return [posting.state for posting in case.publications[0].postings]


def test_a_draft_says_nothing_to_anybody() -> None:
    entry = build.an_entry(build.draft_publication())
    assert effects_of(entry) == ()
    assert states(build.a_case(build.draft_publication())) == [PostingState.WAITING, PostingState.WAITING]


def test_whoever_drafted_is_not_who_approves_under_whatever_name() -> None:
    case = build.a_case(build.draft_publication())
    own = ApprovePublication(publication_id="p1", by=replace(build.EDITOR, name="另一个名字"))
    with pytest.raises(CommandRefusedError, match="own_draft"):
        decide(case, own, build.NOW)


def test_an_approval_posts_once_on_each_account_and_names_who_gave_it() -> None:
    entry = build.an_entry(build.draft_publication(), build.approve_publication())
    assert isinstance(entry.change, PublicationApproved)
    effects = effects_of(entry)
    assert [(one.account_id, one.step) for one in effects if isinstance(one, PublicationEffect)] == [
        ("weibo-main", "post"),
        ("wechat-main", "post"),
    ]
    (publication,) = published().publications
    assert publication.state is PublicationState.APPROVED
    assert publication.approved_by is not None
    assert states(published()) == [PostingState.SENDING, PostingState.SENDING]


def test_a_second_approval_and_a_second_withdrawal_change_nothing() -> None:
    assert decide(published(), build.approve_publication(), build.NOW) is None
    withdrawn = build.a_case(build.draft_publication(), build.withdraw_publication())
    assert decide(withdrawn, build.withdraw_publication(), build.NOW) is None


def test_a_withdrawn_draft_lets_its_case_be_closed() -> None:
    build.a_case(build.draft_publication(), build.withdraw_publication(), build.close())


def test_what_the_platform_examines_is_asked_after() -> None:
    entry = build.an_entry(build.draft_publication(), build.approve_publication(), SUBMITTED)
    (effect,) = effects_of(entry)
    assert isinstance(effect, PublicationEffect)
    assert (effect.account_id, effect.step) == ("wechat-main", "check")


def test_one_account_does_not_speak_for_the_other() -> None:
    case = published(SUBMITTED, POSTED)
    assert states(case) == [PostingState.SENDING, PostingState.POSTED]
    posting = case.publications[0].posting("wechat-main")
    assert posting is not None
    assert (posting.platform_ref, posting.link) == ("a1", "https://example.org/a1")


@pytest.mark.parametrize("told", [SUBMITTED, POSTED, FAILED, SILENT])
def test_what_is_told_after_the_end_changes_nothing(told: Command) -> None:
    assert decide(published(POSTED), told, build.NOW) is None
    assert decide(published(FAILED), told, build.NOW) is None


def test_a_closed_case_still_learns_what_became_of_its_post() -> None:
    case = published(SUBMITTED, build.close(), POSTED)
    assert states(case)[1] is PostingState.POSTED


def test_a_failure_is_a_persons_task() -> None:
    (task,) = published(FAILED).tasks
    assert (task.kind, task.subject, task.reason) == (TaskKind.PUBLICATION_FAILED, "p1", "article_rejected")


def test_a_silent_platform_is_one_task_that_its_late_answer_ends() -> None:
    waiting = published(SUBMITTED, SILENT)
    assert [task.kind for task in waiting.tasks] == [TaskKind.PUBLICATION_UNCONFIRMED]
    assert decide(waiting, SILENT, build.NOW) is None
    assert published(SUBMITTED, SILENT, POSTED).tasks == ()
    assert [task.kind for task in published(SUBMITTED, SILENT, FAILED).tasks] == [TaskKind.PUBLICATION_FAILED]
