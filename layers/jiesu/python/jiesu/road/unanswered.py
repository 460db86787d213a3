"""Citizens who wait while their reply window runs out: once three quarters of it are gone, their case asks for a person."""

from datetime import datetime

from jiesu.cases.reply_window import WarnOfReplyWindow
from jiesu.model.errors import CommandRefusedError
from jiesu.model.people import Actor
from jiesu.model.words import ActorKind
from jiesu.runtime.logging import logger
from jiesu.runtime.metrics import count
from jiesu.store.cases import CaseStore
from jiesu.store.reply_windows import ReplyWindowStore

_SYSTEM = Actor(kind=ActorKind.SYSTEM, id="reply_window")


def warn_of_windows(cases: CaseStore, windows: ReplyWindowStore, now: datetime) -> int:
    """Warn of every window that shuts soon over a message without an answer; how many there were.

    Warned first, taken off the list after: a run that dies between the two asks the case again, which has its task already.
    """
    warned = 0
    for due in windows.answers_due(now):
        case_id = _where_it_is_now(cases, due.case_id)
        try:
            outcome = cases.execute(case_id, WarnOfReplyWindow(message=due.message), actor=_SYSTEM, now=now)
        except CommandRefusedError as error:
            logger.error("no case to warn of a reply window", extra={"case_id": case_id, "reason": error.code})
        else:
            warned += outcome.entry is not None
        windows.looked_at(due)
    count("ReplyWindowsClosing", warned)
    return warned


def _where_it_is_now(cases: CaseStore, case_id: str) -> str:
    """The case, or the one that it was merged into since."""
    case = cases.load(case_id)
    while case is not None and case.merged_into is not None:
        case_id = case.merged_into
        case = cases.load(case_id)
    return case_id
