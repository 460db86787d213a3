"""What went wrong, as RFC 9457 says it: `application/problem+json`, in Chinese and English."""

from typing import Any

from pydantic import BaseModel, Field

PROBLEM_TYPE = "application/problem+json"

TITLES: dict[str, tuple[int, str, str]] = {
    "unauthorized": (401, "没有令牌，或令牌无效", "The token is missing or not valid"),
    "scope_missing": (403, "令牌没有这项权限", "The token lacks the scope"),
    "not_found": (404, "没有找到", "Not found"),
    "method": (405, "这个地址不接受这种请求方法", "The address does not take this method"),
    "changed_meanwhile": (412, "件在此期间有了变化，请重新读取", "The case has changed meanwhile; read it again"),
    "media_type": (415, "请求的内容须为 application/json", "The body must be application/json"),
    "invalid": (422, "请求的内容有误", "The request is not valid"),
    "refused": (409, "按办理规则不能这样做", "The rules of a case refuse this"),
    "key_reused": (422, "这个 Idempotency-Key 已用于另一个请求", "The idempotency key was used for another request"),
    "key_missing": (400, "缺少 Idempotency-Key", "The Idempotency-Key header is missing"),
    "busy": (409, "同一个请求正在处理，请稍后重试", "The same request is being handled; try again shortly"),
    "unavailable": (503, "暂时不能处理，请稍后重试", "Not available now; try again later"),
}
"""Status and title of each problem by its code, the last part of its `type`."""


class Problem(BaseModel):
    """One problem; `detail` is in Chinese, `detail_en` in English, `code` the rule of a case that refused."""

    type: str
    title: str
    title_en: str
    status: int
    detail: str = ""
    code: str = ""
    errors: list[dict[str, Any]] = Field(default_factory=list)


class ProblemError(Exception):
    """Ends a request with a problem."""

    def __init__(self, kind: str, detail: str = "", *, code: str = "", errors: list[dict[str, Any]] | None = None) -> None:
        self.problem = problem(kind, detail, code=code, errors=errors)
        super().__init__(kind)


def problem(kind: str, detail: str = "", *, code: str = "", errors: list[dict[str, Any]] | None = None) -> Problem:
    """The problem `kind` of `TITLES`."""
    status, title, title_en = TITLES[kind]
    return Problem(
        type=f"urn:jiesu:problem:{kind.replace('_', '-')}",
        title=title,
        title_en=title_en,
        status=status,
        detail=detail,
        code=code,
        errors=errors or [],
    )
