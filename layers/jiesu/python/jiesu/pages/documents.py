"""The way from a page to a printed form. A page can hand out no bytes: the form is laid down under its hash and linked to."""

from collections.abc import Callable

from jiesu.model.bulletin import Bulletin, PrintedForm
from jiesu.model.case import Assignment, Case
from jiesu.pages.evidence import on_to_file
from jiesu.pages.http import Response
from jiesu.store.evidence import EvidenceVault

Print = Callable[[Case, Assignment, Bulletin], PrintedForm]
"""Prints a bulletin as the bureau of an assignment gets it, without a link."""


def on_to_document(shelf: EvidenceVault, printed: PrintedForm) -> Response:
    """Lay `printed` down unless it is there already, and lead on to it."""
    kept = shelf.keep(printed.content, printed.content_type)
    return on_to_file(shelf.link(kept.sha256, file_name=printed.name))
