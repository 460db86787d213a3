"""Mails as they came in, each an object: put there by SES, or by whoever drops what another mail server took."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

INCOMING = "incoming/"
"""What the bucket tells of is below it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MailBucket:
    """`client` is asked for when it is needed, as of `EvidenceVault`."""

    client: "Callable[[], S3Client]"
    bucket_name: str

    def read(self, key: str, *, most: int | None = None) -> bytes:
        """The mail, or its first `most` bytes."""
        part: dict[str, Any] = {} if most is None else {"Range": f"bytes=0-{most - 1}"}
        return self.client().get_object(Bucket=self.bucket_name, Key=key, **part)["Body"].read()

    def drop(self, content: bytes) -> str:
        """Put a mail in; its key. The same mail has the same key, and putting it again has it looked at again."""
        key = f"{INCOMING}{hashlib.sha256(content).hexdigest()}"
        self.client().put_object(Bucket=self.bucket_name, Key=key, Body=content, ContentType="message/rfc822")
        return key
