"""Files on an emulated AWS, from platforms that hand them out, refuse them, or have lost them."""

import importlib
import json
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from jiesu.cases.effects import MediaEffect
from jiesu.channels.outgoing import PlatformAnswer
from jiesu.channels.transmission import AnswerTooLargeError, MaybeSentError, NotSentError
from jiesu.model.errors import PermanentError
from jiesu.model.message import ChannelAccount, Media, Message
from jiesu.model.timeline import EvidenceMissing, EvidenceStored
from jiesu.model.words import ContentType, MessageKind, Platform
from jiesu.road.accounts import AccountBook
from jiesu.road.evidence import PLATFORM_KEEPS, RETRY_EVERY, EvidenceFetcher, MediaDelayedError
from jiesu.road.posts import read_due
from jiesu.road.tokens import TokenBook
from jiesu.runtime import clients
from jiesu.runtime.secrets import SecretBook
from jiesu.store.messages import ref_of
from tests import builders as build
from tests.conftest import Stores
from tests.functions.conftest import queue_url, sqs_event
from tests.functions.platforms import ScriptedPlatform, token
from tests.photographs import SECRET, photograph
from tests.unit.channels.accounts import (
    DOUYIN_SECRETS,
    WECHAT_SECRETS,
    WEIBO_SECRETS,
    douyin_account,
    wechat_account,
    weibo_account,
)

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

EVENTS = Path(__file__).parents[2] / "events"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(20)
FILE = PlatformAnswer(status=200, body=PNG)
GONE = PlatformAnswer(status=200, body=b'{"errcode":40007,"errmsg":"invalid media_id"}')
BUSY = PlatformAnswer(status=200, body=b'{"errcode":-1,"errmsg":"system error"}')
REJECTED = PlatformAnswer(status=200, body=b'{"errcode":42001,"errmsg":"access_token expired"}')
TOO_LATE = build.NOW + PLATFORM_KEEPS - RETRY_EVERY


@pytest.fixture
def configured(stores: Stores, evidence_bucket: str) -> Stores:
    """One Weibo, one WeChat and one Douyin account with their secrets, and the bucket."""
    secretsmanager = boto3.client("secretsmanager")
    for account, secrets in (
        (weibo_account(), WEIBO_SECRETS),
        (wechat_account(), WECHAT_SECRETS),
        (douyin_account(), DOUYIN_SECRETS),
    ):
        stores.accounts.put_account(account, build.a_note())
        secretsmanager.create_secret(Name=account.secret_name, SecretString=json.dumps(secrets))
    return stores


def fetcher(stores: Stores, platform: ScriptedPlatform) -> EvidenceFetcher:
    return EvidenceFetcher(
        cases=stores.cases,
        evidence=stores.evidence,
        vault=stores.vault,
        tokens=TokenBook(
            transient=stores.transient, secrets=SecretBook(boto3.client("secretsmanager")), transmit=platform.transmit
        ),
        accounts=AccountBook(stores.accounts.accounts),
        index=stores.matters,
        fetch=platform.transmit,
    )


def a_picture(account: ChannelAccount, content_type: ContentType = ContentType.IMAGE) -> Message:
    message = build.a_message(
        platform=account.platform,
        account_id=account.id,
        kind=MessageKind.PRIVATE,
        content_type=content_type,
        text="",
        post_id=None,
    )
    return replace(message, media=(Media(content_type=content_type, media_id="4200000001"),))


def due(stores: Stores, message: Message) -> MediaEffect:
    """`message` has opened a case; this is what its file asks for."""
    stores.messages.open_case(
        stores.cases, build.a_screened(message=message), case_id=build.CASE_ID, title="图", now=build.NOW, previous_case_id=None
    )
    return MediaEffect(id=f"{message.id}.0", case_id=build.CASE_ID, message=ref_of(message), number=0)


def collect(
    stores: Stores, effect: MediaEffect, *answers: PlatformAnswer | BaseException, now: datetime = build.NOW
) -> ScriptedPlatform:
    platform = ScriptedPlatform(*answers)
    fetcher(stores, platform).collect(effect, now)
    return platform


