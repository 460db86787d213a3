"""Telephone numbers, identity numbers and plates among all the other numbers that people write."""

import re
from collections.abc import Iterator
from datetime import date

from jiesu.triage.extract.spans import Span, SpanKind

_CHINESE_DIGITS = str.maketrans("零〇○幺一壹二贰三叁四肆五伍六陆七柒八捌九玖", "0001112233445566778899")
_IGNORED = "\ufe0f\u20e3\u200b"
"""What follows a digit that is drawn as a key, and the space of no width."""
_RUN = re.compile(rf"(?:\+|\(0|\()?\d[{_IGNORED}]*(?:(?:[ \t]{{1,3}}|[ \t]?[-–—―.·()_][ \t]?)?\d[{_IGNORED}]*)*")
_GROUP = re.compile(rf"\d(?:[{_IGNORED}]*\d)*")

_MOBILE = re.compile(r"1[3-9]\d{9}")
_MOBILE_GROUPS = {
    *((11,), (3, 8), (7, 4), (5, 6), (6, 5), (3, 4, 4), (4, 4, 3), (4, 3, 4), (3, 3, 5), (3, 3, 3, 2), (3, 2, 3, 3)),
    (1,) * 11,
}
"""In groups of how many digits people write a mobile; a card's fours are not among them."""
_AREA = re.compile(r"0(?:10|2\d|[3-9]\d\d)")
_SUBSCRIBER = re.compile(r"[2-8]\d{6,7}")
_EXTENSION = re.compile(r"(?:[ ]?(?:转分机|转|分机)[: ]?|-)\d{1,4}(?![\d-])")

_NOT_A_PHONE_BEFORE = re.compile(
    r"(?:订单|单号|运单|快递|卡号|银行卡|账号|帐号|账户|编号|流水|案号|受理号|回执|警号|学号|工号|车架号|条码|商户|合同号|身份证|证号"
    r"|QQ|qq|群号|ID|id|uid|UID|验证码|密码|税号|期号|批号|序列号|IMEI|imei|号码牌|发票)"
    r"(?:号码|号|是|为|后|[:#=(]|\s)*$"
)
_A_PHONE_BEFORE = re.compile(
    r"(?:电话|座机|固话|热线|来电|致电|打过?来?|拨打?|联系|号码|手机|tel|TEL|Tel)(?:方式|号码|号|是|为|[:(]|\s)*$"
)
_MEASURED = re.compile(r"\s?(?:元|块|万|亿|个|次|人|条|分钟|公里|米|吨|%|粉丝|阅读)")
_LETTERS_THAT_MAY_STAND_BEFORE = re.compile(r"(?:tel|phone|mobile|mob|call|ph|wx|vx|v|t|m)\.?$", re.IGNORECASE)
_ASCII_WORD = re.compile(r"[A-Za-z0-9_]")

_IDENTITY = re.compile(r"(?<![\dA-Za-z])[1-8]\d{5}[ -]?(?:18|19|20)\d{2}[ -]?\d{4}[ -]?\d{3}[\dXx](?![\dA-Za-z])")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
"""GB 11643-1999, 4.4: the weights of the first seventeen digits; the last is ISO 7064 MOD 11-2 of their sum."""

_PROVINCES = "京津冀晋蒙辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝川贵云藏陕甘青宁新"
_LETTER = "A-HJ-NP-Za-hj-np-z"
_PLATE = re.compile(
    rf"(?:(?<![A-Za-z])(?:WJ|wj)[{_PROVINCES}]?[·•.\- ]?\d{{4,5}}[\dTDSHBXJtdshbxj]?"
    rf"|[{_PROVINCES}][ ]?[{_LETTER}][·•.\-・ ]{{0,2}}"
    rf"(?:[DFdf][{_LETTER}\d]\d{{4}}|\d{{5}}[DFdf]|(?P<body>[{_LETTER}\d]{{5}}|[{_LETTER}\d]{{4}}[警学挂港澳])))"
    r"(?![A-Za-z\d])"
)
_NOT_PLAIN = re.compile(r"[·•.\-・ ]")


def id_numbers(folded: str, text: str) -> Iterator[Span]:
    """Identity numbers of eighteen places whose date exists and whose last place is right."""
    for match in _IDENTITY.finditer(folded):
        value = re.sub(r"[ -]", "", match[0]).upper()
        if _is_date(value[6:14]) and _check_character(value) == value[17]:
            yield _span(SpanKind.ID_NUMBER, match.start(), match.end(), text, value)


def plates(folded: str, text: str) -> Iterator[Span]:
    """Number plates, those of new-energy vehicles (six places after the letter) and the armed police among them."""
    for match in _PLATE.finditer(folded):
        body = match["body"]
        # A plate has two letters after the first at most; five letters are a word.
        if body is None or sum(character.isdigit() for character in body) >= 2:
            yield _span(SpanKind.PLATE, match.start(), match.end(), text, _NOT_PLAIN.sub("", match[0]).upper())


