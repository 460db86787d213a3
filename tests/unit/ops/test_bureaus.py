"""The bureau directory as a file: every bad row told, nothing half read, differences named."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from jiesu.model.words import ContactRole
from jiesu.office.bureaus import compare
from jiesu.office.contacts import mobile_number
from ops.bureaus import CSV_COLUMNS, read_bureaus
from ops.errors import InvalidFileError, OperatorError
from tests.builders import a_bureau

DATA = Path(__file__).parents[3] / "ops" / "data"

Write = Callable[[str, str], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes a file and says where."""

    def to_file(name: str, content: str) -> Path:
        path = tmp_path / name
        path.write_text(content, encoding="utf-8")
        return path

    return to_file


def a_row(code: str = "FT", **changes: Any) -> dict[str, Any]:
    """A bureau as the JSON file has it."""
    small = code.lower()
    row = {
        "code": code,
        "name": f"{code}分局",
        "kind": "分局",
        "district": "丰台区",
        "weibo": None,
        "contacts": [
            {"role": "duty_officer", "name": "值班室", "email": f"duty.{small}@example.org", "phone": "+8619900001004"},
            {"role": "chief", "name": "分管领导", "email": f"chief.{small}@example.org", "phone": "+8619900002004"},
        ],
    }
    return row | changes


def cells(code: str = "FT", **changes: str) -> str:
    """A bureau as a CSV line."""
    row = {
        "code": code,
        "name": f"{code}分局",
        "kind": "分局",
        "district": "丰台区",
        "weibo": "",
        "duty_officer_name": "值班室",
        "duty_officer_email": "duty@example.org",
        "duty_officer_phone": "199 0000 1004",
        "chief_name": "分管领导",
        "chief_email": "chief@example.org",
        "chief_phone": "199-0000-2004",
    }
    return ",".join((row | changes)[column] for column in CSV_COLUMNS)


HEADER = ",".join(CSV_COLUMNS)


def problems(path: Path) -> list[str]:
    with pytest.raises(InvalidFileError) as caught:
        read_bureaus(path)
    return [f"{one.where}: {one.reason}" for one in caught.value.problems]


def test_the_projects_own_directory_is_valid_and_its_contacts_are_invented_and_all_different() -> None:
    bureaus = read_bureaus(DATA / "bureaus.json")
    contacts = [contact for bureau in bureaus for contact in bureau.contacts]
    assert len(bureaus) == 35
    assert all(contact.email.endswith("@example.org") for contact in contacts)
    assert all(contact.phone.startswith("+861990000") for contact in contacts)
    assert len({contact.phone for contact in contacts}) == len({contact.email for contact in contacts}) == 70


def test_json_and_csv_say_the_same(write: Write) -> None:
    row = a_row(weibo="丰台警事")
    row["contacts"][0]["email"], row["contacts"][1]["email"] = "duty@example.org", "chief@example.org"
    from_json = read_bureaus(write("b.json", json.dumps([row])))
    from_csv = read_bureaus(write("b.csv", f"{HEADER}\n{cells(weibo='丰台警事')}\n\n"))
    assert from_json == from_csv
    assert [one.role for one in from_csv[0].contacts] == [ContactRole.DUTY_OFFICER, ContactRole.CHIEF]
    assert from_csv[0].contacts[0].phone == "+8619900001004"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_csv_is_read_as_any_spreadsheet_saves_it(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "b.csv"
    path.write_bytes(f"{HEADER}\r\n{cells()}\r\n".encode(encoding))
    assert read_bureaus(path)[0].name == "FT分局"


def test_columns_may_stand_in_any_order(write: Write) -> None:
    order = list(reversed(range(len(CSV_COLUMNS))))
    values = cells().split(",")
    text = ",".join(CSV_COLUMNS[place] for place in order) + "\n" + ",".join(values[place] for place in order)
    assert read_bureaus(write("b.csv", text))[0].code == "FT"


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"code": ""}, "bureau without code: code is missing"),
        ({"code": "ft"}, "ft: code 'ft' must be capital letters and digits and begin with a letter"),
        ({"name": None}, "FT: name is missing"),
        ({"name": "两\n行"}, "FT: name must be one line of text"),
        ({"name": "长" * 61}, "FT: name has more than 60 characters"),
        ({"kind": 3}, "FT: kind must be one line of text"),
        ({"district": ["丰台区"]}, "FT: district must be one line of text"),
        ({"wiebo": "丰台警事"}, "FT: unknown field 'wiebo'"),
        ({"contacts": None}, "FT: contacts is missing or no list"),
        ({"contacts": [3]}, "FT: a contact must be an object with role, name, email and phone"),
    ],
)
def test_a_bad_field_is_told_with_its_line_and_reason(write: Write, changes: dict[str, Any], problem: str) -> None:
    assert problems(write("b.json", json.dumps([a_row(**changes)]))) == [f"line 1: {problem}"]


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"email": "nobody"}, "duty_officer: email 'nobody' is no mail address"),
        ({"email": "值班@example.org"}, "duty_officer: email '值班@example.org' is no mail address"),
        ({"phone": "010-55500001"}, "duty_officer: phone '010-55500001' is no mobile number that an SMS can reach"),
        ({"phone": None}, "duty_officer: phone None is no mobile number that an SMS can reach"),
        ({"name": " "}, "duty_officer: name is missing"),
        ({"fax": "1"}, "duty_officer: unknown contact field 'fax'"),
        ({"role": "supervisor"}, "contact: role is 'supervisor', not one of chief, duty_officer"),
    ],
)
def test_a_bad_contact_is_told_with_its_role(write: Write, changes: dict[str, Any], problem: str) -> None:
    row = a_row()
    row["contacts"][0] |= changes
    assert problems(write("b.json", json.dumps([row]))) == [f"line 1: FT: {problem}"]


