"""Things that tests are about, each valid as it comes: pass by keyword what the test cares about.

Names and addresses are invented: mail at `example.org`, telephones from ranges that nobody has.
Times count from `NOW`, a Monday morning in Beijing.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Literal, TypedDict, Unpack

from jiesu.cases.asking import AskingPlan, StartAsking
from jiesu.cases.assigning import NewAssignment
from jiesu.cases.commands import (
    AcceptFeedback,
    AcknowledgeAssignment,
    CloseCase,
    Command,
    DispatchCase,
    GiveFeedback,
    OpenCase,
    decide,
)
from jiesu.cases.consultations import AnswerConsultation, Consult, KeepAnswer
from jiesu.cases.coverage import USUAL, StartCoverage
from jiesu.cases.disclosure import Disclose
from jiesu.cases.extensions import AskExtension
from jiesu.cases.fold import fold, next_entry
from jiesu.cases.heat import HeatPlan, RaiseHeat
from jiesu.cases.matters import Told
from jiesu.cases.publishing import ApprovePublication, DraftPublication, RecordPublicationPosted, WithdrawPublication
from jiesu.cases.returns import DecideReturn, ReturnAssignment
from jiesu.model.asking import Question
from jiesu.model.bulletin import Bulletin
from jiesu.model.case import Assignment, Case, Feedback, MessageRef
from jiesu.model.evidence import Derivative, Evidence, PictureMetadata
from jiesu.model.ladder import EscalationPlan, LadderPlan, RungPlan
from jiesu.model.mail import AttachedFile, BureauMail
from jiesu.model.message import ChannelAccount, ConversationKey, Message, PlaceMatch, Triage
from jiesu.model.numbers import bulletin_number, case_id_for
from jiesu.model.people import Actor, Bureau, Contact
from jiesu.model.publication import Posting, Statement
from jiesu.model.returns import ReturnReason, ReturnVerdict
from jiesu.model.revision import ChangeNote
from jiesu.model.timeline import Change, Entry
from jiesu.model.words import (
    ActorKind,
    AssignmentRole,
    Clock,
    ContactRole,
    ContentType,
    HeatGrade,
    Intent,
    MessageKind,
    Platform,
    Resolution,
    RungAction,
    Urgency,
)
from jiesu.store.messages import Screened

NOW = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)
"""09:30 on a Monday in Beijing."""

CASE_ID = case_id_for("weibo:1", NOW.date())
BULLETIN_NUMBER = bulletin_number(2026, 42)
ASSIGNMENT_ID = "a1"

EDITOR = Actor(kind=ActorKind.EDITOR, id="editor-1", name="小编一")
BUREAU_OFFICER = Actor(kind=ActorKind.BUREAU, id="FT", name="丰台分局值班民警")
SUPERVISOR = Actor(kind=ActorKind.EDITOR, id="supervisor-1", name="值班领导")
CLOCK = Actor(kind=ActorKind.CLOCK, id="escalation")
SYSTEM = Actor(kind=ActorKind.SYSTEM, id="ingest_message")


def after(*, days: float = 0, hours: float = 0, minutes: float = 0, seconds: float = 0) -> datetime:
    """The time that long after `NOW`."""
    return NOW + timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)


# --- Messages ---------------------------------------------------------------------------------


class AccountFields(TypedDict, total=False):
    id: str
    platform: Platform
    name: str
    external_id: str
    app_id: str
    path_token: str
    secret_name: str
    api_base: str
    link_domains: tuple[str, ...]
    cover_media_id: str


def an_account(**changes: Unpack[AccountFields]) -> ChannelAccount:
    """A Weibo account; every field can be changed."""
    account = ChannelAccount(
        id="weibo-main",
        platform=Platform.WEIBO,
        name="平安北京",
        external_id="1000000001",
        app_id="2000000001",
        path_token="p4thT0kenOfTheWeiboAccount",
        secret_name="jiesu/channels/weibo-main",
        api_base="https://weibo.example.org",
    )
    return replace(account, **changes)


class MessageFields(TypedDict, total=False):
    id: str
    platform: Platform
    account_id: str
    citizen_id: str
    kind: MessageKind
    content_type: ContentType
    text: str
    sent_at: datetime
    received_at: datetime
    post_id: str | None
    post_is_comment: bool
    contact: str
    nickname: str


def a_message(**changes: Unpack[MessageFields]) -> Message:
    """A Weibo @mention that asks the office to act."""
    message = Message(
        id="weibo:1",
        platform=Platform.WEIBO,
        account_id="weibo-main",
        citizen_id="citizen-1",
        kind=MessageKind.MENTION,
        content_type=ContentType.TEXT,
        text="@平安北京 丰台区马家堡西路某小区电梯里有人往按键上吐痰,请查处",
        sent_at=NOW,
        received_at=after(seconds=2),
        post_id="5000000001",
    )
    return replace(message, **changes)


class EvidenceFields(TypedDict, total=False):
    message_id: str
    number: int
    content_type: ContentType
    state: Literal["stored", "missing"]
    sha256: str
    size_bytes: int
    media_type: str
    reason: str
    metadata: PictureMetadata
    copy: Derivative
    thumbnail: Derivative
    withheld: str


def evidence(**changes: Unpack[EvidenceFields]) -> Evidence:
    """A photograph that was kept."""
    kept = Evidence(
        message_id="weibo:1",
        number=0,
        content_type=ContentType.IMAGE,
        state="stored",
        source="weibo-main/4200000001",
        fetched_at=after(seconds=5),
        sha256="9f" * 32,
        size_bytes=312_400,
        media_type="image/jpeg",
    )
    return replace(kept, **changes)


def photograph_evidence() -> Evidence:
    """A photograph that says where it was taken, with its copies."""
    return evidence(
        metadata=PictureMetadata(taken_at="2026-06-15 08:30:12", latitude=39.860103, longitude=116.345607, device="HUAWEI P60"),
        copy=Derivative(sha256="8c" * 32, size_bytes=210_300, media_type="image/jpeg"),
        thumbnail=Derivative(sha256="7a" * 32, size_bytes=9_100, media_type="image/jpeg"),
    )


def missing_evidence(reason: str = "media_gone") -> Evidence:
    """A photograph that could not be had."""
    return evidence(state="missing", sha256="", size_bytes=0, media_type="", reason=reason)


class MessageRefFields(TypedDict, total=False):
    message_id: str
    platform: Platform
    kind: MessageKind
    conversation: ConversationKey
    sent_at: datetime
    post_id: str | None
    post_is_comment: bool


def a_message_ref(**changes: Unpack[MessageRefFields]) -> MessageRef:
    """What a case keeps of `a_message()`."""
    message = a_message()
    ref = MessageRef(
        message_id=message.id,
        platform=message.platform,
        kind=message.kind,
        conversation=message.conversation,
        sent_at=message.sent_at,
        post_id=message.post_id,
    )
    return replace(ref, **changes)


class TriageFields(TypedDict, total=False):
    actionable: bool
    category: str
    urgency: Urgency
    intent: Intent | None
    reasons: tuple[str, ...]
    model_version: str
    emergency: bool


def a_triage(**changes: Unpack[TriageFields]) -> Triage:
    """An actionable complaint, not urgent."""
    result = Triage(
        actionable=True,
        category="public_order.offence",
        urgency=Urgency.ROUTINE,
        intent=Intent.COMPLAINT,
        reasons=("请求办理:「请查处」",),
        model_version="rules-1",
    )
    return replace(result, **changes)


def an_emergency(**changes: Unpack[TriageFields]) -> Triage:
    """A call for help in danger of life."""
    result = a_triage(
        urgency=Urgency.CRITICAL,
        intent=Intent.HELP,
        reasons=("紧急情形，不论其他依据", "特急：有人在高处或轨道、有轻生危险：「站在楼顶边上」"),
        emergency=True,
    )
    return replace(result, **changes)


def noise(**changes: Unpack[TriageFields]) -> Triage:
    """A message that asks for nothing."""
    result = a_triage(actionable=False, category="noise", intent=None, reasons=("没有求助、提问、反映的内容",))
    return replace(result, **changes)


def a_place(
    text: str = "丰台区马家堡西路某小区", *, district: str = "丰台区", bureau_code: str = "FT", reason: str = "属地:丰台区"
) -> PlaceMatch:
    """A place in Fengtai, for which the branch `FT` answers."""
    return PlaceMatch(text=text, district=district, bureau_code=bureau_code, reason=reason)


# --- People and offices -----------------------------------------------------------------------


def a_contact(
    role: ContactRole = ContactRole.DUTY_OFFICER,
    *,
    name: str | None = None,
    email: str | None = None,
    phone: str = "010-55500001",
) -> Contact:
    """A contact with mail and telephone; both can be left empty."""
    return Contact(
        role=role,
        name=role.label if name is None else name,
        email=f"{role.value.replace('_', '-')}@example.org" if email is None else email,
        phone=phone,
    )


def office_contacts() -> tuple[Contact, ...]:
    """The office's own people behind every bureau: supervisor and command centre."""
    return (
        a_contact(ContactRole.SUPERVISOR, phone="010-55500003"),
        a_contact(ContactRole.COMMAND_CENTRE, phone="010-55500004"),
    )


