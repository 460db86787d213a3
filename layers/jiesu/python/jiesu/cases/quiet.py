"""What the system notes of a case by itself and what takes nothing from what a person has read: no conflict for whoever acts."""

from jiesu.model.timeline import Entry, EvidenceMissing, EvidenceStored, ReplySent, SameSuggested


def is_quiet(entry: Entry) -> bool:
    """Whether a file was fetched, a reply left or a likeness was found: nothing that a person decided or a citizen wrote."""
    return isinstance(entry.change, EvidenceStored | EvidenceMissing | SameSuggested | ReplySent)
