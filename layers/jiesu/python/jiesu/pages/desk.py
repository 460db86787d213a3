"""The desk as one site: which page answers, who may see it, and what is said when something fails."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime

from jiesu.pages import assets
from jiesu.pages.configuring import ConfigurationPages
from jiesu.pages.configuring_accounts import SecretPages
from jiesu.pages.configuring_forms import TemplatePages
from jiesu.pages.desk_acting import ActingPages
from jiesu.pages.desk_answers import AnswerPages
from jiesu.pages.desk_batch import BatchPages
from jiesu.pages.desk_bulletins import BulletinPages
from jiesu.pages.desk_coverage import CoveragePages
from jiesu.pages.desk_decisions import DecisionPages
from jiesu.pages.desk_duty import DutyPages
from jiesu.pages.desk_entering import EnteringPages
from jiesu.pages.desk_evidence import EvidencePages
from jiesu.pages.desk_figures import FigurePages
from jiesu.pages.desk_heat import HeatPages
from jiesu.pages.desk_issues import IssuePages
from jiesu.pages.desk_lookup import LookupPages
from jiesu.pages.desk_matters import MatterPages
from jiesu.pages.desk_queue import QueuePages
from jiesu.pages.desk_reading import ReadingPages
from jiesu.pages.desk_replanning import ReplanPages
from jiesu.pages.desk_resting import RestingPages
from jiesu.pages.desk_sampling import SamplingPages
from jiesu.pages.desk_search import SearchPages
from jiesu.pages.desk_sign_in import SignInPages
from jiesu.pages.desk_similar import SimilarPages
from jiesu.pages.desk_source import SourcePages
from jiesu.pages.desk_standing import StandingPages
from jiesu.pages.desk_undo import UndoPages
from jiesu.pages.desk_wall import WallPages
from jiesu.pages.gate import Gate
from jiesu.pages.http import BadRequestError, Request, Response, page, static_from
from jiesu.pages.oidc import (
    IssuerUnavailableError,
    OidcConfig,
    SignInRefusedError,
    SignInUnconfiguredError,
)
from jiesu.pages.rights import ROUTES
from jiesu.pages.session import SessionBook
from jiesu.pages.view import View
from jiesu.pages.visit import DESK_FRAME, Endpoint, Visit, render
from jiesu.runtime.logging import logger
from jiesu.store.directory import OfficeMissingError

_TYPED_TEXTS = (
    "title",
    "place",
    "description",
    "facts",
    "requirements",
    "text",
    "note",
    "reason",
    "question",
    "answer",
    "citizen",
    "contact",
    "link",
)
"""The fields whose content a person would not want to type again."""


class Desk:
    """Answers every request below `/desk` and `/static`.

    `config` and `session_secret` are asked for at each request: both are kept for some minutes
    where they are read, and may change meanwhile.
    """

    def __init__(
        self,
        *,
        config: Callable[[], OidcConfig],
        session_secret: Callable[[], str],
        view: View,
        sign_in: SignInPages,
        queue: QueuePages,
        undo: UndoPages,
        batch: BatchPages,
        reading: ReadingPages,
        search: SearchPages,
        lookup: LookupPages,
        acting: ActingPages,
        answers: AnswerPages,
        replanning: ReplanPages,
        entering: EnteringPages,
        resting: RestingPages,
        sampling: SamplingPages,
        evidence: EvidencePages,
        heat: HeatPages,
        matters: MatterPages,
        bulletins: BulletinPages,
        source: SourcePages,
        coverage: CoveragePages,
        decisions: DecisionPages,
        issues: IssuePages,
        similar: SimilarPages,
        duty: DutyPages,
        wall: WallPages,
        figures: FigurePages,
        configuration: ConfigurationPages,
        standing: StandingPages,
        secrets: SecretPages,
        templates: TemplatePages,
    ) -> None:
        self._config = config
        self._session_secret = session_secret
        self._view = view
        endpoints: Mapping[str, Endpoint] = {
            "sign_in_page": sign_in.welcome,
            "start_sign_in": sign_in.start,
            "finish_sign_in": sign_in.finish,
            "signed_out": sign_in.signed_out,
            "sign_out": sign_in.sign_out,
            "queue": queue.queue,
            "queue_rows": queue.rows,
            "undo": undo.undo,
            "batch": batch.act,
            "look": queue.look,
            "lease": queue.lease,
            "take_over": queue.take_over,
            "search": reading.search,
            "find": search.find,
            "citizen_form": lookup.form,
            "find_citizen": lookup.find,
            "lookups": lookup.log,
            "parked": reading.parked,
            "case": reading.case,
            "entry_form": entering.form,
            "enter": entering.enter,
            "entered": entering.entered,
            "resting": resting.list,
            "resting_form": resting.form,
            "make_case": resting.make_case,
            "sample": sampling.next,
            "call_noise": sampling.call_noise,
            "miss_rate": sampling.figures,
            "sample_day": sampling.day,
            "custody": evidence.custody,
            "original": evidence.original,
            "bulletin": bulletins.document,
            "bulletin_versions": bulletins.versions,
            "hot": heat.hot,
            "spread": heat.spread,
            "source": source.source,
            "coverage": coverage.page,
            "decisions": decisions.decisions,
            "merge_form": matters.merge_form,
            "merge": matters.merge,
            "undo_merge_form": matters.undo_form,
            "undo_merge": matters.undo_merge,
            "move_form": matters.move_form,
            "move": matters.move,
            "different_form": matters.different_form,
            "call_different": matters.call_different,
            "revoke_difference": matters.revoke_difference,
            "issues": issues.table,
            "issue_cases": issues.cases,
            "similar": similar.similar,
            "duty": duty.page,
            "come": duty.come,
            "go": duty.go,
            "leave_note": duty.leave_note,
            "take_note": duty.take_note,
            "take_case": duty.take_case,
            "late": wall.late,
            "figures": figures.figures,
            "figure_cases": figures.cases,
            "figure_messages": figures.messages,
            "figures_workbook": figures.workbook,
            "figures_export": figures.export,
            "administration": configuration.contents,
            "secrets_form": secrets.form,
            "upload_template": templates.upload,
            "uploaded_template": templates.uploaded,
            "template_sample": templates.sample,
            "set_secrets": secrets.set,
            "show_address": secrets.show_address,
            "roles": standing.roles,
            "jurisdictions": standing.jurisdictions,
            "try_jurisdictions": standing.try_text,
            "configured": configuration.configured,
            "configuration_form": configuration.form,
            "configure": configuration.change,
            "configuration_history": configuration.history,
            "wall": wall.wall,
            "wall_now": wall.wall_now,
            "answers": answers.page,
            "replan_preview": replanning.preview,
            "replan": replanning.replan,
            "extend_answer": answers.extend,
            "expire_answer": answers.expire,
            "form": acting.form,
            "act": acting.act,
        }
        self._gate = Gate(view=view, routes=ROUTES, endpoints=endpoints, frame=DESK_FRAME, kept=_TYPED_TEXTS)

    @property
    def endpoints(self) -> frozenset[str]:
        """The names that routes may use."""
        return frozenset(self._gate.endpoints)

    def answer(self, request: Request, now: datetime) -> Response:
        """The page that `request` asks for, if whoever asks may have it."""
        _, is_static, address = request.path.rpartition("/static/")
        if is_static:
            # Before all else: the bureaus' pages need it too, whether or not anybody can sign in here.
            return assets.serve(address)
        try:
            config = self._config()
        except SignInUnconfiguredError as error:
            logger.error("sign-in is not configured", extra={"code": error.code})
            return self.plain_error(503, now, request.path)
        book = SessionBook(self._session_secret(), secure=config.is_https)
        request = replace(request, path=path_below(config.prefix, request.path))
        visit = Visit(request=request, now=now, config=config, book=book, session=book.session(request, now))
        try:
            return self._gate.answer(visit)
        except BadRequestError as error:
            return self._notice(visit, error.status, "请求无效", "页面地址或提交的内容不完整，请返回后重试。")
        except SignInRefusedError as error:
            logger.warning("sign-in refused", extra={"code": error.code})
            said = "统一身份认证没有通过，或登录页面打开太久。"
            return self._notice(visit, 403, "登录没有完成", said, link=("重新登录", f"{visit.base}/sign-in"))
        except IssuerUnavailableError:
            logger.exception("the issuer is unavailable")
            said = "统一身份认证暂时无法连接，请稍后重试；如持续出现，请联系管理员。"
            return self._notice(visit, 503, "暂时无法登录", said, link=("重试", f"{visit.base}/sign-in"))
        except OfficeMissingError:
            logger.exception("the office's contacts and ladders are missing")
            said = "尚未导入本单位联系人和时限方案，暂不能签发通报单，请联系管理员。"
            return self._notice(visit, 503, "系统尚未配置完成", said)

    def plain_error(self, status: int, now: datetime, path: str = "") -> Response:
        """An error page for when nothing is known but that something went wrong."""
        return page(self._view.render("plain.html", now=now, static=static_from(path, "/desk"), status=status), status=status)

    def _notice(self, visit: Visit, status: int, title: str, said: str, *, link: tuple[str, str] | None = None) -> Response:
        return render(self._view, visit, "notice.html", http_status=status, title=title, paragraphs=(said,), link=link)


def path_below(prefix: str, path: str) -> str:
    """`path` without the public prefix (a custom domain's base path arrives with it) and without a slash at its end."""
    inner = path.removeprefix(prefix) if prefix and path.startswith(f"{prefix}/") else path
    return inner.rstrip("/") or "/"
