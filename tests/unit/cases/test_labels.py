"""What a case's timeline teaches, and what it takes back."""

from jiesu.cases.commands import CloseCase, Command, CorrectCase, JoinMessage, OpenCase, ReopenCase, decide
from jiesu.cases.fold import apply, next_entry
from jiesu.cases.labels import Label, is_said, labels_of
from jiesu.model.case import Case, Verdict
from jiesu.model.timeline import Opened
from jiesu.model.words import Intent, Resolution, Urgency
from tests import builders as build

HELP = Verdict(category="public_aid.lost", urgency=Urgency.URGENT, intent=Intent.HELP)


def labels(*commands: Command, verdict: Verdict | None = None) -> tuple[Label, ...]:
    """The labels of a case that `commands` were carried out on, one a minute."""
    triage = build.noise() if verdict else build.a_triage(model_version="linear-1+rules-2")
    opening = OpenCase(title="一", message=build.a_message_ref(), triage=triage, place=build.a_place(), verdict=verdict)
    case: Case | None = None
    entries = []
    for minutes, command in enumerate([opening, *commands]):
        now = build.after(minutes=minutes)
        change = decide(case, command, now)
        assert change is not None
        entry = next_entry(case, build.CASE_ID, change, actor=build.EDITOR, now=now)
        case = apply(case, entry)
        entries.append(entry)
    opened = entries[0].change
    assert isinstance(opened, Opened)
    return labels_of(opened, [entry for entry in entries if is_said(entry)])


def close(resolution: Resolution) -> CloseCase:
    return CloseCase(resolution=resolution, reason="核实")


def test_a_case_that_nobody_has_judged_teaches_nothing() -> None:
    assert labels() == ()


def test_a_correction_says_what_was_corrected_and_of_which_version() -> None:
    (label,) = labels(CorrectCase(category="traffic.violation", urgency=Urgency.URGENT, intent=Intent.REPORT))
    assert (label.actionable, label.category, label.urgency, label.intent) == (
        True,
        "traffic.violation",
        Urgency.URGENT,
        Intent.REPORT,
    )
    assert label.thought.model_version == "linear-1+rules-2"
    assert label.thought.category == "public_order.offence"
    assert label.message.message_id == "weibo:1"


def test_the_last_word_counts_field_by_field() -> None:
    (label,) = labels(CorrectCase(category="traffic.violation", urgency=Urgency.URGENT), CorrectCase(category="fraud.online"))
    assert (label.category, label.urgency) == ("fraud.online", Urgency.URGENT)
    assert label.said_at == build.after(minutes=2)


def test_a_bulletin_confirms_what_it_says() -> None:
    (label,) = labels(build.dispatch())
    assert (label.actionable, label.category, label.urgency) == (
        True,
        build.a_bulletin().category,
        build.a_bulletin().urgency,
    )


def test_closing_says_whether_it_was_work() -> None:
    assert [one.actionable for one in labels(close(Resolution.NOISE))] == [False]
    assert [one.category for one in labels(close(Resolution.NOT_POLICE))] == ["not_police"]
    assert [one.actionable for one in labels(close(Resolution.ANSWERED))] == [True]
    assert labels(close(Resolution.NOT_ACTIONABLE)) == ()


def test_opening_a_case_again_takes_back_what_closing_it_said() -> None:
    assert labels(close(Resolution.NOISE), ReopenCase(reason="误关")) == ()
    (label,) = labels(CorrectCase(urgency=Urgency.URGENT), close(Resolution.NOISE), ReopenCase(reason="误关"))
    assert (label.actionable, label.urgency) == (True, Urgency.URGENT)


def test_a_case_made_of_noise_is_a_miss_with_the_systems_own_verdict_beside_it() -> None:
    (label,) = labels(verdict=HELP)
    assert (label.actionable, label.category, label.thought.actionable) == (True, "public_aid.lost", False)


def test_each_message_that_a_person_adds_is_a_label_of_its_own() -> None:
    second = build.a_message_ref(message_id="weibo:2")
    (label,) = labels(
        JoinMessage(message=second, triage=build.noise(), verdict=HELP),
        JoinMessage(message=build.a_message_ref(message_id="weibo:3"), triage=build.noise()),
    )
    assert (label.message.message_id, label.actionable) == ("weibo:2", True)
