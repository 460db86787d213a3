"""The cases of a citizen, by telephone, name or account, as the desk and the API look for them: never without a record."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from jiesu.cases.desk_lines import DeskLine
from jiesu.model.lookup import Lookup, LookupKind
from jiesu.model.message import ChannelAccount, ConversationKey
from jiesu.model.people import Actor
from jiesu.store.citizens import CitizenIndex
from jiesu.store.finding import MOST_IDS, FindingStore
from jiesu.store.lookups import LookupStore
from jiesu.store.messages import MessageStore
from jiesu.triage.identity import telephone_typed


class NotLookedForError(Exception):
    """What was typed cannot be looked for; the message says why, in Chinese, and repeats nothing of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """The lines of the cases that were found; `is_cut` where more messages were found than are looked at."""

    lines: tuple[DeskLine, ...] = ()
    is_cut: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CitizenSearch:
    """Finds, and notes that somebody looked before it says what was found."""

    citizens: CitizenIndex
    finding: FindingStore
    messages: MessageStore
    accounts: Callable[[], tuple[ChannelAccount, ...]]
    lookups: LookupStore

    def find(self, kind: LookupKind, typed: str, *, by: Actor, now: datetime) -> Shown:
        """At most four reads and a write. Raises `NotLookedForError`, and `ConflictError` as `LookupStore.note`."""
        shown = self._find(kind, typed)
        self.lookups.note(Lookup(at=now, by=by, kind=kind, case_ids=tuple(one.case_id for one in shown.lines)))
        return shown

    def _find(self, kind: LookupKind, typed: str) -> Shown:
        if not typed:
            raise NotLookedForError("请填写要查找的内容。")
        match kind:
            case LookupKind.TELEPHONE:
                telephone = telephone_typed(typed)
                if telephone is None:
                    raise NotLookedForError("请填写一个完整的电话号码：手机 11 位；固定电话带区号，或本地 8 位。")
                traced = self.citizens.by_telephone(telephone)
            case LookupKind.NAME:
                traced = self.citizens.by_name(typed)
            case LookupKind.ACCOUNT:
                conversations = [ConversationKey(account_id=one.id, citizen_id=typed) for one in self.accounts()[:MOST_IDS]]
                return Shown(lines=self.finding.of(self.messages.cases_of(conversations).values()))
        return Shown(lines=self.finding.of(traced.case_ids), is_cut=traced.is_cut)
