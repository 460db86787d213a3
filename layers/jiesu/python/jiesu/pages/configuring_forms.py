"""Which of the uploaded templates the bulletin is printed with. The upload is `jiesu forms`: a page's form carries no files."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from jiesu.model.errors import ConflictError
from jiesu.model.people import Actor
from jiesu.model.revision import ChangeNote, Revision
from jiesu.model.words import ActorKind
from jiesu.office.reasons import Reason
from jiesu.pages.configuring import Topic
from jiesu.pages.forms import Typed, value
from jiesu.store.form_templates import FormTemplateStore, TemplateChoice, TemplateChoices

if TYPE_CHECKING:
    from jiesu.pages.visit import Visit

BULLETIN = "bulletin"
SHIPPED = "shipped"
"""What a form calls the template that ships, whose id is empty."""
_SHIPPED_NAME = "随系统提供的格式"


def form_templates(templates: FormTemplateStore) -> Topic[TemplateChoice]:
    """The template of the bulletin. Bulletins that are out keep theirs."""

    def standing(item: str) -> tuple[TemplateChoice | None, int]:
        if item != BULLETIN:
            return None, 0
        choices = templates.choices()
        return (choices.history[-1] if choices.history else _NEVER), choices.revision

    def listed(_: "Visit") -> Mapping[str, Any]:
        choices = templates.choices()
        return {"current": _named(choices.history[-1] if choices.history else _NEVER), "item": BULLETIN}

    def read(typed: Typed, _: str, __: TemplateChoice | None, problems: list[Reason]) -> TemplateChoice | None:
        chosen = value(typed, "template_id")
        found = next((one for one in _offered(templates.choices()) if (one.template_id or SHIPPED) == chosen), None)
        if found is None:
            problems.append(Reason("no such template", "请选择一个格式"))
        return found

    def save(wanted: TemplateChoice, _: TemplateChoice | None, revision: int, note: ChangeNote) -> None:
        choices = templates.choices()
        if choices.revision != revision:
            raise ConflictError("the template was chosen anew meanwhile")
        choice = TemplateChoice(
            template_id=wanted.template_id,
            file_name=wanted.file_name,
            chosen_at=note.at,
            chosen_by=note.by.name or note.by.id,
            reason=note.reason,
        )
        templates.choose(choice, choices)

    return Topic(
        name="forms",
        title="通报单格式",
        list_template="admin_forms.html",
        form_template="admin_form_choice.html",
        listed=listed,
        standing=standing,
        read=read,
        typed=lambda _, choice: {"template_id": ((choice.template_id if choice else "") or SHIPPED,)},
        in_words=lambda choice: {"打印格式": _named(choice)},
        name_of=lambda _: BULLETIN,
        save=save,
        history=lambda _: _revisions(templates.choices()),
        parse=_parse,
        choices=lambda _, __: {"offered": [(one.template_id or SHIPPED, _named(one)) for one in _offered(templates.choices())]},
    )


_NEVER = TemplateChoice(template_id="", file_name="", chosen_at=datetime.min.replace(tzinfo=UTC), chosen_by="")
"""Stands where nobody ever chose: the template that ships."""


def _offered(choices: TemplateChoices) -> list[TemplateChoice]:
    """Each template once, as it was chosen last, newest first, and the one that ships."""
    newest = {one.template_id: one for one in choices.history}
    return [*reversed([one for one in newest.values() if one.template_id]), newest.get("", _NEVER)]


def _named(choice: TemplateChoice) -> str:
    return f"{choice.file_name}（{choice.template_id[:12]}）" if choice.template_id else _SHIPPED_NAME


def _revisions(choices: TemplateChoices) -> tuple[Revision, ...]:
    """The choices as changes, newest first."""
    first = choices.revision - len(choices.history) + 1
    told = [
        Revision(
            number=first + place,
            note=ChangeNote(by=Actor(kind=ActorKind.OPERATOR, id=after.chosen_by), at=after.chosen_at, reason=after.reason),
            before=_body(before),
            after=_body(after),
        )
        for place, (before, after) in enumerate(pairwise((_NEVER, *choices.history)))
    ]
    return tuple(reversed(told))


def _body(choice: TemplateChoice) -> str:
    return json.dumps([choice.template_id, choice.file_name])


def _parse(body: str) -> TemplateChoice:
    template_id, file_name = json.loads(body)
    return TemplateChoice(template_id=template_id, file_name=file_name, chosen_at=_NEVER.chosen_at, chosen_by="")
