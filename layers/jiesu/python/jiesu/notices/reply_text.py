"""What somebody wrote in an answer to a mail, without what their mail program added: quotes, signatures, where it was written.

The programs are those that bureaus use: QQ, NetEase (163, 126), Foxmail, Outlook, Apple's and Huawei's phones, Thunderbird.
Two libraries were tried on the voices of `tests/unit/notices/test_reply_text.py`: mail-parser-reply 1.36 found 1 of 17,
email_reply_parser 0.5.12 6. What is cut here is cut for reading only; the mail is kept whole.
"""

import re
from collections.abc import Sequence
from html.parser import HTMLParser
from itertools import islice

_RULE = re.compile(
    r"^\s*[-_—=]{2,}\s*(?:原始邮件|原邮件|邮件原件|回复的原邮件|原始信息|Original Message|Original)\s*[-_—=]{2,}\s*$",
    re.IGNORECASE,
)
"""`-----原始邮件-----`, `---- 回复的原邮件 ----`, `-----Original Message-----`."""

_WROTE = re.compile(r"(?:写道|寫道|wrote)\s*[:：]\s*$", re.IGNORECASE)
_WROTE_OPENS = re.compile(r"^[>\s]*(?:在|于|On\b|At\b)|<[^<>\s]+@[^<>\s]+>|\d{4}", re.IGNORECASE)
_WROTE_WHEN = re.compile(r"\d{4}\s*[年/.-]\s*\d{1,2}|\d{1,2}\s*月\s*\d{1,2}\s*日\s*(?:周|星期|\d)|\d{1,2}:\d{2}|@")
_WROTE_LINES = 3
"""`在 2026年11月28日，上午9:12，平安北京 <…> 写道：` is broken over so many lines at most."""
_ADDRESS_AT_END = re.compile(r"<[^<>\s]+@[^<>\s]+>\s*$")

_FROM = re.compile(r"^[\s>|*]*(?:发件人|寄件者|From)\s*[\s|*]*[:：|]", re.IGNORECASE)
_OTHER_FIELD = re.compile(
    r"^[\s>|*]*(?:发送时间|发送日期|发件时间|日期|时间|收件人|抄送|主题|Sent|Date|To|Cc|Subject)\s*[\s|*]*[:：|]", re.IGNORECASE
)
_FIELDS_WITHIN, _LINES_WITHIN = 5, 12
"""A quoted head names the sender and within so many written lines, of so many in all, something else."""

_OWN_HEADING = re.compile(r"^[\s>]*网民反映问题通报单\s*·")
"""The first words of every mail that is answered here (`notices/mail.py`)."""

_SIGNATURE = re.compile(r"^--\s*$")
_WRITTEN_ON = re.compile(
    r"^\s*[\[（(【]?(?:发自|发送自|来自|从)\s?(?:我的|手机|网易|新浪|QQ|Outlook|华为|小米|荣耀|vivo|OPPO|移动|\S{1,12}(?:客户端|邮箱|手机))"
    r"|^\s*获取\s*适用于|^\s*获取\s*Outlook|^\s*Sent from (?:my|Mail|Outlook)|^\s*Get Outlook for",
    re.IGNORECASE,
)
_SHORT = 40
"""Whoever writes more in such a line says something."""

_RULE_ALONE = re.compile(r"^\s*[-_—=*]{3,}\s*$")
_ADDRESS_ALONE = re.compile(r"^\s*<?[^\s<>@]+@[^\s<>@]+>?\s*$")


def written_in(text: str) -> str:
    """What the sender wrote in a plain text body; empty where there is nothing but quotes."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("&nbsp;", " ").replace("\ufeff", "").split("\n")
    own = lines[: _quote_begins(lines)]
    kept = [line.replace("\xa0", " ").rstrip() for line in own if not line.lstrip().startswith(">") and not _says_where(line)]
    while kept and (not kept[-1] or _RULE_ALONE.match(kept[-1]) or _ADDRESS_ALONE.match(kept[-1])):
        kept.pop()
    return re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).strip()


def _quote_begins(lines: Sequence[str]) -> int:
    """The line from which on nothing is the sender's own."""
    for place, line in enumerate(lines):
        if _RULE.match(line) or _OWN_HEADING.match(line) or _SIGNATURE.match(line) or _is_quoted_head(lines, place):
            return place
        if _WROTE.search(line) and (begins := _sentence_of(lines, place)) is not None:
            return begins
    return len(lines)


def _is_quoted_head(lines: Sequence[str], place: int) -> bool:
    if not _FROM.match(lines[place]):
        return False
    written = (line for line in islice(lines, place + 1, place + 1 + _LINES_WITHIN) if line.strip())
    return any(_OTHER_FIELD.match(line) for line in islice(written, _FIELDS_WITHIN))


def _sentence_of(lines: Sequence[str], place: int) -> int | None:
    """Where the sentence begins that ends with `写道：`; None where it says neither when nor who: it is the sender's own."""
    for begins in range(place, max(-1, place - _WROTE_LINES), -1):
        said = " ".join(lines[begins : place + 1])
        if _WROTE_OPENS.search(lines[begins]) and _WROTE_WHEN.search(said):
            wrapped = begins > 0 and _ADDRESS_AT_END.search(lines[begins - 1])
            return begins - 1 if wrapped else begins
    return None


def _says_where(line: str) -> bool:
    return len(line.strip()) <= _SHORT and _WRITTEN_ON.match(line) is not None


_BLOCKS = frozenset({"p", "div", "br", "li", "tr", "table", "h1", "h2", "h3", "h4", "ul", "ol", "hr", "pre", "section"})
_UNSEEN = frozenset({"script", "style", "head", "title", "blockquote"})
_VOID = frozenset({"br", "hr", "img", "input", "meta", "link", "area", "base", "col", "embed", "source", "track", "wbr"})
_QUOTES = ("gmail_quote", "isReplyContent", "divRplyFwdMsg", "qqmail_original", "appendonsend", "yahoo_quoted", "moz-cite-prefix")
"""Ids and classes under which programs put what they quote."""


def text_of_html(markup: str) -> str:
    """The readable text of an HTML body, a block a line, what is marked as a quote left out."""
    reader = _Reader()
    reader.feed(markup)
    reader.close()
    lines = [re.sub(r"[ \t\xa0]+", " ", line).strip() for line in "".join(reader.parts).split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


class _Reader(HTMLParser):
    """Collects what is seen. `_hidden` is the tag inside which nothing is, `_depth` how many of that name are open."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._hidden = ""
        self._depth = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self._hidden:
            self._depth += tag == self._hidden and tag not in _VOID
            return
        marks = " ".join(value or "" for name, value in attrs if name in ("id", "class"))
        if (tag in _UNSEEN or any(one in marks for one in _QUOTES)) and tag not in _VOID:
            self._hidden, self._depth = tag, 1
        elif tag in _BLOCKS:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag == self._hidden:
            self._depth -= 1
            if not self._depth:
                self._hidden = ""
        elif not self._hidden and tag in _BLOCKS:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.parts.append(data.replace("\n", " "))
