"""Professional questions (多部门在线答疑): what the desk asks departments, and their answers as text that may be sent.

    asked ──answer──▶ reported ──sent to a citizen, or accepted──▶ accepted
      ▲                  │
      └──── asked again ─┘   with the clock anew

A consultation is an assignment of its own role under a number of its own series. It needs no acknowledgement: one
ladder asks for the answer. It stands beside the bureaus that handle the matter, and no lead waits for it.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from jiesu.cases.assigning import NewAssignment, reached
from jiesu.cases.bulletins import in_order
from jiesu.cases.ladder import lay_out
from jiesu.cases.public_text import names_a_person
from jiesu.cases.refusals import opened, refuse, text_of
from jiesu.model.bulletin import Bulletin
from jiesu.model.case import Assignment, Case, Feedback
from jiesu.model.ladder import EscalationPlan, Ladder, LadderPlan, RungPlan
from jiesu.model.timeline import AnswerKept, Dispatched, Reported
from jiesu.model.words import AssignmentRole, AssignmentStatus, ContactRole, LadderKind, RungAction

_TITLE_LENGTH = 60
LONGEST_VALIDITY = timedelta(days=3 * 366)
"""How long an article may be valid before somebody looks at it again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Consult:
    """`bulletin.facts` is the question; each of `assignments` is asked."""

    bulletin: Bulletin
    assignments: tuple[NewAssignment, ...]
    plan: EscalationPlan


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerConsultation:
    """`text` is what may be sent to a citizen, `basis` the rule behind it, which may be empty."""

    assignment_id: str
    text: str
    basis: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepAnswer:
    """The answer becomes the article `article_id` of the office's own, as edited; `today` is the day where the office is."""

    assignment_id: str
    article_id: str
    question: str
    answer: str
    valid_until: date
    today: date


def question_about(
    case: Case,
    question: str,
    assignments: tuple[NewAssignment, ...],
    *,
    number: str,
    plan: EscalationPlan,
    by: str,
    now: datetime,
) -> Consult:
    """`question` under `number`, its first line for a title."""
    form = Bulletin(
        number=number,
        title=question.partition("\n")[0][:_TITLE_LENGTH],
        facts=question,
        place="",
        category=case.category,
        urgency=case.urgency,
        requirements="",
        issued_at=now,
        issued_by=by,
    )
    return Consult(bulletin=form, assignments=assignments, plan=plan)


ConsultationCommand = Consult | AnswerConsultation | KeepAnswer


def decide_consultation(case: Case, command: ConsultationCommand, now: datetime) -> Dispatched | Reported | AnswerKept:
    """The change that `command` makes. Raises `CommandRefusedError`."""
    match command:
        case Consult():
            return _ask(case, command, now)
        case AnswerConsultation():
            return _answer(case, command)
        case KeepAnswer():
            return _keep(case, command)


def is_consultation(assignment: Assignment) -> bool:
    return assignment.role is AssignmentRole.CONSULTATION


@dataclass(frozen=True, slots=True, kw_only=True)
class Consultation:
    """One question with everybody who was asked it."""

    form: Bulletin
    asked: tuple[Assignment, ...]


def consultations_of(case: Case) -> tuple[Consultation, ...]:
    """The questions of a case, the newest first; whoever has answered before whoever is silent."""
    found = []
    for form in reversed(case.bulletins):
        asked = [one for one in case.assignments if one.bulletin_number == form.number and is_consultation(one)]
        if asked:
            found.append(Consultation(form=form, asked=tuple(sorted(asked, key=lambda one: one.feedback is None))))
    return tuple(found)


def bulletins_of(case: Case) -> tuple[Bulletin, ...]:
    """The forms of a case by which something is handled, the oldest first."""
    questions = {one.bulletin_number for one in case.assignments if is_consultation(one)}
    return tuple(one for one in case.bulletins if one.number not in questions)


def waiting_answers(case: Case) -> tuple[Assignment, ...]:
    """The consultations that were answered and of which nobody has made use yet."""
    return tuple(one for one in case.assignments if is_consultation(one) and one.status is AssignmentStatus.REPORTED)


def reports_to_review(case: Case) -> tuple[Assignment, ...]:
    """The bureaus' reports, other than answers to questions, that nobody has looked at yet."""
    return tuple(one for one in case.assignments if one.status is AssignmentStatus.REPORTED and not is_consultation(one))


def answered_consultations(case: Case) -> tuple[Assignment, ...]:
    """Those of which there is an answer, that of the newest question first; what was taken back is left out."""
    return tuple(
        one for question in consultations_of(case) for one in question.asked if one.feedback and not one.status.is_released
    )


def cited(assignment: Assignment) -> str:
    """The answer as it goes to a citizen, with who gave it; empty where there is none."""
    if assignment.feedback is None:
        return ""
    return f"{assignment.feedback.publishable}（以上由{assignment.bureau_name}解答）"


