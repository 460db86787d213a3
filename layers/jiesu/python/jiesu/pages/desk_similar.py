"""Cases that may be the same matter, each beside the message that is like it: what an editor compares before saying so."""

from dataclasses import dataclass

from jiesu.cases.suggestions import waiting
from jiesu.model.case import Case
from jiesu.model.match import Match
from jiesu.pages.desk_reading import not_found
from jiesu.pages.http import Response
from jiesu.pages.view import View
from jiesu.pages.visit import Visit, render
from jiesu.store.cases import CaseStore
from jiesu.store.messages import MessageStore, StoredMessage

MOST_PAIRS = 5
"""Cases that are shown beside the one, the likest: two reads each."""
MESSAGES_READ = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """The case's message `own` and the message `like` of the case `other`; None is not among the newest of its case."""

    match: Match
    other: Case | None
    own: StoredMessage | None
    like: StoredMessage | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SimilarPages:
    """The pages need `Right.READ`."""

    cases: CaseStore
    messages: MessageStore
    view: View

    def similar(self, visit: Visit) -> Response:
        """What waits for a person to say whether it is one matter; two reads for the case and for each other one."""
        case = self.cases.load(visit.segments["case_id"])
        if case is None:
            return not_found(self.view, visit, "没有这个诉求件。")
        undecided = waiting(case)
        written = self._messages_of(case)
        return render(
            self.view,
            visit,
            "similar.html",
            case=case,
            pairs=tuple(self._pair(one.match, written.get(one.message_id)) for one in undecided[:MOST_PAIRS]),
            more=max(0, len(undecided) - MOST_PAIRS),
            shown=MESSAGES_READ,
        )

    def _pair(self, match: Match, own: StoredMessage | None) -> Pair:
        other = self.cases.load(match.case_id)
        like = None if other is None else self._messages_of(other).get(match.message_id)
        return Pair(match=match, other=other, own=own, like=like)

    def _messages_of(self, case: Case) -> dict[str, StoredMessage]:
        written = self.messages.correspondence(case.id, limit=MESSAGES_READ, voices=len(case.voices))
        return {one.message.id: one for one in written.messages}
