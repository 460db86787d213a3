"""What bureaus ask and a person has to decide, all cases together; and for which reasons they gave things back."""

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta

from jiesu.cases.decisions import Pending, pending_decisions
from jiesu.model.case import Case
from jiesu.model.returns import Returned, ReturnReason
from jiesu.pages.http import Response
from jiesu.pages.view import View
from jiesu.pages.visit import Visit, render
from jiesu.store.cases import CaseStore

COUNTED = timedelta(days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionRow:
    case: Case
    pending: Pending


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasonCount:
    """How often bureaus gave one reason, and in which cases."""

    reason: ReturnReason
    count: int
    case_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionPages:
    """The page needs `Right.READ`."""

    cases: CaseStore
    view: View

    def decisions(self, visit: Visit) -> Response:
        """What waits, the one due first before the others, and the returns of the last 30 days; three reads."""
        waiting = self.cases.awaiting_decision()
        rows = [DecisionRow(case=case, pending=one) for case in waiting for one in pending_decisions(case)]
        entries = self.cases.returns(visit.now - COUNTED)
        given = [(entry.case_id, entry.change.reason) for entry in entries if isinstance(entry.change, Returned)]
        counts = Counter(reason for _, reason in given)
        reasons = tuple(
            ReasonCount(
                reason=reason,
                count=count,
                case_ids=tuple(dict.fromkeys(case_id for case_id, given_reason in given if given_reason is reason)),
            )
            for reason, count in counts.most_common()
        )
        return render(
            self.view,
            visit,
            "decisions.html",
            rows=sorted(rows, key=lambda row: row.pending.due),
            reasons=reasons,
            returned=counts.total(),
            erred=sum(count for reason, count in counts.items() if reason.says_the_desk_erred),
        )
