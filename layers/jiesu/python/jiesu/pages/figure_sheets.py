"""The figures of a month as tables that can be taken along: every number of the page, and the cases behind it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, tzinfo

from jiesu.cases.issues import IssueTable, month_text
from jiesu.cases.timeliness import (
    BureauTimeliness,
    Rate,
    TimelinessLine,
    acknowledged_in_time,
    reported_in_time,
)
from jiesu.cases.volume import Part, Volume, VolumeTable
from jiesu.pages.sentences import IN_TIME
from jiesu.pages.sheets import Cell, Share, Sheet
from jiesu.triage.categories import label
from jiesu.triage.miss_rate import DaySample, MissRate

PARTS = {Part.WORK: "需办理", Part.RAISED: "人工转入", Part.LOWERED: "人工剔除"}

_VOLUME = ("收到", "需办理", "需办理占比", "占比下限", "占比上限", "人工转入", "人工剔除")


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthFigures:
    """All that is counted of a month; `miss_rate` and `issues` are None where there are none."""

    month: date
    volume: VolumeTable
    lines: tuple[TimelinessLine, ...]
    bureaus: tuple[BureauTimeliness, ...]
    samples: tuple[DaySample, ...]
    miss_rate: MissRate | None
    issues: IssueTable | None

    @property
    def taken_back(self) -> int:
        return sum(one.taken_back for one in self.lines)


def sheets_of(figures: MonthFigures, *, zone: tzinfo, now: datetime) -> tuple[Sheet, ...]:
    """A sheet a table, in the order of the page; the one with `about` for its slug says what the others are."""
    volume = figures.volume
    return (
        Sheet(slug="about", name="说明", headings=("项目", "内容"), rows=tuple(_about(figures, zone=zone, now=now))),
        Sheet(
            slug="hours",
            name="留言按时段",
            headings=("时段", *_VOLUME),
            rows=tuple((hour_in_words(hour), *_volume(one)) for hour, one in enumerate(volume.hours)),
        ),
        Sheet(
            slug="platforms",
            name="留言按平台",
            headings=("平台", *_VOLUME),
            rows=tuple((platform.label, *_volume(one)) for platform, one in volume.platforms),
        ),
        Sheet(
            slug="days",
            name="留言按日",
            headings=("日期", *_VOLUME),
            rows=tuple((day, *_volume(one)) for day, one in volume.by_day),
        ),
        Sheet(
            slug="messages",
            name="留言对应诉求件",
            headings=("日期", "时段", "平台", "归类", "诉求件", "留言"),
            rows=tuple(
                (day.day, hour_in_words(cell.hour), cell.platform.label, PARTS[part], case_id, messages)
                for day in volume.days
                for cell in day.cells
                for part in Part
                for case_id, messages in cell.cases(part)
            ),
        ),
        Sheet(
            slug="bureaus",
            name="各单位及时率",
            headings=("单位", "名次", *(f"{kind}{one}" for kind in ("签收", "反馈") for one in _RATE), "交办"),
            rows=tuple(
                (one.name, one.rank, *_rate(one.acknowledged), *_rate(one.reported), len(one.lines)) for one in figures.bureaus
            ),
        ),
        Sheet(
            slug="assignments",
            name="交办明细",
            headings=("诉求件", "单位", "交办", "签收截止", "签收", "签收及时", "反馈截止", "首次反馈", "反馈及时", "已收回"),
            rows=tuple(
                (
                    one.case_id,
                    one.bureau_name,
                    _local(one.dispatched_at, zone),
                    _local(one.acknowledge_by, zone),
                    _local(one.acknowledged_at, zone),
                    IN_TIME[acknowledged_in_time(one, now)],
                    _local(one.report_by, zone),
                    _local(one.reported_at, zone),
                    IN_TIME[reported_in_time(one, now)],
                    "是" if one.taken_back else "",
                )
                for one in figures.lines
            ),
        ),
        Sheet(
            slug="miss-rate",
            name="漏报率",
            headings=("日期", "判为无需办理", "抽查", "已判", "其中是诉求", "抽查前已发现"),
            rows=tuple(
                (one.day, one.population + one.found, one.drawn, one.judged, one.misses, one.found) for one in figures.samples
            ),
        ),
        Sheet(
            slug="issues",
            name="每月一题",
            headings=(
                "类别",
                "区域",
                "本月件数",
                "上月件数",
                "日均之比下限",
                "日均之比上限",
                "变化",
                "办结后再发",
                "诉求件（最近的）",
            ),
            rows=()
            if figures.issues is None
            else tuple(
                (
                    label(one.category),
                    one.district or "未识别",
                    one.count,
                    one.before,
                    one.low,
                    one.high,
                    "增长" if one.grows else "下降" if one.falls else "不能断定",
                    one.returned,
                    " ".join(one.cases),
                )
                for one in figures.issues.rows
            ),
        ),
    )


def hour_in_words(hour: int) -> str:
    return f"{hour:02d}–{hour + 1:02d} 时"


_RATE = ("及时", "到期", "及时率", "下限", "上限")


def _rate(rate: Rate) -> tuple[Cell, ...]:
    return rate.met, rate.due, *(None if one is None else Share(one) for one in (rate.share, rate.low, rate.high))


def _volume(one: Volume) -> tuple[Cell, ...]:
    share = one.share
    return (one.received, *_rate(share)[:1], *_rate(share)[2:], one.raised, one.lowered)


def _about(figures: MonthFigures, *, zone: tzinfo, now: datetime) -> Iterator[tuple[Cell, Cell]]:
    yield "月份", month_text(figures.month)
    yield "导出时间", _local(now, zone)
    yield "时区", str(zone)
    yield "留言", "按收到的日期和时段计"
    yield "需办理", "成为诉求件或并入诉求件的留言，以小编最后的判断为准"
    yield "人工转入", "系统判为无需办理、由小编转为诉求件的，已在需办理之内"
    yield "人工剔除", "系统判为诉求、诉求件由小编作为误判关闭的，不在需办理之内"
    missing = "、".join(one.isoformat() for one in figures.volume.uncounted)
    yield "没有统计的日子", missing or "无"
    yield "上下限", "占比、及时率和漏报率的为 95% 置信区间（Wilson 法），每月一题的为 99%"
    rate = figures.miss_rate
    if rate is not None:
        yield "漏报率", Share(rate.share)
        yield "漏报率下限", Share(rate.low)
        yield "漏报率上限", Share(rate.high)
        yield "漏报率分母", f"{rate.days} 天里判为无需办理的 {rate.called_noise} 条"
        yield "漏报率依据", f"抽查判过 {rate.judged} 条，其中 {rate.misses} 条是诉求；另有 {rate.found} 条抽查前已发现"
    if figures.issues is not None:
        yield (
            "每月一题统计到",
            f"{figures.issues.until.isoformat()} 零时，本月 {figures.issues.total} 件，上月 {figures.issues.total_before} 件",
        )


def _local(at: datetime | None, zone: tzinfo) -> datetime | None:
    return None if at is None else at.astimezone(zone).replace(tzinfo=None)
