"""What the desk shows of one case, and what could not be handled. Nothing here changes anything."""

import re
from dataclasses import dataclass
from urllib.parse import urlencode

from jiesu.cases.consultations import bulletins_of, consultations_of, is_consultation
from jiesu.model.case import Assignment
from jiesu.model.numbers import is_bulletin_number, is_case_id, is_consultation_number, is_order_number, readable_number
from jiesu.model.words import AssignmentRole
from jiesu.pages.evidence import thumbnail_links
from jiesu.pages.forms import acts_on
from jiesu.pages.http import BadRequestError, Response, see_other, showing
from jiesu.pages.notice_times import steps_of
from jiesu.pages.reply_windows import window_notices
from jiesu.pages.sentences import say
from jiesu.pages.source_graph import chain_of_case, first_poster
from jiesu.pages.view import View
from jiesu.pages.visit import Visit, render
from jiesu.places.joint import joint_bureaus
from jiesu.store.cases import CaseStore
from jiesu.store.contact_marks import ContactMarkStore
from jiesu.store.deliveries import DeliveryStore
from jiesu.store.evidence import EvidenceVault
from jiesu.store.messages import MessageStore
from jiesu.store.parking import ParkingStore
from jiesu.triage.identity import telephone_typed

_LIKE_A_NUMBER = re.compile(r"[0-9]{3,}-[0-9A-Z-]+", re.ASCII)
TIMELINE_PAGE = 50
MESSAGES_SHOWN = 100
PARKED_PAGE = 50
"""Their files count as well."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingPages:
    """The pages that need `Right.READ`."""

    cases: CaseStore
    messages: MessageStore
    deliveries: DeliveryStore
    parking: ParkingStore
    marks: ContactMarkStore
    vault: EvidenceVault
    view: View

    def case(self, visit: Visit) -> Response:
        """One case in three reads, however long it is: head with timeline, messages with their files, deliveries."""
        case_id = visit.segments["case_id"]
        before = _version(visit.request.query.get("before"))
        if before is not None:
            return self._older(visit, case_id, before)
        found = self.cases.timeline(case_id, limit=TIMELINE_PAGE)
        case = found.case
        if case is None:
            return not_found(self.view, visit, "没有这个诉求件。")
        written = self.messages.correspondence(case_id, limit=MESSAGES_SHOWN, voices=len(case.voices))
        thumbnails = thumbnail_links(written.evidence, self.vault)
        traces = self.deliveries.traces(case_id)
        return render(
            self.view,
            visit,
            "case.html",
            case=case,
            acts=acts_on(case),
            together=joint_bureaus([one.message.text for one in written.messages]),
            messages=written.messages,
            windows=window_notices(written.ledgers, visit.now),
            origin=first_poster(chain_of_case(case, written.messages, written.evidence), case, written.messages),
            evidence=written.evidence,
            thumbnails=thumbnails,
            steps={one.id: steps_of(one, traces) for one in case.assignments},
            deliveries=tuple(sorted(traces.deliveries, key=lambda one: one.updated_at, reverse=True)),
            lines=tuple((entry, say(entry, case, self.view.zone, visit.now)) for entry in found.entries),
            next_before=found.next_before,
            assignments=sorted((one for one in case.assignments if not is_consultation(one)), key=_newest_lead_first),
            consultations=consultations_of(case),
            bulletins=bulletins_of(case),
        ).with_headers(**showing(thumbnails.values()))

    def _older(self, visit: Visit, case_id: str, before: int) -> Response:
        """The timeline before `before`; two reads, for a continued page carries no head."""
        case = self.cases.load(case_id)
        if case is None:
            return not_found(self.view, visit, "没有这个诉求件。")
        found = self.cases.timeline(case_id, before_version=before, limit=TIMELINE_PAGE)
        return render(
            self.view,
            visit,
            "timeline.html",
            case=case,
            lines=tuple((entry, say(entry, case, self.view.zone, visit.now)) for entry in found.entries),
            next_before=found.next_before,
        )

    def parked(self, visit: Visit) -> Response:
        """What waits to be sent on, oldest first, a page at a time."""
        found = self.parking.parked(limit=PARKED_PAGE + 1, behind=visit.request.query.get("behind"))
        shown, more = found[:PARKED_PAGE], found[PARKED_PAGE:]
        return render(
            self.view,
            visit,
            "parked.html",
            parked=shown,
            number=self.parking.number(),
            next_behind=shown[-1].place if more else None,
            marks=self.marks.all(),
        )

    def search(self, visit: Visit) -> Response:
        """Straight to the case with that number, as people write numbers; with what is none, on to the search."""
        typed = visit.request.query.get("q", "")
        number = readable_number(typed)
        case_id = self.cases.find_number(number)
        if case_id is not None and (case_id != number or self.cases.load(case_id) is not None):
            return see_other(visit.case_address(case_id))
        kinds = (is_case_id, is_bulletin_number, is_consultation_number, is_order_number)
        well_formed = any(is_kind(number) for is_kind in kinds)
        if visit.may_identify and not well_formed and (telephone_typed(typed) or "").startswith(("0", "1")):
            # A citizen is looked for by a form, so that the number stays out of addresses.
            return see_other(f"{visit.base}/find/citizen")
        if typed.strip() and visit.may_search and not well_formed and not _LIKE_A_NUMBER.fullmatch(number):
            return see_other(f"{visit.base}/find?{urlencode({'q': typed.strip()})}")
        return render(self.view, visit, "search.html", http_status=404 if typed else 200, typed=typed, well_formed=well_formed)


def not_found(view: View, visit: Visit, said: str) -> Response:
    return render(
        view, visit, "notice.html", http_status=404, title="没有找到", paragraphs=(said, "请核对编号，或回到收件列表。")
    )


def _newest_lead_first(assignment: Assignment) -> tuple[float, bool]:
    return -assignment.dispatched_at.timestamp(), assignment.role is not AssignmentRole.LEAD


def _version(text: str | None) -> int | None:
    if text is None:
        return None
    if not (text.isascii() and text.isdigit()) or not 1 < int(text) < 10**8:
        raise BadRequestError(400)
    return int(text)
