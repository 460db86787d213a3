"""What may be answered again: the standing answers that ship and the office's own articles, searched as one."""

from collections.abc import Iterable
from functools import lru_cache

from jiesu.model.article import OfficeArticle
from jiesu.triage.known_answers import Article, KnownAnswers, standing

_TITLE_LENGTH = 40


def known_answers(own: Iterable[OfficeArticle]) -> KnownAnswers:
    """All of both, weighed together; counting the n-grams of some hundred articles takes tens of milliseconds, once."""
    return _known(tuple(_article(one) for one in own))


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
