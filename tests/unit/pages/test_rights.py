"""Who may go where, as a table."""

import pytest

from jiesu.model.words import UserRole
from jiesu.pages.forms import Act
from jiesu.pages.rights import ROUTES, Right, find, rights_of


def test_every_role_has_its_rights_and_only_two_may_act() -> None:
    may = {role: rights_of((role,)) for role in UserRole}
    assert {role for role in UserRole if Right.ACT in may[role]} == {UserRole.EDITOR, UserRole.SUPERVISOR}
    assert {role for role in UserRole if Right.READ in may[role]} == set(UserRole) - {UserRole.BUREAU}


def test_only_who_stands_above_the_desk_arbitrates_reassigns_and_sets_the_urgency() -> None:
    may = {role for role in UserRole if Right.DECIDE in rights_of((role,))}
    assert may == {UserRole.SUPERVISOR, UserRole.COMMAND}
    decisions = {Act.ARBITRATE, Act.GRANT_EXTENSION, Act.REFUSE_EXTENSION, Act.ASSIGN_OWNER, Act.SET_URGENCY}
    assert {route.act for route in ROUTES if route.right is Right.DECIDE and route.act} == decisions
    assert {route.path for route in ROUTES if route.right is Right.DECIDE and not route.act} == {"/desk/replan"}


def test_the_administrator_alone_changes_how_the_office_is_set_up_and_the_auditor_sees_it() -> None:
    may = {role: rights_of((role,)) for role in UserRole}
    assert {role for role in UserRole if Right.ADMINISTER in may[role]} == {UserRole.ADMIN}
    assert {role for role in UserRole if Right.INSPECT in may[role]} == {UserRole.ADMIN, UserRole.AUDITOR}


def test_who_wrote_is_looked_for_by_those_alone_who_may_unmask() -> None:
    may = {role for role in UserRole if Right.IDENTIFY in rights_of((role,))}
    assert may == {role for role in UserRole if Right.ACT in rights_of((role,))}


def test_several_roles_add_up() -> None:
    assert rights_of((UserRole.BUREAU, UserRole.AUDITOR)) == {*rights_of((UserRole.AUDITOR,)), Right.ANSWER}
    assert rights_of(()) == {Right.ANYONE, Right.SIGNED_IN}


def test_no_two_routes_answer_the_same_request() -> None:
    assert len({(route.method, route.path) for route in ROUTES}) == len(ROUTES)


def test_what_changes_a_case_is_a_post_that_needs_the_right_to_act_or_to_decide() -> None:
    for route in ROUTES:
        if route.path.startswith("/desk/admin"):
            assert route.right is (Right.ADMINISTER if route.method == "POST" else Right.INSPECT)
        elif route.endpoint == "find_citizen":  # a form, so that no address has what was typed; it changes no case
            assert route.right is Right.IDENTIFY
        elif route.method == "POST" and route.endpoint not in ("sign_out", "look"):  # one's own look changes no case
            assert route.right in (Right.ACT, Right.DECIDE)
        if route.act is not None:
            assert route.right is (Right.DECIDE if route.act.needs_decider else Right.ACT)


def test_every_act_has_its_form_and_its_post() -> None:
    for act in Act:
        assert {route.method for route in ROUTES if route.act is act} == {"GET", "POST"}


@pytest.mark.parametrize(
    ("method", "path", "endpoint"),
    [
        ("GET", "/desk", "queue"),
        ("GET", "/desk/cases/261123-7KQ4MX", "case"),
        ("GET", "/desk/cases/261123-7KQ4MX/note", "form"),
        ("POST", "/desk/cases/261123-7KQ4MX/accept/2026-00042-6-FT", "act"),
        ("POST", "/desk/cases/261123-7KQ4MX/finish-task/task.261123-7KQ4MX.2.a1.0.mail", "act"),
    ],
)
def test_a_request_finds_its_route(method: str, path: str, endpoint: str) -> None:
    found = find(method, path)
    assert found is not None
    assert found[0].endpoint == endpoint


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/desk"),
        ("GET", "/desk/cases"),
        ("GET", "/desk/cases/1/explode"),
        ("POST", "/desk/cases/1/accept"),
        ("POST", "/desk/cases/1/note/2"),
        ("GET", "/desk/sign-out"),
        ("DELETE", "/desk/cases/1"),
        ("GET", "/desk/cases/1/note\n"),
    ],
)
def test_nothing_else_is_a_route(method: str, path: str) -> None:
    assert find(method, path) is None


def test_every_right_has_a_name_that_a_page_can_show() -> None:
    assert all(right.label for right in Right)
