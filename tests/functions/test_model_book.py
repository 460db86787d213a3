"""Which model a worker thinks with, whatever lies in the bucket."""

from datetime import timedelta

import boto3
import pytest
from botocore.exceptions import ClientError

from jiesu.road.model_book import LOOK_EVERY, ModelBook
from jiesu.road.screening import screen
from jiesu.store.models import ModelVault, Promotion
from jiesu.triage.model import load
from jiesu.triage.screen import release
from tests import artefacts
from tests import builders as build
from tests.conftest import Stores
from tests.dying import counting, refusing


def promote(stores: Stores, digest: str, *, version: str = "linear-learnt", measured_against: str | None = None) -> None:
    promotion = Promotion(
        version=version,
        digest=digest,
        release=measured_against or release(),
        promoted_at=build.NOW,
        promoted_by="tests",
        reason="better",
    )
    stores.models.promote(promotion, stores.models.promotions())


@pytest.fixture
def book(stores: Stores, model_vault: ModelVault) -> ModelBook:
    return ModelBook(registry=stores.models, vault=model_vault)


def test_where_nothing_is_promoted_the_shipped_one_runs_and_s3_is_not_asked(stores: Stores) -> None:
    book = ModelBook(registry=stores.models, vault=ModelVault(client=lambda: pytest.fail("no need"), bucket_name=""))
    with counting(stores.client) as calls:
        assert book.model(build.NOW) is load()
        assert book.model(build.after(minutes=4)) is load()
    assert calls == ["GetItem"]


def test_a_promoted_model_runs_within_minutes_and_stands_on_every_message(
    stores: Stores, model_vault: ModelVault, book: ModelBook
) -> None:
    book.model(build.NOW)
    promote(stores, model_vault.keep(artefacts.changed(version="linear-learnt")))
    assert book.model(build.NOW + LOOK_EVERY - timedelta(seconds=1)) is load()
    model = book.model(build.NOW + LOOK_EVERY)
    assert model.version == "linear-learnt"
    thought, _ = screen(build.a_message(), model)
    assert thought.model_version.startswith("linear-learnt+rules-")
    promote(stores, "", version=load().version)
    assert book.model(build.NOW + 2 * LOOK_EVERY) is load()


def test_what_was_measured_against_another_release_does_not_run(stores: Stores, model_vault: ModelVault, book: ModelBook) -> None:
    promote(stores, model_vault.keep(artefacts.changed(version="linear-old")), measured_against="linear-before+rules-1")
    assert book.model(build.NOW) is load()


@pytest.mark.parametrize("artefact", [b"", b"nonsense", artefacts.SHIPPED[:-9], artefacts.without_banks()])
def test_a_bad_artefact_is_counted_and_the_shipped_one_runs(
    stores: Stores, model_vault: ModelVault, book: ModelBook, artefact: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    promote(stores, model_vault.keep(artefact))
    assert book.model(build.NOW) is load()
    assert "ModelFallback" in capsys.readouterr().out


def test_bytes_that_are_not_those_of_their_name_do_not_run(stores: Stores, model_vault: ModelVault, book: ModelBook) -> None:
    digest = model_vault.keep(artefacts.changed(version="linear-learnt"))
    boto3.client("s3").put_object(
        Bucket=model_vault.bucket_name, Key=f"artefacts/{digest}.bin", Body=artefacts.changed(version="linear-forged")
    )
    promote(stores, digest)
    assert book.model(build.NOW) is load()


def test_an_artefact_that_is_gone_is_looked_for_again(stores: Stores, model_vault: ModelVault, book: ModelBook) -> None:
    artefact = artefacts.changed(version="linear-learnt")
    digest = model_vault.keep(artefact)
    boto3.client("s3").delete_object(Bucket=model_vault.bucket_name, Key=f"artefacts/{digest}.bin")
    promote(stores, digest)
    assert book.model(build.NOW) is load()
    model_vault.keep(artefact)
    assert book.model(build.NOW + LOOK_EVERY).version == "linear-learnt"


def test_a_directory_that_does_not_answer_leaves_what_runs(stores: Stores, model_vault: ModelVault, book: ModelBook) -> None:
    promote(stores, model_vault.keep(artefacts.changed(version="linear-learnt")))
    book.model(build.NOW)
    with refusing(stores.client, "GetItem", "ThrottlingException"):
        assert book.model(build.NOW + LOOK_EVERY).version == "linear-learnt"


def test_of_two_promotions_at_once_the_second_is_refused(stores: Stores) -> None:
    standing = stores.models.promotions()
    promote(stores, "")
    promotion = stores.models.promotions().history[0]
    with pytest.raises(ClientError, match="ConditionalCheckFailed"):
        stores.models.promote(promotion, standing)
