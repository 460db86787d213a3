"""Which model triage thinks with: the artefacts in S3 under their hash, and in the directory which of them is promoted.

A promotion is for a release. The artefact that ships and the rules beside it are what it was
measured against: where a deployment brings others, it holds no longer and the shipped one runs.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from jiesu.store import keys
from jiesu.store.attributes import Value, item, number, text
from jiesu.store.codec import dumps, loads
from jiesu.store.writes import at_revision, put

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client

KEPT = 50
"""How many promotions are remembered."""


class ModelUnavailableError(Exception):
    """An artefact could not be had whole; the message says which and why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Promotion:
    """One decision on what runs. An empty `digest` is the artefact that ships; `release` is what it was measured against."""

    version: str
    digest: str
    release: str
    promoted_at: datetime
    promoted_by: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Promotions:
    """All promotions that are remembered, oldest first; `revision` is what the next writer must know."""

    history: tuple[Promotion, ...] = ()
    revision: int = 0

    @property
    def current(self) -> Promotion | None:
        return self.history[-1] if self.history else None


class ModelRegistry:
    """The promotions: one item of the directory."""

    def __init__(self, client: "DynamoDBClient", directory_table_name: str) -> None:
        self._client = client
        self._table = directory_table_name

    def promotions(self) -> Promotions:
        """All of them; one consistent read."""
        key = item(pk=keys.MODEL, sk=keys.MODEL)
        found = self._client.get_item(TableName=self._table, Key=key, ConsistentRead=True).get("Item")
        if found is None:
            return Promotions()
        return Promotions(history=loads(tuple[Promotion, ...], text(found, "body")), revision=number(found, "revision"))

    def promote(self, promotion: Promotion, standing: Promotions) -> None:
        """Let `promotion` run from now on. Raises `ConditionalCheckFailedException` where `standing` is not the last word."""
        history = (*standing.history, promotion)[-KEPT:]
        stored: dict[str, Value] = {"pk": keys.MODEL, "sk": keys.MODEL, "revision": standing.revision + 1, "body": dumps(history)}
        self._client.put_item(**put(self._table, stored, **at_revision(standing.revision)))


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelVault:
    """The artefacts. `client` is asked for when it is needed: most workers run what ships and never do."""

    client: "Callable[[], S3Client]"
    bucket_name: str

    def keep(self, artefact: bytes) -> str:
        """Store an artefact; the hash that names it."""
        digest = sha256(artefact).hexdigest()
        self.client().put_object(
            Bucket=self.bucket_name,
            Key=_key(digest),
            Body=artefact,
            ChecksumAlgorithm="SHA256",
            ContentType="application/octet-stream",
        )
        return digest

    def fetch(self, digest: str) -> bytes:
        """The artefact of that hash. Raises `ModelUnavailableError` where it is not there, or not what its name says."""
        try:
            content: bytes = self.client().get_object(Bucket=self.bucket_name, Key=_key(digest))["Body"].read()
        except (ClientError, BotoCoreError) as error:
            raise ModelUnavailableError(f"artefact {digest}: {type(error).__name__}") from error
        if sha256(content).hexdigest() != digest:
            raise ModelUnavailableError(f"artefact {digest}: its bytes are others")
        return content


def _key(digest: str) -> str:
    return f"artefacts/{digest}.bin"
