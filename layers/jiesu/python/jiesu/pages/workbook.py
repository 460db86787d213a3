"""Tables as a workbook (.xlsx): loaded only where one is asked for."""

import io
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

import xlsxwriter

from jiesu.model.bulletin import PrintedForm
from jiesu.pages.sheets import Cell, Share, Sheet

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

_WIDEST, _NARROWEST = 80, 8
"""Of a column, in characters of a Latin font."""


def workbook(sheets: Iterable[Sheet], *, name: str, title: str, office_name: str, now: datetime) -> PrintedForm:
    """A workbook with a sheet for each table: numbers, days and hours are typed, texts are texts, the headings stay in view."""
    content = io.BytesIO()
    book = xlsxwriter.Workbook(content, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"title": title, "author": office_name, "created": now.replace(tzinfo=None)})
    heading = {"bold": True, "bg_color": "#E5EEF8", "bottom": 1, "valign": "top"}
    formats = {
        "heading": book.add_format({**heading, "align": "left"}),
        "heading of numbers": book.add_format({**heading, "align": "right"}),
        "text": book.add_format({"valign": "top"}),
        "number": book.add_format({"num_format": "#,##0", "valign": "top"}),
        "ratio": book.add_format({"num_format": "0.0", "valign": "top"}),
        "share": book.add_format({"num_format": "0.0%", "valign": "top"}),
        "day": book.add_format({"num_format": "yyyy-mm-dd", "valign": "top", "align": "left"}),
        "hour": book.add_format({"num_format": "yyyy-mm-dd hh:mm", "valign": "top", "align": "left"}),
    }
    for sheet in sheets:
        _write(book.add_worksheet(sheet.name), sheet, formats)
    book.close()
    return PrintedForm(name=f"{name}.xlsx", content_type=XLSX, content=content.getvalue())


def _write(page: Any, sheet: Sheet, formats: dict[str, Any]) -> None:
    page.freeze_panes(1, 0)
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    page.repeat_rows(0)
    page.set_footer("&L&A&R&P / &N")
    for column, heading in enumerate(sheet.headings):
        are_numbers = bool(sheet.rows) and isinstance(sheet.rows[0][column], int | float | Share)
        page.write_string(0, column, heading, formats["heading of numbers" if are_numbers else "heading"])
        widest = max(_width(heading), *(_width(row[column]) for row in sheet.rows)) if sheet.rows else _width(heading)
        page.set_column(column, column, min(_WIDEST, max(_NARROWEST, widest + 2)))
    for number, row in enumerate(sheet.rows, start=1):
        for column, cell in enumerate(row):
            _put(page, number, column, cell, formats)
    if sheet.rows:
        page.autofilter(0, 0, len(sheet.rows), len(sheet.headings) - 1)


def _put(page: Any, row: int, column: int, cell: Cell, formats: dict[str, Any]) -> None:
    match cell:
        case None:
            return
        case str():
            page.write_string(row, column, cell, formats["text"])
        case Share(value=value):
            page.write_number(row, column, value, formats["share"])
        case datetime():
            page.write_datetime(row, column, cell, formats["hour"])
        case date():
            page.write_datetime(row, column, cell, formats["day"])
        case float():
            page.write_number(row, column, cell, formats["ratio"])
        case int():
            page.write_number(row, column, cell, formats["number"])


def _width(cell: Cell) -> int:
    match cell:
        case str():
            return max((sum(1 if one.isascii() else 2 for one in line) for line in cell.split("\n")), default=0)
        case datetime():
            return len("2026-11-23 09:30")
        case date():
            return len("2026-11-23")
        case _:
            return 8
