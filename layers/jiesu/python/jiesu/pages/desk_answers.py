"""The knowledge base: the office's own articles and the standing answers that ship, found, prolonged, ended."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from jiesu.cases.articles import expired, extended
from jiesu.model.article import OfficeArticle
from jiesu.model.errors import CommandRefusedError, ConflictError
from jiesu.pages.consulting import typed_day
from jiesu.pages.desk_reading import not_found
from jiesu.pages.http import BadRequestError, Response
from jiesu.pages.view import View
from jiesu.pages.visit import Visit, done, render
from jiesu.runtime.logging import logger
from jiesu.store.articles import ArticleStore, StoredArticle
from jiesu.triage.knowledge import known_answers
from jiesu.triage.known_answers import Article, standing

SHOWN = 20
"""How many a search shows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerPages:
    """The page needs `Right.READ`; whoever moves a validity needs `Right.ACT`."""

    articles: ArticleStore
    view: View

    def page(self, visit: Visit) -> Response:
        return self._page(visit)

    def extend(self, visit: Visit) -> Response:
        """Valid until another day."""
        today = self._today(visit)

        def moved(article: OfficeArticle) -> OfficeArticle:
            until = typed_day(visit.request.typed("valid_until"))
            return extended(article, until, reason=_reason(visit), by=visit.actor, now=visit.now, today=today)

        return self._change(visit, moved, "有效期已改。")

    def expire(self, visit: Visit) -> Response:
        """Not to be sent any more, from now on."""
        today = self._today(visit)
        return self._change(
            visit,
            lambda article: expired(article, reason=_reason(visit), by=visit.actor, now=visit.now, today=today),
            "已停用：不再提示，也不能再发给网民。",
        )

    def _change(self, visit: Visit, moved: Callable[[OfficeArticle], OfficeArticle], said: str) -> Response:
        article_id = visit.segments["article_id"]
        stored = self.articles.find(article_id)
        if stored is None:
            return not_found(self.view, visit, "知识库中没有这一条。")
        try:
            self.articles.replace(moved(stored.article), revision=_revision(visit))
        except CommandRefusedError as error:
            return self._page(visit, refused=f"{error.label}。", about=article_id, status=422)
        except ConflictError:
            return self._page(visit, refused="这一条刚被别人改过，请看过现在的有效期再改。", about=article_id, status=409)
        logger.info("article changed at the desk", extra={"article_id": article_id, "subject": visit.person.subject})
        return done(visit, said, f"{visit.base}/answers#{article_id}")

    def _page(self, visit: Visit, *, refused: str = "", about: str = "", status: int = 200) -> Response:
        """One query. Without a search all of the office's own, then what ships; with one the nearest of both."""
        own = {one.article.id: one for one in self.articles.all()}
        asked = visit.request.query.get("q", "").strip()[:200]
        shipped: tuple[Article, ...] = standing().articles
        shown: list[StoredArticle | Article]
        if asked:
            found = known_answers(one.article for one in own.values()).search(asked)[:SHOWN]
            shown = [own.get(one.article.id, one.article) for one in found]
        else:
            shown = [*own.values(), *shipped]
        return render(
            self.view,
            visit,
            "answers.html",
            http_status=status,
            place="answers",
            asked=asked,
            own=[one for one in shown if isinstance(one, StoredArticle)],
            shipped=[one for one in shown if isinstance(one, Article)],
            today=self._today(visit),
            typed={name: visit.request.typed(name) for name in ("valid_until", "reason")},
            refused=refused,
            about=about,
        )

    def _today(self, visit: Visit) -> date:
        """The day where the office is."""
        return visit.now.astimezone(self.view.zone).date()


def _reason(visit: Visit) -> str:
    return visit.request.typed("reason")


def _revision(visit: Visit) -> int:
    text = visit.request.typed("revision")
    if not (text.isascii() and text.isdigit()) or len(text) > 8:
        raise BadRequestError(400)
    return int(text)
