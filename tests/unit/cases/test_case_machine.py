"""Any sequence of commands: whatever people, bureaus and clocks do, in whatever order, these hold."""

from collections.abc import Callable
from datetime import timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule

from jiesu.cases.asking import SettleQuestion, StopAsking
from jiesu.cases.commands import (
    AddNote,
    Command,
    CorrectCase,
    DispatchCase,
    Escalate,
    FinishTask,
    JoinMessage,
    RecordNoticeFailed,
    RecordReplyFailed,
    RecordReplySent,
    ReopenCase,
    ReplyToCitizen,
    ReportProgress,
    SendBack,
    WithdrawAssignment,
    decide,
)
from jiesu.cases.consultations import Consult, is_consultation
from jiesu.cases.coverage import EndCoverage, MoveNextStatement
from jiesu.cases.disclosure import Conceal, public_request
from jiesu.cases.effects import ClockEffect, effects_of
from jiesu.cases.extensions import GrantExtension, RefuseExtension
from jiesu.cases.fold import apply, fold, next_entry
from jiesu.cases.mails import AcceptBureauMail, ReceiveBureauMail, ReportBureauMail
from jiesu.cases.owning import AssignOwner, ReleaseCase, TakeCase
from jiesu.cases.publishing import (
    ApprovePublication,
    RecordPublicationFailed,
    RecordPublicationPosted,
    RecordPublicationSubmitted,
    RecordPublicationUnconfirmed,
)
from jiesu.cases.refusals import REFUSALS
from jiesu.cases.replanning import Replan
from jiesu.cases.reply_window import WarnOfReplyWindow
from jiesu.cases.returns import DecideReturn, ExcuseAssignment
from jiesu.cases.unmasking import Unmask
from jiesu.model.asking import Asking, AskingState, StepState
from jiesu.model.case import Assignment, Case
from jiesu.model.coverage import COVERAGE, CoverageReminded
from jiesu.model.errors import CommandRefusedError
from jiesu.model.ladder import EscalationPlan
from jiesu.model.numbers import consultation_number, order_number
from jiesu.model.people import Actor, Contact
from jiesu.model.publication import PostingState, PublicationState
from jiesu.model.returns import ReturnReason, ReturnVerdict
from jiesu.model.timeline import Entry, Escalated, FeedbackAccepted, MessageJoined, Opened
from jiesu.model.words import AssignmentRole, AssignmentStatus, CaseStatus, Resolution, Urgency
from jiesu.store.codec import dumps, load_change, loads
from tests import builders as build

BUREAUS = ("FT", "GJ", "CY")
REPLIES = ("r1", "r2")
PUBLICATIONS = ("p1", "p2")
ACCOUNTS = ("weibo-main", "wechat-main")
TOLD: tuple[Callable[[str, str], Command], ...] = (
    lambda of, on: RecordPublicationSubmitted(publication_id=of, account_id=on, job="2247503051"),
    lambda of, on: RecordPublicationPosted(publication_id=of, account_id=on, platform_ref="1", link=""),
    lambda of, on: RecordPublicationFailed(publication_id=of, account_id=on, reason="article_rejected"),
    lambda of, on: RecordPublicationUnconfirmed(publication_id=of, account_id=on, reason="publication_running"),
)
WITH_CHIEF = (*build.bureau_contacts(), *build.office_contacts())
WITHOUT_CHIEF = (build.a_contact(phone=""), *build.office_contacts())
CONTACTS = (WITH_CHIEF, WITH_CHIEF, WITHOUT_CHIEF, build.office_contacts(), (build.a_contact(email="", phone=""),), ())
"""Those of a bureau as they should be, one without a chief, and three that leave nobody to be told."""

assignments = st.sampled_from([f"a{number}" for number in range(1, 7)])


