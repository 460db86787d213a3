"""A citizen's words made comparable: one width, one case, without what the platform added."""

import re
import unicodedata

_ADDRESS = re.compile(r"https?://[\w./?=&%#:~+-]+", re.ASCII)
_EMOTICON = re.compile(r"\[(?!姓名|年龄|所在|联系|地址|住址|时间|地点)[^\[\]\s]{1,8}\]")
"""`[泪]`, but not the labels of a form for help."""
_MENTION = re.compile(r"@[\w·-]{2,30}")
_PLATFORM = re.compile(r"转发微博。?|轉發微博|轻转发|repost|回复:|网页链接|的微博视频|全文:?$|展开全文", re.IGNORECASE)
_SPACE = re.compile(r"\s+")

OFFICE_NAMES = ("平安北京",)
"""Names of the office's own accounts: taken out by themselves, because people write on without a space after them."""


def clean(text: str) -> str:
    """`text` in NFKC and lower case, without links, @names, emoticons and the platform's own phrases.

    Chinese punctuation becomes ASCII where NFKC has it so (`:`, `?`, `!`, `,`, brackets); `。` and `【】` stay.
    """
    text = unicodedata.normalize("NFKC", text).lower()
    for name in OFFICE_NAMES:
        text = text.replace(f"@{name}", " ")
    for pattern in (_ADDRESS, _EMOTICON, _MENTION, _PLATFORM):
        text = pattern.sub(" ", text)
    return _SPACE.sub(" ", text).strip(" /:,.。")


def names_office(text: str) -> bool:
    """Whether `text` mentions one of the office's own accounts."""
    return any(f"@{name}" in text for name in OFFICE_NAMES)
