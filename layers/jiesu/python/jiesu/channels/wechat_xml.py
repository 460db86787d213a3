"""The XML of WeChat's pushes, read without the parts of XML that can hurt.

A platform's document begins with its root. By asking for just that, a document type, and with
it every entity of the sender's own, has no place to stand: XML allows one before the root only.
A citizen who *writes* `<!DOCTYPE` in a message is not refused.
"""

import re
from collections.abc import Iterator
from xml.etree import ElementTree

from jiesu.channels.delivery import MalformedDeliveryError

_BEGINS_WITH_ROOT = re.compile(r"\s*(?:<\?xml\s[^<>]*\?>\s*)?<xml\s*>")


MAX_DEPTH = 8
"""WeChat's own pushes end at six. What is nested deeper is left out."""


def fields_of(document: bytes) -> dict[str, str]:
    """The texts directly under `<xml>`, by tag. Raises `MalformedDeliveryError`."""
    fields: dict[str, str] = {}
    for child in _root(document):
        if child.tag in fields:
            raise MalformedDeliveryError("xml_field_repeated")
        fields[child.tag] = child.text or ""
    return fields


def leaves_of(document: bytes) -> tuple[tuple[str, str], ...]:
    """Every text under `<xml>` with its place (`PublishEventInfo/publish_id`), in order. Raises `MalformedDeliveryError`."""
    return tuple(_leaves(_root(document), (), MAX_DEPTH))


def _leaves(element: ElementTree.Element, place: tuple[str, ...], depth: int) -> Iterator[tuple[str, str]]:
    for child in element:
        here = (*place, child.tag)
        if len(child) == 0:
            yield "/".join(here), child.text or ""
        elif depth > 1:
            yield from _leaves(child, here, depth - 1)


def _root(document: bytes) -> ElementTree.Element:
    """The document must be UTF-8, whatever it declares: another encoding could hide from the
    check above what the parser would then read.
    """
    try:
        text = document.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise MalformedDeliveryError("xml_not_utf8") from error
    if not _BEGINS_WITH_ROOT.match(text):
        raise MalformedDeliveryError("xml_root_missing")
    try:
        return ElementTree.fromstring(text)  # noqa: S314 - no document type can reach the parser: see above
    except (ElementTree.ParseError, ValueError) as error:
        raise MalformedDeliveryError("xml_malformed") from error
