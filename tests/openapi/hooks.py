"""Loaded by Schemathesis: a key that is valid is a new one, as every act needs."""

from itertools import count
from typing import Any

import schemathesis

_NUMBERS = count()


def before_call(_context: Any, case: Any, _arguments: Any) -> None:
    headers = case.headers or {}
    for name in [one for one in headers if one.lower() == "idempotency-key" and 8 <= len(str(headers[one])) <= 100]:
        headers[name] = f"{next(_NUMBERS):08d}"


schemathesis.hook(before_call)
