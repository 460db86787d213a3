"""The routes of the desk and of bureaus with an account, the right that each needs, and who has which right.

Besides the static files and the bureaus' signed links, nothing is reachable that is not listed here.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from jiesu.model.words import UserRole
from jiesu.pages.forms import Act


class Right(StrEnum):
    """`ANYONE` needs no sign-in, `SIGNED_IN` no role; `READ` sees cases, `ACT` changes them.

    `SEARCH` looks for them by more than their number, `IDENTIFY` by who wrote: a telephone, a name, an account.
    `DECIDE` has the last word where a bureau and the desk do not agree, says who does what, and how urgent it is.
    `ANSWER` sees and answers what the person's own bureaus were given, and nothing else.
    `INSPECT` sees how the office is set up and who changed it; `ADMINISTER` changes it.
    """

    ANYONE = "anyone"
    SIGNED_IN = "signed_in"
    READ = "read"
    SEARCH = "search"
    IDENTIFY = "identify"
    ACT = "act"
    DECIDE = "decide"
    ANSWER = "answer"
    INSPECT = "inspect"
    ADMINISTER = "administer"

    @property
    def label(self) -> str:
        return {
            "anyone": "登录",
            "signed_in": "退出",
            "read": "查看",
            "search": "查找",
            "identify": "按网民查找",
            "act": "办理",
            "decide": "裁决",
            "answer": "承办本单位的交办",
            "inspect": "查看管理设置",
            "administer": "更改管理设置",
        }[self.value]


SHOWN_RIGHTS = (Right.READ, Right.SEARCH, Right.IDENTIFY, Right.ACT, Right.DECIDE, Right.ANSWER, Right.INSPECT, Right.ADMINISTER)
"""Those that not everybody has."""


_RIGHTS_OF: Mapping[UserRole, frozenset[Right]] = {
    UserRole.EDITOR: frozenset({Right.READ, Right.SEARCH, Right.IDENTIFY, Right.ACT}),
    UserRole.SUPERVISOR: frozenset({Right.READ, Right.SEARCH, Right.IDENTIFY, Right.ACT, Right.DECIDE}),
    UserRole.COMMAND: frozenset({Right.READ, Right.SEARCH, Right.DECIDE}),
    UserRole.AUDITOR: frozenset({Right.READ, Right.SEARCH, Right.INSPECT}),
    # Looks after the system, sets it up, sees what is stuck in it, decides no case, looks for nobody.
    UserRole.ADMIN: frozenset({Right.READ, Right.INSPECT, Right.ADMINISTER}),
    # The desk names citizens, whom they may not see.
    UserRole.BUREAU: frozenset({Right.ANSWER}),
}


def rights_of(roles: Iterable[UserRole]) -> frozenset[Right]:
    """All that someone with `roles` may do."""
    return frozenset({Right.ANYONE, Right.SIGNED_IN}).union(*(_RIGHTS_OF[role] for role in roles))


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One method and path; `{name}` stands for one segment. `endpoint` names what answers, `act` which form it is about.

    What `is_background` a page that stands open asks for by itself: it keeps no session alive.
    """

    method: str
    path: str
    right: Right
    endpoint: str
    act: Act | None = None
    is_background: bool = False


def _form(act: Act) -> tuple[Route, Route]:
    """A form's page and what it posts to."""
    path = f"/desk/cases/{{case_id}}/{act}" + ("/{subject}" if act.has_subject else "")
    right = Right.DECIDE if act.needs_decider else Right.ACT
    return (
        Route(method="GET", path=path, right=right, endpoint="form", act=act),
        Route(method="POST", path=path, right=right, endpoint="act", act=act),
    )


