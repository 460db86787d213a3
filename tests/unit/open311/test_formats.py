"""Documents in both formats: the shapes that GeoReport v2 prints, and texts that would break them."""

import json
from xml.etree import ElementTree as Xml

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiesu.open311.formats import Format, Value, render

ANSWER: Value = [{"service_request_id": "261123-7KQ4MX", "status": "open", "description": None, "metadata": False}]
ERRORS: Value = [{"code": 404, "description": "token was not found"}, {"code": 400, "description": "again"}]


def test_xml_names_the_members_of_a_list_and_json_is_the_list() -> None:
    assert render("service_requests", ANSWER, Format.XML) == (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        "<service_requests><request><service_request_id>261123-7KQ4MX</service_request_id><status>open</status>"
        "<description /><metadata>false</metadata></request></service_requests>"
    )
    assert json.loads(render("service_requests", ANSWER, Format.JSON)) == ANSWER


def test_errors_are_a_list_of_code_and_description_in_both() -> None:
    tree = Xml.fromstring(render("errors", ERRORS, Format.XML))
    assert [(one.tag, one.findtext("code"), one.findtext("description")) for one in tree] == [
        ("error", "404", "token was not found"),
        ("error", "400", "again"),
    ]
    assert json.loads(render("errors", ERRORS, Format.JSON)) == ERRORS


@pytest.mark.parametrize("empty", [[], {}])
def test_a_list_of_nothing_is_an_empty_element_and_an_empty_list(empty: Value) -> None:
    assert render("services", empty, Format.XML).endswith("<services />")
    assert json.loads(render("services", empty, Format.JSON)) == empty


def test_what_looks_like_markup_is_text() -> None:
    text = '</description><script>alert(1)</script> & ]]> "quoted"'
    document = render("service_requests", [{"description": text}], Format.XML)
    assert "<script" not in document
    assert Xml.fromstring(document).findtext("request/description") == text


@given(text=st.text())
def test_any_text_makes_a_document_that_can_be_read(text: str) -> None:
    document = render("errors", [{"code": 400, "description": text}], Format.XML)
    assert Xml.fromstring(document.encode("utf-8")).find("error/description") is not None
    assert json.loads(render("errors", [{"description": text}], Format.JSON)) == [{"description": text}]
