"""Which ladders a case has: those of its category go before its group's, and those before the urgency's own."""

from collections.abc import Mapping
from dataclasses import replace

from jiesu.model.calendar import WorkingHours
from jiesu.model.ladder import EscalationPlan, LadderPlan
from jiesu.model.words import LadderKind, Urgency

CategoryPlans = Mapping[str, Mapping[Urgency, Mapping[LadderKind, LadderPlan]]]
"""By the code of a category or of a group of them, by urgency: the ladders that differ."""


def plan_for(
    urgency: Urgency,
    category: str,
    *,
    plans: Mapping[Urgency, EscalationPlan],
    categories: CategoryPlans,
    hours: WorkingHours,
) -> EscalationPlan:
    """The plan of a case, ladder by ladder, in the office's `hours`. Raises `KeyError` for an urgency without a plan."""
    plan = replace(plans[urgency], hours=hours)
    for code in dict.fromkeys((category.partition(".")[0], category)):
        ladders = categories.get(code, {}).get(urgency, {})
        plan = replace(plan, **{kind.value: ladder for kind, ladder in ladders.items()})  # type: ignore[arg-type]
    return plan