def missing(stores: Stores) -> str:
    """Why the only file of the case is missing."""
    (evidence,) = stores.evidence.of_case(build.CASE_ID)
    change = stores.cases.timeline(build.CASE_ID).entries[0].change
    assert isinstance(change, EvidenceMissing)
    assert change.evidence == evidence
    assert (evidence.state, evidence.sha256) == ("missing", "")
    return evidence.reason


def test_a_picture_on_weibo_is_kept_under_its_hash_with_its_source(configured: Stores, evidence_bucket: str) -> None:
    platform = collect(configured, due(configured, a_picture(weibo_account())), FILE)
    assert platform.asked == ["/2/mss/msget?access_token=weibo-token-for-tests&fid=4200000001"]
    (evidence,) = configured.evidence.of_case(build.CASE_ID)
    change = configured.cases.timeline(build.CASE_ID).entries[0].change
    assert isinstance(change, EvidenceStored)
    assert change.evidence == evidence
    assert (evidence.media_type, evidence.size_bytes, evidence.source) == ("image/png", len(PNG), "weibo-main/4200000001")
    kept = boto3.client("s3").get_object(Bucket=evidence_bucket, Key=evidence.sha256)
    assert kept["Body"].read() == PNG


def test_a_photograph_is_kept_as_it_came_and_as_bureaus_may_see_it(configured: Stores, evidence_bucket: str) -> None:
    original = photograph()
    collect(configured, due(configured, a_picture(weibo_account())), PlatformAnswer(status=200, body=original))
    (evidence,) = configured.evidence.of_case(build.CASE_ID)
    assert evidence.metadata is not None
    assert (evidence.metadata.taken_at, evidence.metadata.device) == ("2026-06-15 08:30:12 +08:00", "HUAWEI P60")
    assert evidence.copy is not None
    assert evidence.thumbnail is not None
    s3 = boto3.client("s3")
    lying = {
        one["Key"]: s3.get_object(Bucket=evidence_bucket, Key=one["Key"])["Body"].read()
        for one in s3.list_objects_v2(Bucket=evidence_bucket)["Contents"]
    }
    assert set(lying) == {evidence.sha256, f"copies/{evidence.copy.sha256}", f"thumbnails/{evidence.thumbnail.sha256}"}
    assert lying[evidence.sha256] == original
    assert {key: sha256(content).hexdigest() for key, content in lying.items()} == {key: key.rpartition("/")[2] for key in lying}
    assert [key for key, content in lying.items() if SECRET in content] == [evidence.sha256]


def test_a_picture_that_nobody_can_decode_is_evidence_all_the_same(configured: Stores) -> None:
    collect(configured, due(configured, a_picture(weibo_account())), FILE)
    (evidence,) = configured.evidence.of_case(build.CASE_ID)
    assert (evidence.state, evidence.copy, evidence.thumbnail, evidence.withheld) == ("stored", None, None, "picture_unreadable")


@pytest.mark.parametrize(
    ("content_type", "content", "withheld"),
    [
        (ContentType.VOICE, b"#!AMR\n" + bytes(32), ""),
        (ContentType.VOICE, b"ID3" + bytes(32), "recording_not_cleanable"),
        (ContentType.VIDEO, b"\x00\x00\x00\x10ftypisom" + bytes(4), ""),
        (ContentType.VIDEO, b"\x1a\x45\xdf\xa3", "recording_not_cleanable"),
    ],
)
def test_of_a_recording_there_is_a_copy_where_it_can_be_made_silent_about_itself(
    configured: Stores, content_type: ContentType, content: bytes, withheld: str
) -> None:
    effect = due(configured, a_picture(weibo_account(), content_type))
    collect(configured, effect, PlatformAnswer(status=200, body=content))
    (evidence,) = configured.evidence.of_case(build.CASE_ID)
    assert (evidence.state, evidence.withheld, evidence.copy is None) == ("stored", withheld, bool(withheld))