def bureau_contacts() -> tuple[Contact, ...]:
    """One duty officer and one chief."""
    return (a_contact(ContactRole.DUTY_OFFICER), a_contact(ContactRole.CHIEF, phone="010-55500002"))


def a_note(reason: str = "换班", at: datetime = NOW) -> ChangeNote:
    return ChangeNote(by=Actor(kind=ActorKind.OPERATOR, id="operator-1", name="运维"), at=at, reason=reason)


def a_bureau(
    code: str = "FT",
    *,
    name: str = "北京市公安局丰台分局",
    kind: str = "分局",
    district: str = "丰台区",
    contacts: tuple[Contact, ...] | None = None,
    weibo: str | None = "丰台警事",
) -> Bureau:
    """The branch of Fengtai with a duty officer and a chief."""
    return Bureau(
        code=code,
        name=name,
        kind=kind,
        district=district,
        contacts=bureau_contacts() if contacts is None else contacts,
        weibo=weibo,
    )


# --- Plans and assignments --------------------------------------------------------------------


def a_rung_plan(
    offset: timedelta,
    *recipients: ContactRole,
    action: RungAction = RungAction.REMINDER,
    clock: Clock = Clock.NATURAL,
) -> RungPlan:
    """A reminder `offset` after the deadline; to the duty officer unless said otherwise."""
    return RungPlan(offset=offset, action=action, recipients=recipients or (ContactRole.DUTY_OFFICER,), clock=clock)


