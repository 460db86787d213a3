"""Who may pass: the session, its token on every form, the route's right; and what is said to whoever may not."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from jiesu.pages.http import Response, see_other
from jiesu.pages.rights import Right, Route, find, rights_of
from jiesu.pages.view import View
from jiesu.pages.visit import Endpoint, Visit, render


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """Before the `endpoints` of some `routes`. `frame` is the template around what the gate says itself.

    `kept` are the fields whose content a person would not want to type again.
    """

    view: View
    routes: tuple[Route, ...]
    endpoints: Mapping[str, Endpoint]
    frame: str
    kept: tuple[str, ...]

    def answer(self, visit: Visit) -> Response:
        """What the visit's path leads to; a session that was seen is kept alive."""
        found = find(visit.request.method, visit.request.path, self.routes)
        if found is None:
            said = ("没有这个页面。", "请核对编号，或回到列表。")
            return render(self.view, visit, "notice.html", http_status=404, frame=self.frame, title="没有找到", paragraphs=said)
        route, segments = found
        visit = replace(visit, segments=segments, act=route.act)
        session = visit.session
        if route.right is Right.ANYONE:
            return self.endpoints[route.endpoint](visit)
        if session is None:
            return self._signed_out(visit)
        if visit.request.method == "POST" and not session.has_csrf_token(visit.request.typed("csrf_token")):
            return self._typed_in_vain(visit, 403, "页面已过期")
        if route.right not in rights_of(session.roles):
            return render(self.view, visit, "forbidden.html", http_status=403, frame=self.frame)
        response = self.endpoints[route.endpoint](visit)
        if not route.is_background and not response.cookies and visit.book.needs_renewal(session, visit.now):
            shown = replace(session, flash="" if response.status != 303 else session.flash)
            return response.with_cookies(visit.book.session_cookie(shown, visit.now))
        return response

    def _signed_out(self, visit: Visit) -> Response:
        if visit.request.method == "POST":
            return self._typed_in_vain(visit, 401, "登录已结束")
        if visit.request.is_script:
            # Not the sign-in page: it would stand in the middle of the page that stands open.
            return Response(status=401)
        query = urlencode(visit.request.query)
        next_path = visit.request.path + (f"?{query}" if query else "")
        return see_other(f"{visit.base}/sign-in?{urlencode({'next': next_path})}")

    def _typed_in_vain(self, visit: Visit, status: int, title: str) -> Response:
        """A form that could not be taken: what was typed is shown, so that it can be copied."""
        # Not for another site's form: its text would stand on our page as if a colleague had typed it.
        own = visit.request.headers.get("sec-fetch-site", "same-origin") == "same-origin"
        typed = [visit.request.typed(name) for name in self.kept] if own else []
        return render(
            self.view,
            visit,
            "typed_in_vain.html",
            http_status=status,
            frame=self.frame,
            title=title,
            texts=[text for text in typed if text],
            again=f"{visit.base}/sign-in?{urlencode({'next': visit.request.path})}",
        )
