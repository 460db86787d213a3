"""What the evidence store promises: each file recorded once, beside its message and in its case; its bytes under their hash."""

from hashlib import sha256

import boto3
import pytest

from jiesu.model.errors import CommandRefusedError
from jiesu.model.words import ContentType
from tests import builders as build
from tests.conftest import Stores
from tests.dying import ProcessDiedError, dying_after

REF = build.a_screened(message=build.a_message()).ref


@pytest.fixture
def with_case(stores: Stores) -> Stores:
    stores.cases.execute(build.CASE_ID, build.open_case(), actor=build.SYSTEM, now=build.NOW)
    return stores


def record(stores: Stores, number: int = 0) -> bool:
    evidence = build.evidence(number=number)
    return stores.evidence.record(stores.cases, build.CASE_ID, REF, evidence, actor=build.SYSTEM, now=build.after(seconds=5))


def test_a_file_is_recorded_beside_its_message_and_in_its_case(with_case: Stores) -> None:
    assert record(with_case)
    assert with_case.evidence.find(REF, 0) == build.evidence()
    assert with_case.evidence.of_case(build.CASE_ID) == (build.evidence(),)
    page = with_case.cases.timeline(build.CASE_ID)
    assert [entry.change.kind for entry in page.entries] == ["evidence_stored", "opened"]
    assert page.case is not None
    assert page.case.evidence_kept == (ContentType.IMAGE,)


def test_a_file_is_recorded_once_however_often_it_is_fetched(with_case: Stores) -> None:
    assert record(with_case)
    assert not record(with_case)
    assert with_case.cases.timeline(build.CASE_ID).entries[0].version == 2


def test_a_process_that_dies_before_the_write_leaves_nothing_and_may_come_again(with_case: Stores) -> None:
    with dying_after(with_case.client, calls=1), pytest.raises(ProcessDiedError):
        record(with_case)
    assert with_case.evidence.of_case(build.CASE_ID) == ()
    assert record(with_case)


def test_the_files_of_a_message_are_kept_apart_and_are_no_messages(with_case: Stores) -> None:
    assert record(with_case, 0)
    assert record(with_case, 1)
    assert [one.number for one in with_case.evidence.of_case(build.CASE_ID)] == [0, 1]
    assert with_case.messages.of_case(build.CASE_ID) == ()
    assert with_case.messages.conversation(REF.conversation) == ()


def test_nothing_is_recorded_without_a_case(stores: Stores) -> None:
    with pytest.raises(CommandRefusedError, match="case_missing"):
        record(stores)
    assert stores.evidence.find(REF, 0) is None


def test_bytes_lie_under_their_hash_once(stores: Stores, evidence_bucket: str) -> None:
    digest = stores.vault.keep(b"GIF89a", "image/gif")
    assert digest == sha256(b"GIF89a").hexdigest()
    s3 = boto3.client("s3")
    s3.put_bucket_versioning(Bucket=evidence_bucket, VersioningConfiguration={"Status": "Enabled"})
    assert stores.vault.keep(b"GIF89a", "image/gif") == digest
    assert len(s3.list_object_versions(Bucket=evidence_bucket)["Versions"]) == 1
    kept = s3.get_object(Bucket=evidence_bucket, Key=digest)
    assert (kept["Body"].read(), kept["ContentType"]) == (b"GIF89a", "image/gif")


def test_a_link_names_the_file_and_ends_within_minutes(stores: Stores, evidence_bucket: str) -> None:
    link = stores.vault.link("9f" * 32)
    assert f"/{'9f' * 32}?" in link
    assert "Expires" in link
