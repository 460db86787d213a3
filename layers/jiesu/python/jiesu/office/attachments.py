"""Files that a bureau sends, by mail or with its feedback: which are taken, and how one is kept."""

from dataclasses import replace

from jiesu.channels.media import sniff
from jiesu.model.evidence import Evidence
from jiesu.model.mail import AttachedFile, IncomingFile
from jiesu.model.words import ContentType
from jiesu.notices.attached import document_type, is_named_so
from jiesu.store.evidence import EvidenceVault

_KINDS = {"image": ContentType.IMAGE, "audio": ContentType.VOICE, "video": ContentType.VIDEO}


def refusal(file: IncomingFile) -> str:
    """Why a file is not kept by itself, by a code; empty where it is. What counts is what its bytes say."""
    return _looked_at(file)[1]


def keep(file: IncomingFile, like: Evidence, vault: EvidenceVault, *, refused: str = "") -> Evidence:
    """The file kept by itself, or named with why it is not; whose it is and which number it has is as in `like`.

    With `refused` it is not looked at: the sender's other files have said why.
    """
    media_type, reason = (None, refused) if refused else _looked_at(file)
    kept = None if media_type is None or reason else vault.keep(file.content, media_type)
    return replace(
        like,
        content_type=_KINDS.get((media_type or "").partition("/")[0], ContentType.FILE),
        state="missing" if kept is None else "stored",
        sha256="" if kept is None else kept.sha256,
        size_bytes=len(file.content),
        media_type="" if kept is None else kept.media_type,
        reason=reason,
        name=file.name or f"附件{like.number}",
    )


def remembered(one: Evidence) -> AttachedFile:
    """The file as the case's entry has it."""
    return AttachedFile(name=one.name, size_bytes=one.size_bytes, media_type=one.media_type, sha256=one.sha256, reason=one.reason)


def _looked_at(file: IncomingFile) -> tuple[str | None, str]:
    if not file.content:
        return None, "empty"
    media_type = sniff(file.content) or document_type(file.content)
    if media_type is None:
        return None, "type_unknown"
    return media_type, "" if is_named_so(file.name, media_type) else "name_mismatch"
