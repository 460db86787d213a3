"""The rules of the template: what AWS does not refuse and one would regret."""

import json
from collections import Counter
from typing import Any

import pytest

from tests.architecture.house import FUNCTIONS, RESOURCES, ROOT, TEMPLATE, Function, of_type, reference, statements, texts

by_function = pytest.mark.parametrize("function", FUNCTIONS, ids=lambda one: one.folder)

WILDCARDS = {
    ("ReceiveWebhookRole", "secretsmanager:GetSecretValue"): "accounts come and go without a deployment; all lie under channels/",
    ("IngestMessageRole", "secretsmanager:GetSecretValue"): "likewise",
    ("SendReplyRole", "secretsmanager:GetSecretValue"): "likewise",
    ("PollPlatformRole", "secretsmanager:GetSecretValue"): "likewise",
    ("FetchMediaRole", "secretsmanager:GetSecretValue"): "likewise",
    ("RenewAuthorizationsRole", "secretsmanager:GetSecretValue"): "likewise",
    ("RenewAuthorizationsRole", "secretsmanager:PutSecretValue"): "likewise",
    ("ServeDeskRole", "secretsmanager:PutSecretValue"): "an administrator gives accounts new secrets; it reads none",
    ("ServeDeskRole", "secretsmanager:CreateSecret"): "likewise, a new account its first",
    ("ServeDeskRole", "secretsmanager:TagResource"): "likewise",
    ("FetchMediaRole", "s3:PutObject"): "objects are named by the hash of their bytes",
    ("ReceiveMailRole", "s3:PutObject"): "likewise",
    ("ReceiveMailRole", "s3:GetObject"): "mails lie under names that SES gives them",
    ("ServeBureauRole", "s3:GetObject"): "objects are named by the hash of their bytes; copies only",
    ("ServeDeskRole", "s3:GetObject"): "likewise",
    ("IngestMessageRole", "s3:GetObject"): "likewise",
    ("CountFrequenciesRole", "s3:GetObject"): "likewise, of models and tables only",
    ("CountFrequenciesRole", "s3:PutObject"): "likewise, of models and tables only",
    ("ServeDeskRole", "s3:PutObject"): "likewise, of printed forms only",
    ("ServeBureauRole", "s3:PutObject"): "likewise, of printed forms only",
    ("ApplyCommandRole", "states:SendTaskSuccess"): "the action knows no resource; the token names the task",
    ("SendNoticeRole", "ses:SendRawEmail"): "limited by the sender's address; in the sandbox the recipients are resources too",
    ("SummarizeMorningRole", "ses:SendRawEmail"): "likewise",
    ("SendNoticeRole", "sns:Publish"): "a phone number has no ARN: all but topics",
}
"""Every place where a policy says more than one resource, and why."""

ACTION_WILDCARDS = {"sqs:SendMessage*": "the batch call has no permission of its own on AWS, but has one in the embedded AWS"}


@by_function
def test_a_function_has_a_log_that_ends(function: Function) -> None:
    group = RESOURCES[f"{function.stem}LogGroup"]["Properties"]
    assert group["LogGroupName"] == {"Fn::Sub": "/aws/lambda/" + function.properties["FunctionName"]["Fn::Sub"]}
    assert reference(group["RetentionInDays"]) == "LogRetentionDays"


def test_every_log_group_ends() -> None:
    assert [name for name, one in of_type("AWS::Logs::LogGroup").items() if "RetentionInDays" not in one] == []


@by_function
def test_a_function_has_a_role_of_its_own(function: Function) -> None:
    assert reference(function.properties["Role"]) == f"{function.stem}Role"
    assert "Policies" not in function.properties
    assert "ManagedPolicyArns" not in RESOURCES[f"{function.stem}Role"]["Properties"]


def test_no_statement_allows_more_than_it_names() -> None:
    wide = {
        (one.role, action)
        for one in statements()
        if one.is_negated or any("*" in text for resource in one.resources for text in texts(resource))
        for action in one.actions
    }
    assert wide == set(WILDCARDS)


def test_no_action_is_a_pattern() -> None:
    assert {action for one in statements() for action in one.actions if "*" in action} == set(ACTION_WILDCARDS)


def test_every_index_that_is_allowed_is_one_of_its_table() -> None:
    subs = (text for one in statements() for resource in one.resources for text in texts(resource) if "/index/" in text)
    for text in subs:
        table, _, index = text.removeprefix("${").partition(".Arn}/index/")
        assert index in {one["IndexName"] for one in RESOURCES[table]["Properties"]["GlobalSecondaryIndexes"]}


