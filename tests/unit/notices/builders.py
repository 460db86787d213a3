"""Notices about the case of `tests.builders`, each valid as it comes."""

from zoneinfo import ZoneInfo

from jiesu.cases.commands import Command
from jiesu.model.bulletin import Bulletin
from jiesu.model.extensions import ExtensionAsked, ExtensionRefused
from jiesu.model.ladder import EscalationPlan
from jiesu.model.people import Contact
from jiesu.model.returns import Excused, Returned, ReturnRejected
from jiesu.model.timeline import Dispatched, Entry, Escalated, ExtensionGranted, Rerouted, SentBack, Withdrawn
from jiesu.model.words import ContactRole, NoticeTemplate
from jiesu.notices.notice import Notice, NoticeChange
from tests.builders import CASE_ID, a_bulletin, a_contact, a_history, dispatch, open_case, the_case

BEIJING = ZoneInfo("Asia/Shanghai")

LINK = "https://jiesu.example.org/bureau/token-of-this-test"

_TEMPLATES = {
    Dispatched: NoticeTemplate.DISPATCHED,
    Escalated: NoticeTemplate.ESCALATED,
    SentBack: NoticeTemplate.SENT_BACK,
    Withdrawn: NoticeTemplate.WITHDRAWN,
    Returned: NoticeTemplate.RETURNED,
    ReturnRejected: NoticeTemplate.RETURN_REJECTED,
    Rerouted: NoticeTemplate.REROUTED,
    Excused: NoticeTemplate.EXCUSED,
    ExtensionAsked: NoticeTemplate.EXTENSION_ASKED,
    ExtensionGranted: NoticeTemplate.EXTENSION_GRANTED,
    ExtensionRefused: NoticeTemplate.EXTENSION_REFUSED,
}


def a_notice(
    *commands: Command,
    contact: Contact | None = None,
    bulletin: Bulletin | None = None,
    plan: EscalationPlan | None = None,
    zone: ZoneInfo = BEIJING,
    about: int = 0,
) -> Notice:
    """The notice that the last of `commands`, carried out after the dispatch, asks for; without any, the dispatch's own.

    `about` is the place of its assignment in the case.
    """
    entries = a_history(open_case(), dispatch(bulletin=bulletin or a_bulletin(), plan=plan), *commands)
    case = the_case(entries)
    change = notice_change(entries[-1])
    return Notice(
        id=f"{entries[-1].id}.a1.0.mail",
        case_id=CASE_ID,
        template=_TEMPLATES[type(change)],
        contact=contact or a_contact(ContactRole.DUTY_OFFICER, name="王警官"),
        bulletin=next(one for one in case.bulletins if one.number == case.assignments[about].bulletin_number),
        assignment=case.assignments[about],
        change=change,
        category="社会治安·治安案件",
        link=LINK,
        office_name="平安北京",
        zone=zone,
    )


def notice_change(entry: Entry) -> NoticeChange:
    assert isinstance(entry.change, NoticeChange)
    return entry.change
