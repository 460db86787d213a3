"""The least that a webhook of this kind can be: boto3's SQS client, and an answer."""

from typing import Any

import boto3

sqs = boto3.client("sqs")


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:  # noqa: ARG001 - Lambda's signature
    return {"statusCode": 200, "body": ""}
