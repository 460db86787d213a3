"""Taking back at the desk what was just done: one press on the pages that follow it."""

from collections.abc import Iterable
from dataclasses import dataclass

from jiesu.cases import matters
from jiesu.cases.undo import UNDO_FOR, command_to_undo, entry_to_undo, is_undoable
from jiesu.model.case import Case
from jiesu.model.errors import CaseChangedError, CommandRefusedError, ConflictError
from jiesu.model.numbers import is_case_id
from jiesu.model.timeline import Entry, Merged
from jiesu.pages.http import BadRequestError, Response
from jiesu.pages.session import Offer
from jiesu.pages.visit import Visit, done, queue_left
from jiesu.runtime.logging import logger
from jiesu.store.case_pairs import CasePairStore
from jiesu.store.cases import CaseStore

MOST_AT_ONCE = 50
"""Cases of one act on many; an offer to take it back fits into the cookie."""
_NAMED = 5
"""Of those that stayed as they were, so many are named."""


def offer(visit: Visit, said: str, made: Iterable[tuple[Case, Entry]]) -> Offer | None:
    """To take back what of `made`, entries with the cases that they were made on, can be; None for nothing."""
    entries = tuple((entry.case_id, entry.version) for before, entry in made if is_undoable(before, entry))
    return Offer(said=said, entries=entries, until=visit.now + UNDO_FOR) if entries else None


def and_what_was_not(kept: Iterable[tuple[str, str]]) -> str:
    """In words which cases stayed as they were, with the reasons; empty for none."""
    known = list(kept)
    if not known:
        return ""
    named = "；".join(f"{case_id} {why}" for case_id, why in known[:_NAMED])
    return f"{len(known)} 件没有改动：{named}{'等' if len(known) > _NAMED else ''}。"


@dataclass(frozen=True, slots=True, kw_only=True)
class UndoPages:
    """Needs `Right.ACT`."""

    cases: CaseStore
    pairs: CasePairStore

    def undo(self, visit: Visit) -> Response:
        """Take back one's own entries that the form names; what stands against it is said, case by case."""
        entries = [_named(one) for one in visit.request.form.get("entry", ())]
        if not 1 <= len(entries) <= MOST_AT_ONCE:
            raise BadRequestError(400)
        kept: list[tuple[str, str]] = []
        passing = False
        for case_id, version in entries:
            try:
                self._undo(visit, case_id, version)
            except CommandRefusedError as error:
                kept.append((case_id, error.label))
                passing = passing or error.code == "messages_moving"
            except (CaseChangedError, ConflictError):
                kept.append((case_id, "刚有新的变化，请看过经过再改"))
            else:
                logger.info("taken back at the desk", extra={"case_id": case_id, "subject": visit.person.subject})
        back = len(entries) - len(kept)
        said = f"已撤销 {back} 件，操作和撤销都留在经过里。" if back else ""
        address = visit.case_address(entries[0][0]) if len(entries) == 1 else visit.base
        # What stands against it for seconds does not end the offer.
        offered = visit.person.offer if passing else None
        return done(visit, said + and_what_was_not(kept), queue_left(visit) or address, offer=offered)

    def _undo(self, visit: Visit, case_id: str, version: int) -> None:
        told = self.pairs.told(case_id)
        entry = entry_to_undo(told, version, visit.actor, visit.now)
        seen = told.case.version
        if isinstance(entry.change, Merged):
            self.pairs.decide_both(
                case_id,
                entry.change.into,
                lambda one, two: matters.undo_merge(one, two, "撤销刚才的并案"),
                actor=visit.actor,
                now=visit.now,
                expected=(case_id, seen),
            )
            return
        command = command_to_undo(told, entry)
        self.cases.execute(case_id, command, actor=visit.actor, now=visit.now, expected_version=seen)


def _named(typed: str) -> tuple[str, int]:
    """A case and a version of it. Raises `BadRequestError` for what no page of ours sends."""
    case_id, _, version = typed.partition(".")
    if not is_case_id(case_id) or not (version.isascii() and version.isdigit()) or len(version) > 8:
        raise BadRequestError(400)
    return case_id, int(version)
