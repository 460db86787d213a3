"""A citizen is asked where it comes from, on the deployed template: by one press, until nobody answers."""

from datetime import timedelta

from jiesu.cases.asking import SAME_BREATH
from jiesu.model.asking import AskingState, StepState
from jiesu.model.words import ReplyManner, TaskKind
from tests.eventually import eventually
from tests.stack.town import OFFICE, WITHIN_SECONDS, Town

FIRST, SECOND, THIRD = (one.text for one in OFFICE.asking.questions)


def heard(town: Town, question: str) -> None:
    """Wait until `question` has reached the citizen."""
    eventually(lambda: question in town.replies_to_citizens(), within_seconds=WITHIN_SECONDS)


def test_a_citizen_answers_twice_is_reminded_once_and_then_it_is_a_persons_turn(town: Town) -> None:
    who, via = "路人申", "wechat.text"
    town.deliver(town.push("莲花池西里电梯里有人往按键上吐痰,有视频,请查处", via=via, who=who))
    case = town.case_titled("莲花池西里电梯")
    editor = town.signed_in()
    address = f"{town.door_url}/desk/cases/{case.id}/source"
    page = editor.get(address)
    assert "还看不出从哪里传来" in page.text
    assert "正在询问" in editor.submit(page, page.form("/ask")).text

    # A question may go out in the same second as the answer before it: each answer is said to come a while later.
    for number, (question, answer) in enumerate(((FIRST, "从小区业主群看到的"), (SECOND, "昨晚八点,3号楼")), start=1):
        heard(town, question)
        town.deliver(town.push(answer, via=via, who=who, later=number * (SAME_BREATH + timedelta(seconds=30))))
    heard(town, THIRD)

    eventually(lambda: town.case(case.id).askings[0].state is AskingState.TIMED_OUT, within_seconds=WITHIN_SECONDS)
    asking = town.case(case.id).askings[0]
    assert [step.state for step in asking.steps] == [StepState.ANSWERED, StepState.ANSWERED, StepState.ASKED]
    assert [len(step.answer_ids) for step in asking.steps] == [1, 1, 0]
    assert [task.kind for task in town.case(case.id).tasks] == [TaskKind.ASKING]
    reminders = [text for text in town.replies_to_citizens() if text.startswith(OFFICE.asking.reminder)]
    assert len(reminders) == 1
    page = editor.get(address)
    assert "超时未答" in page.text
    assert "询问后回答：「从小区业主群」" in page.text
    assert '<svg class="chain"' in page.html
    assert "已联系，已回答" in page.text


def test_whoever_mentioned_the_office_is_asked_in_private_and_reminded_under_the_post(town: Town) -> None:
    town.deliver(town.push("广安门外桥下有人打架,转自南城街坊群 @平安北京", via="weibo.mention.status", who="路人酉"))
    case = town.case_titled("广安门外桥下")
    editor = town.signed_in()
    page = editor.get(f"{town.door_url}/desk/cases/{case.id}/source")
    assert "南城街坊群" in page.text
    editor.submit(page, page.form("/ask"))
    eventually(lambda: town.case(case.id).askings[0].state is AskingState.TIMED_OUT, within_seconds=WITHIN_SECONDS)
    eventually(lambda: all(one.state != "requested" for one in town.case(case.id).replies), within_seconds=WITHIN_SECONDS)
    replies = town.case(case.id).replies
    assert [(one.manner, one.state) for one in replies] == [(ReplyManner.PRIVATE, "sent"), (ReplyManner.COMMENT, "sent")]
