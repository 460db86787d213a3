"""Two contacts of every bureau must answer; what a provider says of an address counts against it."""

from dataclasses import replace

from jiesu.cases.reachability import unreachable
from jiesu.model.receipt import ContactMark, ReceiptKind
from jiesu.model.words import ContactRole
from tests import builders as build

DUTY, CHIEF = build.a_contact(ContactRole.DUTY_OFFICER, phone="+8619900000001"), build.a_contact(ContactRole.CHIEF, phone="")


def a_mark(address: str, kind: ReceiptKind = ReceiptKind.HARD_BOUNCE) -> ContactMark:
    return ContactMark(address=address, kind=kind, at=build.NOW, bureau="FT", contact="负责人", case_id=build.CASE_ID)


def test_a_bureau_with_two_contacts_that_answer_is_reachable() -> None:
    assert unreachable([build.a_bureau(contacts=(DUTY, CHIEF))], []) == ()


def test_one_bad_address_of_a_contact_who_has_another_is_no_reason() -> None:
    assert unreachable([build.a_bureau(contacts=(DUTY, CHIEF))], [a_mark(DUTY.email)]) == ()


def test_a_contact_whose_every_address_is_bad_is_named_with_what_was_said_of_it() -> None:
    (found,) = unreachable(
        [build.a_bureau(contacts=(DUTY, replace(CHIEF, email="Chief@Example.org")))], [a_mark("chief@example.org")]
    )
    assert (found.bureau_name, found.answering) == ("北京市公安局丰台分局", 1)
    assert found.reasons == ("单位负责人 单位负责人：邮箱被退回，地址无效",)


def test_two_names_with_one_mailbox_are_one_contact() -> None:
    (found,) = unreachable([build.a_bureau(contacts=(DUTY, replace(CHIEF, email=DUTY.email)))], [])
    assert found.reasons == ("单位负责人 单位负责人：与另一位联系人共用邮箱或手机",)


def test_a_bureau_with_one_contact_or_none_is_told_of() -> None:
    of_one, of_none = unreachable([build.a_bureau(contacts=(DUTY,)), build.a_bureau("GJ", contacts=())], [])
    assert (of_one.answering, of_one.reasons) == (1, ("名录中只有 1 位联系人",))
    assert (of_none.answering, of_none.reasons) == (0, ("名录中只有 0 位联系人",))
