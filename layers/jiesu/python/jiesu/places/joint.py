"""Which bureaus a matter concerns together, beside the one that answers for its place. The rules are data."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True, kw_only=True)
class JointBureau:
    """A bureau that ought to be asked too, and why, in Chinese; `command_centre` where that directs them."""

    bureau_code: str
    reason: str
    command_centre: bool = False


def joint_bureaus(texts: Iterable[str]) -> tuple[JointBureau, ...]:
    """The bureaus that what was written concerns, each once, in the order of the rules."""
    written = list(texts)
    found: dict[str, JointBureau] = {}
    for pattern, bureau in _rules():
        if any(pattern.search(text) for text in written):
            found.setdefault(bureau.bureau_code, bureau)
    return tuple(found.values())


@cache
def _rules() -> tuple[tuple[re.Pattern[str], JointBureau], ...]:
    read = json.loads((files("jiesu.places") / "data" / "joint_bureaus.json").read_text(encoding="utf-8"))
    return tuple(
        (
            re.compile(one["pattern"], re.IGNORECASE),
            JointBureau(bureau_code=one["bureau"], reason=one["reason"], command_centre=one.get("command_centre", False)),
        )
        for one in read
    )
