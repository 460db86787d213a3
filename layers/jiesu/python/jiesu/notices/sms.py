"""The SMS of a notice: number, deadline and, for the bureau's own people, the code. Nothing about anybody.

An SMS lies open on a lock screen and in the books of every carrier it passes: it says which
bulletin and until when, and the mail says the rest.
"""

from zoneinfo import ZoneInfo

from jiesu.model.ladder import Ladder
from jiesu.model.timeline import BulletinCorrected, Dispatched, Escalated, Rerouted, SentBack
from jiesu.model.words import Urgency
from jiesu.notices import consultations
from jiesu.notices.decisions import sms_of
from jiesu.notices.notice import Notice, in_short

_GSM_7 = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM_7_ESCAPED = frozenset("\f^{}\\[~]|€")
"""Characters of GSM 03.38's extension table: two places each."""


def write_sms(notice: Notice, code: str) -> str:
    """The text. It begins with the sender's name in 【】: domestic carriers refuse what does not.

    `code` is said to the bureau's own people alone.
    """
    number = f"通报单{notice.bulletin.number}"
    deadline = in_short(notice.ladder.deadline, notice.zone)
    with_code = f"，验证码{code}" if notice.to_bureau else ""
    match notice.change:
        case _ if notice.asks:
            said = consultations.sms_of(notice, with_code)
        case Rerouted() as change if not notice.begins:
            said = sms_of(notice, change, with_code)
        case Dispatched() if not notice.to_bureau:
            said = f"{notice.bulletin.urgency.label}{number}已交办承办单位，请指挥中心会同处置，详见邮件。"
        case Dispatched() | Rerouted():
            said = said_at_dispatch(notice.bulletin.urgency, number, notice.ladder, with_code, notice.zone)
        case Escalated():
            whose = "" if notice.to_bureau else notice.assignment.bureau_name
            order = "" if notice.change.order is None else notice.change.order.number
            said = f"{notice.headline}{order}：{whose}{number}{notice.standing}，时限{deadline}{with_code}。"
        case SentBack():
            said = f"{number}退回重办，请于{deadline}前重新反馈{with_code}，详见邮件。"
        case BulletinCorrected():
            said = f"{number}已更正为第{notice.bulletin.version}版，请按新版办理，详见邮件。"
        case change:
            said = sms_of(notice, change, with_code)
    return signed(notice.office_name, said)


def said_at_dispatch(urgency: Urgency, number: str, ladder: Ladder, with_code: str, zone: ZoneInfo) -> str:
    """What the first SMS about an assignment says, without its sender; the form of a bulletin shows it beforehand."""
    return f"{urgency.label}{number}请于{in_short(ladder.deadline, zone)}前{ladder.kind.label}{with_code}，详见邮件。"


def signed(office_name: str, said: str) -> str:
    """`said` with the sender's name in front of it."""
    return f"【{office_name}】{said}"


def segments(text: str) -> int:
    """How many short messages carry `text`, which is how many are paid for.

    GSM 03.38: 160 places in one, 153 in each of several (the rest is the header that joins
    them). One character outside its alphabet, and Chinese always is, turns the whole into
    UCS-2: 70 in one, 67 in each of several. A character of two places is never torn apart.
    """
    if all(char in _GSM_7 or char in _GSM_7_ESCAPED for char in text):
        return _packed([2 if char in _GSM_7_ESCAPED else 1 for char in text], alone=160, joined=153)
    return _packed([2 if ord(char) > 0xFFFF else 1 for char in text], alone=70, joined=67)


def _packed(widths: list[int], *, alone: int, joined: int) -> int:
    if sum(widths) <= alone:
        return 1
    count, room = 1, joined
    for width in widths:
        if width > room:
            count, room = count + 1, joined
        room -= width
    return count
