"""The four times of an assignment: its notices are out, one has arrived, its link was opened, it was acknowledged.

None stands for another: who has opened a page has signed for nothing, and a mail scanner opens pages too.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from jiesu.model.case import Assignment
from jiesu.store.deliveries import Delivery, Traces


@dataclass(frozen=True, slots=True)
class Step:
    """What is to happen, and when it first did; None as long as it has not."""

    label: str
    at: datetime | None


def steps_of(assignment: Assignment, traces: Traces) -> tuple[Step, ...]:
    """The four, in their order; the first two of whichever of the bureau's notices was first."""
    own = [one for one in traces.deliveries if _is_about(one, assignment)]
    return (
        Step("已发出", _first(one.sent_at for one in own)),
        Step("已送达", _first(one.delivered_at for one in own)),
        Step("已打开", next((one.at for one in traces.seen if one.assignment_id == assignment.id), None)),
        Step("已签收", assignment.acknowledged_at),
    )


def _is_about(delivery: Delivery, assignment: Assignment) -> bool:
    """By the id, `<case>.<version>.<assignment>.<contact>.<transport>`; to the bureau's own people only."""
    about = delivery.description
    if about.kind != "notice" or about.role not in {one.role for one in assignment.bureau_contacts}:
        return False
    rest = delivery.id.split(".", 2)[-1]
    return rest.rsplit(".", 2)[0] == assignment.id


def _first(times: Iterable[datetime | None]) -> datetime | None:
    return min((one for one in times if one is not None), default=None)
