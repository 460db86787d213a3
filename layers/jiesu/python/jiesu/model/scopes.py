"""How far a key opens the API."""

from enum import StrEnum


class Scope(StrEnum):
    """`MESSAGES_READ` is what citizens wrote, `CITIZENS_FIND` by whose telephone or name a case is found; all else says
    nothing of them. `DECIDE` is what a supervisor does, `PUBLISH` what everybody reads.
    """

    CASES_READ = "cases:read"
    MESSAGES_READ = "messages:read"
    CITIZENS_FIND = "citizens:find"
    CASES_WRITE = "cases:write"
    DISPATCH = "dispatch"
    DECIDE = "decide"
    REPLY = "reply"
    PUBLISH = "publish"