def test_nothing_is_bound_to_one_partition() -> None:
    """No literal ARN, no literal host: the template is one for aws and aws-cn."""
    machine = json.loads((ROOT / "statemachines" / "escalation.asl.json").read_text(encoding="utf-8"))
    found = [text for text in (*texts(RESOURCES), *texts(TEMPLATE["Outputs"]), *texts(machine)) if _is_bound(text)]
    assert found == []


def _is_bound(text: str) -> bool:
    for service in ("apigateway", "lambda", "states", "s3", "ses", "sns"):  # principals, the same in every partition
        text = text.replace(f"{service}.amazonaws.com", "")
    return "arn:aws" in text or "amazonaws.com" in text


@pytest.mark.parametrize("name", of_type("AWS::DynamoDB::Table"))
def test_a_table_is_kept_encrypted_and_restorable(name: str) -> None:
    assert RESOURCES[name]["DeletionPolicy"] == RESOURCES[name]["UpdateReplacePolicy"] == "Retain"
    table = RESOURCES[name]["Properties"]
    assert table["SSESpecification"] == {"SSEEnabled": True}
    assert table["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert table["BillingMode"] == "PAY_PER_REQUEST"
    assert "TableName" not in table, "a name of its own would stop a replacement"


@pytest.mark.parametrize("name", of_type("AWS::S3::Bucket"))
def test_a_bucket_is_kept_private_encrypted_and_versioned(name: str) -> None:
    assert RESOURCES[name]["DeletionPolicy"] == RESOURCES[name]["UpdateReplacePolicy"] == "Retain"
    bucket = RESOURCES[name]["Properties"]
    assert "BucketName" not in bucket, "names are the whole partition's"
    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    assert len(bucket["PublicAccessBlockConfiguration"]) == 4
    assert bucket["VersioningConfiguration"] == {"Status": "Enabled"}
    assert bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert bucket["OwnershipControls"]["Rules"] == [{"ObjectOwnership": "BucketOwnerEnforced"}]


def test_nobody_may_delete_evidence_and_bureaus_never_read_an_original() -> None:
    assert _on_bucket("EvidenceBucket") == {
        ("FetchMediaRole", "s3:PutObject"),
        ("ReceiveMailRole", "s3:PutObject"),
        ("ServeDeskRole", "s3:GetObject"),
        ("ServeBureauRole", "s3:GetObject"),
        ("ServeBureauRole", "s3:PutObject"),
    }
    bureaus = [
        one.resources
        for one in statements()
        if one.role == "ServeBureauRole" and "s3:GetObject" in one.actions and "s3:PutObject" not in one.actions
    ]
    assert all("/copies/*" in str(one) or "/thumbnails/*" in str(one) for resources in bureaus for one in resources)


def _on_bucket(name: str) -> set[tuple[str, str]]:
    """Which roles may do what with the objects of a bucket."""
    allowed = ((one, text) for one in statements() for resource in one.resources for text in texts(resource))
    return {(one.role, action) for one, text in allowed if name in text for action in one.actions}


@pytest.mark.parametrize("name", [*of_type("AWS::SecretsManager::Secret"), *of_type("AWS::Cognito::UserPool")])
def test_what_cannot_be_made_again_is_kept(name: str) -> None:
    assert RESOURCES[name]["DeletionPolicy"] == RESOURCES[name]["UpdateReplacePolicy"] == "Retain"


@pytest.mark.parametrize("name", of_type("AWS::SQS::Queue"))
def test_a_queue_is_encrypted(name: str) -> None:
    assert RESOURCES[name]["Properties"]["SqsManagedSseEnabled"] is True


def test_every_queue_is_a_dead_letter_queue_or_has_one_of_its_own() -> None:
    queues = of_type("AWS::SQS::Queue")
    targets = Counter(reference(one["RedrivePolicy"]["deadLetterTargetArn"]) for one in queues.values() if "RedrivePolicy" in one)
    without = {name for name, one in queues.items() if "RedrivePolicy" not in one}
    assert set(targets.values()) == {1}
    assert without == {*targets, "EffectsDeadLetterQueue"}


@pytest.mark.parametrize("function", [one for one in FUNCTIONS if one.triggers("SQS")], ids=lambda one: one.folder)
def test_a_queues_consumer_reports_each_failure_and_is_not_overtaken(function: Function) -> None:
    for mapping in function.triggers("SQS").values():
        assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
        queue = RESOURCES[str(reference(mapping["Queue"]))]["Properties"]
        assert queue["VisibilityTimeout"] >= 6 * function.properties["Timeout"]
        assert queue["RedrivePolicy"]["maxReceiveCount"] >= 5


@pytest.mark.parametrize("function", [one for one in FUNCTIONS if one.triggers("DynamoDB")], ids=lambda one: one.folder)
def test_a_streams_consumer_ends_its_tries_and_keeps_what_failed(function: Function) -> None:
    for mapping in function.triggers("DynamoDB").values():
        assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
        assert mapping["BisectBatchOnFunctionError"] is True
        assert 0 < mapping["MaximumRetryAttempts"] < 1_000
        assert reference(mapping["DestinationConfig"]["OnFailure"]["Destination"]) == "EffectsDeadLetterQueue"
        assert mapping["StartingPosition"] == "TRIM_HORIZON"


def test_no_event_source_mapping_has_tags() -> None:
    """The China regions refuse them."""
    events = [event for one in FUNCTIONS for event in one.properties.get("Events", {}).values()]
    assert [event for event in events if "Tags" in event["Properties"]] == []
    assert "PropagateTags" not in TEMPLATE["Globals"]["Function"]


def test_every_route_names_its_verb() -> None:
    """The embedded AWS drops routes of any verb."""
    verbs = {event["Method"] for one in FUNCTIONS for event in one.triggers("Api").values()}
    assert verbs <= {"get", "post"}


def test_every_dead_letter_queue_has_an_alarm() -> None:
    watched = {
        reference(dimension["Value"])
        for alarm in of_type("AWS::CloudWatch::Alarm").values()
        if alarm["MetricName"] == "ApproximateNumberOfMessagesVisible"
        for dimension in alarm["Dimensions"]
    }
    assert watched == {name for name in of_type("AWS::SQS::Queue") if name.endswith("DeadLetterQueue")}


@pytest.mark.parametrize("name", of_type("AWS::CloudWatch::Alarm"))
def test_an_alarm_tells_somebody(name: str) -> None:
    alarm = RESOURCES[name]["Properties"]
    assert [reference(action) for action in alarm["AlarmActions"]] == ["AlarmTopic"]
    assert alarm["AlarmDescription"]
    assert alarm["TreatMissingData"] in {"breaching", "notBreaching"}


def test_the_api_logs_no_path_and_no_body() -> None:
    """A webhook's path holds its unguessable part, a bureau's path its token."""
    api = RESOURCES["Api"]["Properties"]
    written: dict[str, str] = json.loads(api["AccessLogSetting"]["Format"])
    assert not {"$context.path", "$context.customDomain.basePathMatched"} & set(written.values())
    for settings in api["MethodSettings"]:
        assert settings["DataTraceEnabled"] is False
        assert {"ThrottlingRateLimit", "ThrottlingBurstLimit"} <= set(settings)


@pytest.mark.parametrize("name", TEMPLATE["Parameters"])
def test_a_parameter_says_what_it_is_for_and_is_used(name: str) -> None:
    assert TEMPLATE["Parameters"][name]["Description"]
    assert "Default" in TEMPLATE["Parameters"][name]
    grouped = TEMPLATE["Metadata"]["AWS::CloudFormation::Interface"]["ParameterGroups"]
    assert [name for group in grouped for one in group["Parameters"] if one == name] == [name]


def test_the_user_pool_is_left_out_where_there_is_none() -> None:
    """The China regions do not know its types."""
    pool_types = [name for name, one in RESOURCES.items() if one["Type"].startswith("AWS::Cognito::")]
    assert pool_types
    assert {RESOURCES[name]["Condition"] for name in pool_types} == {"HasUserPool"}
    condition: Any = TEMPLATE["Conditions"]["HasUserPool"]
    assert {"Fn::Not": [{"Fn::Equals": [{"Ref": "AWS::Partition"}, "aws-cn"]}]} in condition["Fn::And"]


def test_what_ses_reports_is_left_out_where_there_is_no_ses() -> None:
    """The China regions do not know its types."""
    reporting = [name for name, one in RESOURCES.items() if one["Type"].startswith("AWS::SES::")]
    assert reporting
    names = {RESOURCES[name]["Condition"] for name in reporting}
    assert names == {"SendsMailBySes", "ReceivesMailBySes"}
    for name in names:
        condition: Any = TEMPLATE["Conditions"][name]
        assert {"Fn::Not": [{"Fn::Equals": [{"Ref": "AWS::Partition"}, "aws-cn"]}]} in condition["Fn::And"]


def test_the_pools_groups_are_the_roles_of_the_desk() -> None:
    from jiesu.model.words import UserRole

    groups = {one["GroupName"] for one in of_type("AWS::Cognito::UserPoolGroup").values()}
    assert groups == set(UserRole)
