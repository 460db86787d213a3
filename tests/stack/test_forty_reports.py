"""Forty people report one elevator video in their own words, on three platforms, within two hours: one matter for the office."""

import re
from datetime import timedelta

from jiesu.model.case import Case
from jiesu.model.timeline import HeatRaised, MessageJoined
from jiesu.model.words import ContactRole
from tests import builders as build
from tests.eventually import eventually
from tests.stack.town import WITHIN_SECONDS, Town
from tests.unit.matters.wordings import ELEVATOR_VIDEO

WAYS = ("weibo.private", "wechat.text", "douyin.text")
MINUTES_APART = 3
FIRST_POSTER = "锦绣里业主老周"
SAY_FROM_WHOM = (9, 21)
ANSWER = "您好，您反映的电梯内吐口水一事已由属地派出所查处，感谢监督。"


def as_sent(number: int, words: str) -> str:
    """The words, and of some from whom they have it."""
    return f"{words}，转自@{FIRST_POSTER}" if number in SAY_FROM_WHOM else words


def test_forty_wordings_of_one_video_are_one_case_with_its_first_poster_one_alert_a_grade_and_forty_answers(town: Town) -> None:
    span = timedelta(minutes=MINUTES_APART * len(ELEVATOR_VIDEO))
    pushes = [
        town.push(
            as_sent(number, words),
            via=WAYS[number % 3],
            who=f"锦绣里邻居{number + 1:02d}",
            later=timedelta(minutes=MINUTES_APART * number) - span,
        )
        for number, words in enumerate(ELEVATOR_VIDEO)
    ]
    assert town.deliver(pushes[0])[0] == 200
    first = town.case_titled("锦绣里小区3号楼电梯里有个男的")
    # Out of order, as platforms deliver, and three of them come twice.
    for push in [*pushes[20:], *pushes[1:20], *pushes[7:10]]:
        assert town.deliver(push)[0] == 200

    def together() -> list[Case]:
        return [case for case in town.all_cases() if case.message_count >= len(ELEVATOR_VIDEO)]

    (case,) = eventually(together, within_seconds=4 * WITHIN_SECONDS)
    assert (case.id, case.message_count) == (first.id, len(ELEVATOR_VIDEO))
    assert len(case.voices) == len(ELEVATOR_VIDEO)
    assert [one.id for one in town.all_cases() if "吐口水" in one.title] in ([], [case.id])
    entries = town.cases.timeline(case.id, limit=200).entries
    assert all(one.change.matched is not None for one in entries if isinstance(one.change, MessageJoined))

    # The first poster is known, whatever came first.
    editor = town.signed_in()
    page = editor.get(f"{town.door_url}/desk/cases/{case.id}")
    origin = re.search(r"溯源 (首发者|已知最早) (\S+)", " ".join(page.text.split()))
    assert origin is not None
    assert origin.groups() == ("首发者", f"@{FIRST_POSTER}")

    # A grade is told of once.
    def hot() -> list[HeatRaised]:
        return [one.change for one in town.cases.timeline(case.id, limit=200).entries if isinstance(one.change, HeatRaised)]

    raised = eventually(hot, within_seconds=WITHIN_SECONDS)
    assert len({one.grade for one in raised}) == len(raised)

    # Forty answers with one text.
    town.act(editor, case.id, "reply", text=ANSWER, message_id="all")
    eventually(
        lambda: all(one.state == "sent" for one in town.case(case.id).replies) and len(town.case(case.id).replies) == 40,
        within_seconds=4 * WITHIN_SECONDS,
    )
    assert town.replies_to_citizens().count(ANSWER) == len(ELEVATOR_VIDEO)
    supervisor = next(one for one in build.office_contacts() if one.role is ContactRole.SUPERVISOR)
    alerts = eventually(lambda: town.mails_to(supervisor.email, case.id), within_seconds=WITHIN_SECONDS)
    assert len(alerts) == len(hot())
