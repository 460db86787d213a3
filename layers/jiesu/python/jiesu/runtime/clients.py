"""The AWS clients, one of each a process, made on first use. A `prompt` one gives up within seconds.

All come from boto3's default session, so that its loader reads each service's model once.
"""

from functools import cache
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_secretsmanager import SecretsManagerClient
    from mypy_boto3_ses import SESClient
    from mypy_boto3_sns import SNSClient
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_ssm import SSMClient
    from mypy_boto3_stepfunctions import SFNClient

_PATIENT = Config(connect_timeout=2, read_timeout=5, retries={"mode": "standard", "total_max_attempts": 4})
_SIGNED = _PATIENT.merge(Config(signature_version="s3v4"))
"""For S3: links are signed as newer regions demand it of everyone, whatever the region."""
_PROMPT = Config(connect_timeout=0.5, read_timeout=1, retries={"mode": "standard", "total_max_attempts": 2})
"""For the webhook: a platform hangs up after five seconds, and what hangs must fail while there is time to park the delivery."""
_ONCE = Config(connect_timeout=2, read_timeout=10, retries={"mode": "standard", "total_max_attempts": 1})
"""For what must not be repeated blindly: SES and SNS know no idempotency key, so a retry after a time-out could send twice."""


@cache
def dynamodb(*, prompt: bool = False) -> "DynamoDBClient":
    return boto3.client("dynamodb", config=_PROMPT if prompt else _PATIENT)


@cache
def sqs(*, prompt: bool = False) -> "SQSClient":
    return boto3.client("sqs", config=_PROMPT if prompt else _PATIENT)


@cache
def s3() -> "S3Client":
    return boto3.client("s3", config=_SIGNED)


@cache
def stepfunctions() -> "SFNClient":
    return boto3.client("stepfunctions", config=_PATIENT)


@cache
def secretsmanager(*, prompt: bool = False) -> "SecretsManagerClient":
    return boto3.client("secretsmanager", config=_PROMPT if prompt else _PATIENT)


@cache
def ssm() -> "SSMClient":
    return boto3.client("ssm", config=_PATIENT)


@cache
def ses() -> "SESClient":
    return boto3.client("ses", config=_ONCE)


@cache
def sns() -> "SNSClient":
    return boto3.client("sns", config=_ONCE)
