"""A city as this room knows it: its places, and who answers for them, both read from its files."""

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from jiesu.places import gazetteer, jurisdictions
from jiesu.places.gazetteer import Gazetteer
from jiesu.places.jurisdictions import Jurisdictions


@dataclass(frozen=True, slots=True, kw_only=True)
class City:
    """One city's gazetteer and jurisdictions."""

    gazetteer: Gazetteer
    jurisdictions: Jurisdictions


def read(folder: Traversable) -> City:
    """The city whose files lie in `folder`."""
    return City(gazetteer=gazetteer.read(folder), jurisdictions=jurisdictions.read(folder))


@cache
def beijing() -> City:
    """Beijing, read once; sources and licences stand beside the data."""
    return read(files("jiesu.places") / "data")
