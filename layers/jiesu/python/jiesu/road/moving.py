"""Messages that an entry gives to its case are moved there, one by one.

The entry came first and names them all: whatever dies here is begun anew from it, until the entry
`messages_arrived` says that nothing is left. Until then the case takes part in no other move.
"""

from dataclasses import dataclass
from datetime import datetime

from jiesu.cases.matters import FinishMove
from jiesu.model.case import CarriedMessage, SplitOff
from jiesu.model.errors import PermanentError
from jiesu.model.people import Actor
from jiesu.model.timeline import CaseAbsorbed, Change, MergeUndone, MessagesMovedIn, Opened
from jiesu.model.words import ActorKind
from jiesu.runtime.metrics import count
from jiesu.store.cases import CaseStore
from jiesu.store.moves import MoveStore

_SYSTEM = Actor(kind=ActorKind.SYSTEM, id="move_messages")


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageMover:
    """Moves messages between cases."""

    cases: CaseStore
    moves: MoveStore

    def move(self, case_id: str, version: int, now: datetime) -> None:
        """Move all messages of entry `version` to its case. May be repeated; a move that is over is not begun again.

        Raises `PermanentError` where there is no such entry.
        """
        case, entry = self.cases.load(case_id), self.cases.entry(case_id, version)
        if case is None or entry is None:
            raise PermanentError("entry_missing", case_id=case_id, version=version)
        if version not in case.moving:
            return
        source_id, messages = _moved(entry.change)
        if isinstance(entry.change, MergeUndone):
            # Before its messages are back: what lies here is what the other had copied.
            self.cases.spread.withdraw(case_id, source_id)
        moved = sum(self.moves.carry(one, source_id, case_id) for one in messages)
        if isinstance(entry.change, CaseAbsorbed):
            self.cases.spread.copy(source_id, case_id)
        for one in messages:
            self.moves.post_again(one.message)
        self.cases.execute(case_id, FinishMove(moved=version), actor=_SYSTEM, now=now)
        count("MessagesMoved", moved)


def _moved(change: Change) -> tuple[str, tuple[CarriedMessage, ...]]:
    """The case that the messages of `change` come from, and they."""
    match change:
        case Opened(split=SplitOff(source=source, messages=messages)):
            return source, messages
        case CaseAbsorbed(source=source, messages=messages) | MessagesMovedIn(source=source, messages=messages):
            return source, messages
        case MergeUndone(target=target, messages=messages):
            return target, messages
        case _:
            raise PermanentError("entry_moves_nothing", kind=change.kind)
