"""How the providers of mail and SMS fare, as all senders see it. Nothing that matters tomorrow."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from jiesu.model.provider_health import Health, Standing
from jiesu.store import keys
from jiesu.store.attributes import Value, item, number, text
from jiesu.store.codec import dumps, loads
from jiesu.store.writes import at_revision, put

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_KEEP = timedelta(days=1)
_ATTEMPTS = 5


@dataclass(frozen=True, slots=True)
class ProviderHealthStore:
    """One item a provider, replaced under the revision that was read."""

    client: "DynamoDBClient"
    transient_table_name: str

    def known(self, providers: Sequence[str]) -> tuple[Health, ...]:
        """What is known of each, in the same order; a read each."""
        return tuple(self._read(one)[0] for one in providers)

    def change(self, provider: str, change: Callable[[Health], Health]) -> None:
        """Write down what a message has shown. Lost against many others it is left out: they say the same."""
        for _ in range(_ATTEMPTS):
            health, revision = self._read(provider)
            after = change(health)
            if after == health or self._write(after, revision):
                return

    def claim_probe(self, provider: str, now: datetime, *, until: datetime) -> bool:
        """Whether the caller is the one to try a provider whose rest is over; until then it rests for all others."""
        health, revision = self._read(provider)
        return health.standing(now) is Standing.PROBE and self._write(replace(health, rests_until=until), revision)

    def _read(self, provider: str) -> tuple[Health, int]:
        pk = keys.breaker(provider)
        found = self.client.get_item(TableName=self.transient_table_name, Key=item(pk=pk, sk=pk), ConsistentRead=True).get("Item")
        return (
            (Health(provider=provider), 0) if found is None else (loads(Health, text(found, "body")), number(found, "revision"))
        )

    def _write(self, health: Health, revision: int) -> bool:
        pk = keys.breaker(health.provider)
        since = health.rests_until or health.at
        stored: dict[str, Value] = {
            "pk": pk,
            "sk": pk,
            "revision": revision + 1,
            "body": dumps(health),
            "expires_at": None if since is None else int((since + _KEEP).timestamp()),
        }
        try:
            self.client.put_item(**put(self.transient_table_name, stored, **at_revision(revision)))
        except self.client.exceptions.ConditionalCheckFailedException:
            return False
        return True