def test_a_picture_on_wechat_is_asked_for_with_a_token_that_is_renewed_once(configured: Stores) -> None:
    platform = collect(configured, due(configured, a_picture(wechat_account())), token("old"), REJECTED, token("new"), FILE)
    assert [one.partition("?")[0] for one in platform.asked] == [
        "/cgi-bin/stable_token",
        "/cgi-bin/media/get",
        "/cgi-bin/stable_token",
        "/cgi-bin/media/get",
    ]
    assert configured.transient.token("wechat-main", build.NOW) == "new"
    assert [one.state for one in configured.evidence.of_case(build.CASE_ID)] == ["stored"]


def test_a_film_is_fetched_from_where_wechat_says(configured: Stores) -> None:
    where = PlatformAnswer(status=200, body=b'{"video_url":"https://film.example.org/1"}')
    film = PlatformAnswer(status=200, body=b"\x00\x00\x00\x20ftypisom")
    collect(configured, due(configured, a_picture(wechat_account(), ContentType.VIDEO)), token("t"), where, film)
    (evidence,) = configured.evidence.of_case(build.CASE_ID)
    assert evidence.media_type == "video/mp4"


def test_a_picture_on_douyin_is_fetched_from_where_the_platform_says(configured: Stores) -> None:
    picture = replace(
        a_picture(douyin_account()), media=(Media(content_type=ContentType.IMAGE, media_id="@conversation== @message=="),)
    )
    where = PlatformAnswer(status=200, body=b'{"data":{"url":"https://media.douyin.example.org/1"},"err_no":0}')
    platform = collect(configured, due(configured, picture), where, FILE)
    assert platform.calls[1].headers == {"Access-Token": "douyin-token-for-tests", "OpenID": "open-id-of-the-office"}
    (evidence,) = configured.evidence.of_case(build.CASE_ID)
    assert (evidence.state, evidence.media_type) == ("stored", "image/png")


def test_a_file_that_comes_twice_is_fetched_and_recorded_once(configured: Stores) -> None:
    effect = due(configured, a_picture(weibo_account()))
    collect(configured, effect, FILE)
    assert collect(configured, effect, FILE).calls == []
    assert configured.cases.timeline(build.CASE_ID).entries[0].version == 2


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (GONE, "media_gone"),
        (AnswerTooLargeError(), "media_too_large"),
        (PlatformAnswer(status=200, body=b"<html>"), "media_type_wrong"),
        (PlatformAnswer(status=200, body=b"#!AMR\n"), "media_type_wrong"),
    ],
)
def test_what_no_other_try_would_bring_is_missing_at_once(
    configured: Stores, answer: PlatformAnswer | BaseException, reason: str
) -> None:
    collect(configured, due(configured, a_picture(wechat_account())), token("t"), answer)
    assert missing(configured) == reason


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (BUSY, "platform_busy"),
        (NotSentError(), "platform_unreachable"),
        (MaybeSentError(), "platform_unreachable"),
        (PlatformAnswer(status=504, body=b"<html>"), "platform_busy"),
        (PlatformAnswer(status=200, body=b'{"errcode":40164}'), "account_misconfigured"),
    ],
)
def test_a_refusal_is_tried_again_while_the_platform_keeps_the_file_and_then_it_is_missing(
    configured: Stores, answer: PlatformAnswer | BaseException, reason: str
) -> None:
    effect = due(configured, a_picture(wechat_account()))
    configured.transient.put_token("wechat-main", "t", expires_at=TOO_LATE + timedelta(hours=1))
    with pytest.raises(MediaDelayedError):
        collect(configured, effect, answer, now=TOO_LATE - timedelta(minutes=1))
    assert configured.evidence.of_case(build.CASE_ID) == ()
    collect(configured, effect, answer, now=TOO_LATE)
    assert missing(configured) == reason


def test_a_weibo_token_that_nobody_renews_is_waited_for(configured: Stores) -> None:
    rejected = PlatformAnswer(status=403, body=b'{"error_code":"21327","error":"expired_token"}')
    effect = due(configured, a_picture(weibo_account()))
    with pytest.raises(MediaDelayedError, match="token_rejected"):
        collect(configured, effect, rejected)
    collect(configured, effect, FILE)
    assert [one.state for one in configured.evidence.of_case(build.CASE_ID)] == ["stored"]


