"""Artefacts for tests: the one that ships, under other names or with something missing."""

import json
from importlib.resources import files
from typing import Any
from zlib import compress, decompress

from jiesu.triage.model import ARTEFACT, HEADER_LENGTH, MAGIC

SHIPPED = (files("jiesu.triage") / "data" / ARTEFACT).read_bytes()


def changed(**header: Any) -> bytes:
    """The shipped artefact with other entries in its header."""
    (length,) = HEADER_LENGTH.unpack_from(SHIPPED, len(MAGIC))
    start = len(MAGIC) + HEADER_LENGTH.size
    head = json.dumps({**json.loads(SHIPPED[start : start + length]), **header}).encode()
    return MAGIC + HEADER_LENGTH.pack(len(head)) + head + SHIPPED[start + length :]


def without_banks() -> bytes:
    """Well-formed, and of no use: it has nothing to think with."""
    artefact = changed(banks=[])
    (length,) = HEADER_LENGTH.unpack_from(artefact, len(MAGIC))
    assert decompress(artefact[len(MAGIC) + HEADER_LENGTH.size + length :])
    return artefact[: len(MAGIC) + HEADER_LENGTH.size + length] + compress(b"")
