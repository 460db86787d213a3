"""The commands against an emulated stack, as an operator types them."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import boto3
import pytest
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from docx import Document

from jiesu.model.words import Platform
from jiesu.road.issues import tally_due
from jiesu.runtime import clients
from ops.dead_letters import redrive
from ops.main import main
from tests import builders as build
from tests.conftest import Stores
from tests.dying import ProcessDiedError, dying_after
from tests.tables import MAIL_BUCKET, TABLES

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

DATA = Path(__file__).parents[3] / "ops" / "data"
QUEUES = ("Inbox", "Commands", "Notices", "Receipts", "Answers", "Outbound", "Media", "Effects")


class CloudFormation:
    """What CloudFormation answers to the one question that the commands ask it; the emulated AWS of the tests has none."""

    def __init__(self, stacks: dict[str, dict[str, str]]) -> None:
        self.stacks = stacks

    def describe_stacks(self, params: dict[str, Any], **_: Any) -> tuple[AWSResponse, dict[str, Any]]:
        name = params["body"]["StackName"]
        if name not in self.stacks:
            error = {"Code": "ValidationError", "Message": f"Stack with id {name} does not exist"}
            return AWSResponse("", 400, HTTPHeaders(), None), {"Error": error, "ResponseMetadata": {"HTTPStatusCode": 400}}
        outputs = [{"OutputKey": key, "OutputValue": value} for key, value in self.stacks[name].items()]
        return AWSResponse("", 200, HTTPHeaders(), None), {"Stacks": [{"StackName": name, "Outputs": outputs}]}


@pytest.fixture
def sqs(stores: Stores, monkeypatch: pytest.MonkeyPatch) -> "SQSClient":
    """A stack called `jiesu` with the test's tables and queues, and one called `other`; the commands use the test's clients."""
    client = boto3.client("sqs")
    names = [f"{queue}{kind}" for queue in QUEUES for kind in ("Queue", "DeadLetterQueue")]
    outputs = {
        "ApiUrl": "https://jiesu.example.org",
        "DirectoryTableName": TABLES.directory,
        "CasesTableName": TABLES.cases,
        "MessagesTableName": TABLES.messages,
        "MailBucketName": MAIL_BUCKET,
        **{f"{name}Url": client.create_queue(QueueName=name)["QueueUrl"] for name in names},
    }
    session = boto3.Session()
    answer: Any = CloudFormation({"jiesu": outputs, "other": {}}).describe_stacks
    session.events.register("before-call.cloudformation.DescribeStacks", answer)
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", session)
    secretsmanager = boto3.client("secretsmanager")
    monkeypatch.setattr(clients, "dynamodb", lambda: stores.client)
    monkeypatch.setattr(clients, "sqs", lambda: client)
    monkeypatch.setattr(clients, "secretsmanager", lambda: secretsmanager)
    return client


Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(sqs: "SQSClient", capsys: pytest.CaptureFixture[str]) -> Run:
    """Types a command; its exit status, what it printed, and what it complained of."""

    def command(*arguments: str | Path) -> tuple[int, str, str]:
        capsys.readouterr()
        with pytest.raises(SystemExit) as caught:
            main([str(one) for one in arguments])
        printed = capsys.readouterr()
        status = caught.value.code
        assert isinstance(status, int)
        return status, printed.out, printed.err

    return command


@pytest.fixture
def secrets_file(tmp_path: Path) -> Path:
    path = tmp_path / "secrets.json"
    path.write_text(json.dumps({"app_secret": "hush-app", "access_token": "hush-token"}), encoding="utf-8")
    return path


ADD = (
    "accounts", "add", "--platform", "weibo", "--id", "weibo-main", "--name", "平安北京",
    "--external-id", "1000000001", "--app-id", "2000000001",
)  # fmt: skip


# --- Bureaus ----------------------------------------------------------------------------------


def test_an_import_writes_the_directory_and_a_second_one_changes_nothing(run: Run, stores: Stores) -> None:
    status, out, _ = run("bureaus", "import", DATA / "bureaus.json")
    assert (status, out.splitlines()[-1]) == (0, "35 written")
    standing = stores.directory.bureaus()
    assert len(standing) == 35
    _, out, _ = run("bureaus", "import", DATA / "bureaus.json")
    assert "0 new, 0 changed, 35 unchanged" in out
    assert out.splitlines()[-1] == "0 written"
    assert stores.directory.bureaus() == standing


def test_a_dry_run_shows_what_would_change_and_writes_nothing(run: Run, stores: Stores) -> None:
    stores.directory.put_bureaus([build.a_bureau("FT", name="丰台分局"), build.a_bureau("OLD", name="旧分局")], build.a_note())
    status, out, _ = run("bureaus", "import", DATA / "bureaus.json", "--dry-run")
    assert status == 0
    assert "~ FT  北京市公安局丰台分局: name, contacts" in out
    assert "OLD  旧分局: not in the file, left as it is" in out
    assert "dry run: 35 would be written" in out
    assert len(stores.directory.bureaus()) == 2


def test_a_file_with_one_bad_row_writes_none_of_the_good_ones(run: Run, stores: Stores, tmp_path: Path) -> None:
    rows = json.loads((DATA / "bureaus.json").read_text(encoding="utf-8"))
    rows[20]["contacts"][0]["phone"] = "?"
    path = tmp_path / "bureaus.json"
    path.write_text(json.dumps(rows), encoding="utf-8")
    status, out, err = run("bureaus", "import", path)
    assert (status, out) == (1, "")
    assert "1 problem; nothing was written" in err
    assert "SL: duty_officer: phone '?'" in err
    assert stores.directory.bureaus() == ()


def test_the_list_shows_who_is_told(run: Run, stores: Stores) -> None:
    stores.directory.put_bureaus([build.a_bureau()], build.a_note())
    status, out, _ = run("bureaus", "list")
    assert status == 0
    assert "FT" in out


# --- Accounts ---------------------------------------------------------------------------------


def test_an_account_is_added_with_an_address_nobody_guesses_and_its_secrets_are_nowhere_but_in_their_store(
    run: Run, stores: Stores, secrets_file: Path
) -> None:
    status, out, err = run(*ADD, "--secrets-file", secrets_file)
    assert status == 0
    (account,) = stores.accounts.accounts()
    assert (account.platform, account.api_base) == (Platform.WEIBO, "https://m.api.weibo.com")
    assert len(account.path_token) == 32
    assert f"https://jiesu.example.org/webhooks/weibo/{account.path_token}" in out.splitlines()
    stored = clients.secretsmanager().get_secret_value(SecretId="jiesu/channels/weibo-main")["SecretString"]
    assert json.loads(stored) == {"app_secret": "hush-app", "access_token": "hush-token"}
    assert account.secret_name == "jiesu/channels/weibo-main"
    assert "hush" not in out + err
    assert "hush" not in json.dumps(stores.client.scan(TableName=TABLES.directory)["Items"])


def test_adding_an_account_again_keeps_its_address_and_takes_new_secrets(run: Run, stores: Stores, secrets_file: Path) -> None:
    run(*ADD, "--secrets-file", secrets_file)
    (before,) = stores.accounts.accounts()
    secrets_file.write_text(json.dumps({"app_secret": "new-app", "access_token": "new-token"}), encoding="utf-8")
    assert run(*ADD, "--secrets-file", secrets_file)[0] == 0
    assert stores.accounts.accounts() == (before,)
    stored = clients.secretsmanager().get_secret_value(SecretId=before.secret_name)["SecretString"]
    assert json.loads(stored)["app_secret"] == "new-app"


def test_an_address_that_leaked_can_be_replaced(run: Run, stores: Stores, secrets_file: Path) -> None:
    run(*ADD, "--secrets-file", secrets_file)
    (before,) = stores.accounts.accounts()
    run(*ADD, "--secrets-file", secrets_file, "--new-address")
    (after,) = stores.accounts.accounts()
    assert after.path_token != before.path_token


def test_secrets_are_asked_for_without_a_file(run: Run, stores: Stores, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, bool]] = []

    def prompt(field: str, *, hide_input: bool) -> str:
        asked.append((field, hide_input))
        return "typed"

    monkeypatch.setattr("typer.prompt", prompt)
    assert run(*ADD)[0] == 0
    assert asked == [("app_secret", True), ("access_token", True)]
    assert len(stores.accounts.accounts()) == 1


def test_an_account_with_wrong_secrets_is_not_stored(run: Run, stores: Stores, secrets_file: Path) -> None:
    secrets_file.write_text('{"app_secret": "hush-app"}', encoding="utf-8")
    status, _, err = run(*ADD, "--secrets-file", secrets_file)
    assert status == 1
    assert "access_token is missing" in err
    assert stores.accounts.accounts() == ()


def test_an_account_cannot_move_to_another_platform(run: Run, stores: Stores, secrets_file: Path) -> None:
    run(*ADD, "--secrets-file", secrets_file)
    moved = [one.replace("weibo", "wechat") if one == "weibo" else one for one in ADD]
    assert run(*moved, "--secrets-file", secrets_file)[0] == 1


def test_the_list_of_accounts_shows_addresses_on_request_alone(run: Run, stores: Stores) -> None:
    stores.accounts.put_account(build.an_account(), build.a_note())
    token = build.an_account().path_token
    assert token not in run("accounts", "list")[1]
    assert f"https://jiesu.example.org/webhooks/weibo/{token}" in run("accounts", "list", "--show-addresses")[1]


# --- Rosters ----------------------------------------------------------------------------------


def test_rosters_are_exported_imported_and_refused_with_every_problem(run: Run, stores: Stores, tmp_path: Path) -> None:
    file = tmp_path / "rosters.json"
    run("bureaus", "import", DATA / "bureaus.json")
    person = {"role": "duty_officer", "name": "张三", "email": "zhang@example.org", "phone": "19900003333"}
    roster = {"people": [person], "shifts": ["工作日 09:00-18:00 张三", "2026-10-01至2026-10-03 00:00-24:00 张三"]}
    file.write_text(json.dumps({"CY": roster, "XX": roster}), encoding="utf-8")
    status, _, err = run("rosters", "import", file)
    assert status == 1
    assert "XX: no bureau has this code" in err
    file.write_text(json.dumps({"CY": roster | {"shifts": ["工作日 9-18 李四"]}}), encoding="utf-8")
    assert "CY: shift 1: '李四' is none of the people" in run("rosters", "import", file)[2]
    file.write_text(json.dumps({"CY": roster}), encoding="utf-8")
    assert "1 would be written" in run("rosters", "import", file, "--dry-run")[1]
    assert stores.directory.roster("CY") == (None, 0)
    assert "1 written" in run("rosters", "import", file)[1]
    assert "0 written" in run("rosters", "import", file)[1]
    kept, revision = stores.directory.roster("CY")
    assert kept is not None
    assert (revision, len(kept.shifts)) == (1, 2)
    exported = tmp_path / "out.json"
    assert "1 rosters written" in run("rosters", "export", exported)[1]
    assert json.loads(exported.read_text(encoding="utf-8")) == {"CY": roster | {"people": [person | {"phone": "+8619900003333"}]}}


# --- The office -------------------------------------------------------------------------------


def test_the_office_is_imported_shown_and_left_alone_when_it_stands_already(run: Run, stores: Stores) -> None:
    assert run("office", "show")[0] == 1
    assert "would be replaced" in run("office", "import", DATA / "office.json", "--dry-run")[1]
    assert run("office", "show")[0] == 1
    assert "the office was replaced" in run("office", "import", DATA / "office.json")[1]
    assert len(stores.directory.office().contacts) == 2
    assert "nothing was written" in run("office", "import", DATA / "office.json")[1]
    status, out, _ = run("office", "show")
    assert status == 0
    assert "督办室" in out


# --- Dead letters -----------------------------------------------------------------------------


def dead_letter(sqs: Any, queue: str, *bodies: str) -> None:
    url = sqs.get_queue_url(QueueName=f"{queue}DeadLetterQueue")["QueueUrl"]
    for body in bodies:
        attribute = {"origin": {"DataType": "String", "StringValue": "test"}}
        sqs.send_message(QueueUrl=url, MessageBody=body, MessageAttributes=attribute)


def waiting(sqs: Any, queue: str) -> list[str]:
    url = sqs.get_queue_url(QueueName=queue)["QueueUrl"]
    bodies = []
    while got := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=0).get("Messages", []):
        bodies += [one["Body"] for one in got]
    return sorted(bodies)


def test_dead_letters_are_counted_and_sent_back_with_their_attributes(run: Run, sqs: "SQSClient") -> None:
    dead_letter(sqs, "Notices", *(f"letter {number:02d}" for number in range(23)))
    assert "23" in run("dead-letters", "list")[1]
    status, out, _ = run("dead-letters", "redrive", "notices")
    assert (status, out) == (0, "23 sent back to notices\n")
    url = sqs.get_queue_url(QueueName="NoticesQueue")["QueueUrl"]
    (first,) = sqs.receive_message(QueueUrl=url, MessageAttributeNames=["All"], VisibilityTimeout=0)["Messages"]
    assert first["MessageAttributes"]["origin"]["StringValue"] == "test"
    assert waiting(sqs, "NoticesQueue") == [f"letter {number:02d}" for number in range(23)]
    assert waiting(sqs, "NoticesDeadLetterQueue") == []


def test_a_redrive_that_is_broken_off_loses_no_letter(sqs: "SQSClient") -> None:
    dead_letter(sqs, "Inbox", "one", "two", "three")
    urls = {
        "dead_letter_queue_url": sqs.get_queue_url(QueueName="InboxDeadLetterQueue")["QueueUrl"],
        "queue_url": sqs.get_queue_url(QueueName="InboxQueue")["QueueUrl"],
    }
    with dying_after(sqs, 4), pytest.raises(ProcessDiedError):  # receive, send, delete, send
        list(redrive(sqs, **urls, wait_seconds=0))
    counts = [sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"] for url in urls.values()]
    held = [int(one["ApproximateNumberOfMessages"]) + int(one["ApproximateNumberOfMessagesNotVisible"]) for one in counts]
    assert held == [2, 2]


@pytest.mark.parametrize("queue", ["effects", "everything"])
def test_a_queue_without_a_way_back_is_refused(run: Run, queue: str) -> None:
    status, _, err = run("dead-letters", "redrive", queue)
    assert status == 1
    assert queue in err


# --- Parked -----------------------------------------------------------------------------------


def test_what_is_parked_is_listed_with_its_reason_and_without_its_text(run: Run, stores: Stores) -> None:
    stores.parking.park(
        parked_id="p1", reason="notice_malformed", body="一位网民的话".encode(), context={"queue": "notices"}, now=build.NOW
    )
    status, out, _ = run("parked", "list")
    assert status == 0
    assert "notice_malformed" in "".join(out.split())
    assert "网民" not in out
    assert out.splitlines()[-1] == "1 parked"


def parked_place(stores: Stores, body: bytes, **context: str) -> str:
    stores.parking.park(parked_id="p1", reason="notice_malformed", body=body, context=context, now=build.NOW)
    (one,) = stores.parking.parked()
    return one.place


def test_what_is_parked_is_sent_on_to_its_queue_and_parked_no_more(run: Run, stores: Stores, sqs: "SQSClient") -> None:
    place = parked_place(stores, b'{"type": "NoticeDue"}', queue="notices")
    assert run("parked", "send", place)[:2] == (0, "sent on to notices\n")
    (sent,) = sqs.receive_message(QueueUrl=sqs.get_queue_url(QueueName="NoticesQueue")["QueueUrl"])["Messages"]
    assert sent["Body"] == '{"type": "NoticeDue"}'
    assert stores.parking.parked() == ()


@pytest.mark.parametrize(
    ("body", "context", "complaint"),
    [
        (b"{}", {"queue": "answers", "mail": "mails/1"}, "jiesu mail fetch"),
        (b"\xff", {"queue": "inbox"}, "no queue message"),
        (b"{}", {"queue": "effects"}, "cannot be sent back"),
    ],
)
def test_what_cannot_be_sent_on_stays_parked(
    run: Run, stores: Stores, body: bytes, context: dict[str, str], complaint: str
) -> None:
    place = parked_place(stores, body, **context)
    status, _, err = run("parked", "send", place)
    assert status == 1
    assert complaint in " ".join(err.split())
    assert len(stores.parking.parked()) == 1


def test_what_is_taken_out_is_in_a_file_of_its_owner_alone(run: Run, stores: Stores, tmp_path: Path) -> None:
    place, file = parked_place(stores, "一位网民的话".encode(), queue="inbox"), tmp_path / "taken"
    status, out, _ = run("parked", "take", place, file)
    assert status == 0
    assert "网民" not in out
    assert file.read_bytes().decode() == "一位网民的话"
    assert file.stat().st_mode & 0o777 == 0o600
    assert stores.parking.parked() == ()


def test_a_file_that_is_there_is_not_written_over_and_the_thing_stays_parked(run: Run, stores: Stores, tmp_path: Path) -> None:
    place, file = parked_place(stores, b"{}", queue="inbox"), tmp_path / "taken"
    file.write_text("other")
    status, _, err = run("parked", "take", place, file)
    assert (status, file.read_text()) == (1, "other")
    assert "name a new file" in " ".join(err.split())
    assert len(stores.parking.parked()) == 1


def test_a_place_where_nothing_is_parked_is_said(run: Run) -> None:
    status, _, err = run("parked", "take", "2026", "nowhere")
    assert status == 1
    assert "nothing is parked at 2026" in " ".join(err.split())


# --- What goes wrong before a command begins --------------------------------------------------


@pytest.fixture
def mail_bucket(aws: None, monkeypatch: pytest.MonkeyPatch) -> str:
    s3: Any = boto3.client("s3")
    s3.create_bucket(Bucket=MAIL_BUCKET, CreateBucketConfiguration={"LocationConstraint": "cn-north-1"})
    monkeypatch.setattr(clients, "s3", lambda: s3)
    return MAIL_BUCKET


def test_a_mail_that_a_mail_server_hands_over_is_taken_in_with_its_recipient(run: Run, mail_bucket: str, tmp_path: Path) -> None:
    mail, fetched = tmp_path / "in.eml", tmp_path / "out.eml"
    mail.write_bytes(b"From: a@example.org\r\n\r\nhello\r\n")
    status, key, _ = run("mail", "drop", mail, "--recipient", "reply+x@reply.example.org")
    assert status == 0
    assert run("mail", "drop", mail, "--recipient", "reply+x@reply.example.org")[1] == key, "the same mail has the same key"
    assert run("mail", "fetch", key.strip(), fetched)[0] == 0
    assert fetched.read_bytes() == b"Delivered-To: reply+x@reply.example.org\r\n" + mail.read_bytes()


def test_a_mail_server_is_told_by_the_status_whether_to_try_again(run: Run, mail_bucket: str, tmp_path: Path) -> None:
    mail = tmp_path / "in.eml"
    mail.write_bytes(b"From: a@example.org\r\n\r\nhello\r\n")
    assert run("mail", "drop", mail, "--stack", "other")[0] == 75
    assert run("mail", "drop", mail, "--recipient", "a@b\r\nBcc: c@d")[0] == 65
    mail.write_bytes(b"\n")
    assert run("mail", "drop", mail)[0] == 65


def test_a_stack_that_does_not_exist_is_told_with_what_to_do(run: Run) -> None:
    status, _, err = run("bureaus", "list", "--stack", "nowhere")
    assert status == 1
    assert "there is no stack nowhere in region cn-north-1" in err
    assert "--stack" in err


def test_a_stack_of_something_else_is_told_as_such(run: Run) -> None:
    status, _, err = run("bureaus", "list", "--stack", "other")
    assert status == 1
    assert "no output DirectoryTableName" in err


def test_without_credentials_or_region_the_operator_is_told_what_to_set(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    status, _, err = run("bureaus", "list")
    assert status == 1
    assert "AWS_DEFAULT_REGION" in err


def test_a_mistyped_command_leaves_with_status_2(run: Run) -> None:
    assert run("bureaus", "import")[0] == 2
    assert run("bureaus", "import", "/no/such/file.json")[0] == 2


def test_an_api_key_is_shown_once_and_only_its_hash_is_kept(run: Run, stores: Stores) -> None:
    _, printed, _ = run("api-keys", "create", "--name", "12345 热线")
    key = printed.splitlines()[-1]
    found = stores.api_keys.find(key)
    assert found is not None
    assert found.name == "12345 热线"
    assert key not in str(stores.client.scan(TableName=TABLES.directory)["Items"])
    _, listed, _ = run("api-keys", "list")
    assert "12345 热线" in listed
    assert key not in listed


def test_a_revoked_key_opens_nothing_and_its_client_can_get_another(run: Run, stores: Stores) -> None:
    key = run("api-keys", "create", "--name", "12345")[1].splitlines()[-1]
    status, _, complaint = run("api-keys", "create", "--name", "12345")
    assert (status, "there is a key for 12345 already" in complaint) == (1, True)
    (known,) = stores.api_keys.all()
    assert "is revoked" in run("api-keys", "revoke", known.id)[1]
    assert stores.api_keys.find(key) is None
    assert "was revoked already" in run("api-keys", "revoke", known.id)[1]
    assert ", revoked 2" in run("api-keys", "list")[1]
    assert run("api-keys", "create", "--name", "12345")[0] == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [(("revoke", "0123456789ab"), "there is no key 0123456789ab"), (("create", "--name", " "), "name must be one line")],
)
def test_what_cannot_be_done_with_keys_is_said(run: Run, arguments: tuple[str, ...], said: str) -> None:
    status, _, complaint = run("api-keys", *arguments)
    assert (status, said in complaint) == (1, True)


# --- Issues -----------------------------------------------------------------------------------


def test_the_issues_of_a_month_are_printed_with_their_denominator_and_as_json(run: Run, stores: Stores) -> None:
    status, _, complaint = run("issues", "--month", "2026-11")
    assert (status, "2026-11 has not been counted" in complaint) == (1, True)
    assert "is no month" in run("issues", "--month", "November")[2]
    stores.messages.open_case(
        stores.cases, build.a_screened(), case_id=build.CASE_ID, title="一", now=build.NOW, previous_case_id=None
    )
    tally_due(stores.issues, zone=ZoneInfo("Asia/Shanghai"), now=build.after(days=1))
    status, printed, _ = run("issues", "--month", "2026-11")
    assert (status, build.CASE_ID in printed) == (0, True)
    assert "1 cases in 23 days, 0 in the 31 days of the month before; counted up to 2026-11-24" in printed
    status, printed, _ = run("issues", "--month", "2026-11", "--json")
    assert (status, json.loads(printed)["rows"][0]["cases"]) == (0, [build.CASE_ID])


def test_the_offices_own_template_is_checked_kept_used_and_taken_back(run: Run, stores: Stores, tmp_path: Path) -> None:
    edited = tmp_path / "ours.docx"
    assert run("forms", "export", edited)[0] == 0
    own = Document(str(edited))
    own.add_paragraph("抄送：{{ 协办单位 }}")
    own.save(str(edited))
    assert run("forms", "upload", edited)[0] == 0
    used = stores.form_templates.choices().template_id
    assert stores.form_templates.content(used) == edited.read_bytes()
    assert stores.form_templates.choices().history[-1].file_name == "ours.docx"
    assert "in use already" in run("forms", "upload", edited)[1]
    assert run("forms", "rollback")[0] == 0
    assert stores.form_templates.choices().template_id == ""
    assert run("forms", "rollback")[0] == 1


def test_a_faulty_template_is_refused_by_its_field_and_changes_nothing(run: Run, stores: Stores, tmp_path: Path) -> None:
    faulty = tmp_path / "faulty.docx"
    run("forms", "export", faulty, "--shipped")
    own = Document(str(faulty))
    own.add_paragraph("{{ 编好 }}")
    own.save(str(faulty))
    status, _, complaint = run("forms", "upload", faulty)
    assert status == 1
    assert "没有「编好」这个字段，是不是「编号」？" in complaint
    assert stores.form_templates.choices().history == ()
