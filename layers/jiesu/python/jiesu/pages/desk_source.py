"""Where a case's matter comes from: its source chain as a drawing and as a table, worked out when the page is made."""

from dataclasses import dataclass

from jiesu.matters.reach import reach
from jiesu.pages.asking import FIRST_SHOWN, Askable, askable, texts_of
from jiesu.pages.desk_reading import not_found
from jiesu.pages.http import Response
from jiesu.pages.source_drawing import WIDTH, draw
from jiesu.pages.source_graph import chain_of_case, first_poster, rows
from jiesu.pages.view import View
from jiesu.pages.visit import Visit, render
from jiesu.store.cases import CaseStore
from jiesu.store.messages import MessageStore

MESSAGES_READ = 300
"""The newest ones; their files count as well."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourcePages:
    """The pages that need `Right.READ`."""

    cases: CaseStore
    messages: MessageStore
    view: View

    def source(self, visit: Visit) -> Response:
        """The source chain of one case; two reads."""
        case_id = visit.segments["case_id"]
        case = self.cases.load(case_id)
        if case is None:
            return not_found(self.view, visit, "没有这个诉求件。")
        written = self.messages.correspondence(case_id, limit=MESSAGES_READ, voices=len(case.voices))
        chain = chain_of_case(case, written.messages, written.evidence)
        reached = reach(case)
        return render(
            self.view,
            visit,
            "source.html",
            case=case,
            chain=chain,
            drawing=draw(chain),
            width=WIDTH,
            rows=rows(chain, reached),
            origin=first_poster(chain, case, written.messages),
            askable=_offered(askable(case, written.messages, first=chain.first.key if chain.first is not None else "")),
            texts=texts_of(written.messages),
            unread=case.message_count - len(written.messages),
        )


def _offered(found: tuple[Askable, ...]) -> tuple[Askable, ...]:
    """Those who have a button of their own."""
    return tuple(one for one in found if not one.is_asked)[:FIRST_SHOWN]