def a_ladder_plan(term: timedelta = timedelta(hours=2), rungs: tuple[RungPlan, ...] | None = None) -> LadderPlan:
    """A reminder half an hour before the deadline, then the chief, the supervisor, the command centre."""
    if rungs is None:
        rungs = (
            a_rung_plan(timedelta(minutes=-30), ContactRole.DUTY_OFFICER),
            a_rung_plan(timedelta(), ContactRole.DUTY_OFFICER, ContactRole.CHIEF),
            a_rung_plan(timedelta(hours=1), ContactRole.SUPERVISOR, action=RungAction.SUPERVISION),
            a_rung_plan(timedelta(hours=2), ContactRole.COMMAND_CENTRE, action=RungAction.SUPERVISION),
        )
    return LadderPlan(term=term, rungs=rungs)


def a_plan(*, acknowledgement: LadderPlan | None = None, feedback: LadderPlan | None = None) -> EscalationPlan:
    """Two hours to acknowledge, seven days to report."""
    return EscalationPlan(
        acknowledgement=acknowledgement or a_ladder_plan(),
        feedback=feedback or a_ladder_plan(timedelta(days=7)),
    )


def a_whole_plan() -> EscalationPlan:
    """Every ladder: two hours to acknowledge, three from then to act, a day to contact, three to report at all, seven to end.

    The feedback's last rung issues a supervision order.
    """
    feedback = a_ladder_plan(timedelta(days=7))
    order = a_rung_plan(timedelta(hours=2), ContactRole.CHIEF, ContactRole.COMMAND_CENTRE, action=RungAction.ORDER)
    return replace(
        a_plan(feedback=replace(feedback, rungs=(*feedback.rungs[:-1], order))),
        action=a_ladder_plan(timedelta(hours=3), (a_rung_plan(timedelta(), ContactRole.CHIEF),)),
        first_contact=a_ladder_plan(timedelta(days=1), (a_rung_plan(timedelta(hours=-1)), a_rung_plan(timedelta()))),
        interim=a_ladder_plan(timedelta(days=3), (a_rung_plan(timedelta()),)),
    )


class BulletinFields(TypedDict, total=False):
    number: str
    title: str
    facts: str
    place: str
    category: str
    urgency: Urgency
    requirements: str
    issued_at: datetime
    issued_by: str


