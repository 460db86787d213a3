"""The mail of a bulletin as its lead bureau will get it, before it is issued or corrected. No I/O."""

from collections.abc import Iterator
from dataclasses import fields, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from jiesu.cases.bulletins import CorrectBulletin
from jiesu.cases.commands import DispatchCase, decide
from jiesu.model.bulletin import FIELD_LABELS, Bulletin, BulletinDetails
from jiesu.model.case import Case
from jiesu.model.timeline import BulletinCorrected, Dispatched
from jiesu.model.words import NoticeTemplate
from jiesu.pages.bulletins import in_words
from jiesu.triage.categories import label
from jiesu.triage.completeness import missing_in

NUMBER_TO_COME = "（待编号）"
"""Stands where the number will: it is given when the bulletin is issued."""

_NOT_SENT = "以上为预览：没有签发，没有编号，没有发出通知。正式邮件另附通报单 Word 文档和打开通报单的链接，时限从签发时算起。"
_NOT_SENT_ANEW = "以上为预览：没有更正，没有发出通知。正式邮件另附新版 Word 文档和打开通报单的链接。"


def mail_of(command: DispatchCase | CorrectBulletin, case: Case, *, office_name: str, zone: ZoneInfo, now: datetime) -> str:
    """The mail as HTML, with the rows of the attached form that the mail itself does not have.

    What would be refused is refused here: `CommandRefusedError`.
    """
    # At the first preview: the mail's packages are no business of the desk otherwise.
    from jiesu.notices.mail import as_html, write_letter  # noqa: PLC0415
    from jiesu.notices.notice import Notice  # noqa: PLC0415

    change = decide(case, command, now)
    match change:
        case Dispatched(bulletin=bulletin, assignments=(assignment, *_)):
            template, said = NoticeTemplate.DISPATCHED, _NOT_SENT
        case BulletinCorrected(bulletin=bulletin, told=(told, *_)) if (found := case.assignment(told.assignment_id)) is not None:
            assignment, template, said = found, NoticeTemplate.BULLETIN_CORRECTED, _NOT_SENT_ANEW
        case _:
            raise AssertionError("a bulletin that is issued or corrected has a bureau")
    letter = write_letter(
        Notice(
            id="preview",
            case_id=case.id,
            template=template,
            contact=assignment.bureau_contacts[0],
            bulletin=bulletin,
            assignment=assignment,
            change=change,
            category=label(bulletin.category),
            link="",
            office_name=office_name,
            zone=zone,
        )
    )
    shown = replace(
        letter,
        heading=f"预览 · {letter.heading}",
        rows=(*letter.rows, *_of_the_form_alone(bulletin, zone)),
        closing=(said, *_lacking(bulletin), *letter.closing),
    )
    return as_html(shown)


def _of_the_form_alone(bulletin: Bulletin, zone: ZoneInfo) -> Iterator[tuple[str, str]]:
    told, details = in_words(bulletin, zone), {field.name for field in fields(BulletinDetails)}
    yield "附件另载", "以下各栏只在所附的 Word 文档中。"
    yield from ((name, told[name]) for key, name in FIELD_LABELS.items() if key in details and told[name])


def _lacking(bulletin: Bulletin) -> Iterator[str]:
    if missing := missing_in(bulletin):
        yield f"还缺要素：{'、'.join(one.label for one in missing)}（只作提示，不影响签发）。"
