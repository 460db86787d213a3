"""How often a place is put into the right district: real names and addresses of Beijing, their district cut out.

Layout of the data: `places/beijing_hospitals.json`, `{name: {"address": …, "district": …}}`, whose addresses are read,
and `places/beijing_schools.json`, `{name: [district, …]}`, whose names are. Either may be missing. An entry without exactly
one district is left out.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from jiesu.places.city import beijing
from jiesu.places.locate import locate
from ops.errors import OperatorError

app = typer.Typer()


@dataclass(frozen=True, slots=True, kw_only=True)
class Located:
    """A text of a set, where it is, and where it was said to be; without a bureau nothing was said."""

    set_name: str
    text: str
    district: str
    found: str
    bureau_code: str

    @property
    def is_right(self) -> bool:
        return bool(self.bureau_code) and self.found == self.district

    @property
    def is_wrong(self) -> bool:
        return bool(self.bureau_code) and self.found != self.district


@app.command("evaluate-places")
def evaluate_places(
    data: Annotated[Path, typer.Option("--data", exists=True, file_okay=False, help="Folder that holds places/.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    show_mistakes: Annotated[bool, typer.Option("--mistakes", help="List what was put into a wrong district too.")] = False,
) -> None:
    """Measure place → district on addresses whose district was cut out."""
    located = tuple(_located(data))
    if not located:
        raise OperatorError("the folder holds neither places/beijing_hospitals.json nor places/beijing_schools.json")
    report = summary(located)
    if as_json:
        typer.echo(json.dumps(report, ensure_ascii=False, indent=2))
    else:
        for name, figures in report.items():
            typer.echo(f"{name}: {figures['texts']} texts, right {figures['right']:.1%}, wrong {figures['wrong']:.1%}")
    if show_mistakes:
        for one in located:
            if one.is_wrong:
                typer.echo(f"{one.text}: {one.found}, is in {one.district}", err=True)


def summary(located: tuple[Located, ...]) -> dict[str, dict[str, float]]:
    """Per set and together: how many texts, the share put right, wrong, and left to a person or not found."""
    names = dict.fromkeys(one.set_name for one in located)
    sets = {name: [one for one in located if one.set_name == name] for name in names} | {"all": list(located)}
    return {
        name: {
            "texts": len(texts),
            "right": round(sum(one.is_right for one in texts) / len(texts), 4),
            "wrong": round(sum(one.is_wrong for one in texts) / len(texts), 4),
            "undecided": round(sum(not one.bureau_code for one in texts) / len(texts), 4),
        }
        for name, texts in sets.items()
    }


def without_district(text: str) -> str:
    """`text` with the city's name and every district's name cut out."""
    districts = "|".join(map(re.escape, beijing().jurisdictions.branches))
    return re.sub(rf"北京市|{districts}", "", text)


def _located(data: Path) -> Iterator[Located]:
    for hospital in _read(data / "places" / "beijing_hospitals.json").values():
        if hospital["district"] and hospital["address"]:
            yield _locate("hospitals", hospital["address"], hospital["district"])
    for name, districts in _read(data / "places" / "beijing_schools.json").items():
        if len(districts) == 1:
            yield _locate("schools", name, districts[0])


def _locate(set_name: str, text: str, district: str) -> Located:
    cut = without_district(text)
    match = locate(cut)
    return Located(set_name=set_name, text=cut, district=district, found=match.district, bureau_code=match.bureau_code)


def _read(path: Path) -> dict[str, Any]:
    if not path.is_file():
        return {}
    read: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return read
