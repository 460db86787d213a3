"""Documents that come attached to mails: what their bytes say they are, and whether that is what their name says.

Only what an office works with is known. Programs, pages and archives of unknown content are kept inside the original mail alone.
"""

import io
import re
import zipfile

_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_OFFICE = "application/vnd.openxmlformats-officedocument."

_BY_MEMBER = (
    ("word/document.xml", f"{_OFFICE}wordprocessingml.document"),
    ("xl/workbook.xml", f"{_OFFICE}spreadsheetml.sheet"),
    ("ppt/presentation.xml", f"{_OFFICE}presentationml.presentation"),
    ("OFD.xml", "application/ofd"),
)
"""What is packed as ZIP, by a file that each must have. OFD is the national standard for fixed layouts, GB/T 33190."""

ENDINGS: dict[str, frozenset[str]] = {
    "application/pdf": frozenset({"pdf"}),
    f"{_OFFICE}wordprocessingml.document": frozenset({"docx"}),
    f"{_OFFICE}spreadsheetml.sheet": frozenset({"xlsx"}),
    f"{_OFFICE}presentationml.presentation": frozenset({"pptx"}),
    "application/ofd": frozenset({"ofd"}),
    "application/x-ole-storage": frozenset({"doc", "xls", "ppt", "wps", "et", "dps"}),
    "text/plain": frozenset({"txt"}),
    "image/jpeg": frozenset({"jpg", "jpeg", "jfif"}),
    "image/png": frozenset({"png"}),
    "image/gif": frozenset({"gif"}),
    "image/webp": frozenset({"webp"}),
    "image/heic": frozenset({"heic", "heif"}),
    "audio/amr": frozenset({"amr"}),
    "audio/amr-wb": frozenset({"amr", "awb"}),
    "audio/ogg": frozenset({"ogg", "oga"}),
    "video/webm": frozenset({"webm"}),
    "audio/mpeg": frozenset({"mp3"}),
    "audio/mp4": frozenset({"m4a"}),
    "audio/wav": frozenset({"wav"}),
    "video/mp4": frozenset({"mp4", "m4v"}),
    "video/quicktime": frozenset({"mov"}),
    "video/3gpp": frozenset({"3gp"}),
}
"""The names under which each media type that is taken may come."""


_ENDING = re.compile(r"\.([A-Za-z][A-Za-z0-9]{1,4}|3gp)$")


def document_type(content: bytes) -> str | None:
    """The media type by the bytes, whatever the sender called it; None for what is no document of an office."""
    if content.startswith(b"%PDF-"):
        return "application/pdf"
    if content.startswith(_OLE):
        return "application/x-ole-storage"
    if content.startswith(b"PK\x03\x04"):
        return _packed(content)
    return "text/plain" if _is_text(content) else None


def is_named_so(name: str, media_type: str) -> bool:
    """Whether a file of `media_type` may be called `name`; one without an ending claims nothing."""
    found = _ENDING.search(name)
    return found is None or found[1].lower() in ENDINGS.get(media_type, frozenset())


def _packed(content: bytes) -> str | None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return None
    if any(one.endswith("vbaProject.bin") for one in members):
        return None  # macros: whatever is written there runs on an editor's machine
    return next((media_type for member, media_type in _BY_MEMBER if member in members), None)


def _is_text(content: bytes) -> bool:
    """No control characters, no markup that a browser would run."""
    if not content.strip() or b"\0" in content or content.lstrip()[:1] == b"<":
        return False
    for charset in ("utf-8", "gb18030"):
        try:
            text = content.decode(charset)
        except UnicodeDecodeError:
            continue
        return all(one.isprintable() or one in "\r\n\t\ufeff\u3000" for one in text)
    return False