def answers_used(case: Case, chosen: tuple[str, ...]) -> tuple[str, ...]:
    """`chosen`, the ids of answers that a reply is made of. Refused where one of them is none."""
    for assignment_id in chosen:
        assignment = case.assignment(assignment_id)
        if assignment is None or not is_consultation(assignment) or assignment.feedback is None:
            raise refuse("answer_missing")
    return chosen


def taken(case: Case, used: tuple[str, ...], at: datetime) -> Case:
    """`case` after a reply that is made of the answers `used`: nobody has to look at them any more."""

    def settled(one: Assignment) -> Assignment:
        waits = one.id in used and one.status is AssignmentStatus.REPORTED
        return replace(one, run=one.run + 1, status=AssignmentStatus.ACCEPTED, accepted_at=at) if waits else one

    return replace(case, assignments=tuple(settled(one) for one in case.assignments)) if used else case


def answer_plan(plan: EscalationPlan) -> LadderPlan:
    """The ladder of a question: the office's own, or else as long as for an acknowledgement, on the same clock."""
    if plan.answer is not None:
        return plan.answer
    term, clock = plan.acknowledgement.term, plan.acknowledgement.clock
    rungs = (
        (-term / 4, RungAction.REMINDER, (ContactRole.DUTY_OFFICER,)),
        (timedelta(), RungAction.REMINDER, (ContactRole.DUTY_OFFICER, ContactRole.CHIEF)),
        (term / 2, RungAction.SUPERVISION, (ContactRole.SUPERVISOR,)),
    )
    return LadderPlan(
        term=term,
        rungs=tuple(RungPlan(offset=offset, action=action, recipients=roles, clock=clock) for offset, action, roles in rungs),
        clock=clock,
    )


def answer_ladder(plan: EscalationPlan, start: datetime, *, counted_from: str = "咨询") -> Ladder:
    """What asks for the answer under `plan`, counted from `start`."""
    return lay_out(LadderKind.ANSWER, answer_plan(plan), start, hours=plan.hours, counted_from=counted_from)


def _ask(case: Case, command: Consult, now: datetime) -> Dispatched:
    opened(case)
    if not command.assignments:
        raise refuse("department_missing")
    codes = [one.bureau_code for one in command.assignments]
    asked = [one.bureau_code for one in case.assignments if is_consultation(one) and not one.status.is_over]
    if len(set(codes + asked)) != len(codes + asked):
        raise refuse("consultation_open")
    bulletin = in_order(command.bulletin)
    plan = command.plan
    ladder = answer_ladder(plan, now)
    assignments = (
        Assignment(
            id=one.id,
            bulletin_number=bulletin.number,
            bureau_code=one.bureau_code,
            bureau_name=one.bureau_name,
            role=AssignmentRole.CONSULTATION,
            contacts=one.contacts,
            plan=plan,
            acknowledgement=ladder,
            feedback_ladder=ladder,
            dispatched_at=now,
        )
        for one in command.assignments
    )
    return Dispatched(bulletin=bulletin, assignments=tuple(reached(one) for one in assignments))


def _answer(case: Case, command: AnswerConsultation) -> Reported:
    assignment = _known(case, command.assignment_id)
    if assignment.status.is_over:
        raise refuse("assignment_over")
    if assignment.status is AssignmentStatus.REPORTED:
        raise refuse("already_answered")
    text = text_of(command.text, missing="answer_empty")
    basis = text_of(command.basis) if command.basis.strip() else ""
    feedback = Feedback(findings=basis, result=text, publishable=text)
    return Reported(assignment_id=assignment.id, feedback=feedback, run=assignment.run + 1)


def _keep(case: Case, command: KeepAnswer) -> AnswerKept:
    assignment = _known(case, command.assignment_id)
    if assignment.feedback is None:
        raise refuse("answer_missing")
    if assignment.article_id:
        raise refuse("answer_kept")
    question = text_of(command.question, missing="article_incomplete")
    answer = text_of(command.answer, missing="article_incomplete")
    # The answer may name an office's telephone; the question comes from a citizen.
    if names_a_person(question):
        raise refuse("article_names_person")
    if not command.today <= command.valid_until <= command.today + LONGEST_VALIDITY:
        raise refuse("validity_impossible")
    return AnswerKept(
        assignment_id=assignment.id,
        article_id=command.article_id,
        question=question,
        answer=answer,
        valid_until=command.valid_until,
    )


def _known(case: Case, assignment_id: str) -> Assignment:
    assignment = case.assignment(assignment_id)
    if assignment is None:
        raise refuse("assignment_missing")
    if not is_consultation(assignment):
        raise refuse("not_a_consultation")
    return assignment
