"""What a benchmark says: a figure, its budget, and how it came about."""

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from unicodedata import east_asian_width


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One measured value. `budget` is the most that it may be; None where it is told for information only."""

    what: str
    value: float
    unit: str
    budget: float | None = None

    @property
    def within_budget(self) -> bool:
        return self.budget is None or self.value <= self.budget + 1e-9  # shares are sums of tenths


def table_of(figures: Iterable[Figure]) -> str:
    """The figures as lines of text, each beside its budget."""
    rows = [
        (one.what, f"{one.value:,.6g} {one.unit}", "" if one.budget is None else f"<= {one.budget:,.6g}", _verdict(one))
        for one in figures
    ]
    return columns([("figure", "measured", "budget", ""), *rows])


def columns(rows: Sequence[Sequence[str]]) -> str:
    """Rows with their columns set under each other."""
    widths = [max(_width(row[place]) for row in rows) for place in range(len(rows[0]))]
    return "\n".join(
        "  ".join(text + " " * (width - _width(text)) for text, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )


def _verdict(figure: Figure) -> str:
    if figure.budget is None:
        return ""
    return "ok" if figure.within_budget else "OVER"


def _width(text: str) -> int:
    """Places on a terminal: Chinese characters take two."""
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)


@contextmanager
def quiet() -> Iterator[None]:
    """Without what the functions print, which are their metrics."""
    with open(os.devnull, "w", encoding="utf-8") as nowhere, redirect_stdout(nowhere):  # noqa: PTH123 - the null device
        yield