class CaseMachine(RuleBasedStateMachine):
    """One case under fire: its head is carried along by `apply`, its timeline is kept beside it."""

    stale_clocks = Bundle("stale_clocks")

    def __init__(self) -> None:
        super().__init__()
        self.now = build.NOW
        self.case: Case | None = None
        self.entries: list[Entry] = []
        self.refusals: set[tuple[str, str]] = set()
        self.given = self.ordered = self.consulted = 0
        self.do(build.open_case())

    def do(self, command: Command) -> Entry | None:
        """Carry out `command` as the store does; None where it was refused or left nothing to do."""
        self.now += timedelta(minutes=7)
        before = self.case
        try:
            change = decide(self.case, command, self.now)
        except CommandRefusedError as error:
            self.refusals.add((error.code, error.label))
            return None
        if change is None:
            return None
        entry = next_entry(self.case, build.CASE_ID, change, actor=getattr(command, "by", build.EDITOR), now=self.now)
        self.case = apply(before, entry)
        self.entries.append(entry)
        return entry

    @property
    def head(self) -> Case:
        assert self.case is not None
        return self.case

    def clocked(self, of: str) -> Assignment | Asking | None:
        return self.head.assignment(of) or self.head.asking(of)

    @property
    def all_clocked(self) -> tuple[Assignment | Asking, ...]:
        return (*self.head.assignments, *self.head.askings)

    # --- Anybody may do anything at any time -----------------------------------------------------

    @rule(hours=st.integers(-2, 48))
    def time_passes_or_anothers_clock_is_behind(self, hours: int) -> None:
        self.now += timedelta(hours=hours)

    @rule(number=st.integers(2, 5), urgency=st.sampled_from(Urgency), minutes=st.integers(-600, 600))
    def join(self, number: int, urgency: Urgency, minutes: int) -> None:
        """Platforms deliver out of order: what joins may have been sent long before."""
        message = build.a_message_ref(message_id=f"weibo:{number}", sent_at=build.after(minutes=minutes))
        self.do(JoinMessage(message=message, triage=build.a_triage(urgency=urgency)))

    @rule(urgency=st.sampled_from(Urgency))
    def correct(self, urgency: Urgency) -> None:
        self.do(CorrectCase(urgency=urgency))

    @rule(by=st.sampled_from([build.EDITOR, build.SUPERVISOR]), reason=st.sampled_from(["", "交班"]))
    def take(self, by: Actor, reason: str) -> None:
        self.do(TakeCase(by=by, reason=reason))

    @rule(by=st.sampled_from([build.EDITOR, build.SUPERVISOR]), reason=st.sampled_from(["", "下班"]))
    def release(self, by: Actor, reason: str) -> None:
        self.do(ReleaseCase(by=by, reason=reason))

    @rule(to=st.sampled_from([build.EDITOR, build.SUPERVISOR]), reason=st.sampled_from(["", "熟悉情况"]))
    def assign_owner(self, to: Actor, reason: str) -> None:
        self.do(AssignOwner(to=to, reason=reason))

    @rule(number=st.integers(1, 6), reason=st.sampled_from(["", "须当面核实"]))
    def unmask(self, number: int, reason: str) -> None:
        citizen = build.a_message_ref(message_id=f"weibo:{number}").conversation
        self.do(Unmask(alias=citizen.alias, reason=reason))

    @rule(text=st.sampled_from(["", " ", "已电话核实"]))
    def note(self, text: str) -> None:
        self.do(AddNote(text=text))

    @rule(codes=st.lists(st.sampled_from(BUREAUS), max_size=3), has_lead=st.booleans(), contacts=st.sampled_from(CONTACTS))
    def dispatch(self, codes: list[str], has_lead: bool, contacts: tuple[Contact, ...]) -> None:
        parts = []
        for place, code in enumerate(codes):
            self.given += 1
            role = AssignmentRole.LEAD if has_lead and place == 0 else AssignmentRole.JOINT
            parts.append(build.a_new_assignment(f"a{self.given}", bureau_code=code, role=role, contacts=contacts))
        bulletin = build.a_bulletin()
        plan = build.a_whole_plan() if has_lead else build.a_plan()
        self.do(DispatchCase(bulletin=bulletin, assignments=tuple(parts), plan=plan))

    @rule(codes=st.lists(st.sampled_from(BUREAUS), max_size=2), contacts=st.sampled_from(CONTACTS))
    def consult(self, codes: list[str], contacts: tuple[Contact, ...]) -> None:
        parts = []
        for code in codes:
            self.given += 1
            part = build.a_new_assignment(f"a{self.given}", bureau_code=code, role=AssignmentRole.CONSULTATION, contacts=contacts)
            parts.append(part)
        self.consulted += 1
        number = consultation_number(2026, self.consulted)
        self.do(Consult(bulletin=build.a_bulletin(number=number), assignments=tuple(parts), plan=build.a_plan()))

    @rule(to=assignments)
    def answer(self, to: str) -> None:
        self.do(build.answer(to))

    @rule(to=assignments)
    def keep_answer(self, to: str) -> None:
        self.do(build.keep_answer(to))

    @rule(reply_id=st.sampled_from(REPLIES), of=assignments)
    def reply_with_answer(self, reply_id: str, of: str) -> None:
        if self.do(ReplyToCitizen(reply_id=reply_id, text="您好,可以办理。", answers=(of,))) is not None:
            used = self.head.assignment(of)
            assert used is not None
            assert used.status is not AssignmentStatus.REPORTED, "what was used waits for nobody"

    @rule(to=assignments)
    def acknowledge(self, to: str) -> None:
        first = self.do(build.acknowledge(to))
        if first is not None:
            assert self.do(build.acknowledge(to)) is None, "acknowledged twice is one entry"

    @rule(to=assignments, contacted=st.booleans())
    def progress(self, to: str, contacted: bool) -> None:
        self.do(ReportProgress(assignment_id=to, text="正在调查", contacted=contacted))

    @rule(to=assignments, number=st.integers(1, 14), text=st.sampled_from(["", "已到场，验证码 1234"]))
    def answer_by_mail(self, to: str, number: int, text: str) -> None:
        before = self.head.assignment(to)
        mail = build.a_bureau_mail(f"m{number}-{self.head.version}", assignment_id=to, text=text)
        if self.do(ReceiveBureauMail(mail=mail)) is not None:
            assert self.head.assignment(to) == before, "a mail does nothing by itself"

    @rule(contacted=st.booleans())
    def accept_mail(self, contacted: bool) -> None:
        waiting = self.head.mails
        accepted = self.do(AcceptBureauMail(mail_id=waiting[0].id if waiting else "m0", contacted=contacted))
        if accepted is not None:
            assert self.head.mails == waiting[1:]

    @rule()
    def report_mail(self) -> None:
        waiting = self.head.mails
        report = ReportBureauMail(mail_id=waiting[0].id if waiting else "m0", feedback=build.a_feedback())
        if self.do(report) is not None:
            assert self.head.mails == waiting[1:]
            after = self.head.assignment(waiting[0].assignment_id)
            assert after is not None
            assert after.status is AssignmentStatus.REPORTED

    @rule(to=assignments, plan=st.sampled_from([build.a_plan(), build.a_whole_plan()]))
    def replan(self, to: str, plan: EscalationPlan) -> None:
        before = self.head.assignment(to)
        if self.do(Replan(assignment_id=to, plan=plan, reason="时限方案调整")) is not None:
            after = self.head.assignment(to)
            assert before is not None
            assert after is not None
            assert before.status is after.status
            assert all(rung.at > self.now for ladder in after.running for rung in ladder.rungs[ladder.climbed + 1 :])

    @rule(to=assignments)
    def report(self, to: str) -> None:
        self.do(build.report(to))

    @rule(to=assignments)
    def accept(self, to: str) -> None:
        self.do(build.accept(to))

    @rule(to=assignments)
    def send_back(self, to: str) -> None:
        self.do(SendBack(assignment_id=to, reason="没有写明依据"))

    @rule(to=assignments)
    def withdraw(self, to: str) -> None:
        self.do(WithdrawAssignment(assignment_id=to, reason="属地有误"))

    @rule(to=assignments, reason=st.sampled_from(ReturnReason))
    def give_back(self, to: str, reason: ReturnReason) -> None:
        before = self.head.assignment(to)
        entry = self.do(build.give_back(to, reason=reason))
        if entry is not None:
            assert before is not None
            own = [one for one in self.head.assignments if one.bureau_code == before.bureau_code]
            assert sum(not given.arbitrated for one in own for given in one.returns) <= 1, "a bureau returns once by itself"

    @rule(
        to=assignments,
        verdict=st.sampled_from(ReturnVerdict),
        code=st.sampled_from(BUREAUS),
        contacts=st.sampled_from(CONTACTS),
        arbitrates=st.booleans(),
    )
    def decide_return(self, to: str, verdict: ReturnVerdict, code: str, contacts: tuple[Contact, ...], arbitrates: bool) -> None:
        self.given += 1
        follower = build.a_new_assignment(f"a{self.given}", bureau_code=code, contacts=contacts)
        before = self.head.assignment(to)
        pending = None if before is None else before.pending_return
        command = DecideReturn(assignment_id=to, verdict=verdict, reason="属地清楚", to=follower, arbitrates=arbitrates)
        if self.do(command) is not None:
            assert pending is not None
            assert arbitrates or not pending.arbitrated, "a second return is arbitrated"

    @rule(to=assignments, hours=st.integers(-2, 400))
    def ask_extension(self, to: str, hours: int) -> None:
        before = self.head.assignment(to)
        if self.do(build.ask_extension(self.now + timedelta(hours=hours), to)) is not None:
            after = self.head.assignment(to)
            assert before is not None
            assert after is not None
            assert (before.run, before.running) == (after.run, after.running), "what is only asked changes no clock"

    @rule(to=assignments, hours=st.integers(-2, 400), grants=st.booleans())
    def decide_extension(self, to: str, hours: int, grants: bool) -> None:
        until = self.now + timedelta(hours=hours)
        self.given += 1
        grant = GrantExtension(assignment_id=to, until=until, reason="属实", reply_id=f"e{self.given}", text="预计延后答复。")
        self.do(grant if grants else RefuseExtension(assignment_id=to, reason="期限充足"))

    @rule(to=assignments)
    def excuse(self, to: str) -> None:
        self.do(ExcuseAssignment(assignment_id=to, reason="情况已由主办单位查明"))

    @rule(target=stale_clocks, to=assignments)
    def clock_strikes(self, to: str) -> Escalate:
        """The clock that runs now, if one does: it climbs exactly the next rung."""
        standing = self.head.assignment(to)
        if standing is None:
            return Escalate(assignment_id=to, run=0, rung=0)
        self.ordered += 1
        number = order_number(2026, self.ordered)
        strike = Escalate(assignment_id=to, run=standing.run, rung=standing.level, order_number=number)
        entry = self.do(strike)
        assert (entry is not None) == (standing.next_rung is not None)
        if entry is not None:
            assert isinstance(entry.change, Escalated)
            assert entry.change.contacts, "no rung is climbed in silence"
            assert entry.change.due == (standing.next_rung and standing.next_rung.at)
        return strike

    @rule(strike=stale_clocks)
    def stale_clock_strikes(self, strike: Escalate) -> None:
        """A clock that has struck already, however long ago, changes nothing."""
        standing = self.clocked(strike.assignment_id)
        if standing is None or (standing.run, standing.level) != (strike.run, strike.rung):
            assert self.do(strike) is None

    @rule(reply_id=st.sampled_from(REPLIES))
    def reply(self, reply_id: str) -> None:
        self.do(ReplyToCitizen(reply_id=reply_id, text="您好,已转办。"))

    @rule(reply_id=st.sampled_from(REPLIES), arrives=st.booleans())
    def reply_ends(self, reply_id: str, arrives: bool) -> None:
        end = (
            RecordReplySent(reply_id=reply_id, platform_ref="1") if arrives else RecordReplyFailed(reply_id=reply_id, reason="x")
        )
        self.do(end)

    @rule(number=st.integers(1, 5), minutes=st.integers(-600, 600))
    def sweeper_warns(self, number: int, minutes: int) -> None:
        message = build.a_message_ref(message_id=f"weibo:{number}", sent_at=build.after(minutes=minutes))
        self.do(WarnOfReplyWindow(message=message))
        assert self.do(WarnOfReplyWindow(message=message)) is None, "one warning a citizen"

    @rule()
    def ask(self) -> None:
        self.do(build.start_asking(self.head.latest_message))

    @rule(target=stale_clocks, number=st.integers(1, 3))
    def asking_clock_strikes(self, number: int) -> Escalate:
        """The clock of an asking, as that of an assignment."""
        asking = self.head.asking(f"ask-{number}")
        if asking is None:
            return Escalate(assignment_id=f"ask-{number}", run=0, rung=0)
        strike = Escalate(assignment_id=asking.id, run=asking.run, rung=asking.level)
        assert (self.do(strike) is not None) == (asking.next_rung is not None)
        return strike

    @rule(number=st.integers(1, 3), step=st.integers(0, 3), said=st.sampled_from(["", "业主群"]))
    def settle_question(self, number: int, step: int, said: str) -> None:
        self.do(SettleQuestion(asking_id=f"ask-{number}", step=step, said=said))

    @rule(number=st.integers(1, 3))
    def stop_asking(self, number: int) -> None:
        self.do(StopAsking(asking_id=f"ask-{number}", reason="已打电话"))

    @rule(arrives=st.booleans())
    def what_was_said_last_ends(self, arrives: bool) -> None:
        """A question or a reminder among them."""
        if self.head.replies:
            self.reply_ends(self.head.replies[-1].id, arrives)

    @rule(publication_id=st.sampled_from(PUBLICATIONS))
    def draft(self, publication_id: str) -> None:
        self.do(build.draft_publication(publication_id))

    @rule(publication_id=st.sampled_from(PUBLICATIONS), is_last=st.booleans(), hours=st.none() | st.integers(-2, 3))
    def draft_statement(self, publication_id: str, is_last: bool, hours: int | None) -> None:
        named = None if hours is None else self.now + timedelta(hours=hours)
        self.do(build.a_statement(publication_id, is_last=is_last, next_due_at=named)[0])

    @rule(minutes=st.sampled_from([1, 30, 60]))
    def start_coverage(self, minutes: int) -> None:
        self.do(build.start_coverage(interval=timedelta(minutes=minutes)))

    @rule(hours=st.integers(-1, 200))
    def move_next_statement(self, hours: int) -> None:
        self.do(MoveNextStatement(due_at=self.now + timedelta(hours=hours), reason="等待检测结果"))

    @rule()
    def end_coverage(self) -> None:
        self.do(EndCoverage(reason="已平安到达"))

    @rule(stale=st.booleans())
    def clock_of_the_coverage_strikes(self, stale: bool) -> None:
        """The clock that runs now climbs exactly the next rung, and a stale one none."""
        coverage = self.head.coverage
        if coverage is None:
            return
        strike = Escalate(assignment_id=COVERAGE, run=coverage.run - stale, rung=coverage.level)
        entry = self.do(strike)
        assert (entry is not None) == (coverage.next_rung is not None and not stale)
        if entry is not None:
            assert isinstance(entry.change, CoverageReminded)
            assert entry.change.contacts, "no rung is climbed in silence"

    @rule(publication_id=st.sampled_from(PUBLICATIONS), by=st.sampled_from([build.EDITOR, build.SUPERVISOR]))
    def approve(self, publication_id: str, by: Actor) -> None:
        entry = self.do(ApprovePublication(publication_id=publication_id, by=by))
        assert by is build.SUPERVISOR or entry is None, "nobody approves what they drafted"

    @rule(publication_id=st.sampled_from(PUBLICATIONS))
    def take_back(self, publication_id: str) -> None:
        self.do(build.withdraw_publication(publication_id))

    @rule(publication_id=st.sampled_from(PUBLICATIONS), account_id=st.sampled_from(ACCOUNTS), told=st.sampled_from(TOLD))
    def platform_tells(self, publication_id: str, account_id: str, told: Callable[[str, str], Command]) -> None:
        self.do(told(publication_id, account_id))

    @rule(number=st.integers(1, 3))
    def notice_fails(self, number: int) -> None:
        self.do(RecordNoticeFailed(notice_id=f"n{number}", reason="address_rejected"))

    @rule()
    def finish_task(self) -> None:
        if self.head.tasks:
            self.do(FinishTask(task_id=self.head.tasks[0].id, note="已电话通知"))

    @rule(resolution=st.sampled_from(Resolution))
    def close(self, resolution: Resolution) -> None:
        unfinished = [one for one in self.head.assignments if not one.status.is_over]
        entry = self.do(build.close(resolution))
        assert not (unfinished and entry), "a case with unfinished assignments cannot be closed"

    @rule()
    def reopen(self) -> None:
        self.do(ReopenCase(reason="网民再次来信"))

    @rule(title=st.sampled_from(["电梯内不文明行为", "请拨 19900000123", " "]))
    def disclose(self, title: str) -> None:
        self.do(build.disclose(title=title))

    @rule()
    def conceal(self) -> None:
        entry = self.do(Conceal(reason="标题有误"))
        assert entry is None or public_request(self.head) is None

    # --- What always holds -----------------------------------------------------------------------

    @invariant()
    def the_head_is_the_fold_of_the_timeline(self) -> None:
        assert fold(self.entries) == self.case

    @invariant()
    def every_refusal_has_a_name_that_is_known(self) -> None:
        assert self.refusals <= set(REFUSALS.items())

    @invariant()
    def versions_run_on_and_hours_never_back(self) -> None:
        assert [entry.version for entry in self.entries] == list(range(1, len(self.entries) + 1))
        hours = [entry.at for entry in self.entries]
        assert hours == sorted(hours)

    @invariant()
    def a_closed_case_has_no_running_clock_and_says_why(self) -> None:
        if self.head.status is CaseStatus.CLOSED:
            assert all(one.next_rung is None for one in self.all_clocked)
            assert self.head.coverage is None or not self.head.coverage.is_running
        assert (self.head.status is CaseStatus.CLOSED) == (self.head.resolution is not None)

    @invariant()
    def no_ladder_is_climbed_above_its_top(self) -> None:
        for one in self.head.assignments:
            assert all(0 <= ladder.climbed <= len(ladder.rungs) for ladder in one.running)

    @invariant()
    def at_most_one_bureau_leads(self) -> None:
        leads = [one for one in self.head.assignments if one.role is AssignmentRole.LEAD and not one.status.is_over]
        assert len(leads) <= 1

    @invariant()
    def a_lead_is_done_only_after_its_joint_bureaus(self) -> None:
        last = self.entries[-1].change
        accepted = self.head.assignment(last.assignment_id) if isinstance(last, FeedbackAccepted) else None
        if accepted is not None and accepted.role is AssignmentRole.LEAD:
            assert all(one.status.is_over for one in self.head.assignments if one.role is AssignmentRole.JOINT)

    @invariant()
    def no_bureau_is_at_work_twice(self) -> None:
        """It may answer a question besides, but not two at once."""
        at_work = [(one.bureau_code, is_consultation(one)) for one in self.head.assignments if not one.status.is_over]
        assert len(set(at_work)) == len(at_work)

    @invariant()
    def a_case_stands_where_its_assignments_have_it(self) -> None:
        kept = {one.status for one in self.head.assignments if not one.status.is_released}
        if self.head.status is CaseStatus.CLOSED:
            assert kept <= {AssignmentStatus.ACCEPTED}
        elif not kept:
            assert self.head.status is CaseStatus.OPEN
        else:
            resolved = kept == {AssignmentStatus.ACCEPTED}
            assert self.head.status is (CaseStatus.RESOLVED if resolved else CaseStatus.DISPATCHED)

    @invariant()
    def the_newest_message_is_the_one_sent_last(self) -> None:
        messages = [entry.change.message for entry in self.entries if isinstance(entry.change, Opened | MessageJoined)]
        assert self.head.latest_message is not None
        assert self.head.latest_message.sent_at == max(message.sent_at for message in messages)

    @invariant()
    def only_what_a_second_person_approved_goes_out(self) -> None:
        for one in self.head.publications:
            out = any(posting.state is not PostingState.WAITING for posting in one.postings)
            assert out == (one.state is PublicationState.APPROVED)
            assert not out or (one.approved_by is not None and one.approved_by.id != one.drafted_by.id)

    @invariant()
    def a_closed_case_has_no_draft_left(self) -> None:
        if self.head.status is CaseStatus.CLOSED:
            assert all(one.state is not PublicationState.DRAFTED for one in self.head.publications)

    @invariant()
    def of_each_asking_one_question_is_out_at_most_and_nobody_is_reminded_twice(self) -> None:
        for asking in self.head.askings:
            assert sum(step.state in (StepState.ASKED, StepState.UNSENT) for step in asking.steps) <= 1
            assert sum(reply.id.endswith("-again") and f"-{asking.id}-" in reply.id for reply in self.head.replies) <= 1
            settled = all(step.state.is_settled for step in asking.steps)
            assert (asking.state is AskingState.DONE) <= settled

    @invariant()
    def no_two_effects_share_an_id(self) -> None:
        effects = [effect for entry in self.entries for effect in effects_of(entry)]
        ids = [effect.name if isinstance(effect, ClockEffect) else effect.id for effect in effects]
        assert len(set(ids)) == len(ids)

    @invariant()
    def every_waiting_bureau_had_its_clock_started(self) -> None:
        """Effects follow from entries alone: somewhere in the timeline stands what started the clock of the current run."""
        started = {
            (effect.assignment_id, effect.run)
            for entry in self.entries
            for effect in effects_of(entry)
            if isinstance(effect, ClockEffect)
        }
        waiting = {(one.id, one.run) for one in self.all_clocked if one.next_rung is not None}
        if (coverage := self.head.coverage) is not None and coverage.next_rung is not None:
            waiting.add((COVERAGE, coverage.run))
        assert waiting <= started

    @invariant()
    def what_is_stored_is_read_back_the_same(self) -> None:
        last = self.entries[-1].change
        assert load_change(last.kind, dumps(last)) == last
        assert loads(Case, dumps(self.head)) == self.head


TestCaseMachine = CaseMachine.TestCase
TestCaseMachine.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)


def test_the_machine_meets_closing_and_sending_back() -> None:
    """The rules above reach the far states at all: a case that is resolved, closed and opened again."""
    case = build.a_resolved_case(build.close(), ReopenCase(reason="网民再次来信"))
    assert case.status is CaseStatus.RESOLVED
    assert case.assignments[0].status is AssignmentStatus.ACCEPTED
