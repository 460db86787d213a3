"""Says, every month, how often people agreed with the model and how many labels wait to be learnt from."""

from typing import Any

from jiesu.road.review import review
from jiesu.runtime import clients
from jiesu.runtime.logging import logger
from jiesu.runtime.settings import ReviewLabelsSettings
from jiesu.store.labels import LabelStore
from jiesu.store.models import ModelRegistry

settings = ReviewLabelsSettings.from_env()
labels = LabelStore(
    clients.dynamodb(), cases_table_name=settings.cases_table_name, messages_table_name=settings.messages_table_name
)
models = ModelRegistry(clients.dynamodb(), settings.directory_table_name)


def handler(event: dict[str, Any], context: object) -> dict[str, object]:  # noqa: ARG001 - Lambda's signature
    found = review(labels, models)
    logger.info("labels reviewed", extra=found)
    return found
