"""Secrets from Secrets Manager, kept in memory for a few minutes so that a rotated one is picked up."""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient

KEEP_SECONDS = 300


@dataclass(slots=True)
class SecretBook:
    """Reads secrets by name, each at most once in `KEEP_SECONDS`."""

    client: "SecretsManagerClient"
    _read: dict[str, tuple[float, str]] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """The secret's text. Raises botocore's `ClientError` where it does not exist or may not be read."""
        known = self._read.get(name)
        if known is not None and time.monotonic() - known[0] < KEEP_SECONDS:
            return known[1]
        text = self.client.get_secret_value(SecretId=name)["SecretString"]
        self._read[name] = (time.monotonic(), text)
        return text

    def fields(self, name: str) -> dict[str, str]:
        """The secret as a JSON object of texts, such as `{"app_secret": "…", "access_token": "…"}`."""
        return {str(key): str(value) for key, value in json.loads(self.text(name)).items()}

    def store(self, name: str, fields: Mapping[str, str]) -> None:
        """Give the secret a new version; the one before it stays readable as `AWSPREVIOUS`. The first creates it.

        Raises botocore's `ClientError`, as `InvalidRequestException` where the secret is being deleted.
        """
        text = json.dumps(dict(fields))
        try:
            self.client.put_secret_value(SecretId=name, SecretString=text)
        except self.client.exceptions.ResourceNotFoundException:
            # Names begin with the stack's.
            self.client.create_secret(Name=name, SecretString=text, Tags=[{"Key": "stack", "Value": name.partition("/")[0]}])
        self._read[name] = (time.monotonic(), text)

    def forget(self, name: str) -> None:
        """Read `name` anew the next time: its holder was told that it is no longer valid."""
        self._read.pop(name, None)
