"""What may be answered again: the standing answers that ship and the office's own articles, searched as one."""

from collections.abc import Iterable
from datetime import date
from functools import lru_cache

from jiesu.model.article import OfficeArticle
from jiesu.model.errors import CommandRefusedError
from jiesu.triage.known_answers import Article, KnownAnswers, standing

_TITLE_LENGTH = 40


def known_answers(own: Iterable[OfficeArticle]) -> KnownAnswers:
    """All of both, weighed together; counting the n-grams of some hundred articles takes tens of milliseconds, once."""
    return _known(tuple(_article(one) for one in own))


def refuse_lapsed(text: str, own: Iterable[OfficeArticle], *, on: date) -> None:
    """Refuse (`CommandRefusedError`) a reply that says what is no longer, or not yet, an answer, wherever it was copied from."""
    article = known_answers(own).lapsed_in(text, on=on)
    if article is not None:
        said = (
            f"内容引用了标准答复「{article.title}」，其有效期为 {article.valid_from} 至 {article.valid_until}，"
            "现在不能使用，请按现行规定改写"
        )
        raise CommandRefusedError("answer_lapsed", said)


@lru_cache(maxsize=2)
def _known(own: tuple[Article, ...]) -> KnownAnswers:
    return KnownAnswers((*own, *standing().articles))


def _article(one: OfficeArticle) -> Article:
    return Article(
        id=one.id,
        title=one.question.partition("\n")[0][:_TITLE_LENGTH],
        questions=(one.question,),
        answer=one.answer,
        valid_from=one.valid_from,
        valid_until=one.valid_until,
        example=False,
        source=one.source,
    )
