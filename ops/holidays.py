"""`jiesu holidays`: the legal holidays that ship, made from the package `chinesecalendar`.

The package is data for developers; what runs reads the small file that this command writes, which names
where it comes from. A city can add a year by itself, without a new release: `calendar` in the office's file.
"""

import json
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from importlib.metadata import metadata
from itertools import groupby
from pathlib import Path
from typing import Annotated, Any

import typer

app = typer.Typer()

SHIPPED = Path(__file__).resolve().parents[1] / "layers/jiesu/python/jiesu/cases/data/holidays.json"

FIRST_YEAR = 2024
"""Deadlines lie ahead; two years back are for what is looked up again."""


@app.command("holidays")
def build_holidays(
    out: Annotated[Path, typer.Option("--out", dir_okay=False, help="Where to write; the shipped file's place.")] = SHIPPED,
) -> None:
    """Write the holidays and working weekends that the installed package knows. The same package gives the same bytes."""
    from chinese_calendar import constants  # noqa: PLC0415

    names = {holiday.value: holiday.chinese for holiday in constants.Holiday}
    about = metadata("chinesecalendar")
    years = _years(constants.holidays, constants.workdays, names)
    content = {
        "source": f"{about['Name']} {about['Version']}",
        "licence": "MIT",
        "home": "https://github.com/LKI/chinese-calendar",
        "years": years,
    }
    out.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    typer.echo(f"{out.name}: {content['source']}, {FIRST_YEAR} to {years[-1]['year']}")


def _years(off: Mapping[date, str], worked: Mapping[date, str], names: Mapping[str, str]) -> list[dict[str, Any]]:
    years = sorted({day.year for day in off if day.year >= FIRST_YEAR})
    return [
        {
            "year": year,
            "off": [
                {"name": names[holiday], "first": first.isoformat(), "last": last.isoformat()}
                for holiday, first, last in _runs((day, name) for day, name in sorted(off.items()) if day.year == year)
            ],
            "worked": [day.isoformat() for day in sorted(worked) if day.year == year],
        }
        for year in years
    ]


def _runs(days: Iterable[tuple[date, str]]) -> list[tuple[str, date, date]]:
    """Days of one name that follow each other, as the name, the first and the last of them."""
    numbered = ((name, day, day - timedelta(days=place)) for place, (day, name) in enumerate(days))
    runs = []
    for (name, _), run in groupby(numbered, key=lambda one: (one[0], one[2])):
        of_run = [day for _, day, _ in run]
        runs.append((name, of_run[0], of_run[-1]))
    return runs
