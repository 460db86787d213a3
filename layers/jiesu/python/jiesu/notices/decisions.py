"""What mail and SMS say of returns, of their decision, and of who need not report any more."""

from collections.abc import Iterator

from jiesu.model.extensions import ExtensionAsked, ExtensionRefused
from jiesu.model.returns import Excused, Returned, ReturnRejected
from jiesu.model.timeline import ExtensionGranted, Rerouted, Withdrawn
from jiesu.notices.notice import Notice, in_full, in_short

DecisionChange = Returned | ReturnRejected | Rerouted | Excused | Withdrawn | ExtensionAsked | ExtensionGranted | ExtensionRefused


def subject_of(notice: Notice, change: DecisionChange) -> str:
    """The mail's subject without its urgency."""
    number = f"通报单 {notice.bulletin.number}"
    match change:
        case Returned():
            return f"请仲裁：{notice.assignment.bureau_name}再次退回{number}"
        case ReturnRejected():
            return f"退回未获同意，请继续办理：{number}"
        case Rerouted():
            return f"已改派，无需继续办理：{number}"
        case Excused():
            return f"免予反馈：{number}"
        case ExtensionAsked():
            return f"申请延期：{notice.assignment.bureau_name}，{number}"
        case ExtensionGranted():
            return f"同意延期：{number}"
        case ExtensionRefused():
            return f"延期未获同意：{number}"
        case Withdrawn():
            return f"撤回：{number}"


def paragraphs_of(notice: Notice, change: DecisionChange) -> Iterator[str]:
    """The mail's paragraphs."""
    match change:
        case Returned():
            yield f"{notice.assignment.bureau_name}再次退回通报单 {notice.bulletin.number}，原因：{change.reason.label}。"
            yield change.words
            yield f"请于 {in_full(change.decision.deadline, notice.zone)} 前登录工作台仲裁；各次退回的理由列在同一页上。"
        case ReturnRejected():
            yield "经研究，你单位退回的通报单仍由你单位办理。"
            yield f"理由：{change.reason}"
            yield f"时限自现在起重新计算，请于 {in_full(notice.ladder.deadline, notice.zone)} 前反馈。"
        case Rerouted():
            yield "下列通报单已改派其他单位，你单位无需继续办理，有关时限同时停止。"
            yield f"改派说明：{change.reason}"
        case Excused():
            yield "下列通报单你单位免予反馈，无需继续办理，有关时限同时停止。"
            yield f"说明：{change.reason}"
        case ExtensionAsked():
            until, deadline = in_full(change.until, notice.zone), in_full(notice.ladder.deadline, notice.zone)
            yield f"{notice.assignment.bureau_name}申请把反馈时限从 {deadline} 延到 {until}。"
            yield f"理由：{change.reason}"
            yield "请登录工作台审批；审批之前时限照常计算。"
        case ExtensionGranted():
            yield f"同意延期，请于 {in_full(change.ladder.deadline, notice.zone)} 前反馈。"
            yield f"批准理由：{change.reason}"
        case ExtensionRefused():
            yield f"延期申请未获同意，仍请于 {in_full(notice.ladder.deadline, notice.zone)} 前反馈。"
            yield f"理由：{change.reason}"
        case Withdrawn():
            yield "下列通报单已撤回，你单位无需继续办理。"
            yield f"撤回理由：{change.reason}"


def sms_of(notice: Notice, change: DecisionChange, with_code: str) -> str:
    """The SMS without its sender; `with_code` is what comes before its end where the contact is to act."""
    number = f"通报单{notice.bulletin.number}"
    deadline = in_short(notice.ladder.deadline, notice.zone)
    match change:
        case Returned():
            return f"{notice.assignment.bureau_name}再次退回{number}，请于{deadline}前登录工作台仲裁。"
        case ReturnRejected():
            return f"{number}退回未获同意，请继续办理并于{deadline}前反馈{with_code}，详见邮件。"
        case Rerouted():
            return f"{number}已改派其他单位，无需继续办理，详见邮件。"
        case Excused():
            return f"{number}免予反馈，无需继续办理，详见邮件。"
        case ExtensionAsked():
            return f"{notice.assignment.bureau_name}申请{number}延期，请于{deadline}前登录工作台审批。"
        case ExtensionGranted():
            return f"{number}同意延期，请于{deadline}前反馈{with_code}，详见邮件。"
        case ExtensionRefused():
            return f"{number}延期未获同意，仍请于{deadline}前反馈{with_code}，详见邮件。"
        case Withdrawn():
            return f"{number}已撤回，无需继续办理，详见邮件。"
