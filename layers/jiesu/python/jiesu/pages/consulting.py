"""The forms of a question to departments (业务咨询): asking it, and keeping its answer in the knowledge base. No I/O."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from jiesu.cases.assigning import consulted
from jiesu.cases.consultations import Consult, KeepAnswer, answer_ladder, cited, question_about, waiting_answers
from jiesu.model.case import Assignment, Case
from jiesu.model.errors import CommandRefusedError
from jiesu.model.ladder import EscalationPlan, Ladder
from jiesu.pages import draft
from jiesu.pages.forms import Surroundings, Typed, value

USUAL_VALIDITY = timedelta(days=365)
"""What the form of an article begins with."""


def prefill_question(around: Surroundings, zone: ZoneInfo, now: datetime) -> Typed:
    """What the citizen wrote last, without the citizen's numbers."""
    written = [stored.message for stored in around.messages if stored.message.text.strip()]
    latest = max(written, key=lambda message: message.sent_at, default=None)
    return {} if latest is None else {"question": (draft.title(latest.text, zone, now),)}


def read_consultation(
    typed: Typed, around: Surroundings, *, number: str, issued_by: str, zone: ZoneInfo, now: datetime
) -> Consult:
    """The question that a filled form stands for, under `number`. Raises `CommandRefusedError`."""
    if around.office is None:
        raise ValueError("a consultation needs the office's contacts")
    chosen = (code for code in typed.get("bureau", ()) if code)
    question = value(typed, "question")
    assignments = consulted(number, chosen, bureaus=around.bureaus, office=around.office.contacts)
    return question_about(around.case, question, assignments, number=number, plan=_plan(around, zone), by=issued_by, now=now)


def answer_due(around: Surroundings, zone: ZoneInfo, now: datetime) -> Ladder | None:
    """What would run from now on for the case as it stands; None where no office is there, or no plan for its urgency."""
    if around.office is None or around.case.urgency not in around.office.plans:
        return None
    return answer_ladder(_plan(around, zone), now)


def prefill_reply(case: Case) -> Typed:
    """The answers of which nobody has made use yet, each with who gave it."""
    waiting = waiting_answers(case)
    text = "\n".join(cited(one) for one in waiting)
    return {"text": (text,), "answers": tuple(one.id for one in waiting)} if waiting else {}


def prefill_article(case: Case, assignment: Assignment, today: date) -> Typed:
    form = case.bulletin(assignment.bulletin_number)
    answer = "" if assignment.feedback is None else assignment.feedback.publishable
    return {
        "question": (form.facts if form is not None else "",),
        "answer": (answer,),
        "valid_until": ((today + USUAL_VALIDITY).isoformat(),),
    }


def read_article(typed: Typed, *, subject: str, new_id: str, today: date) -> KeepAnswer:
    """The article that a filled form stands for. Raises `CommandRefusedError`."""
    return KeepAnswer(
        assignment_id=subject,
        article_id=new_id,
        question=value(typed, "question"),
        answer=value(typed, "answer"),
        valid_until=typed_day(value(typed, "valid_until")),
        today=today,
    )


def typed_day(typed: str) -> date:
    try:
        return date.fromisoformat(typed)
    except ValueError as error:
        raise CommandRefusedError("day_unknown", "请按「年-月-日」填写有效期") from error


def _plan(around: Surroundings, zone: ZoneInfo) -> EscalationPlan:
    if around.office is None:
        raise ValueError("a consultation needs the office's ladders")
    return around.office.plan(around.case.urgency, around.case.category, zone.key)
