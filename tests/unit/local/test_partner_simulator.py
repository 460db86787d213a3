"""The simulated partner takes an answer that is signed, once, and refuses the rest by status."""

from datetime import timedelta
from typing import Any

import pytest

from local.platforms import partner
from local.world.exchanges import ExchangeKind
from tests.unit.local.conftest import PARTNER, Outside

CITIZEN = "u-5531"


def answer(outside: Outside, *, account_id: str = "partner-demo", ago: timedelta = timedelta(), **changes: str) -> Any:
    payload = {"type": "reply.created", "data": {"id": "r1", "citizen_id": CITIZEN, "text": "已转分局办理"} | changes}
    secrets = {"secret": PARTNER.secrets["reply_secret"]}
    _, body, headers = partner.signed_delivery(secrets, payload, timestamp=outside.clock() - ago, message_id="r1")
    return outside.client.post(f"/partner/{account_id}", data=body, headers=headers)


def test_an_answer_reaches_the_citizen_once_however_often_it_is_sent(outside: Outside) -> None:
    outside.citizen(PARTNER, CITIZEN, ExchangeKind.PRIVATE)
    outside.client.post("/faults", json={"platform": "partner", "error": "answer_lost"})
    assert [answer(outside).status_code for _ in range(3)] == [504, 204, 204]
    assert outside.received(PARTNER, CITIZEN) == ["已转分局办理"]


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"account_id": "another"}, 404),
        ({"citizen_id": "never wrote"}, 404),
        ({"ago": timedelta(minutes=6)}, 401),
    ],
)
def test_what_it_cannot_take_it_refuses(outside: Outside, changes: dict[str, Any], status: int) -> None:
    outside.citizen(PARTNER, CITIZEN, ExchangeKind.PRIVATE)
    assert answer(outside, **changes).status_code == status
    assert outside.received(PARTNER, CITIZEN) == []


def test_an_unsigned_answer_is_refused(outside: Outside) -> None:
    assert outside.client.post("/partner/partner-demo", json={"type": "reply.created"}).status_code == 401


def test_ordered_bad_luck_is_a_status(outside: Outside) -> None:
    outside.citizen(PARTNER, CITIZEN, ExchangeKind.PRIVATE)
    for error in ("http_503", "410"):
        outside.client.post("/faults", json={"platform": "partner", "error": error})
    assert [answer(outside).status_code for _ in range(3)] == [503, 410, 204]
