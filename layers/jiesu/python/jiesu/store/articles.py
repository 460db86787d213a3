"""The office's own knowledge base: one partition of the cases' table, an item an article.

They lie beside the cases because the article and the entry that keeps it are one transaction.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from jiesu.model.article import OfficeArticle
from jiesu.model.errors import ConflictError
from jiesu.store import keys
from jiesu.store.attributes import Value, item, number, text
from jiesu.store.codec import dumps, loads
from jiesu.store.writes import at_revision, put

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredArticle:
    """`revision` is what the next writer must know."""

    article: OfficeArticle
    revision: int


@dataclass(frozen=True, slots=True)
class ArticleStore:
    client: "DynamoDBClient"
    table_name: str

    def all(self) -> tuple[StoredArticle, ...]:
        """Every article, the one kept last first; one query a megabyte, which is some hundred articles."""
        pages = self.client.get_paginator("query").paginate(
            TableName=self.table_name,
            KeyConditionExpression="pk = :articles",
            ExpressionAttributeValues=item(**{":articles": keys.ARTICLES}),
        )
        found = (
            StoredArticle(article=loads(OfficeArticle, text(one, "body")), revision=number(one, "revision"))
            for page in pages
            for one in page["Items"]
        )
        return tuple(sorted(found, key=lambda one: one.article.kept_at, reverse=True))

    def find(self, article_id: str) -> StoredArticle | None:
        """One consistent read."""
        key = item(pk=keys.ARTICLES, sk=article_id)
        found = self.client.get_item(TableName=self.table_name, Key=key, ConsistentRead=True).get("Item")
        return (
            None
            if found is None
            else StoredArticle(article=loads(OfficeArticle, text(found, "body")), revision=number(found, "revision"))
        )

    def first_write(self, article: OfficeArticle) -> "TransactWriteItemTypeDef":
        """What stores a new article, for a transaction with the entry that keeps it."""
        return {"Put": self._put(article, 0)}

    def replace(self, article: OfficeArticle, *, revision: int) -> None:
        """Store `article` in the place of the one at `revision`. Raises `ConflictError` where somebody was faster."""
        try:
            self.client.put_item(**self._put(article, revision))
        except self.client.exceptions.ConditionalCheckFailedException as error:
            raise ConflictError(f"article {article.id} is no longer at revision {revision}") from error

    def _put(self, article: OfficeArticle, revision: int) -> Any:
        stored: dict[str, Value] = {
            "pk": keys.ARTICLES,
            "sk": article.id,
            "revision": revision + 1,
            "body": dumps(article),
        }
        return put(self.table_name, stored, **at_revision(revision))
