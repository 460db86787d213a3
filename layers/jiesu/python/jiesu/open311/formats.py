"""One answer as XML and as JSON, by the convention of GeoReport v2 (open311.org: "Spark").

An answer is plain values. A list's name says what its members are called in XML; JSON leaves
out both that and the name of the root.
"""

import json
import re
from collections.abc import Mapping, Sequence
from enum import StrEnum
from xml.etree.ElementTree import Element, SubElement, tostring

Value = str | int | bool | None | Mapping[str, "Value"] | Sequence["Value"]

MEMBERS: Mapping[str, str] = {
    "attributes": "attribute",
    "endpoints": "endpoint",
    "errors": "error",
    "formats": "format",
    "service_requests": "request",
    "services": "service",
}
"""What the members of each list are called in XML."""

_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What no XML 1.0 document may hold, escaped or not."""


class Format(StrEnum):
    """The ending of an address."""

    XML = "xml"
    JSON = "json"

    @property
    def media_type(self) -> str:
        return {"xml": "text/xml", "json": "application/json"}[self.value]


def render(root: str, value: Value, form: Format) -> str:
    """The document that holds `value`; `root` is its outermost element in XML."""
    if form is Format.JSON:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    element = Element(root)
    _fill(element, value)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + tostring(element, encoding="unicode")


def _fill(element: Element, value: Value) -> None:
    match value:
        case None:
            return
        case bool():
            element.text = "true" if value else "false"
        case str():
            element.text = _NOT_XML.sub("", value)
        case int():
            element.text = str(value)
        case Mapping():
            for name, inner in value.items():
                _fill(SubElement(element, name), inner)
        case _:
            for inner in value:
                _fill(SubElement(element, MEMBERS[element.tag]), inner)
