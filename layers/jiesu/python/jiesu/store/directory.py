"""The directory: bureaus with their contacts, and the office's own contacts and ladders."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from jiesu.cases import emergency
from jiesu.cases.asking import AskingPlan
from jiesu.cases.coverage import USUAL
from jiesu.cases.heat import HeatPlan
from jiesu.cases.plans import CategoryPlans, plan_for
from jiesu.model.calendar import WorkingHours
from jiesu.model.errors import ConflictError
from jiesu.model.ladder import EscalationPlan, LadderPlan
from jiesu.model.people import Bureau, Contact
from jiesu.model.words import Urgency
from jiesu.store import keys
from jiesu.store.attributes import Value, item, number, text
from jiesu.store.codec import dumps, loads
from jiesu.store.writes import at_revision, put

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class OfficeMissingError(Exception):
    """The office's contacts and ladders have not been loaded: `jiesu office import FILE` does it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """Who stands behind the bureaus, the ladders, the answer to an emergency, the plans for heat and for asking, the hours.

    `coverage` has the usual interval of a live coverage, and the rungs around the hour of each statement.
    `administrators` stand on no ladder: they get the morning summary.
    """

    contacts: tuple[Contact, ...]
    plans: Mapping[Urgency, EscalationPlan]
    emergency_answer: str = emergency.ANSWER
    heat: HeatPlan = field(default_factory=HeatPlan)
    hours: WorkingHours = field(default_factory=WorkingHours)
    coverage: LadderPlan = USUAL
    asking: AskingPlan = field(default_factory=AskingPlan)
    categories: CategoryPlans = field(default_factory=dict)
    administrators: tuple[Contact, ...] = ()

    def plan(self, urgency: Urgency, category: str, zone: str) -> EscalationPlan:
        """The ladders of a case of that kind, its working hours in `zone`. Raises `KeyError` for an urgency without any."""
        hours = replace(self.hours, zone=zone)
        return plan_for(urgency, category, plans=self.plans, categories=self.categories, hours=hours)


class DirectoryStore:
    """Reads the directory and replaces parts of it; each item carries a revision that its next writer must know."""

    def __init__(self, client: "DynamoDBClient", *, directory_table_name: str) -> None:
        self._client = client
        self._table = directory_table_name

    def bureaus(self) -> tuple[Bureau, ...]:
        """Every bureau by its code; one query (a city has some dozens)."""
        return tuple(bureau for bureau, _ in self._bureaus().values())

    def put_bureaus(self, bureaus: Sequence[Bureau]) -> int:
        """Add or replace bureaus; answers how many were written. Those that stand already as given are left alone.

        Raises `ConditionalCheckFailedException` where another writes the same bureau; what was
        written before stays, and the same call again finishes the rest.
        """
        standing = self._bureaus()
        changed = [one for one in bureaus if one.code not in standing or standing[one.code][0] != one]
        for one in changed:
            self._put(keys.BUREAUS, one.code, dumps(one), standing[one.code][1] if one.code in standing else 0)
        return len(changed)

    def office(self) -> Office:
        """The office's contacts and ladders; one read. Raises `OfficeMissingError`."""
        found = self._client.get_item(TableName=self._table, Key=item(pk=keys.OFFICE, sk=keys.OFFICE)).get("Item")
        if found is None:
            raise OfficeMissingError
        return loads(Office, text(found, "body"))

    def office_and_template(self) -> tuple[Office, str]:
        """The same with the template that bulletins are printed with now; one call. Raises `OfficeMissingError`."""
        wanted = [item(pk=keys.OFFICE, sk=keys.OFFICE), item(pk=keys.FORM_TEMPLATES, sk=keys.FORM_TEMPLATES)]
        answer = self._client.batch_get_item(RequestItems={self._table: {"Keys": wanted}})
        if answer["UnprocessedKeys"]:
            raise ConflictError("the directory did not answer for all that was asked")
        found = {text(one, "pk"): one for one in answer["Responses"][self._table]}
        if keys.OFFICE not in found:
            raise OfficeMissingError
        chosen = found.get(keys.FORM_TEMPLATES)
        return loads(Office, text(found[keys.OFFICE], "body")), "" if chosen is None else text(chosen, "template_id")

    def put_office(self, office: Office) -> None:
        """Replace the office's contacts and ladders. Cases that are dispatched already keep their own copy."""
        found = self._client.get_item(TableName=self._table, Key=item(pk=keys.OFFICE, sk=keys.OFFICE), ConsistentRead=True).get(
            "Item"
        )
        self._put(keys.OFFICE, keys.OFFICE, dumps(office), 0 if found is None else number(found, "revision"))

    def _bureaus(self) -> dict[str, tuple[Bureau, int]]:
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            KeyConditionExpression="pk = :bureaus",
            ExpressionAttributeValues=item(**{":bureaus": keys.BUREAUS}),
        )
        return {
            text(one, "sk"): (loads(Bureau, text(one, "body")), number(one, "revision"))
            for page in pages
            for one in page["Items"]
        }

    def _put(self, pk: str, sk: str, body: str, revision: int) -> None:
        stored: dict[str, Value] = {"pk": pk, "sk": sk, "revision": revision + 1, "body": body}
        self._client.put_item(**put(self._table, stored, **at_revision(revision)))
