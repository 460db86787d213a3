"""Tables as files: one description of a table, written as CSV or as a sheet of a workbook (`workbook.py`)."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from jiesu.pages.http import Response

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for a formula where a text begins with it, in a CSV file (OWASP, CSV injection)."""


@dataclass(frozen=True, slots=True)
class Share:
    """A part of one, written as per cent where the file can say so."""

    value: float


Cell = str | int | float | Share | date | datetime | None
"""Hours stand without a zone, in the office's own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """`name` is what a workbook calls it, `slug` a file; every row has as many cells as there are headings."""

    slug: str
    name: str
    headings: tuple[str, ...]
    rows: Sequence[tuple[Cell, ...]]


def csv_file(sheet: Sheet, *, name: str) -> Response:
    """`sheet` as a download, with a mark at its head by which spreadsheets read it as UTF-8."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(sheet.headings)
    writer.writerows([_said(one) for one in row] for row in sheet.rows)
    headers = {
        "Content-Type": "text/csv; charset=utf-8",
        "Content-Disposition": f'attachment; filename="{name}.csv"',
        "Cache-Control": "no-store",
    }
    return Response(status=200, body=f"\ufeff{out.getvalue()}", headers=headers)


def _said(cell: Cell) -> str | int | float:
    match cell:
        case None:
            return ""
        case str():
            # A text stays a text whatever it begins with.
            return f"'{cell}" if cell.startswith(_FORMULA) else cell
        case Share(value=value):
            return f"{value:.4f}"
        case datetime():
            return f"{cell:%Y-%m-%d %H:%M}"
        case date():
            return cell.isoformat()
        case int() | float():
            return cell
