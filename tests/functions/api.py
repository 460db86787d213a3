"""A system of the police intranet: it asks the API with a key of its own."""

import json
from datetime import UTC, date, datetime
from itertools import count
from types import ModuleType, SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

from jiesu.model.scopes import Scope
from tests.conftest import Stores
from tests.functions.browser import sample_event

CONTEXT = SimpleNamespace(function_name="serve-api", get_remaining_time_in_millis=lambda: 20_000)

Answer = tuple[int, Any]


class Caller:
    """Has every scope unless a call says otherwise: then it is another key, of the same owner's name."""

    def __init__(self, app: ModuleType, stores: Stores) -> None:
        self.app = app
        self.stores = stores
        self.now = datetime.now(UTC)
        self.keys = count(10_000_000)

    @property
    def today(self) -> date:
        """The day where the office is."""
        return datetime.now(ZoneInfo("Asia/Shanghai")).date()

    def ask(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        scopes: tuple[str, ...] = tuple(Scope),
        headers: dict[str, str] | None = None,
        query: dict[str, str] | None = None,
    ) -> Answer:
        """The status and the document; `path` lies below `/api/v1/`, a text is sent as it stands."""
        token = "-".join(["a-key-of-the-tests", *scopes])
        if self.stores.api_keys.find(token) is None:
            self.stores.api_keys.add(token, name="指挥平台", now=self.now, scopes=scopes)
        sent = {"authorization": f"Bearer {token}", **(headers or {})}
        event = sample_event("serve_api_cases.json") | {
            "httpMethod": method,
            "path": path if path.startswith("/") else f"/api/v1/{path}",
            "body": body if body is None or isinstance(body, str) else json.dumps(body),
            "headers": {"content-type": "application/json", **sent},
            "multiValueHeaders": {name: [value] for name, value in sent.items()},
            "queryStringParameters": query,
            "multiValueQueryStringParameters": None if query is None else {name: [value] for name, value in query.items()},
        }
        answer = self.app.handler(event, CONTEXT)
        return answer["statusCode"], json.loads(answer["body"])

    def get(self, path: str, **more: Any) -> Any:
        status, found = self.ask("GET", path, **more)
        assert status == 200, found
        return found

    def post(self, path: str, body: Any = None, *, headers: dict[str, str] | None = None, **more: Any) -> Answer:
        """An act, under an idempotency key of its own."""
        return self.ask("POST", path, body, headers={"idempotency-key": str(next(self.keys)), **(headers or {})}, **more)

    def act(self, case_id: str, path: str, body: Any = None, **more: Any) -> Answer:
        return self.post(f"cases/{case_id}/{path}", body, **more)