def phones(folded: str, text: str) -> Iterator[Span]:
    """Numbers that can be called back: mobiles and fixed lines, not service numbers (110, 12345, 400, 95xxx)."""
    yield from _phones(folded, text)
    chinese = folded.translate(_CHINESE_DIGITS)
    if chinese != folded:
        for span in _phones(chinese, text):
            if chinese[span.start : span.end] != folded[span.start : span.end]:
                yield span


def _phones(view: str, text: str) -> Iterator[Span]:
    for run in _RUN.finditer(view):
        groups = [(run.start() + one.start(), run.start() + one.end()) for one in _GROUP.finditer(run[0])]
        if sum(end - start for start, end in groups) < 7:
            continue
        yield from _in_run(view, text, groups)


def _in_run(view: str, text: str, groups: list[tuple[int, int]]) -> Iterator[Span]:
    """The numbers in groups of digits that stand together: several phones, or one long number that is none."""
    first = 0
    while first < len(groups):
        last, span = _longest(view, text, groups, first)
        if span is not None:
            yield span
        first = last


def _longest(view: str, text: str, groups: list[tuple[int, int]], first: int) -> tuple[int, Span | None]:
    """The phone that takes most groups from `first` on, and the group to go on with."""
    for last in range(min(len(groups), first + 13), first, -1):
        value = _number(view, groups[first:last])
        if value is None:
            continue
        start, end = groups[first][0], groups[last - 1][1]
        extension = _EXTENSION.match(view, end) if value.startswith("0") else None
        end = extension.end() if extension is not None else end
        after = last + sum(begin < end for begin, _ in groups[last:])
        if _may_stand(view, start, end, value) and not _continues(view, groups, first, after):
            start, end = _widened(view, start, end)
            return after, _span(SpanKind.PHONE, start, end, text, value)
    return first + 1, None


def _number(view: str, groups: list[tuple[int, int]]) -> str | None:
    """The digits of a phone that is written in just these groups, without the country's code."""
    digits = [_digits(view, group) for group in groups]
    if digits[0] in ("86", "0086") and len(digits) > 1:
        return _national(digits[1:])
    if len(digits) == 1 and (found := re.fullmatch(r"(?:00)?86(1[3-9]\d{9})", digits[0])):
        return found[1]
    return _national(digits)


def _national(digits: list[str]) -> str | None:
    whole = "".join(digits)
    if _MOBILE.fullmatch(whole) and tuple(map(len, digits)) in _MOBILE_GROUPS:
        return whole
    if len(digits) > 4:
        return None
    area = _AREA.match(whole)
    if area is not None and _SUBSCRIBER.fullmatch(whole, area.end()) and (len(digits) == 1 or digits[0] == area[0]):
        return whole
    return whole if len(digits) <= 2 and re.fullmatch(r"[2-8]\d{7}", whole) and len(digits[0]) in (4, 8) else None


def _may_stand(view: str, start: int, end: int, value: str) -> bool:
    before = view[max(0, start - 16) : start].rstrip("+( ")
    if _NOT_A_PHONE_BEFORE.search(before) or _MEASURED.match(view, end):
        return False
    if len(value) == 8 and not _A_PHONE_BEFORE.search(before):
        return False
    if _ASCII_WORD.match(view, end):
        return False
    return not (before and before[-1].isascii() and before[-1].isalpha()) or bool(_LETTERS_THAT_MAY_STAND_BEFORE.search(before))


def _continues(view: str, groups: list[tuple[int, int]], first: int, last: int) -> bool:
    """Whether a neighbour belongs to the same number: a card is written in fours, an order after dashes."""
    after = groups[last : last + 1]
    before = groups[first - 1 : first] if first else []
    for start, end in (*before, *after):
        digits = _digits(view, (start, end))
        gap = view[end : groups[first][0]] if (start, end) in before else view[groups[last - 1][1] : start]
        if gap.strip() == "-" and len(digits) < 10:
            return True
        if (
            gap.isspace()
            and len(digits) in (4, 5)
            and (end <= groups[first][0] or not digits.startswith("0"))
            and first + 1 < last
        ):
            return True
        if gap.strip() == ".":
            return True
    return False


def _widened(view: str, start: int, end: int) -> tuple[int, int]:
    """With the bracket of an area code and the plus of a country."""
    if start and (view[start - 1] == "+" or (view[start - 1] == "(" and ")" in view[start:end])):
        start -= 1
    while end < len(view) and view[end] in _IGNORED:
        end += 1
    return start, end


def _digits(view: str, group: tuple[int, int]) -> str:
    return "".join(character for character in view[group[0] : group[1]] if character.isdigit())


def _is_date(written: str) -> bool:
    try:
        date(int(written[:4]), int(written[4:6]), int(written[6:]))
    except ValueError:
        return False
    return True


def _check_character(value: str) -> str:
    return "10X98765432"[sum(int(digit) * weight for digit, weight in zip(value[:17], _WEIGHTS, strict=True)) % 11]


def _span(kind: SpanKind, start: int, end: int, text: str, value: str) -> Span:
    return Span(kind=kind, start=start, end=end, text=text[start:end], value=value)
