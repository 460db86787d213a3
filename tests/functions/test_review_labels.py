"""The monthly review: who agreed with whom, and how many labels wait."""

import importlib

import pytest

from jiesu.cases.commands import CloseCase, CorrectCase
from jiesu.cases.labels import Label
from jiesu.model.words import Resolution, Urgency
from jiesu.road.review import agrees
from jiesu.runtime import clients
from jiesu.store.models import Promotion
from tests import builders as build
from tests.conftest import Stores
from tests.functions.desks import opened


def label(*, actionable: bool | None = True, category: str | None = None, urgency: Urgency | None = None) -> Label:
    return Label(
        message=build.a_message_ref(),
        thought=build.a_triage(),
        said_at=build.NOW,
        actionable=actionable,
        category=category,
        urgency=urgency,
    )


def test_to_agree_is_to_leave_all_of_it_as_it_was() -> None:
    assert agrees(label())
    assert agrees(label(category="public_order.offence", urgency=Urgency.ROUTINE))
    assert not agrees(label(category="fraud.online"))
    assert not agrees(label(urgency=Urgency.URGENT))
    assert not agrees(label(actionable=False, category="noise"))


def test_the_function_counts_by_version_and_since_the_last_promotion(stores: Stores, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clients, "dynamodb", lambda: stores.client)
    app = importlib.reload(importlib.import_module("functions.review_labels.app"))
    right, wrong = opened(stores), opened(stores, citizen="citizen-2", case_id="261123-222222")
    act = stores.cases.execute
    act(right.id, CloseCase(resolution=Resolution.HANDLED, reason="办结"), actor=build.EDITOR, now=build.after(minutes=1))
    act(wrong.id, CorrectCase(category="fraud.online"), actor=build.EDITOR, now=build.after(minutes=3))
    version = build.a_triage().model_version
    expected = {"labels": 2, "labels_waiting": 2, "versions": {version: {"judged": 2, "agreed": 1}}}
    assert app.handler({}, None) == expected
    promotion = Promotion(version="x", digest="", release="x", promoted_at=build.after(minutes=2), promoted_by="tests", reason="")
    stores.models.promote(promotion, stores.models.promotions())
    assert app.handler({}, None) == {**expected, "labels_waiting": 1}