def a_bulletin(**changes: Unpack[BulletinFields]) -> Bulletin:
    """A bulletin about the message that `a_message()` is."""
    bulletin = Bulletin(
        number=BULLETIN_NUMBER,
        title="网民反映电梯内吐痰",
        facts="网民反映丰台区马家堡西路某小区电梯内有人往按键上吐痰。",
        place="丰台区马家堡西路某小区",
        category="public_order.offence",
        urgency=Urgency.ROUTINE,
        requirements="请核实处置并反馈结果。",
        issued_at=NOW,
        issued_by="小编一",
    )
    return replace(bulletin, **changes)


def a_new_assignment(
    assignment_id: str = ASSIGNMENT_ID,
    *,
    bureau_code: str = "FT",
    bureau_name: str = "北京市公安局丰台分局",
    role: AssignmentRole = AssignmentRole.LEAD,
    contacts: tuple[Contact, ...] | None = None,
) -> NewAssignment:
    """The lead part of Fengtai, the office's own contacts behind the bureau's."""
    return NewAssignment(
        id=assignment_id,
        bureau_code=bureau_code,
        bureau_name=bureau_name,
        role=role,
        contacts=(*bureau_contacts(), *office_contacts()) if contacts is None else contacts,
    )


def a_joint_assignment(assignment_id: str = "a2", *, bureau_code: str = "GJ") -> NewAssignment:
    """The joint part of another bureau."""
    return a_new_assignment(
        assignment_id,
        bureau_code=bureau_code,
        bureau_name="北京市公安局公共交通安全保卫总队",
        role=AssignmentRole.JOINT,
    )


def a_feedback(
    *, findings: str = "经查,违法行为人已找到。", result: str = "已依法行政拘留。", publishable: str = "已依法处理,感谢监督。"
) -> Feedback:
    return Feedback(findings=findings, result=result, publishable=publishable)


# --- Commands and histories -------------------------------------------------------------------


def open_case(
    *, title: str = "电梯内吐痰", message: MessageRef | None = None, triage: Triage | None = None, place: PlaceMatch | None = None
) -> OpenCase:
    return OpenCase(
        title=title,
        message=message or a_message_ref(),
        triage=triage or a_triage(),
        place=place or a_place(),
    )


def dispatch(*assignments: NewAssignment, bulletin: Bulletin | None = None, plan: EscalationPlan | None = None) -> DispatchCase:
    """A dispatch to `assignments`, or to Fengtai alone."""
    return DispatchCase(
        bulletin=bulletin or a_bulletin(),
        assignments=assignments or (a_new_assignment(),),
        plan=plan or a_plan(),
    )


def a_bureau_mail(mail_id: str = "m1", *, assignment_id: str = ASSIGNMENT_ID, text: str = "已到场核实。") -> BureauMail:
    """What the duty officer answered by mail, with one picture."""
    return BureauMail(
        id=mail_id,
        assignment_id=assignment_id,
        sender="officer@example.org",
        sender_name="王建国",
        contact="值班民警 王建国",
        text=text,
        original="0a" * 32,
        received_at=NOW,
        files=(AttachedFile(name="现场.jpg", size_bytes=68, media_type="image/jpeg", sha256="0b" * 32),),
    )


def acknowledge(assignment_id: str = ASSIGNMENT_ID) -> AcknowledgeAssignment:
    return AcknowledgeAssignment(assignment_id=assignment_id)


def report(assignment_id: str = ASSIGNMENT_ID, feedback: Feedback | None = None) -> GiveFeedback:
    return GiveFeedback(assignment_id=assignment_id, feedback=feedback or a_feedback())


def consult(
    *departments: NewAssignment, question: str = "外地户口能在北京补办身份证吗？", number: str = "ZX2026-00001-2"
) -> Consult:
    """A question to `departments`, or to the transit corps alone as `c1`."""
    asked = departments or (a_department(),)
    return Consult(bulletin=a_bulletin(number=number, facts=question, requirements=""), assignments=asked, plan=a_plan())


def a_department(assignment_id: str = "c1", *, bureau_code: str = "GJ", bureau_name: str = "交通总队") -> NewAssignment:
    return a_new_assignment(assignment_id, bureau_code=bureau_code, bureau_name=bureau_name, role=AssignmentRole.CONSULTATION)


def answer(
    assignment_id: str = "c1", *, text: str = "可以，持身份材料到居住地派出所办理。", basis: str = "居民身份证法第十一条"
) -> AnswerConsultation:
    return AnswerConsultation(assignment_id=assignment_id, text=text, basis=basis)


