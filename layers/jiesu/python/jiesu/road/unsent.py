"""Nothing created and unsent: entries whose notices, replies, posts or moves have not left are queued again, then a person's.

    due for UNSENT_AFTER ─▶ all has left? ──yes─▶ off the list
                                │no
                                ├─ under way (claimed lately) ─▶ looked at again later
                                ├─ TIMES_QUEUED times queued ──▶ a task on the case, off the list
                                └─ else ───────────────────────▶ queued again

Queueing what is in a queue already does no harm: each effect is claimed once, and done once.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from jiesu.cases.commands import Command, RecordNoticeFailed, RecordReplyFailed
from jiesu.cases.effects import MoveEffect, NoticeEffect, PublicationEffect, Queued, ReplyEffect
from jiesu.cases.publishing import RecordPublicationFailed, RecordPublicationUnconfirmed, publication_task_id
from jiesu.model.case import Case
from jiesu.model.delivery import NEVER_LEFT
from jiesu.model.people import Actor
from jiesu.model.publication import PostingState
from jiesu.model.words import ActorKind, DeliveryState
from jiesu.road.effects import EffectQueues
from jiesu.runtime.logging import logger
from jiesu.runtime.metrics import count
from jiesu.store.cases import CaseStore
from jiesu.store.deliveries import DeliveryStore, Standing
from jiesu.store.dues import Due, DueStore, sent_by

UNSENT_AFTER = timedelta(minutes=15)
"""How long an entry's effects may take before they are looked after; the stream and the queues take seconds."""

STUCK_AFTER = timedelta(hours=2)
"""How long a delivery may stand still in the middle: a queue brings it back within the hour."""

TIMES_QUEUED = 3
"""How often effects are queued again before a person is asked."""

AT_ONCE = 200
"""How many entries one sweep looks after; what is left is the next one's."""

_SYSTEM = Actor(kind=ActorKind.SYSTEM, id="sweep_road")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outbox:
    """What the sweeper looks after: the list of what is due, where it is read, and the way into the queues."""

    cases: CaseStore
    dues: DueStore
    deliveries: DeliveryStore
    queues: EffectQueues

    def look_after(self, now: datetime) -> tuple[int, int]:
        """How many effects were queued again, and how many were given to a person; three or four reads an entry."""
        queued = given_up = 0
        for due in self.dues.older_than(now - UNSENT_AFTER, limit=AT_ONCE):
            again, over = self._look_after(due, now)
            queued, given_up = queued + again, given_up + over
        count("EffectsQueuedAgain", queued)
        count("EffectsGivenUp", given_up)
        return queued, given_up

    def _look_after(self, due: Due, now: datetime) -> tuple[int, int]:
        entry, case = self.cases.entry(due.case_id, due.version), self.cases.load(due.case_id)
        if entry is None or case is None:
            raise AssertionError("what is due is written with its entry")
        effects = sent_by(entry)
        standings = self.deliveries.standings(due.case_id, [one.id for one in effects if not isinstance(one, MoveEffect)])
        open_ones = [one for one in effects if _is_open(one, case, standings)]
        stuck = [one for one in open_ones if _is_stuck(standings.get(one.id), now)]
        if not open_ones:
            self.dues.settled(due)
            return 0, 0
        if stuck and due.queued_again >= TIMES_QUEUED:
            return 0, self._give_up(due, stuck, now)
        if stuck:
            logger.warning("effects have not left", extra={"case_id": due.case_id, "version": due.version, "effects": len(stuck)})
            self.queues.queue(stuck, now)
        self.dues.put_off(due, to=now, queued=bool(stuck))
        return len(stuck), 0

    def _give_up(self, due: Due, stuck: list[Queued], now: datetime) -> int:
        """A person's task for each. A move is nobody's task: it is tried for ever, and its dead letter rings."""
        tasks = [command for one in stuck if (command := _given_up(one)) is not None]
        for command in tasks:
            self.cases.execute(due.case_id, command, actor=_SYSTEM, now=now)
        moves = [one for one in stuck if isinstance(one, MoveEffect)]
        if moves:
            self.queues.queue(moves, now)
            self.dues.put_off(due, to=now, queued=True)
        else:
            self.dues.settled(due)
        return len(stuck)


def _is_open(effect: Queued, case: Case, standings: Mapping[str, Standing]) -> bool:
    """Whether `effect` has not come to its end."""
    match effect:
        case NoticeEffect():
            standing = standings.get(effect.id)
            if standing is None:
                return not any(task.subject == effect.id for task in case.tasks)
            return standing.state in (DeliveryState.CREATED, DeliveryState.SENDING)
        case ReplyEffect():
            reply = case.reply(effect.reply_id)
            return reply is not None and reply.state == "requested"
        case PublicationEffect():
            publication = case.publication(effect.publication_id)
            posting = None if publication is None else publication.posting(effect.account_id)
            before = PostingState.SENDING if effect.step == "post" else PostingState.SUBMITTED
            task_id = publication_task_id(effect.publication_id, effect.account_id)
            asked = any(task.id == task_id for task in case.tasks)
            return posting is not None and posting.state is before and not asked
        case MoveEffect():
            return effect.version in case.moving


def _is_stuck(standing: Standing | None, now: datetime) -> bool:
    """Whether nobody is at it: it was never claimed, or stands where it stood for too long."""
    return standing is None or standing.updated_at <= now - STUCK_AFTER


def _given_up(effect: Queued) -> Command | None:
    match effect:
        case NoticeEffect():
            return RecordNoticeFailed(notice_id=effect.id, reason=NEVER_LEFT)
        case ReplyEffect():
            return RecordReplyFailed(reply_id=effect.reply_id, reason=NEVER_LEFT)
        case PublicationEffect(publication_id=publication, account_id=account, step="post"):
            return RecordPublicationFailed(publication_id=publication, account_id=account, reason=NEVER_LEFT)
        case PublicationEffect(publication_id=publication, account_id=account):
            return RecordPublicationUnconfirmed(publication_id=publication, account_id=account, reason=NEVER_LEFT)
        case MoveEffect():
            return None
