"""What is grave: the command centre is joined where a bulletin about it is dispatched, without anybody's decision."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from jiesu.cases.emergency import NOBODY_TO_TELL
from jiesu.model.bulletin import Bulletin
from jiesu.model.case import Task
from jiesu.model.people import Contact, reachable
from jiesu.model.words import ContactRole, TaskKind, Urgency


@dataclass(frozen=True, slots=True, kw_only=True)
class GravePlan:
    """What the office calls grave: by its urgency, or by its category or the group of that."""

    urgencies: tuple[Urgency, ...] = (Urgency.CRITICAL,)
    categories: tuple[str, ...] = ()

    def holds(self, urgency: Urgency, category: str) -> bool:
        named = category in self.categories or category.partition(".")[0] in self.categories
        return named or urgency in self.urgencies


NOTHING_GRAVE = GravePlan(urgencies=())
"""For whoever knows of no office."""


def joined(
    bulletin: Bulletin, contacts: Iterable[Contact], plan: GravePlan, now: datetime
) -> tuple[tuple[Contact, ...], Task | None]:
    """Who of the command centre is told of `bulletin` with its bureaus; a person's task where it is grave and nobody can be."""
    if not plan.holds(bulletin.urgency, bulletin.category):
        return (), None
    told = reachable(one for one in contacts if one.role is ContactRole.COMMAND_CENTRE)
    task = Task(
        id=f"task.command-{bulletin.number}",
        kind=TaskKind.COMMAND_UNTOLD,
        subject=bulletin.number,
        reason=NOBODY_TO_TELL,
        opened_at=now,
    )
    return told, None if told else task
