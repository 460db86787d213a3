"""Questions to departments on the deployed template: asked, answered, reminded of, sent to the citizen, known the next time."""

from functools import partial

from jiesu.model.case import Case
from jiesu.model.timeline import Escalated
from jiesu.model.words import AssignmentStatus, ContactRole, LadderKind
from jiesu.store.directory import DirectoryStore
from tests import builders as build
from tests.eventually import eventually
from tests.stack.test_decisions import print_timeline, told
from tests.stack.test_road import act_at_bureau, code_in, link_in
from tests.stack.town import WITHIN_SECONDS, Town

ASKED = build.bureau_contacts()[0]
SILENT = build.a_contact(ContactRole.DUTY_OFFICER, email="duty.hz@example.org", phone="+8619900001007")
HOUSEHOLDS = build.a_bureau("HZ", name="北京市公安局人口管理总队", district="", contacts=(SILENT,), weibo=None)
ANSWER = "居住证满半年可以申领，持租赁合同到街道派出所窗口，十五个工作日领取。"


def opened(town: Town, text: str, who: str) -> Case:
    town.deliver(town.push(f"{text} @平安北京", via="weibo.mention.status", who=who))
    return town.case_titled(text[:9])


def test_one_department_answers_another_is_reminded_and_the_next_like_question_finds_the_answer(town: Town) -> None:
    outputs = town.deployment.outputs
    directory = DirectoryStore(town.emulator.client("dynamodb"), directory_table_name=outputs["DirectoryTableName"])
    directory.put_bureaus([build.a_bureau(), HOUSEHOLDS], build.a_note())
    editor = town.signed_in()
    case = opened(town, "救命，有人拿刀要砍我，请问报警后居住证满半年怎么申领", "路人庚一")
    town.act(editor, case.id, "consult", bureau="FT", question="外来人员居住证怎么申领，要带什么？")
    town.act(editor, case.id, "consult", bureau="HZ", question="居住证多久能领到？")

    first, second = town.case(case.id).assignments
    mail, text = told(town, ASKED.email, ASKED.phone, first.bulletin_number, "不必签收")
    assert "外来人员居住证怎么申领" in mail.text
    act_at_bureau(link_in(mail), "answer", code_in(text), answer=ANSWER, basis="居住证暂行条例第十条")
    answered = town.case(case.id).assignments[0]
    assert answered.status is AssignmentStatus.REPORTED
    assert answered.next_rung is None

    # What is critical is late within seconds: the silent one is reminded by the same clock as any bureau.
    eventually(partial(town.mails_to, SILENT.email, "催办：咨询单"), within_seconds=WITHIN_SECONDS)
    climbed = [one for one in town.cases.timeline(case.id, limit=100).entries if isinstance(one.change, Escalated)]
    assert {one.change.ladder for one in climbed if isinstance(one.change, Escalated)} == {LadderKind.ANSWER}
    late = [one.at for one in climbed if isinstance(one.change, Escalated) and one.change.assignment_id == first.id]
    assert answered.reported_at is not None
    assert all(at <= answered.reported_at for at in late), "nobody is reminded of what is answered"

    page = editor.get(f"{town.door_url}/desk/cases/{case.id}/reply")
    cited = f"{ANSWER}（以上由{first.bureau_name}解答）"
    assert cited in page.text
    said = f"您好，{cited}"
    town.act(editor, case.id, "reply", text=said)
    eventually(lambda: said in town.replies_to_citizens(), within_seconds=WITHIN_SECONDS)
    assert town.case(case.id).assignments[0].status is AssignmentStatus.ACCEPTED
    town.act(editor, case.id, f"withdraw-consultation/{second.id}", reason="首个单位已一并答复")
    mail, _ = told(town, SILENT.email, SILENT.phone, second.bulletin_number, "不必再答复")
    assert "http" not in mail.text
    town.act(editor, case.id, f"keep-answer/{first.id}", question="居住证怎么申领，要带什么")
    print_timeline(town, case.id)

    other = opened(town, "打扰了，想申领居住证，请问要带什么材料，请答复", "路人庚二")
    assert other.id != case.id
    page = editor.get(f"{town.door_url}/desk/cases/{other.id}/reply")
    assert f"{first.bureau_name}解答，本单位知识库" in page.text
    assert ANSWER in page.text
