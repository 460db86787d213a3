"""How far a key opens the API."""

from enum import StrEnum


class Scope(StrEnum):
    """`MESSAGES_READ` is what citizens wrote; all else says nothing of them. `DECIDE` is what a supervisor does."""

    CASES_READ = "cases:read"
    MESSAGES_READ = "messages:read"
    CASES_WRITE = "cases:write"
    DISPATCH = "dispatch"
    DECIDE = "decide"
    REPLY = "reply"
