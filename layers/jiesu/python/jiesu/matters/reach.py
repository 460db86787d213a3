"""Whether a teller has been reached: what the office's answers in a case say of it."""

from collections.abc import Mapping
from enum import StrEnum

from jiesu.matters.source_clues import teller_of
from jiesu.model.asking import StepState
from jiesu.model.case import Case


class Reach(StrEnum):
    """`WRITTEN_TO` had a message of the office that arrived; `ASKED` an unanswered question, `ANSWERED` answered one."""

    NOT_REACHED = "not_reached"
    WRITTEN_TO = "written_to"
    ASKED = "asked"
    ANSWERED = "answered"

    @property
    def label(self) -> str:
        return {"not_reached": "未联系", "written_to": "已联系", "asked": "已询问，未回答", "answered": "已联系，已回答"}[
            self.value
        ]


def reach(case: Case) -> Mapping[str, Reach]:
    """How far each citizen of the case has been reached, by the key that the source chain has for them; others were not."""
    sent = {reply.id: reply for reply in case.replies if reply.state == "sent"}
    found = {teller_of(reply.to.platform, reply.to.conversation): Reach.WRITTEN_TO for reply in sent.values()}
    for asking in case.askings:
        teller = teller_of(asking.platform, asking.conversation)
        if any(step.state is StepState.ANSWERED for step in asking.steps):
            found[teller] = Reach.ANSWERED
        elif any(step.reply_id in sent for step in asking.steps) and found[teller] is not Reach.ANSWERED:
            found[teller] = Reach.ASKED
    return found