def test_the_file_of_an_account_that_is_gone_is_missing(configured: Stores) -> None:
    collect(configured, due(configured, a_picture(replace(weibo_account(), id="weibo-former"))), FILE)
    assert missing(configured) == "account_missing"


def test_a_file_that_no_message_names_is_parked_for_a_person(configured: Stores) -> None:
    effect = due(configured, a_picture(weibo_account()))
    with pytest.raises(PermanentError, match="media_unknown"):
        collect(configured, replace(effect, number=7), FILE)


@pytest.mark.parametrize("body", ["", "[]", '{"type":"MediaDue","version":2}', '{"type":"MediaDue","version":1,"effect":{}}'])
def test_what_is_no_effect_is_refused(body: str) -> None:
    with pytest.raises(PermanentError):
        read_due(body)


# --- The handlers -----------------------------------------------------------------------------


def handler_of(name: str) -> ModuleType:
    for factory in (clients.dynamodb, clients.sqs, clients.s3, clients.secretsmanager, clients.stepfunctions):
        factory.cache_clear()
    return importlib.reload(importlib.import_module(f"functions.{name}.app"))


def sample(name: str) -> dict[str, Any]:
    event: dict[str, Any] = json.loads((EVENTS / name).read_text(encoding="utf-8"))
    return event


def test_the_stream_of_messages_queues_each_file_and_the_fetcher_reads_what_it_queued(stores: Stores, sqs: "SQSClient") -> None:
    app = handler_of("dispatch_effects")
    assert app.handler(sample("dispatch_effects_media.json"), None) == {"batchItemFailures": []}
    (queued,) = sqs.receive_message(QueueUrl=queue_url("MediaQueue"))["Messages"]
    effect = read_due(queued["Body"])
    assert effect == read_due(sample("fetch_media.json")["Records"][0]["body"])
    assert effect.message.platform is Platform.WECHAT


def test_the_files_of_a_message_that_rested_are_asked_for_when_it_becomes_part_of_a_case(
    stores: Stores, sqs: "SQSClient"
) -> None:
    app = handler_of("dispatch_effects")
    event = sample("dispatch_effects_media.json")
    event["Records"][0]["eventName"] = "MODIFY"
    assert app.handler(event, None) == {"batchItemFailures": []}
    (queued,) = sqs.receive_message(QueueUrl=queue_url("MediaQueue"))["Messages"]
    effect = read_due(queued["Body"])
    assert isinstance(effect, MediaEffect)
    assert effect.number == 0


def test_a_file_that_is_asked_for_after_the_platforms_time_is_missing_with_its_reason(configured: Stores) -> None:
    effect = due(configured, a_picture(wechat_account()))
    collect(configured, effect, token("t"), BUSY, now=build.NOW + 2 * PLATFORM_KEEPS)
    assert missing(configured) == "platform_busy"


def test_other_items_of_the_stream_ask_for_nothing(stores: Stores, sqs: "SQSClient") -> None:
    app = handler_of("dispatch_effects")
    event = sample("dispatch_effects_media.json")
    del event["Records"][0]["dynamodb"]["NewImage"]["media_count"]
    assert app.handler(event, None) == {"batchItemFailures": []}
    assert "Messages" not in sqs.receive_message(QueueUrl=queue_url("MediaQueue"))


def test_a_message_with_files_is_stored_so_that_the_stream_lets_it_through(configured: Stores) -> None:
    due(configured, a_picture(weibo_account()))
    resting = replace(a_picture(weibo_account()), id="weibo:rests")
    configured.messages.rest(
        build.a_screened(message=resting, triage=build.noise()), day=build.NOW.date(), expires_at=build.after(days=1)
    )
    items = configured.client.scan(TableName="MessagesTable", FilterExpression="attribute_exists(media_count)")["Items"]
    assert [item["case_id"]["S"] for item in items] == [build.CASE_ID]


def test_the_handler_parks_what_it_cannot_read_and_asks_again_for_the_rest(configured: Stores) -> None:
    app = handler_of("fetch_media")
    assert app.handler(sqs_event("{}"), None) == {"batchItemFailures": []}
    assert [one.reason for one in configured.parking.parked()] == ["effect_malformed"]
