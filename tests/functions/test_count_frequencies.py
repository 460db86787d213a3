"""How common words are, counted night by night on the office's own cases, and what a worker weighs them with."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import boto3
import pytest

from jiesu.matters.frequencies import MAGIC, read, shipped
from jiesu.road.frequencies import LOOK_EVERY, FrequencyBook, FrequencyCount
from jiesu.store.frequencies import FrequencyRegistry
from jiesu.store.issues import IssueStore
from jiesu.store.models import ModelVault
from jiesu.triage.ngrams import fingerprint
from tests import builders as build
from tests.conftest import Stores
from tests.dying import counting
from tests.tables import MODEL_BUCKET, TABLES

ZONE = ZoneInfo("Asia/Shanghai")
RARE = fingerprint("锟斤")


@pytest.fixture
def registry(stores: Stores) -> FrequencyRegistry:
    return FrequencyRegistry(stores.client, TABLES.directory)


@pytest.fixture
def nightly(stores: Stores, model_vault: ModelVault, registry: FrequencyRegistry) -> FrequencyCount:
    issues = IssueStore(stores.client, TABLES.cases)
    return FrequencyCount(registry=registry, vault=model_vault, issues=issues, messages=stores.messages, zone=ZONE)


def opened(stores: Stores, number: int, *, day: int = 0, messages: int = 1) -> None:
    """A case of that day about a thing that nobody else has written of, and further messages of the same."""
    now = build.after(days=day, minutes=number)
    case = None
    for further in range(messages):
        message = build.a_message(
            id=f"m{number}-{further}", citizen_id=f"c{number}-{further}", text=f"锟斤拷坏了,第{number}次", sent_at=now
        )
        screened = build.a_screened(message=message)
        if case is None:
            case_id = f"2611{23 + day}-{number:06d}"
            case = stores.messages.open_case(stores.cases, screened, case_id=case_id, title="坏", now=now, previous_case_id=None)
        else:
            case = stores.messages.join_case(stores.cases, case, screened, now=now)


def test_each_case_of_a_day_that_is_over_counts_once_and_no_day_twice(
    stores: Stores, nightly: FrequencyCount, registry: FrequencyRegistry, model_vault: ModelVault
) -> None:
    opened(stores, 1, messages=5)
    opened(stores, 2)
    opened(stores, 3, day=1)
    assert nightly.count_due(build.after(days=1)) == {"days_counted": 7, "texts_counted": 2}
    assert nightly.count_due(build.after(days=1, hours=2)) == {"days_counted": 0, "texts_counted": 0}
    first = registry.standing()
    assert first is not None
    assert RARE not in read(model_vault.fetch(first.table)).counts
    # Seen once more the next day: what was too rare for the table was not forgotten.
    assert nightly.count_due(build.after(days=2)) == {"days_counted": 1, "texts_counted": 1}
    second = registry.standing()
    assert second is not None
    assert read(model_vault.fetch(second.table)).counts[RARE] == 3
    assert (second.documents, second.revision) == (shipped().documents + 3, 2)


def test_a_worker_finds_the_new_table_within_the_hour_and_asks_no_more_often(
    stores: Stores, nightly: FrequencyCount, registry: FrequencyRegistry, model_vault: ModelVault
) -> None:
    book = FrequencyBook(registry=registry, vault=model_vault)
    assert book.table(build.NOW) is shipped()
    opened(stores, 1)
    nightly.count_due(build.after(days=1))
    with counting(stores.client) as calls:
        assert book.table(build.NOW + LOOK_EVERY - timedelta(seconds=1)) is shipped()
    assert calls == []
    assert book.table(build.NOW + LOOK_EVERY).documents == shipped().documents + 1


def test_a_damaged_table_stops_nobody(
    stores: Stores, nightly: FrequencyCount, registry: FrequencyRegistry, model_vault: ModelVault
) -> None:
    opened(stores, 1)
    nightly.count_due(build.after(days=1))
    standing = registry.standing()
    assert standing is not None
    boto3.client("s3").put_object(Bucket=MODEL_BUCKET, Key=f"artefacts/{standing.table}.bin", Body=MAGIC)
    assert FrequencyBook(registry=registry, vault=model_vault).table(build.NOW) is shipped()
