"""`jiesu figures rebuild`: messages of an earlier version are listed, and the days of which all are kept counted."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from jiesu.cases.volume import together
from jiesu.store import keys
from jiesu.store.attributes import item
from ops import figures
from ops.main import main
from ops.stack import Stack
from tests import builders as build
from tests.conftest import Stores
from tests.functions import desks
from tests.functions.test_tally_volume import BEIJING, rest
from tests.tables import TABLES


def rebuilt(capsys: pytest.CaptureFixture[str]) -> str:
    with pytest.raises(SystemExit) as ended:
        main(["figures", "rebuild"])
    assert ended.value.code == 0
    return capsys.readouterr().out


def forget_the_index(stores: Stores) -> None:
    """As an earlier version left the messages."""
    for one in stores.client.scan(TableName=TABLES.messages)["Items"]:
        if "gsi2pk" in one:
            stores.client.update_item(
                TableName=TABLES.messages,
                Key={name: one[name] for name in ("pk", "sk")},
                UpdateExpression="REMOVE gsi2pk, gsi2sk",
            )


def test_messages_of_an_earlier_version_are_counted_from_the_first_day_that_is_whole(
    stores: Stores, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    outputs = {"CasesTableName": TABLES.cases, "MessagesTableName": TABLES.messages}
    monkeypatch.setattr("jiesu.runtime.clients.dynamodb", lambda: stores.client)
    monkeypatch.setattr(figures, "find_stack", lambda _: Stack(name="jiesu", outputs=outputs))
    now = datetime.now(UTC)
    today = now.astimezone(BEIJING).date()
    for number, back in enumerate((40, 39, 39, 1, 0)):
        rest(stores, number, received_at=now - timedelta(days=back))
    message = replace(build.a_message(), received_at=now - timedelta(days=39))
    stores.messages.open_case(
        stores.cases,
        build.a_screened(message=message),
        case_id=build.CASE_ID,
        title="电梯内吐痰",
        now=build.NOW,
        previous_case_id=None,
    )
    event = build.a_screened(message=build.a_message(id="weibo:event", citizen_id="c9"), triage=build.noise())
    stores.messages.rest(event, day=None, expires_at=build.after(days=180))
    forget_the_index(stores)
    assert "6 of 6 messages listed, 39 days counted" in rebuilt(capsys)
    assert "0 of 6 messages listed" in rebuilt(capsys)
    kept = stores.volume.between(date.min, date.max)
    assert [(today - one.day).days for one in kept] == list(range(39, 0, -1))
    total = together(kept).total
    assert (total.received, total.work) == (4, 1)


def test_where_nothing_rests_no_day_is_known_to_be_whole(
    stores: Stores, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    outputs = {"CasesTableName": TABLES.cases, "MessagesTableName": TABLES.messages}
    monkeypatch.setattr("jiesu.runtime.clients.dynamodb", lambda: stores.client)
    monkeypatch.setattr(figures, "find_stack", lambda _: Stack(name="jiesu", outputs=outputs))
    desks.opened(stores)
    assert "0 days counted" in rebuilt(capsys)
    stored = stores.client.get_item(TableName=TABLES.messages, Key=item(pk=keys.VOLUMES, sk=build.NOW.date().isoformat()))
    assert "Item" not in stored
