"""What the store of labels promises: every word of a person once, beside the text it was said of."""

from datetime import timedelta

import pytest

from jiesu.cases.commands import CloseCase, CorrectCase, ReopenCase
from jiesu.model.case import Verdict
from jiesu.model.words import Resolution, Urgency
from jiesu.store.labels import LabelStore
from jiesu.store.resting import place_of
from tests import builders as build
from tests.conftest import Stores
from tests.tables import TABLES

DAY = build.NOW.date()


@pytest.fixture
def labels(stores: Stores) -> LabelStore:
    return LabelStore(stores.client, cases_table_name=TABLES.cases, messages_table_name=TABLES.messages)


def open_case(stores: Stores, number: int) -> str:
    case_id = f"261123-{number:06d}"
    message = build.a_message(id=f"weibo:{number}", citizen_id=f"citizen-{number}", text=f"留言 {number}")
    stores.messages.open_case(
        stores.cases,
        build.a_screened(message=message, triage=build.a_triage(model_version="linear-1+rules-2")),
        case_id=case_id,
        title="一",
        now=build.NOW,
        previous_case_id=None,
    )
    return case_id


def rest(stores: Stores, number: int) -> str:
    message = build.a_message(id=f"weibo:{number}", citizen_id=f"citizen-{number}", text=f"转发 {number}")
    stores.messages.rest(build.a_screened(message=message, triage=build.noise()), day=DAY, expires_at=build.after(days=180))
    return place_of(message)


def test_corrections_and_closings_are_labels_with_their_texts_in_the_order_of_the_last_words(
    stores: Stores, labels: LabelStore
) -> None:
    silent, corrected, closed = (open_case(stores, number) for number in (1, 2, 3))
    assert silent
    act = stores.cases.execute
    act(closed, CloseCase(resolution=Resolution.NOISE, reason="广告"), actor=build.EDITOR, now=build.after(minutes=1))
    act(corrected, CorrectCase(category="traffic.violation"), actor=build.EDITOR, now=build.after(minutes=2))
    act(corrected, CorrectCase(urgency=Urgency.URGENT), actor=build.EDITOR, now=build.after(minutes=3))
    found = labels.labelled()
    assert [(one.message.text, one.label.actionable, one.label.category) for one in found.messages] == [
        ("留言 3", False, "noise"),
        ("留言 2", True, "traffic.violation"),
    ]
    assert {one.label.thought.model_version for one in found.messages} == {"linear-1+rules-2"}
    act(closed, ReopenCase(reason="误关"), actor=build.EDITOR, now=build.after(minutes=4))
    assert [one.message.text for one in labels.labelled().messages] == ["留言 2"]


def test_a_miss_and_a_noise_that_is_noise_are_labels_too(stores: Stores, labels: LabelStore) -> None:
    missed, noise = rest(stores, 1), rest(stores, 2)
    resting = stores.resting.find(missed)
    assert resting is not None
    stores.resting.make_case(
        stores.cases,
        resting,
        Verdict(category="fraud.online", urgency=Urgency.URGENT),
        where=build.a_place(),
        case_id=build.CASE_ID,
        actor=build.EDITOR,
        now=build.after(minutes=5),
    )
    stores.samples.draw(DAY, [noise], build.after(days=1))
    stores.samples.call_noise(DAY, 1, actor=build.EDITOR, now=build.after(days=1, minutes=1))
    found = labels.labelled().messages
    assert [(one.message.text, one.label.actionable, one.label.thought.actionable) for one in found] == [
        ("转发 1", True, False),
        ("转发 2", False, False),
    ]
    assert found[1].label.said_at == build.after(days=1, minutes=1)


def test_a_label_outlives_its_text_and_is_only_counted_then(stores: Stores, labels: LabelStore) -> None:
    rest(stores, 1)
    stores.samples.draw(DAY, ["W10"], build.after(days=1))
    stores.samples.call_noise(DAY, 1, actor=build.EDITOR, now=build.after(days=1) + timedelta(minutes=1))
    found = labels.labelled()
    assert (found.messages, found.gone) == ((), 1)


def test_more_labels_than_one_batch_holds_are_read(stores: Stores, labels: LabelStore) -> None:
    for number in range(101):
        stores.cases.execute(
            open_case(stores, number),
            CloseCase(resolution=Resolution.HANDLED, reason="办结"),
            actor=build.EDITOR,
            now=build.after(minutes=1),
        )
    assert len(labels.labelled().messages) == 101