def keep_answer(assignment_id: str = "c1", *, days: int = 365, **changes: str) -> KeepAnswer:
    """The answer as an article, valid for so many days from `NOW`."""
    today = NOW.date()
    words = {"article_id": "k1", "question": "外地户口怎么补办身份证", "answer": "持身份材料到居住地派出所办理。", **changes}
    return KeepAnswer(assignment_id=assignment_id, valid_until=today + timedelta(days=days), today=today, **words)


def give_back(
    assignment_id: str = ASSIGNMENT_ID, *, reason: ReturnReason = ReturnReason.NOT_OURS, words: str = "事发地在朝阳区。"
) -> ReturnAssignment:
    return ReturnAssignment(assignment_id=assignment_id, reason=reason, words=words)


def decide_return(
    verdict: ReturnVerdict = ReturnVerdict.UPHELD,
    assignment_id: str = ASSIGNMENT_ID,
    *,
    to: NewAssignment | None = None,
    arbitrates: bool = False,
) -> DecideReturn:
    return DecideReturn(assignment_id=assignment_id, verdict=verdict, reason="事发地已核实。", to=to, arbitrates=arbitrates)


def ask_extension(until: datetime, assignment_id: str = ASSIGNMENT_ID) -> AskExtension:
    return AskExtension(assignment_id=assignment_id, until=until, reason="鉴定尚未完成。")


def accept(assignment_id: str = ASSIGNMENT_ID) -> AcceptFeedback:
    return AcceptFeedback(assignment_id=assignment_id)


def a_posting(account_id: str = "weibo-main", platform: Platform = Platform.WEIBO) -> Posting:
    """A publication that waits to be approved for one account."""
    return Posting(account_id=account_id, account_name="平安北京", platform=platform)


def draft_publication(
    publication_id: str = "p1",
    *postings: Posting,
    text: str = "电梯内吐痰者已被行政拘留。",
    title: str = "情况通报",
    link: str = "",
) -> DraftPublication:
    """A draft of `EDITOR`'s for `postings`, or for one account on Weibo and one on WeChat."""
    return DraftPublication(
        publication_id=publication_id,
        title=title,
        text=text,
        link=link,
        postings=postings or (a_posting(), a_posting("wechat-main", Platform.WECHAT)),
        by=EDITOR,
    )


def approve_publication(publication_id: str = "p1") -> ApprovePublication:
    return ApprovePublication(publication_id=publication_id, by=SUPERVISOR)


def withdraw_publication(publication_id: str = "p1", *, reason: str = "尚未核实") -> WithdrawPublication:
    return WithdrawPublication(publication_id=publication_id, reason=reason)


class AskingFields(TypedDict, total=False):
    questions: tuple[Question, ...]
    reminder: str
    remind_after: timedelta
    expire_after: timedelta


def an_asking_plan(**changes: Unpack[AskingFields]) -> AskingPlan:
    """The three questions in the usual words."""
    return replace(AskingPlan(), **changes)


def start_asking(to: MessageRef | None = None, *, plan: AskingPlan | None = None) -> StartAsking:
    """Whoever wrote `to` is asked, or the citizen of `a_message()`."""
    return StartAsking(to=to or a_message_ref(), plan=plan or an_asking_plan())


class HeatFields(TypedDict, total=False):
    score: int
    since: datetime | None
    contacts: tuple[Contact, ...]


def close(resolution: Resolution = Resolution.HANDLED, *, reason: str = "已办理", leaves_unanswered: bool = False) -> CloseCase:
    return CloseCase(resolution=resolution, reason=reason, leaves_unanswered=leaves_unanswered)


def raise_heat(grade: HeatGrade = HeatGrade.ORANGE, **changes: Unpack[HeatFields]) -> RaiseHeat:
    """A case is found to be orange, by the office's default plan."""
    command = RaiseHeat(
        grade=grade,
        score=80,
        reasons=("热度 80：40 条留言，40 人，3 个平台",),
        since=None,
        plan=HeatPlan(),
        contacts=office_contacts(),
    )
    return replace(command, **changes)


class CoverageFields(TypedDict, total=False):
    interval: timedelta
    due_at: datetime | None
    facts: str
    unknowns: str
    contacts: tuple[Contact, ...]


def start_coverage(**changes: Unpack[CoverageFields]) -> StartCoverage:
    """A statement an hour, by the office's default rungs."""
    command = StartCoverage(
        interval=timedelta(hours=1),
        due_at=None,
        facts="救护车已出发",
        unknowns="到达时间",
        rungs=USUAL.rungs,
        contacts=office_contacts(),
    )
    return replace(command, **changes)


