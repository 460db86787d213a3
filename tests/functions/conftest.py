"""The functions' environment and AWS as the template would make them, in this process."""

import os
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from tests.tables import EVIDENCE_BUCKET, MAIL_BUCKET, MODEL_BUCKET, TABLES

ACCOUNT = "123456789012"
REGION = os.environ["AWS_REGION"]
QUEUES = (
    "InboxQueue",
    "CommandsQueue",
    "NoticesQueue",
    "OutboundQueue",
    "MediaQueue",
    "ReceiptsQueue",
    "AnswersQueue",
    "InboxDeadLetterQueue",
)
STATE_MACHINE = f"arn:aws-cn:states:{REGION}:{ACCOUNT}:stateMachine:EscalationStateMachine"


def queue_url(name: str) -> str:
    return f"https://sqs.{REGION}.amazonaws.com.cn/{ACCOUNT}/{name}"


# Set before any handler is imported: handlers read their settings when they start.
os.environ.update(
    CASES_TABLE_NAME=TABLES.cases,
    MESSAGES_TABLE_NAME=TABLES.messages,
    DELIVERIES_TABLE_NAME=TABLES.deliveries,
    DIRECTORY_TABLE_NAME=TABLES.directory,
    MATTERS_TABLE_NAME=TABLES.matters,
    TRANSIENT_TABLE_NAME=TABLES.transient,
    INBOX_QUEUE_URL=queue_url("InboxQueue"),
    NOTICES_QUEUE_URL=queue_url("NoticesQueue"),
    OUTBOUND_QUEUE_URL=queue_url("OutboundQueue"),
    MEDIA_QUEUE_URL=queue_url("MediaQueue"),
    DOCUMENTS_BUCKET_NAME=EVIDENCE_BUCKET,
    EVIDENCE_BUCKET_NAME=EVIDENCE_BUCKET,
    MODEL_BUCKET_NAME=MODEL_BUCKET,
    MAIL_BUCKET_NAME=MAIL_BUCKET,
    COMMANDS_QUEUE_URL=queue_url("CommandsQueue"),
    DEAD_LETTER_QUEUE_URLS=queue_url("InboxDeadLetterQueue"),
    HEARTBEAT_URL="",
    ESCALATION_STATE_MACHINE_ARN=STATE_MACHINE,
    OFFICE_NAME="平安北京",
    OFFICE_TIME_ZONE="Asia/Shanghai",
    RETENTION_DAYS="180",
    PUBLIC_BASE_URL="https://jiesu.example.org",
    JURISDICTION_ID="",
    LINK_SECRET_NAME="jiesu/links",
    SESSION_SECRET_NAME="jiesu/sessions",
    TELEPHONE_SECRET_NAME="jiesu/telephones",
    CHANNEL_SECRETS_PREFIX="jiesu/channels/",
    OIDC_PARAMETER_NAME="/jiesu/oidc",
    RECEIPTS_QUEUE_URL=queue_url("ReceiptsQueue"),
    MAIL_TRANSPORT="ses",
    MAIL_FALLBACK="",
    MAIL_CONFIGURATION_SET="",
    MAIL_SENDER="jiesu@example.org",
    REPLY_DOMAIN="",
    SMTP_HOST="",
    SMTP_PORT="587",
    SMTP_SECRET_NAME="",
    SMS_TRANSPORT="sns",
    SMS_FALLBACK="",
    SMS_GATEWAY_URL="",
    SMS_GATEWAY_SECRET_NAME="",
    MAX_RECEIVE_COUNT="5",
)

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient


@pytest.fixture
def sqs(aws: None) -> "SQSClient":
    """The template's queues, empty."""
    client = boto3.client("sqs")
    for name in QUEUES:
        client.create_queue(QueueName=name)
    return client


@pytest.fixture
def telephone_secret(aws: None) -> None:
    """The key of the digests of telephones, as the template has it made."""
    boto3.client("secretsmanager").create_secret(Name=os.environ["TELEPHONE_SECRET_NAME"], SecretString="a key of the tests")


def sqs_event(*bodies: str, attempt: int = 1) -> dict[str, Any]:
    """What Lambda hands to the consumer of a queue."""
    return {
        "Records": [
            {
                "messageId": f"queue-message-{number}",
                "receiptHandle": "handle",
                "body": body,
                "attributes": {"ApproximateReceiveCount": str(attempt)},
                "messageAttributes": {},
                "eventSource": "aws:sqs",
                "eventSourceARN": f"arn:aws-cn:sqs:{REGION}:{ACCOUNT}:Queue",
                "awsRegion": REGION,
            }
            for number, body in enumerate(bodies)
        ]
    }
