"""Links, posts, persons described and evidence mentioned."""

import re
from collections.abc import Iterator

from jiesu.triage.extract.spans import Span, SpanKind

_LINK = re.compile(
    r"(?:https?://|www\.)[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]+"
    r"|(?<![A-Za-z0-9@./-])(?:t\.cn|(?:[a-z0-9-]+\.)*(?:weibo\.(?:com|cn)|(?:douyin|xiaohongshu|xhslink|bilibili|zhihu|weixin\.qq)\.com|b23\.tv))"
    r"/[A-Za-z0-9\-._~/?#@!$&*+=%]+",
    re.IGNORECASE,
)
_POST = re.compile(
    r"(?:weibo\.com/\d{5,}/|m\.weibo\.cn/(?:status|detail|\d{5,})/|weibo\.cn/(?:status|detail)/|mp\.weixin\.qq\.com/s/|douyin\.com/(?:video|note)/"
    r"|xiaohongshu\.com/(?:explore|discovery/item)/|bilibili\.com/video/|zhihu\.com/question/)(?P<id>[A-Za-z0-9_-]+)",
    re.IGNORECASE,
)
_NAMED_POST = re.compile(
    r"(?:微博|帖子|原帖|视频|笔记)\s?(?:ID|id|Id|编号|mid)\s?[:为是]?\s?(?P<id>\d{10,20}|[A-Za-z0-9]{9,24})(?![A-Za-z0-9])"
)

_NUMBER = r"(?:[一二两三四五六七八九十几\d]{1,2}(?:个|名|位))"
_AGE = r"(?:(?:大概|大约|约|看着|看起来)?(?:\d{1,2}|[一二三四五六七八九十]{1,3})(?:来|多|几)?岁(?:左右|上下)?的?)"
_LOOK = (
    r"(?:(?:身穿|身着|穿着?)[^,。!?;、\s的]{1,12}的|[戴背]着?[^,。!?;、\s的]{1,8}的|留着?[^,。!?;、\s的]{1,6}的"
    r"|操着?[^,。!?;、\s的]{1,6}口音的"
    r"|(?:身高)?(?:1米[5-9]\d?|一米[五六七八九]\d?|1[5-9]\d(?:cm|厘米|公分))(?:多|左右|上下)?的"
    r"|(?:中年|青年|老年|年轻|光头|短发|长发|卷发|黄毛|寸头|平头|瘦高|矮胖|高个子?|矮个子?|很胖|很瘦|微胖|秃顶|外籍|外国)的?)"
)
_NOUN = (
    r"(?:男子|女子|男人|女人|男的|女的|男孩子?|女孩子?|男性|女性|男生|女生|小伙子?|姑娘"
    r"|老人|老头|老太太|大爷|大妈|阿姨|大哥|小孩|孩子|司机|保安|(?<=[的岁])人(?!员))"
)
_PERSON = re.compile(
    rf"{_NUMBER}?(?:{_AGE}|{_LOOK})+、?(?:{_AGE}|{_LOOK})*{_NOUN}"
    r"|身高(?:大概|大约|约)?(?:1米[5-9]\d?|一米[五六七八九]\d?|1[5-9]\d(?:cm|厘米|公分)?)(?:多|左右|上下)?"
    r"|(?:胳膊|手臂|脖子|后背|腿|手|脸)上?有(?:个|道|块)?(?:纹身|刀疤|疤痕|疤|胎记)"
    r"|(?:[东西]北|四川|河南|河北|山东|广东|湖南|湖北|安徽|福建|江苏|浙江|天津|上海|本地|外地|南方|北方)口音"
)

_STRONG_EVIDENCE = (
    "行车记录仪|执法记录仪|监控录像|监控视频|监控画面|监控(?!室|器|员)|聊天记录|聊天截图|转账记录|转账截图|付款记录|付款截图|支付凭证|转账凭证"
    "|通话记录|通话录音|银行流水|交易记录"
    "|录音|录像|发票|收据|小票|合同(?!制|法|期|工)|协议书|借条|欠条|病历|诊断证明|伤情鉴定|验伤报告|目击者|目击证人|证人|快递单(?!号)|订单截图|证据"
)
_WEAK_EVIDENCE = "视频|照片|图片|截图|截屏|定位|音频"
"""Words that are evidence only where somebody says that they have it."""
_EVIDENCE = re.compile(
    rf"(?P<strong>{_STRONG_EVIDENCE})"
    rf"|(?:有|拍|录|留|存|附|提供|保留|传|发给|发你|见)[了下过着到个段张的几一二两三现场多上]{{0,5}}(?P<weak>{_WEAK_EVIDENCE})"
)
_DENIED = re.compile(r"(?:没有?|无|未装|没装|缺乏?|不看|没拍|坏了的)(?:任何|留|签|开|给|现场|安装|装|个|过|下|了)?$")


def links(folded: str, text: str) -> Iterator[Span]:
    """Addresses on the web; one that leads to a post is a `POST` with the post's id, as is an id that is named as one."""
    for match in _LINK.finditer(folded):
        # Full-width signs are the sentence's, even where they fold to signs that an address may hold.
        written = text[match.start() : match.end()]
        plain = next((place for place, character in enumerate(written) if not character.isascii()), len(written))
        address = written[:plain].rstrip(".,;:!?'\")]")
        if len(address) < 6:
            continue
        post = _POST.search(address)
        kind, value = (SpanKind.LINK, address) if post is None else (SpanKind.POST, post["id"])
        yield _span(kind, match.start(), match.start() + len(address), text, value)
    for match in _NAMED_POST.finditer(folded):
        yield _span(SpanKind.POST, match.start("id"), match.end("id"), text, match["id"])


def persons(folded: str, text: str) -> Iterator[Span]:
    """How somebody looked: clothes, age, height, marks, accent; a bare 男子 is no description."""
    for match in _PERSON.finditer(folded):
        yield _span(SpanKind.PERSON, match.start(), match.end(), text, text[match.start() : match.end()])


def evidence(folded: str, text: str) -> Iterator[Span]:
    """Evidence that a citizen says there is; what they say is missing is none."""
    for match in _EVIDENCE.finditer(folded):
        group = "strong" if match["strong"] else "weak"
        if not _DENIED.search(folded[max(0, match.start() - 6) : match.start()]) and not (
            group == "weak" and folded[match.start() - 1 : match.start()] in ("没", "未", "别", "不")
        ):
            start, end = match.span(group)
            yield _span(SpanKind.EVIDENCE, start, end, text, text[start:end])


def _span(kind: SpanKind, start: int, end: int, text: str, value: str) -> Span:
    return Span(kind=kind, start=start, end=end, text=text[start:end], value=value)