def test_a_bureau_needs_both_rungs_of_its_ladder_and_two_different_desks(write: Write) -> None:
    alone = a_row("FT")
    alone["contacts"] = alone["contacts"][:1]
    same = a_row("CY")
    same["contacts"][1]["phone"] = same["contacts"][0]["phone"]
    assert problems(write("b.json", json.dumps([alone, same]))) == [
        "line 1: FT: no contact with the role chief",
        "line 1: CY: two contacts share a phone or a mail address: the ladder would climb to the same desk",
    ]


def test_every_bad_row_is_told_not_only_the_first(write: Write) -> None:
    text = "\n".join([HEADER, cells("FT"), cells("cy"), cells("HD"), cells("XC", chief_phone="1", duty_officer_email="x")])
    assert [one.split(":")[0] for one in problems(write("b.csv", text))] == ["line 3", "line 5", "line 5"]


def test_lines_are_those_of_the_file_however_its_json_is_laid_out(write: Write) -> None:
    text = f"[\n\n{json.dumps(a_row('FT'))},\n  {json.dumps(a_row('CY'), indent=2)},\n{json.dumps(a_row('xc'))}\n]\n"
    (problem,) = problems(write("b.json", text))
    assert problem.startswith(f"line {text[: text.index('xc')].count(chr(10)) + 1}: xc")


@pytest.mark.parametrize(("field", "other"), [("code", {"code": "FT"}), ("name", {"name": "FT分局"})])
def test_a_code_or_name_that_stands_twice_is_told_with_both_lines(write: Write, field: str, other: dict[str, str]) -> None:
    text = f"[{json.dumps(a_row('FT'))},\n{json.dumps(a_row('CY') | other)}]"
    (problem,) = problems(write("b.json", text))
    assert problem.startswith(f"line 2: {field} ")
    assert problem.endswith("stands on line 1 already")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "line 1: not JSON"),
        ("{}", "line 1: not JSON"),
        ('[{"code": "FT"},\n]', "line 2: not JSON"),
        ("[]\n[]", "line 1: not JSON"),
        ('[{"code": "FT"}', "line 1: not JSON"),
        ("[]", "line 1: no bureau in the file"),
        ("[1]", "line 1: a bureau must be an object"),
    ],
)
def test_a_broken_json_file_is_told_with_its_line(write: Write, text: str, problem: str) -> None:
    assert problems(write("b.json", text))[0].startswith(problem)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("code,name\nFT,丰台", "line 1: column 'kind' is missing"),
        (f"{HEADER},fax\n", "line 1: unknown column 'fax'"),
        (f"{HEADER},code\n", "line 1: a column stands twice"),
        (f"{HEADER}\n{cells()},x\n", "line 2: 12 cells under 11 columns"),
        (f'{HEADER}\nFT,"open', "line 2: not CSV: unexpected end of data"),
    ],
)
def test_a_broken_csv_file_is_told_with_its_line(write: Write, text: str, problem: str) -> None:
    assert problem in problems(write("b.csv", text))


def test_a_file_of_another_kind_or_none_at_all_is_refused(write: Write, tmp_path: Path) -> None:
    for path in (write("b.xlsx", ""), tmp_path / "none.json"):
        with pytest.raises(OperatorError):
            read_bureaus(path)
    path = tmp_path / "b.csv"
    path.write_bytes(b"\xff\xff\xff")
    with pytest.raises(OperatorError, match="neither UTF-8 nor GB 18030"):
        read_bureaus(path)


def test_a_comparison_names_what_is_new_what_differs_and_what_is_left_alone() -> None:
    same, changed, gone = (a_bureau(code) for code in ("CY", "FT", "HD"))
    new = a_bureau("XC")
    changes = compare([same, changed, gone], [same, replace(changed, weibo=None, district="大兴区"), new])
    assert changes.added == (new,)
    assert [(one.code, fields) for one, fields in changes.changed] == [("FT", ("district", "weibo"))]
    assert changes.unchanged == (same,)
    assert changes.absent == (gone,)
    assert [one.code for one in changes.to_write] == ["XC", "FT"]


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("19900001004", "+8619900001004"),
        ("+86 199-0000-1004", "+8619900001004"),
        ("0086 19900001004", "+8619900001004"),
        ("+852 5550 0001", "+85255500001"),
        ("+86 10 5550 0001", None),
        ("01055500001", None),
        ("1990000100", None),
        ("１９９００００１００４", None),
        ("call me", None),
        ("", None),
        (19900001004, None),
    ],
)
def test_a_mobile_number_is_kept_in_e164_and_nothing_else_is_one(written: Any, number: str | None) -> None:
    assert mobile_number(written) == number
