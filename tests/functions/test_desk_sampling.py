"""The daily sample from the draw to the figure, as the scheduled function and the editors take part in it."""

import importlib
import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from jiesu.road.sampling import DAYS_BACK, draw_due
from jiesu.runtime import clients
from tests import builders as build
from tests.conftest import Stores
from tests.functions.browser import Browser
from tests.functions.desks import DemoDesk, fill_directory

DAY = build.NOW.date() - timedelta(days=1)
ZONE = ZoneInfo("Asia/Shanghai")


@pytest.fixture
def office(stores: Stores) -> DemoDesk:
    fill_directory(stores)
    return DemoDesk(stores)


def rest(stores: Stores, number: int) -> None:
    message = build.a_message(id=f"weibo:{number}", citizen_id=f"citizen-{number}", text=f"转发微博 {number}")
    stores.messages.rest(build.a_screened(message=message, triage=build.noise()), day=DAY, expires_at=build.after(days=180))


def draw(stores: Stores) -> dict[str, int]:
    return draw_due(stores.resting, stores.samples, zone=ZONE, now=build.NOW)


def call_noise(browser: Browser, address: str = "/prod/desk/sample") -> str:
    """Press the first button of the sample; the next page."""
    page = browser.get(address)
    (form,) = [form for form in page.forms if "/sample/" in form.action]
    return browser.submit(form).text


def test_a_sample_is_judged_one_by_one_and_becomes_a_figure(office: DemoDesk) -> None:
    for number in range(40):
        rest(office.stores, number)
    assert draw(office.stores)["messages_drawn"] == 20
    browser = office.editor()
    assert "抽查的 20 条留言还没有人判" in browser.get("/prod/desk/miss-rate").text
    for _ in range(18):
        call_noise(browser)
    page = browser.get("/prod/desk/sample")
    (link,) = [one for one in page.links if "?then=" in one]
    opening = browser.get(link)
    (form,) = [form for form in opening.forms if "/resting/" in form.action]
    page = browser.submit(form, category="fraud.online", urgency="routine")
    assert "已转为诉求件 " in page.text
    assert "共 1 条待判" in page.text
    partial = browser.get("/prod/desk/miss-rate").text
    assert "还有 1 条待判，结果会变" in partial
    assert "没有待判的留言" in call_noise(browser)
    shown = browser.get("/prod/desk/miss-rate").text
    assert "5.00%" in shown
    assert re.search(r"95% 置信区间 0\.\d+% 至 2\d\.\d+%", shown)
    assert "系统判为无需办理的留言 40 条" in shown
    assert "抽查判过 20 条，其中 1 条是诉求" in shown
    behind = browser.get(f"/prod/desk/miss-rate/{DAY}")
    assert behind.text.count("不是诉求") == 19
    assert [one for one in behind.links if "/desk/cases/" in one] != []


def test_a_message_can_be_skipped_and_comes_back(office: DemoDesk) -> None:
    rest(office.stores, 1)
    draw(office.stores)
    browser = office.editor()
    page = browser.get("/prod/desk/sample")
    (skip,) = [one for one in page.links if "after=" in one]
    assert "还有 1 条没有判" in browser.get(skip).text
    assert "转发微博 1" in browser.get("/prod/desk/sample").text


def test_two_editors_judge_a_message_once(office: DemoDesk) -> None:
    rest(office.stores, 1)
    draw(office.stores)
    first, second = office.editor(), office.editor("王芳")
    late = [form for form in second.get("/prod/desk/sample").forms if "/sample/" in form.action]
    call_noise(first)
    assert "这条留言已有人判过" in second.submit(late[0]).text


def test_before_anything_is_drawn_the_pages_say_so(office: DemoDesk) -> None:
    browser = office.editor()
    assert "没有待判的留言" in browser.get("/prod/desk/sample").text
    assert "还没有抽查过留言" in browser.get("/prod/desk/miss-rate").text
    assert browser.get(f"/prod/desk/miss-rate/{DAY}").status == 404
    assert browser.get("/prod/desk/miss-rate/x").status == 400


def test_a_day_is_drawn_once_and_missed_days_are_made_up_for(office: DemoDesk) -> None:
    rest(office.stores, 1)
    assert draw(office.stores) == {"days_drawn": DAYS_BACK, "messages_drawn": 1}
    assert draw(office.stores) == {"days_drawn": 0, "messages_drawn": 0}


def test_the_function_draws(office: DemoDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clients, "dynamodb", lambda: office.stores.client)
    app = importlib.reload(importlib.import_module("functions.sample_noise.app"))
    assert app.handler({}, None)["days_drawn"] == DAYS_BACK
    yesterday = datetime.now(UTC).astimezone(ZONE).date() - timedelta(days=1)
    assert office.stores.samples.is_drawn(yesterday)
