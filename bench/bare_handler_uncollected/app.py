"""The bare handler, started as the webhook is: without garbage collection."""

import gc

gc.disable()

from typing import Any  # noqa: E402 - after the collector has stopped

import boto3  # noqa: E402

sqs = boto3.client("sqs")
gc.freeze()
gc.enable()


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:  # noqa: ARG001 - Lambda's signature
    return {"statusCode": 200, "body": ""}