def a_statement(
    publication_id: str = "p1",
    *,
    is_last: bool = False,
    next_due_at: datetime | None = None,
    out_on: tuple[str, ...] = ("weibo-main",),
) -> tuple[Command, ...]:
    """A statement of a live coverage, drafted, approved and out on the accounts `out_on`."""
    draft = replace(draft_publication(publication_id), statement=Statement(is_last=is_last, next_due_at=next_due_at))
    out = [
        RecordPublicationPosted(
            publication_id=publication_id, account_id=account_id, platform_ref="1", link="https://example.org/1"
        )
        for account_id in out_on
    ]
    return (draft, approve_publication(publication_id), *out)


def disclose(*, title: str = "电梯内不文明行为", description: str = "已依法处理。", place: str = "丰台区马家堡西路") -> Disclose:
    return Disclose(title=title, description=description, place=place)


def a_history(
    *commands: Command,
    case_id: str = CASE_ID,
    start: datetime = NOW,
    step: timedelta = timedelta(minutes=1),
    actor: Actor = EDITOR,
) -> list[Entry]:
    """The timeline that `commands` write, one a `step`; commands that leave nothing to do write nothing."""
    entries: list[Entry] = []
    for number, command in enumerate(commands):
        now = start + number * step
        case = fold(entries)
        change = decide(case, command, now)
        if change is not None:
            entries.append(next_entry(case, case_id, change, actor=actor, now=now))
    return entries


def an_entry(*commands: Command) -> Entry:
    """The last entry of the history of `commands`, after the one that opens the case."""
    return a_history(open_case(), *commands)[-1]


def a_case(*commands: Command) -> Case:
    """An open case on which `commands` were carried out, one a minute from `NOW`."""
    return the_case(a_history(open_case(), *commands))


def the_case(entries: Iterable[Entry]) -> Case:
    """The case that `entries` amount to; there must be one."""
    case = fold(entries)
    assert case is not None
    return case


def a_dispatched_case(*commands: Command) -> Case:
    """A case given to Fengtai, on which `commands` were then carried out."""
    return a_case(dispatch(), *commands)


def a_resolved_case(*commands: Command) -> Case:
    """A case whose only assignment's feedback is accepted, on which `commands` were then carried out."""
    return a_dispatched_case(acknowledge(), report(), accept(), *commands)


def an_assignment(*commands: Command) -> Assignment:
    """Fengtai's assignment in `a_dispatched_case(*commands)`."""
    return a_dispatched_case(*commands).assignments[0]


OTHER_ID = case_id_for("wechat:1", NOW.date())
"""Of a second case, whose first message another citizen sent through WeChat."""


def another_history(*commands: Command) -> list[Entry]:
    """The timeline of a second case, on which `commands` were carried out."""
    message = a_message_ref(
        message_id="wechat:1",
        platform=Platform.WECHAT,
        kind=MessageKind.PRIVATE,
        conversation=ConversationKey(account_id="wechat-main", citizen_id="citizen-2"),
        post_id=None,
    )
    return a_history(open_case(title="电梯按键有污物", message=message), *commands, case_id=OTHER_ID)


def told(entries: Iterable[Entry]) -> Told:
    """The case of `entries` together with them."""
    entries = tuple(entries)
    return Told(case=the_case(entries), entries=entries)


def with_entry(known: Told, change: Change, *, at: datetime | None = None) -> Told:
    """`known` after an editor's `change`."""
    entry = next_entry(known.case, known.case.id, change, actor=EDITOR, now=at or known.case.updated_at)
    return told((*known.entries, entry))


def a_screened(
    *, message: Message | None = None, triage: Triage | None = None, place: PlaceMatch | None = None, raw: bytes = b"{}"
) -> Screened:
    """A message as it is about to be stored, with what was thought of it."""
    return Screened(message=message or a_message(), triage=triage or a_triage(), place=place or a_place(), raw=raw)


BUREAU_AS_TYPED = {
    "code": "CY",
    "name": "北京市公安局朝阳分局",
    "kind": "分局",
    "contact_name_1": "值班室",
    "contact_email_1": "duty.cy@example.org",
    "contact_phone_1": "19900001003",
    "contact_name_2": "分管领导",
    "contact_email_2": "chief.cy@example.org",
    "contact_phone_2": "19900002003",
}
"""A new bureau with two contacts, as the fields of the desk's form have it."""
