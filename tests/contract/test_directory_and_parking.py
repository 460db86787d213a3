"""What the directory and the parking place promise."""

from dataclasses import replace

import pytest

from jiesu.model.people import Bureau
from jiesu.model.words import Urgency
from jiesu.store.accounts import read_account_body
from jiesu.store.codec import loads
from jiesu.store.directory import Office, OfficeMissingError
from jiesu.store.transactions import TransactionLostError
from tests import builders as build
from tests.conftest import Stores

OFFICE = Office(contacts=build.office_contacts(), plans={urgency: build.a_plan() for urgency in Urgency})


def test_bureaus_are_written_once_and_again_only_where_they_changed(stores: Stores) -> None:
    fengtai, chaoyang = build.a_bureau(), build.a_bureau("CY", name="北京市公安局朝阳分局", district="朝阳区", weibo=None)
    assert stores.directory.put_bureaus([fengtai, chaoyang], build.a_note()) == 2
    assert stores.directory.put_bureaus([fengtai, chaoyang], build.a_note()) == 0
    moved = replace(fengtai, contacts=fengtai.contacts[:1])
    assert stores.directory.put_bureaus([moved, chaoyang], build.a_note()) == 1
    assert set(stores.directory.bureaus()) == {moved, chaoyang}


def test_every_change_of_a_bureau_is_kept_with_who_when_why_and_what_stood_before(stores: Stores) -> None:
    first = build.a_bureau()
    second = replace(first, district="大兴区")
    stores.directory.put_bureaus([first, build.a_bureau("F", name="另一单位")], build.a_note("建立"))
    stores.directory.put_bureaus([second], build.a_note("划界"))
    newest, oldest = stores.directory.bureau_history(first.code)
    assert (newest.number, newest.note) == (2, build.a_note("划界"))
    assert loads(Bureau, newest.before) == first
    assert loads(Bureau, newest.after) == second
    assert (oldest.number, oldest.note.reason, oldest.before) == (1, "建立", "")


def test_a_change_of_what_has_changed_since_is_refused_and_leaves_no_trace(stores: Stores) -> None:
    first = build.a_bureau()
    stores.directory.put_bureaus([first], build.a_note())
    with pytest.raises(TransactionLostError):
        stores.directory.put_bureau(replace(first, weibo=None), before=None, revision=0, note=build.a_note())
    assert stores.directory.bureau(first.code) == (first, 1)
    assert len(stores.directory.bureau_history(first.code)) == 1


def test_an_office_that_was_never_loaded_says_so(stores: Stores) -> None:
    with pytest.raises(OfficeMissingError):
        stores.directory.office()


def test_the_offices_contacts_and_ladders_are_read_back_as_written_and_can_be_replaced(stores: Stores) -> None:
    stores.directory.put_office(OFFICE, build.a_note())
    assert stores.directory.office() == OFFICE
    changed = replace(OFFICE, contacts=OFFICE.contacts[:1])
    stores.directory.put_office(changed, build.a_note())
    assert stores.directory.office() == changed


def test_accounts_are_read_back_and_a_second_one_of_the_same_id_is_refused(stores: Stores) -> None:
    account = build.an_account()
    stores.accounts.put_account(account, build.a_note())
    assert stores.accounts.accounts() == (account,)
    with pytest.raises(TransactionLostError):
        stores.accounts.put_account(replace(account, name="别的"), build.a_note())
    renamed = replace(account, name="平安京城")
    stores.accounts.put_account(renamed, build.a_note("改名"), before=account, revision=1)
    assert stores.accounts.account(account.id) == (renamed, 2)
    newest, oldest = stores.accounts.history(account.id)
    assert newest.note == build.a_note("改名")
    assert read_account_body(newest.before) == read_account_body(oldest.after) == account
    assert stores.accounts.accounts() == (renamed,)


def test_what_is_parked_is_kept_whole_once_and_oldest_first(stores: Stores) -> None:
    for minutes, name in ((2, "b"), (1, "a"), (1, "a")):
        stores.parking.park(
            parked_id=name, reason="malformed", body=name.encode(), context={"queue": "inbox"}, now=build.after(minutes=minutes)
        )
    parked = stores.parking.parked()
    assert [(one.body, one.reason, dict(one.context)) for one in parked] == [
        (b"a", "malformed", {"queue": "inbox"}),
        (b"b", "malformed", {"queue": "inbox"}),
    ]
    stores.parking.remove(parked[0].place)
    assert [one.body for one in stores.parking.parked()] == [b"b"]


def test_what_is_parked_is_read_to_its_end_a_page_at_a_time(stores: Stores) -> None:
    for minutes in range(5):
        stores.parking.park(parked_id="1", reason="malformed", body=b"%d" % minutes, context={}, now=build.after(minutes=minutes))
    first = stores.parking.parked(limit=2)
    rest = stores.parking.parked(behind=first[-1].place)
    assert [one.body for one in (*first, *rest)] == [b"0", b"1", b"2", b"3", b"4"]
    assert [one.body for one in stores.parking.every(page=2)] == [b"0", b"1", b"2", b"3", b"4"]
    assert stores.parking.number() == 5