ROUTES: tuple[Route, ...] = (
    Route(method="GET", path="/desk/sign-in", right=Right.ANYONE, endpoint="sign_in_page"),
    Route(method="GET", path="/desk/sign-in/start", right=Right.ANYONE, endpoint="start_sign_in"),
    Route(method="GET", path="/desk/callback", right=Right.ANYONE, endpoint="finish_sign_in"),
    Route(method="GET", path="/desk/signed-out", right=Right.ANYONE, endpoint="signed_out"),
    Route(method="POST", path="/desk/sign-out", right=Right.SIGNED_IN, endpoint="sign_out"),
    Route(method="GET", path="/desk", right=Right.READ, endpoint="queue"),
    Route(method="GET", path="/desk/rows", right=Right.READ, endpoint="queue_rows", is_background=True),
    Route(method="POST", path="/desk/undo", right=Right.ACT, endpoint="undo"),
    Route(method="POST", path="/desk/batch", right=Right.ACT, endpoint="batch"),
    Route(method="POST", path="/desk/look", right=Right.READ, endpoint="look", is_background=True),
    Route(method="GET", path="/desk/search", right=Right.READ, endpoint="search"),
    Route(method="GET", path="/desk/find", right=Right.SEARCH, endpoint="find"),
    Route(method="GET", path="/desk/find/citizen", right=Right.IDENTIFY, endpoint="citizen_form"),
    Route(method="POST", path="/desk/find/citizen", right=Right.IDENTIFY, endpoint="find_citizen"),
    Route(method="GET", path="/desk/lookups", right=Right.INSPECT, endpoint="lookups"),
    Route(method="GET", path="/desk/hot", right=Right.READ, endpoint="hot"),
    Route(method="GET", path="/desk/issues", right=Right.READ, endpoint="issues"),
    Route(method="GET", path="/desk/issues/cases", right=Right.READ, endpoint="issue_cases"),
    Route(method="GET", path="/desk/decisions", right=Right.READ, endpoint="decisions"),
    Route(method="GET", path="/desk/figures", right=Right.READ, endpoint="figures"),
    Route(method="GET", path="/desk/figures/cases", right=Right.READ, endpoint="figure_cases"),
    Route(method="GET", path="/desk/figures/messages", right=Right.READ, endpoint="figure_messages"),
    Route(method="GET", path="/desk/figures/workbook", right=Right.READ, endpoint="figures_workbook"),
    Route(method="GET", path="/desk/figures/export", right=Right.READ, endpoint="figures_export"),
    Route(method="GET", path="/desk/replan", right=Right.DECIDE, endpoint="replan_preview"),
    Route(method="POST", path="/desk/replan", right=Right.DECIDE, endpoint="replan"),
    Route(method="GET", path="/desk/answers", right=Right.READ, endpoint="answers"),
    Route(method="POST", path="/desk/answers/{article_id}/extend", right=Right.ACT, endpoint="extend_answer"),
    Route(method="POST", path="/desk/answers/{article_id}/expire", right=Right.ACT, endpoint="expire_answer"),
    Route(method="GET", path="/desk/duty", right=Right.READ, endpoint="duty"),
    Route(method="POST", path="/desk/duty/come", right=Right.ACT, endpoint="come"),
    Route(method="POST", path="/desk/duty/go", right=Right.ACT, endpoint="go"),
    Route(method="POST", path="/desk/duty/note", right=Right.ACT, endpoint="leave_note"),
    Route(method="POST", path="/desk/duty/take-note", right=Right.ACT, endpoint="take_note"),
    Route(method="POST", path="/desk/duty/take/{case_id}", right=Right.ACT, endpoint="take_case"),
    Route(method="GET", path="/desk/late", right=Right.READ, endpoint="late"),
    Route(method="GET", path="/desk/wall", right=Right.READ, endpoint="wall"),
    Route(method="GET", path="/desk/wall/now", right=Right.READ, endpoint="wall_now", is_background=True),
    Route(method="GET", path="/desk/parked", right=Right.READ, endpoint="parked"),
    Route(method="GET", path="/desk/enter", right=Right.ACT, endpoint="entry_form"),
    Route(method="POST", path="/desk/enter", right=Right.ACT, endpoint="enter"),
    Route(method="GET", path="/desk/enter/{place}", right=Right.ACT, endpoint="entered"),
    Route(method="GET", path="/desk/resting", right=Right.READ, endpoint="resting"),
    Route(method="GET", path="/desk/resting/{place}", right=Right.ACT, endpoint="resting_form"),
    Route(method="POST", path="/desk/resting/{place}", right=Right.ACT, endpoint="make_case"),
    Route(method="GET", path="/desk/sample", right=Right.ACT, endpoint="sample"),
    Route(method="POST", path="/desk/sample/{turn}", right=Right.ACT, endpoint="call_noise"),
    Route(method="GET", path="/desk/miss-rate", right=Right.READ, endpoint="miss_rate"),
    Route(method="GET", path="/desk/miss-rate/{day}", right=Right.READ, endpoint="sample_day"),
    Route(method="GET", path="/desk/cases/{case_id}", right=Right.READ, endpoint="case"),
    Route(method="POST", path="/desk/cases/{case_id}/lease", right=Right.ACT, endpoint="lease", is_background=True),
    Route(method="POST", path="/desk/cases/{case_id}/take-over", right=Right.ACT, endpoint="take_over"),
    Route(method="GET", path="/desk/cases/{case_id}/evidence", right=Right.READ, endpoint="custody"),
    Route(method="GET", path="/desk/cases/{case_id}/evidence/{sha256}", right=Right.READ, endpoint="original"),
    Route(method="GET", path="/desk/cases/{case_id}/bulletins/{number}", right=Right.READ, endpoint="bulletin"),
    Route(method="GET", path="/desk/cases/{case_id}/bulletins/{number}/versions", right=Right.READ, endpoint="bulletin_versions"),
    Route(method="GET", path="/desk/cases/{case_id}/spread", right=Right.READ, endpoint="spread"),
    Route(method="GET", path="/desk/cases/{case_id}/similar", right=Right.READ, endpoint="similar"),
    Route(method="GET", path="/desk/cases/{case_id}/source", right=Right.READ, endpoint="source"),
    Route(method="GET", path="/desk/cases/{case_id}/coverage", right=Right.READ, endpoint="coverage"),
    Route(method="GET", path="/desk/cases/{case_id}/merge", right=Right.ACT, endpoint="merge_form"),
    Route(method="POST", path="/desk/cases/{case_id}/merge", right=Right.ACT, endpoint="merge"),
    Route(method="GET", path="/desk/cases/{case_id}/undo-merge/{other}", right=Right.ACT, endpoint="undo_merge_form"),
    Route(method="POST", path="/desk/cases/{case_id}/undo-merge/{other}", right=Right.ACT, endpoint="undo_merge"),
    Route(method="GET", path="/desk/cases/{case_id}/move-messages", right=Right.ACT, endpoint="move_form"),
    Route(method="POST", path="/desk/cases/{case_id}/move-messages", right=Right.ACT, endpoint="move"),
    Route(method="GET", path="/desk/cases/{case_id}/never-same", right=Right.ACT, endpoint="different_form"),
    Route(method="POST", path="/desk/cases/{case_id}/never-same", right=Right.ACT, endpoint="call_different"),
    Route(method="POST", path="/desk/cases/{case_id}/never-same/{other}/revoke", right=Right.ACT, endpoint="revoke_difference"),
    Route(method="GET", path="/desk/admin", right=Right.INSPECT, endpoint="administration"),
    Route(method="GET", path="/desk/admin/roles", right=Right.INSPECT, endpoint="roles"),
    Route(method="GET", path="/desk/admin/jurisdictions", right=Right.INSPECT, endpoint="jurisdictions"),
    Route(method="POST", path="/desk/admin/jurisdictions", right=Right.ADMINISTER, endpoint="try_jurisdictions"),
    Route(method="GET", path="/desk/admin/accounts/{item}/secrets", right=Right.INSPECT, endpoint="secrets_form"),
    Route(method="POST", path="/desk/admin/accounts/{item}/secrets", right=Right.ADMINISTER, endpoint="set_secrets"),
    Route(method="POST", path="/desk/admin/accounts/{item}/address", right=Right.ADMINISTER, endpoint="show_address"),
    Route(method="POST", path="/desk/admin/forms", right=Right.ADMINISTER, endpoint="upload_template"),
    Route(method="GET", path="/desk/admin/forms/bulletin/uploaded", right=Right.INSPECT, endpoint="uploaded_template"),
    Route(method="GET", path="/desk/admin/forms/bulletin/sample", right=Right.INSPECT, endpoint="template_sample"),
    Route(method="GET", path="/desk/admin/{topic}", right=Right.INSPECT, endpoint="configured"),
    Route(method="GET", path="/desk/admin/{topic}/{item}", right=Right.INSPECT, endpoint="configuration_form"),
    Route(method="POST", path="/desk/admin/{topic}/{item}", right=Right.ADMINISTER, endpoint="configure"),
    Route(method="GET", path="/desk/admin/{topic}/{item}/history", right=Right.INSPECT, endpoint="configuration_history"),
    *(route for act in Act for route in _form(act)),
)


