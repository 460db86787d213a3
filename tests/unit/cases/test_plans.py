"""Which ladders a case has."""

from datetime import timedelta

from jiesu.cases.plans import plan_for
from jiesu.model.calendar import WorkingHours
from jiesu.model.words import LadderKind, Urgency
from tests import builders as build

GROUP = build.a_ladder_plan(timedelta(hours=10))
OWN = build.a_ladder_plan(timedelta(hours=20))
PLANS = {Urgency.URGENT: build.a_plan(), Urgency.ROUTINE: build.a_plan()}
CATEGORIES = {
    "fraud": {Urgency.URGENT: {LadderKind.FIRST_CONTACT: GROUP, LadderKind.FEEDBACK: GROUP}},
    "fraud.telecom": {Urgency.URGENT: {LadderKind.FIRST_CONTACT: OWN}},
}


def test_a_categorys_ladder_goes_before_its_groups_and_that_before_the_urgencys_own() -> None:
    plan = plan_for(Urgency.URGENT, "fraud.telecom", plans=PLANS, categories=CATEGORIES, hours=WorkingHours())
    assert (plan.first_contact, plan.feedback) == (OWN, GROUP)
    assert plan.acknowledgement == PLANS[Urgency.URGENT].acknowledgement


def test_another_category_or_urgency_has_the_urgencys_own_ladders() -> None:
    hours = WorkingHours()
    assert plan_for(Urgency.URGENT, "traffic.safety", plans=PLANS, categories=CATEGORIES, hours=hours) == build.a_plan()
    assert plan_for(Urgency.ROUTINE, "fraud.telecom", plans=PLANS, categories=CATEGORIES, hours=hours) == build.a_plan()


def test_the_hours_are_those_of_the_office_whatever_the_plan_was_stored_with() -> None:
    hours = WorkingHours(zone="America/New_York")
    assert plan_for(Urgency.URGENT, "noise", plans=PLANS, categories={}, hours=hours).hours == hours
