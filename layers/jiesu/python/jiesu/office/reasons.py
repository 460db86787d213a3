"""Why what was given cannot be taken: for the operator's terminal in English, for the desk's pages in Chinese."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that is wrong, twice in words."""

    en: str
    zh: str

    def __str__(self) -> str:
        return self.en

    def of(self, en: str, zh: str) -> "Reason":
        """The same, said of a part."""
        return Reason(f"{en}: {self.en}", f"{zh}：{self.zh}")


Report = Callable[[Reason], None]
"""Takes the reason of one problem; where it stands is known to whoever made the function."""
