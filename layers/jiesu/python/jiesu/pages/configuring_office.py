"""The office as the desk sets it: its contacts, the ladders one at a time, all else as the document of `jiesu office`.

Whatever form is used, the office is read whole by its rules and kept whole in one history.
"""

import json
from collections.abc import Mapping
from functools import partial
from typing import Any

from jiesu.cases.calendar import calendar_of
from jiesu.model.ladder import LadderPlan
from jiesu.model.revision import ChangeNote
from jiesu.model.words import Clock, ContactRole, LadderKind, RungAction, Urgency
from jiesu.office.document import (
    document_of,
    ladder_document,
    ladder_of,
    office_in_words,
    place_in_words,
    rungs_in_words,
)
from jiesu.office.ladders import ROLES
from jiesu.office.reasons import Reason
from jiesu.office.settings import BUREAU_LADDERS, REQUIRED_LADDERS, read_office
from jiesu.pages.configuring import Topic
from jiesu.pages.contact_rows import contacts_in, filled_contacts, typed_contacts
from jiesu.pages.forms import Typed, value
from jiesu.store.codec import loads
from jiesu.store.directory import DirectoryStore, Office

CONTACTS = "contacts"
DOCUMENT = "document"
CONTACT_ROLES = (*ROLES, ContactRole.ADMINISTRATOR)
RUNGS = 20
"""The rungs at most that a ladder's form takes."""
SPARE = 2
"""Empty rows below the rungs that are there."""


def office_settings(directory: DirectoryStore) -> Topic[Office]:
    """The office's contacts, ladders and all else that it has laid down."""

    def standing(item: str) -> tuple[Office | None, int]:
        known = item in (CONTACTS, DOCUMENT) or _ladder_named(item) is not None
        return directory.office_at() if known else (None, 0)

    def save(wanted: Office, before: Office | None, revision: int, note: ChangeNote) -> None:
        directory.replace_office(wanted, before=before, revision=revision, note=note)

    return Topic(
        name="office",
        title="时限方案与本单位设置",
        list_template="admin_office.html",
        form_template="admin_office_form.html",
        listed=lambda _: _listed(directory),
        standing=standing,
        read=_read,
        typed=_typed,
        in_words=office_in_words,
        name_of=lambda _: DOCUMENT,
        save=save,
        history=lambda _: directory.office_history(),
        parse=partial(loads, Office),
        choices=_choices,
        kept_as=DOCUMENT,
    )


def _listed(directory: DirectoryStore) -> Mapping[str, Any]:
    office, revision = directory.office_at()
    if office is None:
        return {"office": None}
    calendar = calendar_of(office.hours)
    shown = office_in_words(office)
    ladders = [
        (urgency, kind, ladder, [] if ladder is None else rungs_in_words(ladder.rungs, calendar))
        for urgency in sorted(office.plans, key=lambda one: one.rank)
        for kind in BUREAU_LADDERS
        for ladder in (ladder_of(office, urgency, kind),)
    ]
    named = {f"{urgency.label}·{kind.label}" for urgency, kind, _, _ in ladders}
    contacts = (*office.contacts, *office.administrators)
    roles = {one.role.label for one in contacts}
    return {
        "office": office,
        "revision": revision,
        "contacts": contacts,
        "ladders": ladders,
        "terms": {name: said.partition("；")[0] for name, said in shown.items() if name in named},
        "others": {name: said for name, said in shown.items() if name not in named and name.partition(" ")[0] not in roles},
    }


def _ladder_named(item: str) -> tuple[Urgency, LadderKind] | None:
    """The ladder that `routine.feedback` stands for; None where it is no ladder of a bureau's."""
    names = {f"{urgency}.{kind}": (urgency, kind) for urgency in Urgency for kind in BUREAU_LADDERS}
    return names.get(item)


def _choices(item: str, typed: Typed) -> Mapping[str, Any]:
    named = _ladder_named(item)
    return {
        "ladder": named,
        "is_required": named is not None and named[1] in REQUIRED_LADDERS,
        "rungs": min(max((place for place in range(1, RUNGS + 1) if value(typed, f"at_{place}")), default=0) + SPARE, RUNGS),
        "clocks": tuple(Clock) if named is not None and named[0] is Urgency.ROUTINE else (Clock.NATURAL,),
        "actions": tuple(RungAction),
        "recipients": tuple(role for role in ContactRole if role is not ContactRole.ADMINISTRATOR),
        "rows": len(list(contacts_in(typed))) + 1,
        "roles": CONTACT_ROLES,
    }


def _typed(item: str, office: Office | None) -> Typed:
    if office is None:
        return {}
    if item == CONTACTS:
        return typed_contacts((*office.contacts, *office.administrators))
    named = _ladder_named(item)
    if named is None:
        return {"document": (json.dumps(document_of(office), ensure_ascii=False, indent=2),)}
    urgency, kind = named
    ladder = ladder_of(office, urgency, kind)
    return {} if ladder is None else _typed_ladder(ladder, urgency, office)


def _typed_ladder(ladder: LadderPlan, urgency: Urgency, office: Office) -> Typed:
    said = ladder_document(ladder, calendar_of(office.hours).day_length, waits=urgency is Urgency.ROUTINE)
    typed: dict[str, tuple[str, ...]] = {"term": (said["term"],), "clock": (ladder.clock.value,)}
    for place, (rung, plan) in enumerate(zip(said["rungs"], ladder.rungs, strict=True), start=1):
        typed |= {
            f"at_{place}": (rung["at"],),
            f"action_{place}": (rung["action"],),
            f"recipients_{place}": tuple(rung["recipients"]),
            f"clock_{place}": (plan.clock.value,),
        }
    return typed


def _read(typed: Typed, item: str, standing: Office | None, problems: list[Reason]) -> Office | None:
    if standing is None:
        raise ValueError("the office is set up by its file first")
    document = document_of(standing)
    named = _ladder_named(item)
    if item == CONTACTS:
        document["contacts"] = filled_contacts(typed)
    elif named is not None:
        urgency, kind = named
        ladder = _ladder_typed(typed)
        if ladder is None:
            document["ladders"][urgency.value].pop(kind.value, None)
        else:
            document["ladders"][urgency.value][kind.value] = ladder
    else:
        try:
            document = json.loads(value(typed, "document"))
        except ValueError as error:
            line = error.lineno if isinstance(error, json.JSONDecodeError) else 1
            problems.append(Reason(f"line {line}: not JSON", f"第 {line} 行不是 JSON"))
            return None

    def report_at(where: str, reason: Reason) -> None:
        problems.append(reason.of(where, place) if (place := place_in_words(where)) else reason)

    return read_office(document, report_at)


def _ladder_typed(typed: Typed) -> dict[str, Any] | None:
    """The ladder as the document has it; None where the form was left empty, which is no ladder at all."""
    rungs = [
        {
            "at": value(typed, f"at_{place}"),
            "action": value(typed, f"action_{place}"),
            "recipients": list(typed.get(f"recipients_{place}", ())),
            "clock": value(typed, f"clock_{place}") or Clock.NATURAL.value,
        }
        for place in range(1, RUNGS + 1)
        if value(typed, f"at_{place}") or typed.get(f"recipients_{place}")
    ]
    if not value(typed, "term") and not rungs:
        return None
    return {"term": value(typed, "term"), "clock": value(typed, "clock") or Clock.NATURAL.value, "rungs": rungs}
