"""What of the desk the API does: every act has a row, or stands among those that have none, with the reason."""

import re
from pathlib import Path

import pytest
from pydantic import BaseModel

from jiesu.api.acting import Act
from jiesu.api.acts import ACTS, NOT_HERE
from jiesu.api.bodies import CoverageIn, SaidIn
from jiesu.pages.rights import ROUTES, Route

DOCS = (Path(__file__).parents[3] / "docs" / "api.md").read_text(encoding="utf-8")
AT_THE_DESK = {route.endpoint if route.act is None else route.act.value for route in ROUTES if route.method == "POST"}


def name_of(route: Route) -> str:
    return route.endpoint if route.act is None else route.act.value


@pytest.mark.parametrize("name", sorted(AT_THE_DESK))
def test_an_act_of_the_desk_is_one_of_the_api_too_or_has_a_reason_not_to_be(name: str) -> None:
    rows = [one.path for one in ACTS if name in one.desk]
    assert len(rows) + (name in NOT_HERE) == 1


def test_no_row_and_no_reason_is_about_an_act_that_the_desk_does_not_have() -> None:
    assert {name for one in ACTS for name in one.desk} | set(NOT_HERE) == AT_THE_DESK


def test_no_two_acts_have_one_address() -> None:
    assert len({one.path for one in ACTS}) == len(ACTS)


def row_of(one: Act) -> tuple[str, str, str]:
    path = "POST /" + re.sub(r"<(\w+)>", r"{\1}", one.path)
    return path, one.scope.value, ", ".join(one.desk)


def test_the_documents_tables_name_the_acts_their_scopes_and_what_the_desk_calls_them() -> None:
    rows = re.findall(r"^\| `(POST /\S+)` \| `(\S+)` \| [^|]+ \| `([^|]+)` \|$", DOCS, re.MULTILINE)
    assert rows == [row_of(one) for one in ACTS]
    reasons = re.findall(r"^\| `([\w-]+)` \| ([^|`]+(?:`[^`]+`[^|`]*)*) \|$", DOCS, re.MULTILINE)
    assert dict(reasons) == NOT_HERE


def bounds(kind: type[BaseModel], name: str) -> tuple[int, int]:
    described = kind.model_json_schema()["properties"][name]
    return described["minimum"], described["maximum"]


def test_the_bounds_of_whole_numbers_stand_in_the_document() -> None:
    assert (bounds(CoverageIn, "interval_minutes"), bounds(SaidIn, "step")) == ((1, 1_440), (0, 99))
