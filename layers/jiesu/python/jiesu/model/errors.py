"""The errors of Jiesu, sorted by what the caller must do.

Constructors take ids and codes, never a citizen's words: an error may reach a log line.
"""

from collections.abc import Mapping


class JiesuError(Exception):
    """Base of all errors that Jiesu raises on purpose."""


class RetryableError(JiesuError):
    """The same call may succeed later: fail the record and let the queue try again."""


class PermanentError(JiesuError):
    """The same call will never succeed: park it with its reason where a person sees it."""

    def __init__(self, code: str, **ids: str | int) -> None:
        self.code = code
        self.ids: Mapping[str, str | int] = ids
        super().__init__(" ".join([code, *(f"{key}={value}" for key, value in ids.items())]))


class ConflictError(JiesuError):
    """Somebody was faster: reload and decide again."""


class CaseChangedError(ConflictError):
    """The case has moved on since it was read; `case_id` and the version that was expected."""

    def __init__(self, case_id: str, expected_version: int) -> None:
        self.case_id = case_id
        self.expected_version = expected_version
        super().__init__(f"case {case_id} is no longer at version {expected_version}")


class DuplicateMessageError(ConflictError):
    """The message is stored already: nothing is left to do."""

    def __init__(self, message_id: str) -> None:
        self.message_id = message_id
        super().__init__(f"message {message_id} is stored already")


class CommandRefusedError(JiesuError):
    """The case's state forbids the command; `code` names the rule, `label` says it to a person."""

    def __init__(self, code: str, label: str) -> None:
        self.code = code
        self.label = label
        super().__init__(code)


class NoCopyError(PermanentError):
    """No copy can be made of a file that says nothing of itself; `code` is a reason that the pages put into words."""
