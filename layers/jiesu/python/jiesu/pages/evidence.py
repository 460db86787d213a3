"""Links to files of a case. Nobody gets a file through the pages, only an address that ends within minutes."""

from collections.abc import Iterable

from jiesu.model.evidence import Evidence
from jiesu.pages.http import Response
from jiesu.store.evidence import EvidenceVault, Shelf


def on_to_file(link: str) -> Response:
    """On to a file; the answer itself is kept nowhere."""
    return Response(status=302, headers={"Location": link, "Cache-Control": "no-store"})


def thumbnail_links(files: Iterable[Evidence], vault: EvidenceVault) -> dict[str, str]:
    """The address of each thumbnail, by its hash."""
    return {
        one.thumbnail.sha256: vault.link(one.thumbnail.sha256, Shelf.THUMBNAILS) for one in files if one.thumbnail is not None
    }
