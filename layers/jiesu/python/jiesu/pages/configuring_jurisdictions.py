"""Who answers for what where the office says otherwise than what ships, and which past cases would have gone elsewhere."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from jiesu.cases.desk_lines import DeskLine
from jiesu.cases.search import Sought
from jiesu.model.jurisdiction import OwnJurisdictions
from jiesu.model.revision import ChangeNote
from jiesu.office.city_book import city_with
from jiesu.office.jurisdictions import BY_HAND, MAX_RULES, jurisdictions_in_words, read_jurisdictions
from jiesu.office.reasons import Reason
from jiesu.pages.configuring import Foreseen, Topic
from jiesu.pages.forms import Typed, value
from jiesu.pages.visit import Visit
from jiesu.places.city import beijing
from jiesu.places.locate import suggest
from jiesu.store.codec import loads
from jiesu.store.desk_lines import DeskLineStore
from jiesu.store.directory import DirectoryStore
from jiesu.store.finding import FindingStore
from jiesu.store.messages import MessageStore
from jiesu.triage import categories

RULES = "rules"
SPARE = 2
"""Empty rows below the rules that are there."""
PAST = 200
"""How many located cases a change is tried on, a query each."""
SINCE = timedelta(days=62)
LISTED = 40
_FIELDS = ("bureau", "category", "district", "words", "unless", "reason")


@dataclass(frozen=True, slots=True, kw_only=True)
class PastCases:
    """The newest cases that are located, open and closed, with what was written first."""

    lines: DeskLineStore
    finding: FindingStore
    messages: MessageStore

    def located(self, now: datetime) -> tuple[DeskLine, ...]:
        """Newest first; all that are open, and what was closed of this month and the one before."""
        sought = Sought(since=now - SINCE, until=now)
        this = now.date().replace(day=1)
        months = ((this - timedelta(days=1)).replace(day=1), this)
        closed = (line for month in months for line in self.finding.closed(month, sought).lines)
        known = {one.case_id: one for one in (*self.lines.all(), *closed) if one.place.text}
        return tuple(sorted(known.values(), key=lambda one: one.opened_at, reverse=True)[:PAST])

    def text(self, case_id: str) -> str:
        """Empty where its messages are gone."""
        stored = self.messages.earliest(case_id)
        return "" if stored is None else stored.message.text


def jurisdictions(directory: DirectoryStore, past: PastCases) -> Topic[OwnJurisdictions]:
    """The office's own rules and branches: additions to what ships, in one item."""

    def standing(item: str) -> tuple[OwnJurisdictions | None, int]:
        return directory.own_jurisdictions_at() if item == RULES else (None, 0)

    def save(wanted: OwnJurisdictions, before: OwnJurisdictions | None, revision: int, note: ChangeNote) -> None:
        directory.put_own_jurisdictions(wanted, before=before if revision else None, revision=revision, note=note)

    def names() -> dict[str, str]:
        return {one.code: one.name for one in directory.bureaus()}

    def read(typed: Typed, _: str, __: OwnJurisdictions | None, problems: list[Reason]) -> OwnJurisdictions | None:
        shipped = beijing().jurisdictions.branches
        branches = {
            district: code
            for number, district in enumerate(shipped, start=1)
            if (code := value(typed, f"branch_{number}")) and code != shipped[district].bureau_code
        }
        rows = [_row(typed, place) for place in range(1, MAX_RULES + 1)]
        return read_jurisdictions([one for one in rows if _is_filled(one)], branches, names(), problems.append)

    def listed(_: Visit) -> Mapping[str, Any]:
        own, revision = directory.own_jurisdictions_at()
        return {"said": jurisdictions_in_words(own), "revision": revision, "item": RULES}

    def foresee(_: str, wanted: OwnJurisdictions, now: datetime) -> Sequence[Foreseen]:
        before, _revision = directory.own_jurisdictions_at()
        return () if wanted == before else [_elsewhere(past, before, wanted, now)]

    return Topic(
        name="own-jurisdictions",
        title="管辖：本单位的规则",
        list_template="admin_own_jurisdictions.html",
        form_template="admin_own_jurisdictions_form.html",
        listed=listed,
        standing=standing,
        read=read,
        typed=lambda _, own: _typed(own or OwnJurisdictions()),
        in_words=jurisdictions_in_words,
        name_of=lambda _: RULES,
        save=save,
        history=lambda _: directory.jurisdictions_history(),
        parse=partial(loads, OwnJurisdictions),
        choices=lambda _, typed: {
            "rows": min(sum(_is_filled(_row(typed, place)) for place in range(1, MAX_RULES + 1)) + SPARE, MAX_RULES),
            "bureaus": names(),
            "branches": [(district, one.bureau_code) for district, one in beijing().jurisdictions.branches.items()],
            "kinds": _kinds(),
            "by_hand": BY_HAND,
        },
        foresee=foresee,
        effect_note="只影响以后收到的留言的建议；已有的诉求件不变，签发给谁仍由小编定夺。",
    )


def _row(typed: Typed, place: int) -> dict[str, str]:
    return {name: value(typed, f"{name}_{place}").strip() for name in _FIELDS}


def _is_filled(row: Mapping[str, str]) -> bool:
    return any(row.values())


def _typed(own: OwnJurisdictions) -> Typed:
    shipped = beijing().jurisdictions.branches
    typed: dict[str, tuple[str, ...]] = {
        f"branch_{number}": (own.branches.get(district, branch.bureau_code),)
        for number, (district, branch) in enumerate(shipped.items(), start=1)
    }
    for place, rule in enumerate(own.rules, start=1):
        typed |= {
            f"bureau_{place}": (rule.bureau_code or BY_HAND,),
            f"category_{place}": (rule.category,),
            f"district_{place}": (rule.district,),
            f"words_{place}": ("、".join(rule.words),),
            f"unless_{place}": ("、".join(rule.unless),),
            f"reason_{place}": (rule.reason,),
        }
    return typed


def _kinds() -> list[tuple[str, str]]:
    """Groups of categories and the categories in them, by code, in the order in which they are offered."""
    kinds: dict[str, str] = {}
    for one in categories.choices():
        kinds.setdefault(one.code.partition(".")[0], f"{one.group}（全部）" if "." in one.code else one.label)
        kinds[one.code] = one.label
    return list(kinds.items())


def _elsewhere(past: PastCases, before: OwnJurisdictions, after: OwnJurisdictions, now: datetime) -> Foreseen:
    """Which of the past cases would be suggested to another bureau than under `before`."""
    old, new = city_with(before), city_with(after)
    names = {**old.jurisdictions.names, **new.jurisdictions.names, "": "由小编选定"}
    cases = past.located(now)
    lines: list[str] = []
    for line in cases:
        text = past.text(line.case_id)
        was, becomes = (suggest(text, line.category, city=city).bureau_code for city in (old, new))
        if was != becomes:
            lines.append(f"{line.case_id} {line.title}：{names.get(was, was)} → {names.get(becomes, becomes)}")
    title = f"最近 {len(cases)} 件有地点的诉求件中，{len(lines)} 件的建议会改变"
    more = [f"……另有 {len(lines) - LISTED} 件"] if len(lines) > LISTED else []
    return Foreseen(title=title, lines=(*lines[:LISTED], *more) or ("没有变化",))
