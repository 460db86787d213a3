"""Roll-back: one step at a time, to what really ran before."""

from jiesu.store.models import Promotion, Promotions
from jiesu.triage.screen import release
from ops.model_commands import before_current
from tests import builders as build


def after(*digests: str, measured_against: str = release()) -> str | None:
    """What a roll-back leads to after promotions of `digests`; None is the artefact that ships."""
    history = tuple(
        Promotion(version=digest, digest=digest, release=measured_against, promoted_at=build.NOW, promoted_by="tests", reason="")
        for digest in digests
    )
    found = before_current(Promotions(history=history))
    return None if found is None else found.digest


def test_a_roll_back_leads_to_the_promotion_before() -> None:
    assert after("a", "b") == "a"
    assert after("a", "b", "c") == "b"


def test_before_the_first_promotion_stands_what_ships() -> None:
    assert after("a") is None
    assert after("a", "", "b") is None


def test_two_roll_backs_lead_two_steps_back_and_not_to_and_fro() -> None:
    assert after("a", "b", "c", "b") == "a"
    assert after("a", "b", "a") is None


def test_promotions_of_another_release_are_nothing_to_go_back_to() -> None:
    assert after("a", "b", measured_against="linear-old+rules-1") is None
