"""Questions with a standing answer: articles that an editor may send, found by what a citizen asks.

Nothing is ever sent by itself; an article out of its validity is not even suggested.
"""

import json
import math
import unicodedata
import zlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

_BUCKETS = 1 << 18
"""N-grams are kept by a hash of this many values, the same in every process."""
_LENGTHS = (2, 3)
_LEAST = 0.25
"""Cosine below which a text asks something else."""
_NEAR = 0.1
"""The same for whoever looks for something and reads what is found."""
_MOST = 3
_QUOTED = 30
"""Characters in a row, signs aside, that are an article's and not a turn of phrase that anybody uses."""
_WINDOW = 60
"""Characters that are compared at once: a question in a long message is as near as one by itself."""

Vector = Mapping[int, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """A standing answer, valid on both days and between them; an `example` has not been checked by an office.

    `source` is who gave it; empty for those that ship.
    """

    id: str
    title: str
    questions: tuple[str, ...]
    answer: str
    valid_from: date
    valid_until: date
    example: bool
    source: str = ""

    def is_valid(self, on: date) -> bool:
        return self.valid_from <= on <= self.valid_until


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """An article that answers what was asked; `score` is the cosine with its nearest question, 0 to 1."""

    article: Article
    score: float


class KnownAnswers:
    """Articles and the n-grams of their questions."""

    def __init__(self, articles: Iterable[Article]) -> None:
        self.articles = tuple(articles)
        forms = [[_grams(_normal(form)) for form in (article.title, *article.questions)] for article in self.articles]
        # What every article asks (怎么办, 需要什么) says little of which is meant.
        spread = Counter(gram for article in forms for gram in set().union(*article))
        self._weights = {gram: math.log((1 + len(forms)) / count) for gram, count in spread.items()}
        # From an n-gram to the question forms that have it: a text meets few of them.
        self._article_of: list[int] = []
        self._index: dict[int, list[tuple[int, float]]] = {}
        for place, article in enumerate(forms):
            for form in article:
                for gram, weight in self._vector(form).items():
                    self._index.setdefault(gram, []).append((len(self._article_of), weight))
                self._article_of.append(place)

    def suggest(self, text: str, *, on: date) -> tuple[Suggestion, ...]:
        """The articles valid `on` that day which answer `text`, at most three, the nearest first."""
        best = self._scores(text)
        scored = [
            Suggestion(article=article, score=round(best[place], 4))
            for place, article in enumerate(self.articles)
            if place in best and article.is_valid(on)
        ]
        near = sorted((one for one in scored if one.score >= _LEAST), key=lambda one: -one.score)
        return tuple(near[:_MOST])

    def search(self, text: str) -> tuple[Suggestion, ...]:
        """The articles, valid or not, that come near `text`, the nearest first."""
        scored = (Suggestion(article=self.articles[place], score=round(score, 4)) for place, score in self._scores(text).items())
        return tuple(sorted((one for one in scored if one.score >= _NEAR), key=lambda one: -one.score))

    def lapsed_in(self, text: str, *, on: date) -> Article | None:
        """An article out of its validity `on` that day of which `text` says a long part word for word.

        A part, for whoever pastes an article shortens it to what a platform holds; what an
        article that is valid says too is nobody's old answer.
        """
        written = _normal(text)
        valid = [_normal(article.answer) for article in self.articles if article.is_valid(on)]
        for article in self.articles:
            if not article.is_valid(on):
                runs = (run for run in _runs(_normal(article.answer)) if run in written)
                if any(not any(run in one for one in valid) for run in runs):
                    return article
        return None

    def _scores(self, text: str) -> dict[int, float]:
        """By the article's place, the cosine of its nearest question with the nearest part of `text`."""
        best: dict[int, float] = {}
        for part in _windows(_normal(text)):
            cosines: dict[int, float] = {}
            for gram, weight in self._vector(_grams(part)).items():
                for form, form_weight in self._index.get(gram, ()):
                    cosines[form] = cosines.get(form, 0.0) + weight * form_weight
            for form, cosine in cosines.items():
                place = self._article_of[form]
                best[place] = max(cosine, best.get(place, 0.0))
        return best

    def _vector(self, grams: Counter[int]) -> Vector:
        """Unit vector of n-grams; one that no article has still counts, for it says that something else is asked."""
        unknown = math.log(1 + len(self.articles)) / 3
        raw = {gram: (1 + math.log(count)) * self._weights.get(gram, unknown) for gram, count in grams.items()}
        length = math.sqrt(sum(weight * weight for weight in raw.values()))
        return {gram: weight / length for gram, weight in raw.items()} if length else {}


@cache
def standing() -> KnownAnswers:
    """The articles that come with the system, read once."""
    return KnownAnswers(read(json.loads((files("jiesu.triage") / "data" / "known_answers.json").read_text(encoding="utf-8"))))


def read(articles: Iterable[Mapping[str, Any]]) -> tuple[Article, ...]:
    """Articles from their JSON; days as `YYYY-MM-DD`."""
    return tuple(
        Article(
            id=one["id"],
            title=one["title"],
            questions=tuple(one["questions"]),
            answer=one["answer"],
            valid_from=date.fromisoformat(one["valid_from"]),
            valid_until=date.fromisoformat(one["valid_until"]),
            example=one["example"],
        )
        for one in articles
    )


def _normal(text: str) -> str:
    return "".join(one for one in unicodedata.normalize("NFKC", text).lower().replace("@平安北京", "") if one.isalnum())


def _runs(text: str) -> list[str]:
    """Every run of `_QUOTED` characters of `text`; all of it where it is shorter, none of nothing."""
    return [text[start : start + _QUOTED] for start in range(max(1, len(text) - _QUOTED + 1))] if text else []


def _windows(text: str) -> list[str]:
    """`text` in overlapping parts."""
    return [text[start : start + _WINDOW] for start in range(0, max(1, len(text) - _WINDOW // 2), _WINDOW // 2)]


def _grams(text: str) -> Counter[int]:
    """The hashed n-grams of `text`, which `_normal` has made comparable."""
    return Counter(
        zlib.crc32(text[start : start + length].encode()) % _BUCKETS
        for length in _LENGTHS
        for start in range(len(text) - length + 1)
    )
