"""Who a citizen is: shown for a reason, to whoever gave it, for as long as they are on duty."""

import pytest

from jiesu.cases.unmasking import SHOWN_FOR, Unmask, unmasked
from jiesu.model.errors import CommandRefusedError
from jiesu.model.message import ConversationKey
from tests import builders as build

CITIZEN = build.a_message_ref().conversation
SEEN = Unmask(alias=CITIZEN.alias, reason="须当面核实")


def test_whoever_gives_a_reason_is_shown_the_citizen_and_nobody_else_is() -> None:
    case = build.a_case(SEEN)
    (shown,) = case.unmaskings
    assert shown.citizen == CITIZEN
    assert unmasked(case, shown.by.id, shown.at) == {CITIZEN}
    assert unmasked(case, "another", shown.at) == frozenset()


def test_what_was_shown_is_shown_no_longer_after_a_shift() -> None:
    case = build.a_case(SEEN)
    (shown,) = case.unmaskings
    assert unmasked(case, shown.by.id, shown.at + SHOWN_FOR) == frozenset()


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (Unmask(alias=CITIZEN.alias, reason=" "), "reason_missing"),
        (Unmask(alias="0000", reason="须当面核实"), "citizen_unknown"),
    ],
)
def test_nobody_is_unmasked_without_a_reason_or_from_another_case(command: Unmask, code: str) -> None:
    with pytest.raises(CommandRefusedError) as refused:
        build.a_case(command)
    assert refused.value.code == code


def test_an_alias_says_nothing_and_is_the_same_everywhere() -> None:
    one, other = ConversationKey(account_id="a", citizen_id="b"), ConversationKey(account_id="a", citizen_id="c")
    assert one.alias == ConversationKey(account_id="a", citizen_id="b").alias != other.alias
    assert len(one.alias) == 4
