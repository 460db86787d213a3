"""The daily count of what came in: from stored messages, whatever came twice, late, or was decided later."""

import importlib
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from types import ModuleType
from zoneinfo import ZoneInfo

import pytest

from jiesu.cases.commands import CloseCase, ReopenCase
from jiesu.cases.volume import DayVolume, Part, together
from jiesu.model.case import Verdict
from jiesu.model.errors import DuplicateMessageError
from jiesu.model.message import Message
from jiesu.model.words import ContentType, Platform, Resolution, Urgency
from jiesu.road.moving import MessageMover
from jiesu.road.volume import tally_volume
from jiesu.runtime import clients
from jiesu.store.resting import place_of
from tests import builders as build
from tests.conftest import Stores
from tests.functions import desks

BEIJING = ZoneInfo("Asia/Shanghai")
DAY = build.NOW.astimezone(BEIJING).date()
MORNING_AFTER = datetime(2026, 11, 24, 4, 50, tzinfo=BEIJING)


def rest(stores: Stores, number: int, *, received_at: datetime = build.NOW, platform: Platform = Platform.WEIBO) -> Message:
    message = build.a_message(id=f"{platform}:r{number}", citizen_id=f"reader-{number}", platform=platform)
    message = replace(message, received_at=received_at)
    day = received_at.astimezone(BEIJING).date()
    stores.messages.rest(build.a_screened(message=message, triage=build.noise()), day=day, expires_at=build.after(days=180))
    return message


def tallied(stores: Stores, now: datetime = MORNING_AFTER) -> dict[date, DayVolume]:
    tally_volume(stores.volume, zone=BEIJING, now=now)
    return {one.day: one for one in stores.volume.between(date.min, date.max)}


def test_what_rests_and_what_opens_or_joins_a_case_is_counted_once_however_often_it_comes(stores: Stores) -> None:
    desks.opened(stores)
    message = rest(stores, 1, platform=Platform.WECHAT)
    with pytest.raises(DuplicateMessageError):
        rest(stores, 1, platform=Platform.WECHAT)
    for _ in range(2):
        (volume,) = tallied(stores).values()
        table = together([volume])
        assert (volume.day, table.total.received, table.total.work) == (DAY, 2, 1)
        assert {platform: one.share.met for platform, one in table.platforms} == {Platform.WEIBO: 1, Platform.WECHAT: 0}
        assert volume.cells[0].hour == message.received_at.astimezone(BEIJING).hour
        assert table.cases(Part.WORK) == {build.CASE_ID: 1}


def test_what_no_citizen_wrote_is_no_message_that_came_in(stores: Stores) -> None:
    event = build.a_screened(message=build.a_message(content_type=ContentType.EVENT), triage=build.noise())
    stores.messages.rest(event, day=None, expires_at=build.after(days=180))
    assert tallied(stores) == {}


def test_what_people_decide_on_later_days_is_counted_and_may_be_taken_back(stores: Stores) -> None:
    case = desks.opened(stores)
    missed = rest(stores, 1)
    tallied(stores)
    resting = stores.resting.find(place_of(missed))
    assert resting is not None
    made = stores.resting.make_case(
        stores.cases,
        resting,
        Verdict(category="public_order.offence", urgency=Urgency.URGENT),
        where=build.a_place(),
        case_id="261124-222222",
        actor=build.EDITOR,
        now=build.after(days=1),
    )
    noise = CloseCase(resolution=Resolution.NOISE, reason="广告")
    stores.cases.execute(case.id, noise, actor=build.EDITOR, now=build.after(days=1))
    total = together(tallied(stores, MORNING_AFTER + timedelta(days=1)).values()).total
    assert (total.received, total.work, total.raised, total.lowered) == (2, 1, 1, 1)
    stores.cases.execute(case.id, ReopenCase(reason="看错了"), actor=build.EDITOR, now=build.after(days=2))
    table = together(tallied(stores, MORNING_AFTER + timedelta(days=2)).values())
    assert (table.total.work, table.total.lowered) == (2, 0)
    assert table.cases(Part.RAISED) == {made: 1}


def test_a_message_that_was_split_off_counts_with_the_case_it_is_in_now(stores: Stores) -> None:
    case = desks.opened(stores)
    second = build.a_screened(message=build.a_message(id="weibo:2", sent_at=build.after(minutes=5)))
    stores.messages.join_case(stores.cases, case, second, now=build.after(minutes=5))
    browser = desks.DemoDesk(stores).editor()
    form = browser.get(f"/prod/desk/cases/{case.id}/move-messages").form("/move-messages")
    made = browser.submit(form, message="weibo:2", to="new", reason="另一件事").path.rpartition("/")[2]
    split = stores.cases.load(made)
    assert split is not None
    for version in split.moving:
        MessageMover(cases=stores.cases, moves=stores.moves).move(made, version, build.NOW)
    stores.cases.execute(
        case.id, CloseCase(resolution=Resolution.NOISE, reason="广告"), actor=build.EDITOR, now=build.after(hours=1)
    )
    table = together(tallied(stores).values())
    assert (table.cases(Part.WORK), table.cases(Part.LOWERED)) == ({made: 1}, {case.id: 1})


def test_a_message_that_arrives_late_is_counted_on_its_day_and_a_day_without_one_is_no_gap(stores: Stores) -> None:
    rest(stores, 1)
    tallied(stores, MORNING_AFTER + timedelta(days=1))
    rest(stores, 2, received_at=build.NOW)
    rest(stores, 3, received_at=build.NOW + timedelta(days=3))
    days = tallied(stores, MORNING_AFTER + timedelta(days=3))
    assert [(day - DAY).days for day in days] == [0, 1, 2, 3]
    assert [sum(cell.received for cell in one.cells) for one in days.values()] == [2, 0, 0, 1]


def test_days_before_an_offices_first_message_are_not_counted_as_days_without_any(stores: Stores) -> None:
    rest(stores, 1)
    assert list(tallied(stores)) == [DAY]


def test_a_count_of_fewer_messages_replaces_none_because_some_have_expired_nor_an_older_one_a_newer(stores: Stores) -> None:
    for number in range(2):
        rest(stores, number)
    (counted,) = tallied(stores).values()
    assert not stores.volume.put(replace(counted, cells=(), counted_at=counted.counted_at + timedelta(days=1)))
    assert not stores.volume.put(replace(counted, counted_at=counted.counted_at - timedelta(days=1)))
    assert stores.volume.between(DAY, DAY) == (counted,)


def test_the_function_counts_the_days_that_are_over(stores: Stores, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clients, "dynamodb", lambda: stores.client)
    app: ModuleType = importlib.reload(importlib.import_module("functions.tally_volume.app"))
    now = datetime.now(UTC)
    rest(stores, 1, received_at=now)
    rest(stores, 2, received_at=now - timedelta(days=1))
    assert app.handler({}, None) == {"days": 1, "messages": 1}
