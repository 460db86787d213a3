"""Which template the bulletin is printed with: one that was used before, or a file, uploaded and looked at first."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any
from urllib.parse import urlencode

from jiesu.model.bulletin import PrintedForm
from jiesu.model.errors import ConflictError
from jiesu.model.people import Actor
from jiesu.model.revision import ChangeNote, Revision
from jiesu.model.words import ActorKind
from jiesu.office.reasons import Reason
from jiesu.pages.configuring import MAX_REASON, Topic
from jiesu.pages.documents import on_to_document
from jiesu.pages.forms import Typed, value
from jiesu.pages.http import BadRequestError, Response, see_other
from jiesu.pages.multipart import MAX_FILE_NAME
from jiesu.pages.view import View
from jiesu.pages.visit import Visit, render
from jiesu.runtime.logging import logger
from jiesu.store.evidence import EvidenceVault
from jiesu.store.form_templates import FormTemplateStore, TemplateChoice, TemplateChoices, TemplateMissingError

BULLETIN = "bulletin"
SHIPPED = "shipped"
"""What a form calls the template that ships, whose id is empty."""
MAX_KILOBYTES = 300
"""What `notices.document` takes, which is not imported for a number."""
_SHIPPED_NAME = "随系统提供的格式"


def form_templates(templates: FormTemplateStore) -> Topic[TemplateChoice]:
    """The template of the bulletin. Bulletins that are out keep theirs."""

    def standing(item: str) -> tuple[TemplateChoice | None, int]:
        if item != BULLETIN:
            return None, 0
        choices = templates.choices()
        return (choices.history[-1] if choices.history else _NEVER), choices.revision

    def listed(_: Visit) -> Mapping[str, Any]:
        choices = templates.choices()
        return {
            "current": _named(choices.history[-1] if choices.history else _NEVER),
            "current_id": choices.template_id or SHIPPED,
            "item": BULLETIN,
            "max_kilobytes": MAX_KILOBYTES,
        }

    def read(typed: Typed, _: str, __: TemplateChoice | None, problems: list[Reason]) -> TemplateChoice | None:
        chosen = value(typed, "template_id")
        offered = [*_offered(templates.choices()), *_uploaded(templates, typed)]
        found = next((one for one in offered if (one.template_id or SHIPPED) == chosen), None)
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
        choices=lambda _, typed: {
            "offered": [
                (one.template_id or SHIPPED, _named(one))
                for one in dict.fromkeys([*_uploaded(templates, typed), *_offered(templates.choices())])
            ],
            "max_kilobytes": MAX_KILOBYTES,
        },
        effect_note="以后签发的通报单按它打印；已签发的按签发时的格式重印。",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplatePages:
    """A new template: taken in and checked, then shown as it prints. It is chosen by the form that all settings have."""

    templates: FormTemplateStore
    shelf: EvidenceVault
    view: View

    def upload(self, visit: Visit) -> Response:
        """Keep a template that can be used, unchosen, and go on to what it prints; or say what is wrong with it."""
        from jiesu.notices.document import TemplateFaultyError, check  # noqa: PLC0415 - Word's packages: few come here

        file = next(iter(visit.request.files), None)
        if file is None:
            return self._refused(visit, ("请选择一个 .docx 文件",))
        try:
            check(file.content)
        except TemplateFaultyError as error:
            return self._refused(visit, error.faults)
        template_id = self.templates.keep(file.content)
        logger.info("a form template was uploaded", extra={"template_id": template_id, "subject": visit.person.subject})
        query = urlencode({"template": template_id, "name": file.name})
        return see_other(f"{visit.base}/admin/forms/{BULLETIN}/uploaded?{query}")

    def uploaded(self, visit: Visit) -> Response:
        """What a template prints of a made-up bulletin, in words, with the document and the way on."""
        from jiesu.notices.sample import lines_of  # noqa: PLC0415

        template_id, choices = visit.request.query.get("template", ""), self.templates.choices()
        return render(
            self.view,
            visit,
            "admin_form_uploaded.html",
            template_id=template_id,
            file_name=visit.request.query.get("name", ""),
            is_used=template_id == choices.template_id,
            revision=choices.revision,
            lines=lines_of(self._sample(template_id)),
            max_reason=MAX_REASON,
        )

    def sample(self, visit: Visit) -> Response:
        """On to the made-up bulletin as a document."""
        from jiesu.notices.document import DOCX_TYPE  # noqa: PLC0415

        content = self._sample(visit.request.query.get("template", ""))
        return on_to_document(self.shelf, PrintedForm(name="通报单格式示例.docx", content_type=DOCX_TYPE, content=content))

    def _sample(self, template_id: str) -> bytes:
        from jiesu.notices.document import shipped_template  # noqa: PLC0415
        from jiesu.notices.sample import write_sample  # noqa: PLC0415

        try:
            template = shipped_template() if template_id == SHIPPED else self.templates.content(template_id)
        except TemplateMissingError as error:
            raise BadRequestError(404) from error
        return write_sample(template, self.view.office_name)

    def _refused(self, visit: Visit, faults: Sequence[str]) -> Response:
        return render(
            self.view,
            visit,
            "admin_form_refused.html",
            http_status=422,
            faults=faults,
            max_kilobytes=MAX_KILOBYTES,
        )


def _uploaded(templates: FormTemplateStore, typed: Typed) -> list[TemplateChoice]:
    """The template that a form names beside those that were used before: one that was uploaded and checked."""
    template_id, file_name = value(typed, "uploaded_id"), value(typed, "file_name")
    if not template_id or not file_name.isprintable() or not 0 < len(file_name) <= MAX_FILE_NAME:
        return []
    try:
        templates.content(template_id)
    except TemplateMissingError:
        return []
    return [TemplateChoice(template_id=template_id, file_name=file_name, chosen_at=_NEVER.chosen_at, chosen_by="")]


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
