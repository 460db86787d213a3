"""What the platforms print in their documentation, as tests read it."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

PUBLISHED: dict[str, Any] = json.loads((Path(__file__).parent / "channels.json").read_text(encoding="utf-8"))


def _vectors(value: Mapping[str, Any], path: tuple[str, ...] = ()) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, inner in value.items():
        if isinstance(inner, dict):
            if "source" in inner:
                yield "/".join((*path, name)), inner
            else:
                yield from _vectors(inner, (*path, name))


VECTORS: dict[str, dict[str, Any]] = dict(_vectors(PUBLISHED))
"""All of them by their place in the file, such as `weibo/payloads/text`; each names its source."""
