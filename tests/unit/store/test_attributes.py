"""Documents as they are stored, and as a stream's record brings them."""

from base64 import b64encode

import pytest

from jiesu.store.attributes import LONGEST_PLAIN, document, item, read_document

LONG = "经查属实。" * LONGEST_PLAIN


def test_a_short_document_is_stored_as_it_reads() -> None:
    assert document('{"text": "已办"}') == '{"text": "已办"}'


@pytest.mark.parametrize("written", ['{"text": "已办"}', LONG])
def test_a_document_is_read_back_as_it_was_written(written: str) -> None:
    read = read_document(item(body=document(written)), "body")
    assert (read if isinstance(read, str) else read.decode()) == written


def test_a_long_document_is_stored_short_and_read_from_a_streams_record_too() -> None:
    packed = document(LONG)
    assert isinstance(packed, bytes)
    assert len(packed) < LONGEST_PLAIN
    assert read_document({"body": {"B": b64encode(packed).decode()}}, "body") == LONG.encode()


def test_what_is_neither_text_nor_bytes_is_no_document() -> None:
    with pytest.raises(TypeError):
        read_document({"body": {"N": "1"}}, "body")
