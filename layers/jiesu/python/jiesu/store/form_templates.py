"""The templates that the bulletin is printed with: each under its SHA-256, and which of them is in use.

What was in use stays: a bulletin is printed again as it was issued.
"""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING

from jiesu.store import keys
from jiesu.store.attributes import Value, blob, item, number, text
from jiesu.store.codec import dumps, loads
from jiesu.store.writes import at_revision, put

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

KEPT = 50
"""How many choices are remembered."""


class TemplateMissingError(Exception):
    """A template that a bulletin names is not there; the message says which."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateChoice:
    """One decision on what is printed with from then on. An empty `template_id` is the template that ships."""

    template_id: str
    file_name: str
    chosen_at: datetime
    chosen_by: str
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateChoices:
    """All choices that are remembered, oldest first; `revision` is what the next writer must know."""

    history: tuple[TemplateChoice, ...] = ()
    revision: int = 0

    @property
    def template_id(self) -> str:
        """The template in use."""
        return self.history[-1].template_id if self.history else ""


class FormTemplateStore:
    """In the directory, one item for the choices and one for each template."""

    def __init__(self, client: "DynamoDBClient", *, directory_table_name: str) -> None:
        self._client = client
        self._table = directory_table_name

    def choices(self) -> TemplateChoices:
        """One consistent read."""
        key = item(pk=keys.FORM_TEMPLATES, sk=keys.FORM_TEMPLATES)
        found = self._client.get_item(TableName=self._table, Key=key, ConsistentRead=True).get("Item")
        if found is None:
            return TemplateChoices()
        return TemplateChoices(history=loads(tuple[TemplateChoice, ...], text(found, "body")), revision=number(found, "revision"))

    def choose(self, choice: TemplateChoice, standing: TemplateChoices) -> None:
        """Print with `choice` from now on. Raises `ConditionalCheckFailedException` where `standing` is not the last word."""
        history = (*standing.history, choice)[-KEPT:]
        stored: dict[str, Value] = {
            "pk": keys.FORM_TEMPLATES,
            "sk": keys.FORM_TEMPLATES,
            "revision": standing.revision + 1,
            "body": dumps(history),
            # Beside the body for those who read no history.
            "template_id": choice.template_id,
        }
        self._client.put_item(**put(self._table, stored, **at_revision(standing.revision)))

    def keep(self, content: bytes) -> str:
        """Store a template; its id. One that is there already stays as it is."""
        digest = sha256(content).hexdigest()
        stored: dict[str, Value] = {"pk": keys.FORM_TEMPLATES, "sk": keys.form_template(digest), "content": content}
        try:
            self._client.put_item(**put(self._table, stored, "attribute_not_exists(pk)"))
        except self._client.exceptions.ConditionalCheckFailedException:
            return digest
        return digest

    def content(self, template_id: str) -> bytes:
        """One read. Raises `TemplateMissingError`."""
        key = item(pk=keys.FORM_TEMPLATES, sk=keys.form_template(template_id))
        found = self._client.get_item(TableName=self._table, Key=key).get("Item")
        if found is None:
            raise TemplateMissingError(template_id)
        return blob(found, "content")
