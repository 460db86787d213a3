"""The office's own jurisdictions as a form has them: rules in order, and the districts that another bureau answers for."""

from collections.abc import Collection, Mapping
from typing import Any

from jiesu.model.jurisdiction import OwnJurisdictions, OwnRule
from jiesu.office.reasons import Reason, Report
from jiesu.triage import categories

BY_HAND = "-"
"""What a form says where a person is to choose."""
MAX_RULES = 40
MAX_WORDS = 30
MAX_WORD = 20
MAX_REASON = 60


def read_jurisdictions(
    rules: Collection[Mapping[str, Any]], branches: Mapping[str, str], bureaus: Mapping[str, str], report: Report
) -> OwnJurisdictions | None:
    """What the rows of a form say, for the `bureaus` that there are, names by code; None after problems, which are reported."""
    found: list[Reason] = []
    read: list[OwnRule] = []
    for number, raw in enumerate(rules, start=1):
        problems: list[Reason] = []
        read.append(_read_rule(raw, bureaus, problems.append))
        found += [one.of(f"rule {number}", f"第 {number} 条") for one in problems]
    found += [
        Reason(f"{district}: no such bureau", f"{district}：请选择承办单位")
        for district, code in branches.items()
        if code not in bureaus
    ]
    for one in found:
        report(one)
    named = {*branches.values(), *(one.bureau_code for one in read)} - {""}
    names = {code: bureaus[code] for code in sorted(named) if code in bureaus}
    return None if found else OwnJurisdictions(rules=tuple(read), branches=dict(branches), names=names)


def jurisdictions_in_words(own: OwnJurisdictions) -> dict[str, str]:
    """What a person compares: each district, and each rule by its place."""
    said = {district: own.names.get(code, code) for district, code in own.branches.items()}
    return said | {f"第 {number} 条": _rule_in_words(one, own.names) for number, one in enumerate(own.rules, start=1)}


def _rule_in_words(rule: OwnRule, names: Mapping[str, str]) -> str:
    limits = [
        f"类别 {categories.label_of_kind(rule.category)}" if rule.category else "",
        f"在{rule.district}" if rule.district else "",
        f"写有{'、'.join(rule.words)}" if rule.words else "",
        f"没有写{'、'.join(rule.unless)}" if rule.unless else "",
    ]
    bureau = names.get(rule.bureau_code, rule.bureau_code) if rule.bureau_code else "由小编选定"
    return f"{'，'.join(filter(None, limits))} → {bureau}（{rule.reason}）"


def _read_rule(raw: Mapping[str, Any], bureaus: Mapping[str, str], report: Report) -> OwnRule:
    code = str(raw["bureau"])
    if code != BY_HAND and code not in bureaus:
        report(Reason("no such bureau", "请选择承办单位"))
    rule = OwnRule(
        bureau_code="" if code == BY_HAND else code,
        reason=str(raw["reason"]),
        category=str(raw["category"]),
        district=str(raw["district"]),
        words=_words(str(raw["words"]), report),
        unless=_words(str(raw["unless"]), report),
    )
    if not 0 < len(rule.reason) <= MAX_REASON or not rule.reason.isprintable():
        report(Reason("the reason must be one line", f"请写明理由，一行，不超过 {MAX_REASON} 字；它写在建议后面给小编看"))
    if not (rule.category or rule.district or rule.words):
        report(Reason("limits nothing", "至少要有类别、区或字样之一，否则所有诉求都归它"))
    return rule


def _words(text: str, report: Report) -> tuple[str, ...]:
    words = tuple(dict.fromkeys(text.replace("、", " ").replace("，", " ").replace(",", " ").split()))
    if len(words) > MAX_WORDS or any(not 1 < len(one) <= MAX_WORD or not one.isprintable() for one in words):
        report(Reason("too many or too long words", f"字样用顿号隔开，最多 {MAX_WORDS} 个，每个 2 到 {MAX_WORD} 字"))
    return words
