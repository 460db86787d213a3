"""What the evidence store promises: each file recorded once, beside its message and in its case; its bytes under their hash."""

from hashlib import sha256

import boto3
import pytest

from jiesu.model.errors import CommandRefusedError
from jiesu.model.evidence import Derivative, EvidenceView
from jiesu.model.words import ContentType
from jiesu.store.evidence import Shelf
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
    assert with_case.evidence.find(build.CASE_ID, REF, 0) == build.evidence()
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


def test_files_come_with_the_messages_of_their_case_in_one_query(stores: Stores) -> None:
    messages = [build.a_message(id=f"weibo:{number}", sent_at=build.after(minutes=number)) for number in range(3)]
    for number, message in enumerate(messages):
        screened = build.a_screened(message=message)
        if number == 0:
            case = stores.messages.open_case(
                stores.cases, screened, case_id=build.CASE_ID, title="图", now=build.NOW, previous_case_id=None
            )
        else:
            case = stores.messages.join_case(stores.cases, case, screened, now=build.after(minutes=number))
        for file in range(2):
            kept = build.evidence(message_id=message.id, number=file)
            stores.evidence.record(stores.cases, case.id, screened.ref, kept, actor=build.SYSTEM, now=build.after(hours=1))
            case = stores.cases.load(case.id) or case
    written = stores.messages.correspondence(build.CASE_ID)
    assert [one.message.id for one in written.messages] == ["weibo:0", "weibo:1", "weibo:2"]
    files = [(one.message_id, one.number) for one in written.evidence]
    assert files == [(f"weibo:{message}", file) for message in range(3) for file in range(2)]
    newest = stores.messages.correspondence(build.CASE_ID, limit=3)
    assert [one.message.id for one in newest.messages] == ["weibo:2"]
    assert {one.message_id for one in newest.evidence} == {"weibo:2"}


def test_who_was_given_a_file_is_remembered_in_order_and_is_no_file(with_case: Stores) -> None:
    record(with_case)
    seen = [
        EvidenceView(at=build.after(minutes=2), actor=build.EDITOR, seen="original", sha256="9f" * 32),
        EvidenceView(at=build.after(minutes=3), actor=build.EDITOR, seen="thumbnails", assignment_id="a1"),
    ]
    for one in [*reversed(seen), seen[0]]:
        with_case.evidence.record_view(build.CASE_ID, one)
    assert with_case.evidence.views(build.CASE_ID) == tuple(seen)
    assert with_case.evidence.of_case(build.CASE_ID) == (build.evidence(),)
    assert with_case.evidence.views("another") == ()


def test_nothing_is_recorded_without_a_case(stores: Stores) -> None:
    with pytest.raises(CommandRefusedError, match="case_missing"):
        record(stores)
    assert stores.evidence.find(build.CASE_ID, REF, 0) is None


def test_bytes_lie_under_their_hash_once(stores: Stores, evidence_bucket: str) -> None:
    kept = stores.vault.keep(b"GIF89a", "image/gif")
    assert kept == Derivative(sha256=sha256(b"GIF89a").hexdigest(), size_bytes=6, media_type="image/gif")
    s3 = boto3.client("s3")
    s3.put_bucket_versioning(Bucket=evidence_bucket, VersioningConfiguration={"Status": "Enabled"})
    assert stores.vault.keep(b"GIF89a", "image/gif") == kept
    assert len(s3.list_object_versions(Bucket=evidence_bucket)["Versions"]) == 1
    found = s3.get_object(Bucket=evidence_bucket, Key=kept.sha256)
    assert (found["Body"].read(), found["ContentType"]) == (b"GIF89a", "image/gif")


def test_a_copy_lies_apart_from_its_original_even_where_the_bytes_are_the_same(stores: Stores, evidence_bucket: str) -> None:
    for shelf in Shelf:
        stores.vault.keep(b"#!AMR\n", "audio/amr", shelf)
    listed = boto3.client("s3").list_objects_v2(Bucket=evidence_bucket)["Contents"]
    digest = sha256(b"#!AMR\n").hexdigest()
    assert {one["Key"] for one in listed} == {digest, f"copies/{digest}", f"thumbnails/{digest}"}
    assert f"/copies/{digest}?" in stores.vault.link(digest, Shelf.COPIES)


def test_a_link_names_the_file_and_ends_within_minutes(stores: Stores, evidence_bucket: str) -> None:
    link = stores.vault.link("9f" * 32)
    assert f"/{'9f' * 32}?" in link
    assert "Expires" in link
