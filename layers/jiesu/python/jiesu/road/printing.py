"""The bulletin on paper: the template in use, filled for one bureau."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from jiesu.model.bulletin import FIELD_LABELS, Bulletin, PrintedForm
from jiesu.model.case import Assignment, Case
from jiesu.model.ladder import SupervisionOrder
from jiesu.model.timeline import BulletinCorrected
from jiesu.runtime.logging import logger
from jiesu.runtime.metrics import count
from jiesu.store.form_templates import FormTemplateStore, TemplateMissingError
from jiesu.triage.categories import label

if TYPE_CHECKING:
    from jiesu.notices.document import Form


@dataclass(frozen=True, slots=True, kw_only=True)
class Printer:
    """Writes documents for the office. Word's packages are imported at the first one: most workers write none."""

    templates: FormTemplateStore
    office_name: str
    zone: ZoneInfo

    def print(
        self, case: Case, assignment: Assignment, bulletin: Bulletin, *, link: str = "", correction: str = ""
    ) -> PrintedForm:
        """`bulletin` as the bureau of `assignment` gets it.

        A template that is gone or that cannot be filled does not keep a bulletin back: it is printed
        with the one that ships, counted and logged.
        """
        from jiesu.notices import document  # noqa: PLC0415

        form = self._form(case, assignment, bulletin, link=link, correction=correction)
        return PrintedForm(name=document.file_name(bulletin), content_type=document.DOCX_TYPE, content=self._written(form))

    def print_order(
        self, case: Case, assignment: Assignment, bulletin: Bulletin, order: SupervisionOrder, *, link: str
    ) -> PrintedForm:
        """The supervision order to the bureau of `assignment`."""
        from jiesu.notices import document  # noqa: PLC0415

        form = replace(self._form(case, assignment, bulletin, link=link), order=order)
        content = document.write(document.order_template(), form)
        return PrintedForm(name=document.order_file_name(order), content_type=document.DOCX_TYPE, content=content)

    def _form(self, case: Case, assignment: Assignment, bulletin: Bulletin, *, link: str, correction: str = "") -> "Form":
        from jiesu.notices import document  # noqa: PLC0415

        return document.Form(
            bulletin=bulletin,
            assignment=assignment,
            partners=tuple(one for one in case.assignments if one.bulletin_number == bulletin.number and one.id != assignment.id),
            category=label(bulletin.category),
            correction=correction,
            link=link,
            office_name=self.office_name,
            zone=self.zone,
        )

    def _written(self, form: "Form") -> bytes:
        from jiesu.notices import document  # noqa: PLC0415

        template_id = form.bulletin.template_id
        if template_id:
            try:
                return document.write(self.templates.content(template_id), form)
            except (TemplateMissingError, document.TemplateFaultyError):
                logger.exception("the template of a bulletin cannot be used", extra={"template_id": template_id})
                count("FormTemplateUnusable")
        return document.write(document.shipped_template(), form)


def correction_in_words(change: BulletinCorrected) -> str:
    """What a corrected form says of itself."""
    return f"{'、'.join(FIELD_LABELS[name] for name in change.changed)}。{change.reason}"
