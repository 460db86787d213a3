"""What mail and SMS say of a question to a department (业务咨询): asked, reminded of, asked again, taken back."""

from collections.abc import Iterator

from jiesu.model.timeline import Dispatched, Escalated, SentBack, Withdrawn
from jiesu.notices.notice import Notice, in_full, in_short


def heading_of(notice: Notice) -> str:
    """What stands above the mail."""
    return f"业务咨询单 · {'追问' if isinstance(notice.change, SentBack) else '提问' if notice.begins else notice.headline}"


def subject_of(notice: Notice) -> str:
    """The mail's subject without its urgency."""
    number = f"咨询单 {notice.bulletin.number}"
    match notice.change:
        case Dispatched():
            return f"请答复业务咨询：{number}"
        case SentBack():
            return f"请补充答复：{number}"
        case Withdrawn():
            return f"不必再答复：{number}"
        case _:
            return f"{notice.headline}：{number} {notice.standing}" + _whose(notice)


def paragraphs_of(notice: Notice) -> Iterator[str]:
    """The mail's paragraphs."""
    deadline = in_full(notice.ladder.deadline, notice.zone)
    match notice.change:
        case Dispatched():
            yield "网民咨询的问题属于你单位业务，请予解答。"
            yield f"请于 {deadline} 前写明可以发给网民的答复；不必签收，也不需办理。答不了的，请在答复中说明应问哪个单位。"
        case SentBack(reason=reason):
            yield "你单位的答复已收到，还有一处需要补充："
            yield reason
            yield f"请于 {deadline} 前重新答复，答复须能单独发给网民。"
        case Withdrawn(reason=reason):
            yield f"下列咨询已撤回，不必再答复。原因：{reason}"
        case Escalated() as change:
            if change.order is not None:
                yield f"督办单 {change.order.number}"
            whose = "你单位" if notice.to_bureau else notice.assignment.bureau_name
            yield f"{whose}{notice.standing}下列咨询，答复时限为 {deadline}，网民正在等待。"
            yield "请立即答复；答不了的，也请立即说明。" if notice.to_bureau else "请督促该单位答复。"


def rows_of(notice: Notice) -> Iterator[tuple[str, str]]:
    """What stands in the mail's table behind number and title."""
    yield "咨询单位", notice.assignment.bureau_name
    if isinstance(notice.change, Withdrawn):
        return
    yield "问题", notice.bulletin.facts
    yield "提问", f"{notice.bulletin.issued_by}，{in_full(notice.bulletin.issued_at, notice.zone)}"
    yield "答复时限", f"{in_full(notice.ladder.deadline, notice.zone)}\n（{notice.ladder.why}）"


def sms_of(notice: Notice, with_code: str) -> str:
    """The SMS without its sender; `with_code` is what comes before its end where the contact is to act."""
    number, deadline = f"咨询单{notice.bulletin.number}", in_short(notice.ladder.deadline, notice.zone)
    match notice.change:
        case Dispatched():
            return f"{number}请于{deadline}前答复{with_code}，详见邮件。"
        case SentBack():
            return f"{number}请于{deadline}前补充答复{with_code}，详见邮件。"
        case Withdrawn():
            return f"{number}已撤回，不必再答复，详见邮件。"
        case _:
            return f"{notice.headline}：{number}{notice.standing}{_whose(notice)}，时限{deadline}{with_code}。"


def _whose(notice: Notice) -> str:
    return "" if notice.to_bureau else f"（{notice.assignment.bureau_name}）"
