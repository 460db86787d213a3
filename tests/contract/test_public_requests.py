"""What the public reads is written and taken away with the case, and is all that its reader ever meets."""

from datetime import timedelta

import pytest

from jiesu.cases.commands import AddNote, Command
from jiesu.cases.disclosure import Conceal
from jiesu.model.case import Case
from jiesu.model.numbers import case_id_for
from jiesu.model.public_request import PublicRequest
from jiesu.model.words import PublicStatus, Resolution
from jiesu.store import keys
from tests import builders as build
from tests.conftest import Stores
from tests.dying import ProcessDiedError, counting, dying_after
from tests.tables import TABLES


def opened(stores: Stores, number: int = 1, *, hours: float = 0) -> Case:
    message = build.a_message(id=f"weibo:{number}", citizen_id=f"citizen-{number}")
    return stores.messages.open_case(
        stores.cases,
        build.a_screened(message=message),
        case_id=case_id_for(message.id, build.NOW.date()),
        title="电梯内吐痰",
        now=build.after(hours=hours),
        previous_case_id=None,
    )


def carried_out(stores: Stores, case: Case, *commands: Command, hours: float = 1) -> Case:
    for command in commands:
        case = stores.cases.execute(case.id, command, actor=build.EDITOR, now=build.after(hours=hours)).case
    return case


def shown(stores: Stores, case: Case) -> PublicRequest | None:
    return next(iter(stores.public_requests.find([case.id])), None)


def listed(stores: Stores, status: PublicStatus, *, hours: float = 1_000) -> list[str]:
    end = build.after(hours=hours)
    return [one.id for one in stores.public_requests.newest(status, start=build.after(days=-1), end=end, batch=2)]


def test_a_case_is_read_by_the_public_from_the_moment_it_is_disclosed(stores: Stores) -> None:
    case = opened(stores)
    assert shown(stores, case) is None
    case = carried_out(stores, case, build.disclose())
    assert shown(stores, case) is not None
    assert listed(stores, PublicStatus.OPEN) == [case.id]


def test_a_concealed_case_leaves_nothing_behind(stores: Stores) -> None:
    case = carried_out(stores, opened(stores), build.disclose(), Conceal(reason="标题有误"))
    assert shown(stores, case) is None
    assert listed(stores, PublicStatus.OPEN) == []
    found = stores.client.scan(TableName=TABLES.cases)["Items"]
    assert [one for one in found if one["pk"]["S"].startswith(keys.PUBLIC_PREFIX)] == []


def test_the_status_follows_the_case_in_the_same_transaction(stores: Stores) -> None:
    case = carried_out(stores, opened(stores), build.disclose())
    case = carried_out(stores, case, build.close(Resolution.ANSWERED), hours=2)
    request = shown(stores, case)
    assert request is not None
    assert (request.status, request.updated_at) == (PublicStatus.CLOSED, build.after(hours=2))
    assert (listed(stores, PublicStatus.OPEN), listed(stores, PublicStatus.CLOSED)) == ([], [case.id])


def test_what_does_not_concern_the_public_writes_nothing_public(stores: Stores) -> None:
    case = carried_out(stores, opened(stores), build.disclose())
    before = shown(stores, case)
    carried_out(stores, case, AddNote(text="只有本单位看得到"), hours=3)
    assert shown(stores, case) == before


@pytest.mark.parametrize(("calls", "is_disclosed"), [(1, False), (2, True)])
def test_a_disclosure_that_dies_under_way_is_made_whole_or_not_at_all(stores: Stores, calls: int, is_disclosed: bool) -> None:
    """One call reads the case, the next writes all."""
    case = opened(stores)
    with dying_after(stores.client, calls), pytest.raises(ProcessDiedError):
        carried_out(stores, case, build.disclose())
    after = stores.cases.load(case.id)
    assert after is not None
    assert (after.disclosure is not None, shown(stores, case) is not None) == (is_disclosed, is_disclosed)


def test_the_newest_come_first_within_both_bounds(stores: Stores) -> None:
    cases = [carried_out(stores, opened(stores, number, hours=number), build.disclose(), hours=9) for number in range(1, 6)]
    ids = [case.id for case in cases]
    assert listed(stores, PublicStatus.OPEN) == ids[::-1]
    bounds = {"start": build.after(hours=2), "end": build.after(hours=4)}
    found = [one.id for one in stores.public_requests.newest(PublicStatus.OPEN, batch=10, **bounds)]
    assert found == [ids[3], ids[2], ids[1]]


def test_a_page_is_one_query_and_a_hundred_ids_are_one_read(stores: Stores) -> None:
    case = carried_out(stores, opened(stores), build.disclose())
    with counting(stores.client) as calls:
        listed(stores, PublicStatus.OPEN)
        stores.public_requests.find([case.id, *(f"261123-{number:05d}X" for number in range(99))])
    assert calls == ["Query", "BatchGetItem"]


def test_a_case_that_was_never_disclosed_is_not_found_by_its_number(stores: Stores) -> None:
    private, public = opened(stores, 1), carried_out(stores, opened(stores, 2), build.disclose())
    assert [one.id for one in stores.public_requests.find([private.id, public.id, public.id])] == [public.id]


def test_times_are_kept_to_the_microsecond(stores: Stores) -> None:
    case = carried_out(stores, opened(stores), build.disclose())
    request = shown(stores, case)
    assert request is not None
    assert request.requested_at == build.NOW
    assert request.updated_at - build.NOW == timedelta(hours=1)
