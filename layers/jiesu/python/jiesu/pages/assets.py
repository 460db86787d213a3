"""The static files of the pages, each under an address that holds its content's hash."""

import hashlib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from jiesu.pages.http import Response

_SCRIPT = "text/javascript; charset=utf-8"
_FILES = {
    "bureau.js": ("bureau.js", _SCRIPT),
    "desk.css": ("desk.css", "text/css; charset=utf-8"),
    "desk.js": ("desk.js", _SCRIPT),
    "htmx.js": ("vendor/htmx-2.0.11.min.js", _SCRIPT),
    "icon.svg": ("icon.svg", "image/svg+xml"),
}
"""Every file that is served, by the name that templates use: nothing else in the folder can be reached."""

_FOR_GOOD = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asset:
    """One static file; `address` is relative to `/static/` and changes with the content."""

    address: str
    content_type: str
    body: str


@cache
def assets() -> dict[str, Asset]:
    """All static files by their plain name."""
    found = {}
    for name, (path, content_type) in _FILES.items():
        body = files("console").joinpath("static", path).read_text(encoding="utf-8")
        stem, _, ending = name.rpartition(".")
        digest = hashlib.sha256(body.encode()).hexdigest()[:12]
        found[name] = Asset(address=f"{stem}.{digest}.{ending}", content_type=content_type, body=body)
    return found


def serve(address: str) -> Response:
    """The file at `address` below `/static/`, to be kept for good; 404 for any other address, an outdated hash included."""
    for asset in assets().values():
        if asset.address == address:
            return Response(status=200, body=asset.body, headers={"Content-Type": asset.content_type, "Cache-Control": _FOR_GOOD})
    return Response(status=404, body="", headers={"Content-Type": "text/plain; charset=utf-8", "Cache-Control": "no-store"})
