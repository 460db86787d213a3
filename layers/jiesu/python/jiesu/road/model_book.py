"""The model that a worker thinks with: the promoted one, looked for every few minutes, or the one that ships.

Nothing here stops the road. What cannot be fetched, is damaged or cannot think is logged and counted (an
alarm stands on it), and the worker goes on with what it has.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from botocore.exceptions import BotoCoreError, ClientError

from jiesu.runtime.logging import logger
from jiesu.runtime.metrics import count
from jiesu.store.models import ModelRegistry, ModelUnavailableError, ModelVault
from jiesu.triage.judge import check
from jiesu.triage.model import Model, ModelFormatError, load, read
from jiesu.triage.screen import release

LOOK_EVERY = timedelta(minutes=5)


@dataclass(slots=True, kw_only=True)
class ModelBook:
    """One a worker."""

    registry: ModelRegistry
    vault: ModelVault
    _model: Model | None = field(default=None, init=False)
    _digest: str = field(default="", init=False)
    _look_at: datetime | None = field(default=None, init=False)

    def model(self, now: datetime) -> Model:
        """What to think with now."""
        if self._look_at is None or now >= self._look_at:
            self._look_at = now + LOOK_EVERY
            try:
                self._look()
            except (ModelUnavailableError, ModelFormatError, ClientError, BotoCoreError):
                logger.exception("the promoted model cannot be used", extra={"running": (self._model or load()).version})
                count("ModelFallback")
        return self._model or load()

    def _look(self) -> None:
        promoted = self.registry.promotions().current
        digest = promoted.digest if promoted is not None and promoted.release == release() else ""
        if digest == self._digest:
            return
        model = None if not digest else check(read(self.vault.fetch(digest)))
        self._model, self._digest = model, digest
        logger.info("another model runs", extra={"version": (model or load()).version})
