"""What the public reads of a case, and when that changes."""

import pytest

from jiesu.cases.commands import AddNote, CorrectCase, decide
from jiesu.cases.disclosure import Conceal, public_request
from jiesu.model.case import Case
from jiesu.model.public_request import PublicRequest
from jiesu.model.timeline import Concealed, Disclosed
from jiesu.model.words import PublicStatus, Resolution
from tests import builders as build


def shown(case: Case) -> PublicRequest:
    request = public_request(case)
    assert request is not None
    return request


def test_nothing_is_public_until_an_editor_says_so() -> None:
    assert public_request(build.a_case()) is None
    assert public_request(build.a_resolved_case()) is None


def test_the_public_reads_the_words_written_for_it_and_no_others() -> None:
    case = build.a_case(build.disclose())
    assert shown(case) == PublicRequest(
        id=build.CASE_ID,
        status=PublicStatus.OPEN,
        progress="已受理",
        category="public_order.offence",
        title="电梯内不文明行为",
        description="已依法处理。",
        place="丰台区马家堡西路",
        requested_at=build.NOW,
        updated_at=build.after(minutes=1),
    )


@pytest.mark.parametrize(
    ("case", "status", "progress"),
    [
        (build.a_case(build.disclose()), PublicStatus.OPEN, "已受理"),
        (build.a_dispatched_case(build.disclose()), PublicStatus.OPEN, "已交有关单位，正在办理"),
        (build.a_resolved_case(build.disclose()), PublicStatus.OPEN, "已有办理结果，正在答复"),
        (build.a_case(build.disclose(), build.close()), PublicStatus.CLOSED, "已办理"),
        (build.a_case(build.close(Resolution.NOT_POLICE), build.disclose()), PublicStatus.CLOSED, "非公安职责（请拨 12345）"),
    ],
)
def test_how_far_it_is_follows_the_case(case: Case, status: PublicStatus, progress: str) -> None:
    assert (shown(case).status, shown(case).progress) == (status, progress)


def test_a_corrected_category_is_the_public_one_too() -> None:
    case = build.a_case(build.disclose(), CorrectCase(category="public_order.nuisance"))
    assert shown(case).category == "public_order.nuisance"


def test_the_same_words_again_are_no_entry_and_others_replace_them() -> None:
    case = build.a_case(build.disclose(), AddNote(text="备注"))
    assert decide(case, build.disclose(title=" 电梯内不文明行为 "), build.NOW) is None
    assert isinstance(decide(case, build.disclose(title="电梯内吐痰"), build.NOW), Disclosed)


def test_what_is_taken_back_is_public_no_longer_and_can_be_disclosed_again() -> None:
    concealed = build.a_case(build.disclose(), Conceal(reason=" 标题有误 "))
    assert public_request(concealed) is None
    assert decide(build.a_case(build.disclose()), Conceal(reason=" 标题有误 "), build.NOW) == Concealed(reason="标题有误")
    assert isinstance(decide(concealed, build.disclose(), build.NOW), Disclosed)
