"""The morning summary as a mail: to the office's supervisor and administrator, in the office's words."""

from collections.abc import Iterator
from datetime import datetime
from itertools import groupby
from zoneinfo import ZoneInfo

from jiesu.cases.morning import Late, Morning
from jiesu.model.people import Contact
from jiesu.model.words import Urgency
from jiesu.notices.mail import Envelope, Letter, post
from jiesu.notices.notice import in_full, zone_in_words

NAMED = 10
"""How many of a kind are named; the rest is counted, and stands at the desk."""

_SWEPT = {
    "clocks_restarted": "重新启动的时限",
    "ladders_spent": "催办到头转人工",
    "deliveries_requeued": "重新排队的推送",
    "effects_queued_again": "重新排队的通知和答复",
    "effects_given_up": "始终没有发出转人工",
}


_QUEUES = {
    "Inbox": "收到的推送",
    "Commands": "时限动作",
    "Notices": "通知",
    "Receipts": "送达回执",
    "Outbound": "答复和发布",
    "Media": "附件",
    "Effects": "后续动作",
    "Answers": "来信",
}
"""What lies in the dead-letter queues, by their names in the template."""


def write_letter(morning: Morning, contact: Contact, *, link: str, office_name: str, zone: ZoneInfo) -> Letter:
    """The letter: numbers, numbers of cases and names of bureaus; nothing that would name a citizen."""
    local = morning.at.astimezone(zone)
    hint = "以下事项需要有人处理。" if morning.asks_for_something else "没有超期、无人处理或未能送出的事项。"
    return Letter(
        subject=f"【每日概况】{local.month}月{local.day}日：{_in_one_line(morning)}",
        heading="每日概况",
        urgency=None,
        greeting=f"{contact.role.label} {contact.name}：",
        paragraphs=(hint,),
        rows=tuple(_rows(morning, zone)),
        link=link,
        link_label="打开工作台",
        link_hint="请登录工作台处理。",
        closing=(
            f"统计截至{in_full(morning.at, zone)}，以上时间均为{zone_in_words(zone)}。",
            f"{office_name} · 本邮件由系统每天发出一次；哪天没有收到，请查看系统是否正常",
        ),
    )


def compose(
    morning: Morning, contact: Contact, *, notice_id: str, link: str, sender: str, office_name: str, zone: ZoneInfo, now: datetime
) -> bytes:
    """The whole message in 7-bit MIME. Raises `PermanentError` ("mail_address_malformed") as a bulletin's does."""
    letter = write_letter(morning, contact, link=link, office_name=office_name, zone=zone)
    envelope = Envelope(
        notice_id=notice_id, thread="morning", sender=sender, office_name=office_name, contact=contact, important=False
    )
    return post(letter, envelope, now=now)


def _in_one_line(morning: Morning) -> str:
    parts = [
        (len(morning.late), "项超期"),
        (len(morning.unowned), "件无人处理"),
        (morning.tasks, "项待人工处理"),
        (len(morning.unreachable), "个单位联系人不足"),
        (morning.parked + sum(morning.dead_letters.values()), "条未能处理"),
    ]
    said = "、".join(f"{number} {what}" for number, what in parts if number)
    return said or ("有事项需要处理" if morning.asks_for_something else "一切正常")


def _rows(morning: Morning, zone: ZoneInfo) -> Iterator[tuple[str, str]]:
    yield "在办诉求件", _open(morning)
    yield "超期", "\n".join(_late(morning, zone)) or "无"
    yield "无人处理", "\n".join(_unowned(morning)) or "无"
    yield "待人工处理", f"{morning.tasks} 项" if morning.tasks else "无"
    yield "未能处理", f"{morning.parked} 条，见工作台“未能处理”" if morning.parked else "无"
    letters = [f"{_QUEUES.get(queue, queue)} {number} 条" for queue, number in morning.dead_letters.items() if number]
    yield "多次失败", f"{'、'.join(letters)}，请管理员处理" if letters else "无"
    yield "昨日自动恢复", _swept(morning)
    yield "联系人不足", "\n".join(_unreachable(morning)) or "无，每个单位都有两位能联系上的联系人"
    if morning.unknown_years:
        years = "、".join(str(one) for one in morning.unknown_years)
        yield "节假日安排", f"{years} 年的节假日安排还没有录入，时限暂按周末计算，请管理员导入"


def _open(morning: Morning) -> str:
    lines = []
    for status, counts in morning.open_cases.items():
        by_urgency = "、".join(f"{urgency.label} {counts[urgency]}" for urgency in Urgency if counts.get(urgency))
        lines.append(f"{status.label} {sum(counts.values())} 件（{by_urgency}）")
    return "\n".join(lines) or "无"


def _late(morning: Morning, zone: ZoneInfo) -> Iterator[str]:
    """A line a bureau, the one with the most first."""

    def bureau(one: Late) -> str:
        return one.bureau_name

    by_bureau = [(name, list(group)) for name, group in groupby(sorted(morning.late, key=bureau), key=bureau)]
    for name, ones in sorted(by_bureau, key=lambda group: -len(group[1])):
        oldest = min(ones, key=lambda one: one.deadline)
        since = f"最早的 {oldest.number} 应于{in_full(oldest.deadline, zone)}前{oldest.duty}"
        yield f"{name}：{len(ones)} 项，{since}"


def _unowned(morning: Morning) -> Iterator[str]:
    for one in morning.unowned[:NAMED]:
        yield f"{one.case_id}（{one.urgency.label}）已 {(morning.at - one.opened_at).days} 天"
    if len(morning.unowned) > NAMED:
        yield f"……共 {len(morning.unowned)} 件"


def _swept(morning: Morning) -> str:
    return "、".join(f"{what} {morning.swept[name]}" for name, what in _SWEPT.items() if morning.swept.get(name)) or "无"


def _unreachable(morning: Morning) -> Iterator[str]:
    for one in morning.unreachable:
        yield f"{one.bureau_name}：能联系上 {one.answering} 人；{'；'.join(one.reasons)}"
