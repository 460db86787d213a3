"""What stops a command, in words for the operator. `main` prints the message and nothing else."""

from collections.abc import Sequence
from dataclasses import dataclass


class OperatorError(Exception):
    """The command cannot go on; the message says why and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing wrong in a file. `where` is a line (`line 12`) or a path (`ladders.urgent.feedback`)."""

    where: str
    reason: str


class InvalidFileError(OperatorError):
    """A file that is to be imported has problems; nothing of it was written."""

    def __init__(self, name: str, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        lines = "\n".join(f"  {problem.where}: {problem.reason}" for problem in problems)
        super().__init__(f"{name} has {len(problems)} problem{'s' * (len(problems) > 1)}; nothing was written\n{lines}")
