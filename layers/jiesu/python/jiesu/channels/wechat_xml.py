"""The flat XML of WeChat's pushes, read without the parts of XML that can hurt.

A platform's document begins with its root. By asking for just that, a document type, and with
it every entity of the sender's own, has no place to stand: XML allows one before the root only.
A citizen who *writes* `<!DOCTYPE` in a message is not refused.
"""

import re
from xml.etree import ElementTree

from jiesu.channels.delivery import MalformedDeliveryError

_BEGINS_WITH_ROOT = re.compile(r"\s*(?:<\?xml\s[^<>]*\?>\s*)?<xml\s*>")


def fields_of(document: bytes) -> dict[str, str]:
    """The texts directly under `<xml>`, by tag. Raises `MalformedDeliveryError`.

    The document must be UTF-8, whatever it declares: another encoding could hide from the
    check above what the parser would then read.
    """
    try:
        text = document.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise MalformedDeliveryError("xml_not_utf8") from error
    if not _BEGINS_WITH_ROOT.match(text):
        raise MalformedDeliveryError("xml_root_missing")
    try:
        root = ElementTree.fromstring(text)  # noqa: S314 - no document type can reach the parser: see above
    except (ElementTree.ParseError, ValueError) as error:
        raise MalformedDeliveryError("xml_malformed") from error
    fields: dict[str, str] = {}
    for child in root:
        if child.tag in fields:
            raise MalformedDeliveryError("xml_field_repeated")
        fields[child.tag] = child.text or ""
    return fields
