"""Who is at the desk: when each looked at the queue, what each has read, and which case each is on."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

LEASE = timedelta(minutes=10)
"""How long somebody counts as being on a case after the page was last seen open."""
LOOK = timedelta(minutes=5)
"""Two looks at the queue within this time are one: what was new stays new for as long."""
_MOST_READ = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """Somebody is on a case. Of several on the same case the one who came last has it: coming later takes a person's word."""

    case_id: str
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Colleague:
    """One person at the desk. `read` are cases with the number of messages each had when this person opened it, newest last.

    What came after `looked_before` is new to this person; None before the second look.
    """

    id: str
    name: str
    revision: int = 0
    looked_at: datetime | None = None
    looked_before: datetime | None = None
    hold: Hold | None = None
    read: tuple[tuple[str, int], ...] = ()

    def is_new(self, case_id: str, message_count: int, arrived_at: datetime) -> bool:
        """Whether something came to the case that this person has not seen."""
        known = dict(self.read).get(case_id)
        if known is not None:
            return message_count > known
        return self.looked_before is not None and arrived_at > self.looked_before

    def looking(self, now: datetime) -> "Colleague | None":
        """This person after a look at the queue; None where that is the same look as the one before."""
        if self.looked_at is not None and now - self.looked_at < LOOK:
            return None
        return replace(self, looked_before=self.looked_at, looked_at=now)

    def reading(self, case_id: str, message_count: int) -> "Colleague":
        others = tuple(one for one in self.read if one[0] != case_id)
        return replace(self, read=(*others, (case_id, message_count))[-_MOST_READ:])

    def holding(self, case_id: str, now: datetime) -> "Colleague":
        """This person on the case for a while from `now`, since when they came to it if they did not leave it."""
        kept = self.hold is not None and self.hold.case_id == case_id and self.hold.until > now
        since = self.hold.since if kept and self.hold is not None else now
        return replace(self, hold=Hold(case_id=case_id, since=since, until=now + LEASE))

    def taking(self, case_id: str, now: datetime) -> "Colleague":
        """This person on the case, whoever was before."""
        return replace(self, hold=Hold(case_id=case_id, since=now, until=now + LEASE))


def holder_of(case_id: str, colleagues: Iterable[Colleague], now: datetime) -> Colleague | None:
    """Who is on the case; None where nobody is, or no longer."""
    on_it = [one for one in colleagues if one.hold is not None and one.hold.case_id == case_id and one.hold.until > now]
    return max(on_it, key=lambda one: (one.hold.since if one.hold else now, one.id), default=None)
