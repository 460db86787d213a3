"""The directory: bureaus with their contacts, the office's own contacts and ladders, and everybody's duty rosters."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from jiesu.cases import emergency
from jiesu.cases.asking import AskingPlan
from jiesu.cases.coverage import USUAL
from jiesu.cases.grave import GravePlan
from jiesu.cases.heat import HeatPlan
from jiesu.cases.plans import CategoryPlans, plan_for
from jiesu.model.calendar import WorkingHours
from jiesu.model.errors import CommandRefusedError, ConflictError
from jiesu.model.jurisdiction import OwnJurisdictions
from jiesu.model.ladder import EscalationPlan, LadderPlan
from jiesu.model.people import Bureau, Contact
from jiesu.model.revision import ChangeNote, Revision
from jiesu.model.roster import Roster
from jiesu.model.words import Urgency
from jiesu.store import keys
from jiesu.store.attributes import item, number, text
from jiesu.store.codec import dumps, loads
from jiesu.store.revisions import RevisedItems

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
    grave: GravePlan = field(default_factory=GravePlan)

    def plan(self, urgency: Urgency, category: str, zone: str) -> EscalationPlan:
        """The ladders of a case of that kind, its working hours in `zone`. Raises `CommandRefusedError` ("plan_missing")."""
        if urgency not in self.plans:
            raise CommandRefusedError("plan_missing", f"没有「{urgency.label}」件的时限方案，请联系管理员")
        hours = replace(self.hours, zone=zone)
        return plan_for(urgency, category, plans=self.plans, categories=self.categories, hours=hours)


class DirectoryStore:
    """Reads the directory and replaces parts of it; each item carries a revision that its next writer must know,
    and each change is kept (`store/revisions.py`).
    """

    def __init__(self, client: "DynamoDBClient", *, directory_table_name: str) -> None:
        self._client = client
        self._table = directory_table_name
        self._items = RevisedItems(client, directory_table_name)

    def bureaus(self) -> tuple[Bureau, ...]:
        """Every bureau by its code; one query (a city has some dozens)."""
        return tuple(bureau for bureau, _ in self._bureaus().values())

    def bureau(self, code: str) -> tuple[Bureau | None, int]:
        """One bureau and its revision; None and 0 where it does not exist. One consistent read."""
        body, revision = self._items.standing(keys.BUREAUS, code)
        return (loads(Bureau, body), revision) if revision else (None, 0)

    def put_bureaus(self, bureaus: Sequence[Bureau], note: ChangeNote) -> int:
        """Add or replace bureaus; answers how many were written. Those that stand already as given are left alone.

        Raises `TransactionLostError` where another writes the same bureau; what was
        written before stays, and the same call again finishes the rest.
        """
        standing = self._bureaus()
        changed = [one for one in bureaus if one.code not in standing or standing[one.code][0] != one]
        for one in changed:
            before, revision = standing.get(one.code, (None, 0))
            self.put_bureau(one, before=before, revision=revision, note=note)
        return len(changed)

    def put_bureau(self, bureau: Bureau, *, before: Bureau | None, revision: int, note: ChangeNote) -> None:
        """Add `bureau`, or put it in the place of `before`, which was read at `revision`. Raises `TransactionLostError`."""
        self._write(keys.BUREAUS, bureau.code, before=before, after=bureau, revision=revision, note=note)

    def bureau_history(self, code: str) -> tuple[Revision, ...]:
        """The newest changes of a bureau, newest first."""
        return self._items.of(keys.BUREAUS, code)

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

    def office_at(self) -> tuple[Office | None, int]:
        """The office and its revision; None and 0 where it is not set up. One consistent read."""
        body, revision = self._items.standing(keys.OFFICE, keys.OFFICE)
        return (loads(Office, body), revision) if revision else (None, 0)

    def put_office(self, office: Office, note: ChangeNote) -> None:
        """Replace the office's contacts and ladders. Cases that are dispatched already keep their own copy."""
        before, revision = self.office_at()
        self.replace_office(office, before=before, revision=revision, note=note)

    def replace_office(self, office: Office, *, before: Office | None, revision: int, note: ChangeNote) -> None:
        """The same in the place of `before`, which was read at `revision`. Raises `TransactionLostError`."""
        self._write(keys.OFFICE, keys.OFFICE, before=before, after=office, revision=revision, note=note)

    def office_history(self) -> tuple[Revision, ...]:
        """The newest changes of the office, newest first."""
        return self._items.of(keys.OFFICE, keys.OFFICE)

    def roster(self, owner: str) -> tuple[Roster | None, int]:
        """The roster of a bureau by its code, or `OFFICE_ROSTER`, and its revision; None and 0 where there never was one."""
        body, revision = self._items.standing(keys.ROSTERS, owner)
        return (loads(Roster, body), revision) if revision else (None, 0)

    def rosters(self) -> Mapping[str, Roster]:
        """Every roster by whose it is; one query."""
        return {owner: loads(Roster, body) for owner, (body, _) in self._all(keys.ROSTERS).items()}

    def put_roster(self, roster: Roster, *, before: Roster | None, revision: int, note: ChangeNote) -> None:
        """Put `roster` in the place of `before`, which was read at `revision`. Raises `TransactionLostError`."""
        self._write(keys.ROSTERS, roster.owner, before=before, after=roster, revision=revision, note=note)

    def own_jurisdictions(self) -> OwnJurisdictions:
        """Who answers for what by the office's own word; one read, eventually consistent."""
        key = item(pk=keys.JURISDICTIONS, sk=keys.JURISDICTIONS)
        found = self._client.get_item(TableName=self._table, Key=key).get("Item")
        return OwnJurisdictions() if found is None else loads(OwnJurisdictions, text(found, "body"))

    def own_jurisdictions_at(self) -> tuple[OwnJurisdictions, int]:
        """The same with its revision, 0 where nothing was ever set. One consistent read."""
        body, revision = self._items.standing(keys.JURISDICTIONS, keys.JURISDICTIONS)
        return (loads(OwnJurisdictions, body) if revision else OwnJurisdictions()), revision

    def put_own_jurisdictions(
        self, own: OwnJurisdictions, *, before: OwnJurisdictions | None, revision: int, note: ChangeNote
    ) -> None:
        """Put `own` in the place of `before`, which was read at `revision`. Raises `TransactionLostError`."""
        self._write(keys.JURISDICTIONS, keys.JURISDICTIONS, before=before, after=own, revision=revision, note=note)

    def jurisdictions_history(self) -> tuple[Revision, ...]:
        """The newest changes of the office's own jurisdictions, newest first."""
        return self._items.of(keys.JURISDICTIONS, keys.JURISDICTIONS)

    def roster_history(self, owner: str) -> tuple[Revision, ...]:
        """The newest changes of a roster, newest first."""
        return self._items.of(keys.ROSTERS, owner)

    def _bureaus(self) -> dict[str, tuple[Bureau, int]]:
        return {code: (loads(Bureau, body), revision) for code, (body, revision) in self._all(keys.BUREAUS).items()}

    def _all(self, kind: str) -> dict[str, tuple[str, int]]:
        """Body and revision of every item of a kind by its name; one query."""
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            KeyConditionExpression="pk = :kind",
            ExpressionAttributeValues=item(**{":kind": kind}),
        )
        return {text(one, "sk"): (text(one, "body"), number(one, "revision")) for page in pages for one in page["Items"]}

    def _write(self, kind: str, name: str, *, before: object, after: object, revision: int, note: ChangeNote) -> None:
        body = dumps(after)
        said = Revision(number=revision + 1, note=note, before="" if before is None else dumps(before), after=body)
        self._items.write(kind, name, {"body": body}, said)