BUREAU_ROUTES: tuple[Route, ...] = (
    Route(method="GET", path="/bureau", right=Right.ANSWER, endpoint="open"),
    Route(method="GET", path="/bureau/ended", right=Right.ANSWER, endpoint="ended"),
    Route(method="GET", path="/bureau/find", right=Right.ANSWER, endpoint="find"),
    Route(method="GET", path="/bureau/figures", right=Right.ANSWER, endpoint="figures"),
    Route(method="GET", path="/bureau/assignments/{case_id}/{assignment_id}", right=Right.ANSWER, endpoint="assignment"),
    Route(method="POST", path="/bureau/assignments/{case_id}/{assignment_id}", right=Right.ANSWER, endpoint="act"),
)
"""Of bureaus whose people sign in. Every other address below `/bureau` is a signed link, which needs no sign-in."""

QUEUE = "/desk"
BUREAU_HOME = "/bureau"


def find(method: str, path: str, routes: tuple[Route, ...] = ROUTES) -> tuple[Route, dict[str, str]] | None:
    """The route for a request and the segments that its path's names stand for."""
    for route in routes:
        if route.method == method and (match := _pattern(route.path).fullmatch(path)):
            return route, match.groupdict()
    return None


@cache
def _pattern(path: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>[^/]+)", re.escape(path)))
