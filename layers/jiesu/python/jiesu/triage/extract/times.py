"""When it happened, as people say it, on the calendar: relative words count from when the message was sent."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from jiesu.triage.extract.spans import Span, SpanKind

_PART = r"凌晨|清晨|清早|一大早|大早上|早上|早晨|上午|中午|午后|下午|傍晚|晚上|晚间|夜里|夜间|半夜|深夜|早|晚|夜|晨"
_CLOCK_AHEAD = rf"(?=的?\s?(?:{_PART}|\d{{1,2}}[:点时]))"
_N = r"(?:\d{1,2}|[一二两三四五六七八九十]{1,3})"
_MOMENT = re.compile(
    # The day, the part of it and the hour, any of which may be missing.
    r"(?=[\d一二两三四五六七八九十上下本这去今昨前明后大周星礼凌清早中午傍晚夜半深晨])(?<![\d.:])(?<![差到]十分)(?<!差[五十]分)(?<!差一刻)"
    r"(?:(?P<day>"
    r"(?P<word>大前天|前天|前日|昨天|昨日|昨儿|今天|今日|今儿|明天|后天|[前昨今明](?=[早晚夜晨]))"
    rf"|(?P<days_ago>{_N})天(?:之|以)?前"
    r"|(?P<week>上上个?|上个?|这个?|本|下个?)?(?:周|星期|礼拜)(?P<weekday>[一二三四五六日天])(?![岁期年边个])"
    rf"|(?:(?P<year>20\d\d|去|今)年)?(?P<month>{_N})月份?(?P<month_day>{_N})[日号]?"
    r"|(?P<full_year>20\d\d)[-./](?P<full_month>\d{1,2})[-./](?P<full_day>\d{1,2})(?![\d.])"
    rf"|(?P<short_month>\d{{1,2}})[./-](?P<short_day>\d{{1,2}})[日号]?{_CLOCK_AHEAD}"
    rf"|(?P<last_or_this>上个?月|这个?月|本月)(?P<day_of_it>{_N})[日号]"
    rf"|(?P<bare_day>{_N})[日号]{_CLOCK_AHEAD}"
    r")的?\s?)?"
    rf"(?P<part>{_PART})?的?\s?"
    r"(?:(?P<hour>\d{1,2}):(?P<minute>[0-5]\d)(?::[0-5]\d)?(?![\d:])"
    rf"|(?P<oclock>{_N})(?:点钟?|时)(?![间候代期刻评赞击餐外菜名意见建要问希诉看想小东子儿滴])"
    r"(?:(?P<quarter>半|一刻|三刻|整)|(?P<minutes>[0-5]?\d|[一二三四五六七八九十零]{2,3})(?:分|(?![\d个次人元块万岁年月名家号条件])))?(?:多|左右|许|前后)?)?"
)
_JOIN = re.compile(r"\s?(?:到|至|-{1,2}|[–—]{1,2}|~{1,2})\s?")
_JUST_NOW = re.compile(r"刚刚|刚才|方才|(?<!前)刚(?=在|看|发|遇|被)")
_AGO = re.compile(r"(?P<number>\d{1,3}|[一二两三四五六七八九十]{1,3}|半)个?(?P<half>半)?(?P<unit>小时|钟头|分钟)(?:之|以)?前")

_SINCE_TODAY = {"大前天": -3, "前": -2, "昨": -1, "今": 0, "明": 1, "后": 2}
_PARTS: dict[str, tuple[int, int]] = {
    **dict.fromkeys(("凌晨", "半夜"), (0, 6)),
    **dict.fromkeys(("清晨", "清早", "一大早", "大早上", "早上", "早晨", "早", "晨"), (5, 9)),
    "上午": (8, 12),
    "中午": (11, 14),
    **dict.fromkeys(("午后", "下午"), (12, 18)),
    "傍晚": (17, 20),
    **dict.fromkeys(("晚上", "晚间", "晚"), (18, 24)),
    **dict.fromkeys(("夜里", "夜间", "深夜", "夜"), (20, 30)),
}
"""From which hour to which a part of the day lasts; past 24 is the next day."""
_NIGHT = ("晚上", "晚间", "晚", "夜里", "夜间", "深夜", "夜")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Moment:
    """A point (`end` is None), a stretch of a day, or a whole day (`all_day`)."""

    begin: datetime
    end: datetime | None = None
    all_day: bool = False
    part: str | None = None
    day: date | None = None

    @property
    def value(self) -> str:
        if self.all_day:
            return self.begin.date().isoformat()
        return _written(self.begin) if self.end is None else f"{_written(self.begin)}/{_written(self.end)}"


def times(folded: str, text: str, *, sent_at: datetime) -> Iterator[Span]:
    """The times in a text whose message was sent at `sent_at`, a time of the city's own zone.

    A date without a year is the last one that had come when the message was sent, so is a weekday without a week.
    """
    position = 0
    while position < len(folded):
        match = _MOMENT.search(folded, position)
        if match is None:
            break
        moment = _understood(match, sent_at, first=None)
        if moment is None:
            position = match.start() + 1
            continue
        end = match.start() + len(match[0].rstrip(" 的"))
        value = moment.value
        join = _JOIN.match(folded, end)
        second = _MOMENT.match(folded, join.end()) if join is not None else None
        if second is not None and (last := _understood(second, sent_at, first=moment)) is not None:
            end = second.start() + len(second[0].rstrip(" 的"))
            value = _stretch(moment, last)
        yield Span(kind=SpanKind.TIME, start=match.start(), end=end, text=text[match.start() : end], value=value)
        position = end
    yield from _relative(folded, text, sent_at)


def _stretch(first: _Moment, last: _Moment) -> str:
    if first.all_day and last.all_day:
        # 周二至周五 runs forward, though each by itself is the last one that had come.
        back = timedelta(days=7) if timedelta(0) < first.begin - last.begin < timedelta(days=7) else timedelta(0)
        return f"{first.value}/{(last.begin + back).date().isoformat()}"
    end = last.end or last.begin
    while end <= first.begin:
        end += timedelta(hours=24)
    return f"{_written(first.begin)}/{_written(end)}"


def _relative(folded: str, text: str, sent_at: datetime) -> Iterator[Span]:
    for match in _JUST_NOW.finditer(folded):
        yield Span(
            kind=SpanKind.TIME,
            start=match.start(),
            end=match.end(),
            text=text[match.start() : match.end()],
            value=_written(sent_at),
        )
    for match in _AGO.finditer(folded):
        amount = 0.5 if match["number"] == "半" else _number(match["number"]) + (0.5 if match["half"] else 0)
        then = sent_at - (timedelta(minutes=amount) if match["unit"] == "分钟" else timedelta(hours=amount))
        yield Span(
            kind=SpanKind.TIME, start=match.start(), end=match.end(), text=text[match.start() : match.end()], value=_written(then)
        )


def _understood(match: re.Match[str], sent_at: datetime, *, first: _Moment | None) -> _Moment | None:
    """The moment that `match` says, or None where it says none; what it leaves out it has from `first`."""
    has_clock = match["hour"] is not None or match["oclock"] is not None
    if match["day"] is None and not has_clock:
        return None
    if first is None and _is_a_quantity(match):
        return None
    try:
        day = _day(match, sent_at) if match["day"] is not None else None
    except ValueError:
        return None
    part = match["part"]
    if not has_clock:
        return _without_hour(day, part, sent_at) if day is not None else None
    hour, minute = _clock(match)
    if hour > 24 or minute > 59 or (hour == 24 and minute):
        return None
    if part is None and first is not None and match["day"] is None and first.part is not None and hour < 12:
        part = first.part if hour > first.begin.hour % 12 else None
    counted_from = day or (first.day if first is not None else None) or sent_at.date()
    begin = _at(counted_from, part, hour, minute, sent_at)
    # An hour without a day is the last one that had come.
    if day is None and first is None and begin - sent_at > timedelta(hours=1) and part is None:
        begin -= timedelta(days=1)
    return _Moment(begin=begin, part=part, day=counted_from)


def _is_a_quantity(match: re.Match[str]) -> bool:
    """`一点`, `三点` with nothing else are a little and three items more often than an hour."""
    if match["oclock"] is None or match["day"] or match["part"] or match["quarter"] or match["minutes"] or "钟" in match[0]:
        return False
    return _number(match["oclock"]) <= 3


def _at(day: date, part: str | None, hour: int, minute: int, sent_at: datetime) -> datetime:
    return _midnight(day, sent_at) + timedelta(hours=hour + _offset(part, hour), minutes=minute)


def _offset(part: str | None, hour: int) -> int:
    """What to add to the hour that a part of the day makes of twelve: the night's small hours are the next day's."""
    if part in _NIGHT:
        return 24 if hour <= 5 else 12 if hour <= 12 else 0
    if part in ("傍晚", "下午", "午后"):
        return 12 if hour < 12 else 0
    if part == "中午":
        return 12 if hour < 4 else 0
    return -12 if part in ("凌晨", "半夜") and hour == 12 else 0


def _without_hour(day: date, part: str | None, sent_at: datetime) -> _Moment:
    begin = _midnight(day, sent_at)
    if part is None:
        return _Moment(begin=begin, all_day=True, day=day)
    since, until = _PARTS[part]
    return _Moment(begin=begin + timedelta(hours=since), end=begin + timedelta(hours=until), part=part, day=day)


def _clock(match: re.Match[str]) -> tuple[int, int]:
    if match["hour"] is not None:
        return int(match["hour"]), int(match["minute"])
    quarters = {"半": 30, "一刻": 15, "三刻": 45, "整": 0}
    if match["quarter"] is not None:
        return _number(match["oclock"]), quarters[match["quarter"]]
    return _number(match["oclock"]), _number(match["minutes"]) if match["minutes"] is not None else 0


def _day(match: re.Match[str], sent_at: datetime) -> date:
    """The day that is said; raises `ValueError` where the calendar has none such."""
    today = sent_at.date()
    if (word := match["word"]) is not None:
        return today + timedelta(days=_SINCE_TODAY.get(word, _SINCE_TODAY.get(word[0], 0)))
    if match["days_ago"] is not None:
        return today - timedelta(days=_number(match["days_ago"]))
    if match["weekday"] is not None:
        return _weekday(match, today)
    if match["full_year"] is not None:
        return date(int(match["full_year"]), int(match["full_month"]), int(match["full_day"]))
    if match["last_or_this"] is not None:
        anchor = today.replace(day=1)
        anchor = (anchor - timedelta(days=1)).replace(day=1) if match["last_or_this"].startswith("上") else anchor
        return anchor.replace(day=_number(match["day_of_it"]))
    if match["bare_day"] is not None:
        this = today.replace(day=1)
        wanted = _number(match["bare_day"])
        return this.replace(day=wanted) if wanted <= today.day + 1 else (this - timedelta(days=1)).replace(day=wanted)
    month = _number(match["month"] or match["short_month"])
    day = _number(match["month_day"] or match["short_day"])
    if match["year"] is not None:
        year = {"去": today.year - 1, "今": today.year}.get(match["year"]) or int(match["year"])
        return date(year, month, day)
    this_year = date(today.year, month, day)
    return this_year if this_year <= today + timedelta(days=7) else date(today.year - 1, month, day)


def _weekday(match: re.Match[str], today: date) -> date:
    wanted = "一二三四五六日".index(match["weekday"].replace("天", "日"))
    monday = today - timedelta(days=today.weekday())
    week = match["week"]
    if week is None:
        return today - timedelta(days=(today.weekday() - wanted) % 7)
    weeks = -2 if week.startswith("上上") else {"上": -1, "下": 1}.get(week[0], 0)
    return monday + timedelta(weeks=weeks, days=wanted)


def _midnight(day: date, sent_at: datetime) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=sent_at.tzinfo)


def _number(written: str) -> int:
    """A number below a hundred in digits or in Chinese."""
    if written.isdecimal():
        return int(written)
    digits = {one: value for value, one in enumerate("零一二三四五六七八九")} | {"两": 2}
    tens, ten, ones = written.partition("十")
    if not ten:
        return int("".join(str(digits[one]) for one in written))
    return (digits[tens] if tens else 1) * 10 + (digits[ones.lstrip("零")] if ones else 0)


def _written(moment: datetime) -> str:
    return moment.isoformat(timespec="minutes")
