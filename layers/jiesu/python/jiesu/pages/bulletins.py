"""The bulletin's fields in a form: what they begin with, how they are read back, and what they say in words. No I/O."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from jiesu.model.bulletin import FIELD_LABELS, Bulletin, BulletinDetails, Secrecy, SensitiveMark, Verification
from jiesu.model.case import Case
from jiesu.model.errors import CommandRefusedError
from jiesu.model.evidence import Evidence
from jiesu.model.message import Message
from jiesu.pages.marks import spans_of, time_in_words
from jiesu.pages.sentences import local_time
from jiesu.triage.categories import label
from jiesu.triage.extract.spans import SpanKind

Typed = Mapping[str, tuple[str, ...]]

TEXTS = ("sources", "alias", "source_note", "happened", "persons", "spread", "related", "assessment", "wording")
"""The details that are typed as they are printed."""

_LINE = "%Y-%m-%dT%H:%M"


def known_details(case: Case, messages: Iterable[Message], evidence: Iterable[Evidence], zone: ZoneInfo, now: datetime) -> Typed:
    """What the case says already: where it came from, when, what is kept, how hot it is."""
    messages = sorted(messages, key=lambda one: one.sent_at)
    sources = [f"{one.platform.label} {one.kind.label}，{local_time(one.sent_at, zone, now)}" for one in messages]
    times = [
        time_in_words(span.value, zone, now) for one in messages for span in spans_of(one, zone) if span.kind is SpanKind.TIME
    ]
    persons = [span.value for one in messages for span in spans_of(one, zone) if span.kind is SpanKind.PERSON]
    grade = case.heat.grade if case.heat is not None else None
    related = f"同一件事共收到 {case.message_count} 条留言" if case.message_count > 1 else ""
    return {
        "secrecy": (Secrecy.INTERNAL,),
        "verification": (Verification.PENDING,),
        "sources": ("\n".join(dict.fromkeys(sources)),),
        "alias": ("网民甲" if case.message_count == 1 else "网民甲等",),
        "found_at": (case.opened_at.astimezone(zone).strftime(_LINE),),
        "happened": ("、".join(dict.fromkeys(times)),),
        "persons": ("、".join(dict.fromkeys(persons)),),
        "evidence": ("\n".join(_evidence_line(one) for one in evidence if one.state == "stored"),),
        "related": (related,),
        "assessment": (f"热度{grade.label}" if grade is not None else "",),
    }


def typed_bulletin(bulletin: Bulletin, zone: ZoneInfo) -> Typed:
    """A bulletin as its form shows it, to be corrected."""
    details = bulletin.details
    found_at = "" if details.found_at is None else details.found_at.astimezone(zone).strftime(_LINE)
    return {
        "title": (bulletin.title,),
        "facts": (bulletin.facts,),
        "place": (bulletin.place,),
        "category": (bulletin.category,),
        "requirements": (bulletin.requirements,),
        "secrecy": (details.secrecy,),
        "marks": tuple(details.marks),
        "verification": (details.verification,),
        "found_at": (found_at,),
        "evidence": ("\n".join(details.evidence),),
        "answers_publicly": ("yes" if details.answers_publicly else "",),
        **{name: (getattr(details, name),) for name in TEXTS},
    }


def read_details(typed: Typed, zone: ZoneInfo) -> BulletinDetails:
    """The details that a filled form stands for. Raises `CommandRefusedError`."""

    def value(name: str) -> str:
        values = typed.get(name, ())
        return values[0].strip() if values else ""

    try:
        return BulletinDetails(
            secrecy=Secrecy(value("secrecy") or Secrecy.INTERNAL),
            marks=tuple(SensitiveMark(one) for one in typed.get("marks", ()) if one),
            found_at=_moment(value("found_at"), zone),
            verification=Verification(value("verification") or Verification.PENDING),
            evidence=tuple(line.strip() for line in value("evidence").splitlines() if line.strip()),
            answers_publicly=bool(value("answers_publicly")),
            **{name: value(name) for name in TEXTS},
        )
    except ValueError as error:
        raise CommandRefusedError("bulletin_field_unknown", "密级、敏感标记、核实情况或发现时间填写有误，请重新选择") from error


def in_words(bulletin: Bulletin, zone: ZoneInfo) -> Mapping[str, str]:
    """Every field that a correction may change, by its name on the form; empty where it says nothing."""
    details = bulletin.details
    told = {
        "category": label(bulletin.category),
        "secrecy": details.secrecy.label,
        "marks": "、".join(one.label for one in details.marks),
        "found_at": "" if details.found_at is None else f"{details.found_at.astimezone(zone):%Y-%m-%d %H:%M}",
        "verification": details.verification.label,
        "evidence": "\n".join(details.evidence),
        "answers_publicly": "是" if details.answers_publicly else "否",
        **{name: getattr(bulletin, name) for name in ("title", "facts", "place", "requirements")},
        **{name: getattr(details, name) for name in TEXTS},
    }
    return {shown: told[name] for name, shown in FIELD_LABELS.items()}


def _moment(text: str, zone: ZoneInfo) -> datetime | None:
    return datetime.strptime(text, _LINE).replace(tzinfo=zone) if text else None


def _evidence_line(one: Evidence) -> str:
    return f"{one.content_type.label}，SHA-256 {one.sha256}"
