"""A bureau with an account on the deployed template: its list, its page without a code, and nothing of anybody else's."""

from jiesu.model.words import AssignmentStatus, UserRole
from tests.eventually import eventually
from tests.stack.test_road import dispatch
from tests.stack.town import WITHIN_SECONDS, Town


def test_a_person_of_a_bureau_signs_in_and_answers_what_it_was_given_without_a_code(town: Town) -> None:
    town.deliver(town.push("右安门外大街花店门口每天有人占道烧烤到凌晨", via="weibo.private", who="花店隔壁的人"))
    case = town.case_titled("右安门外大街花店")
    number = dispatch(town, town.signed_in(), case.id, title="网民反映占道烧烤", facts="网民反映某花店门口有人占道烧烤。")
    (assignment,) = town.case(case.id).assignments

    officer = town.signed_in(UserRole.BUREAU)
    home = f"{town.door_url}/bureau"
    listed = eventually(lambda: [one for one in officer.get(home).links if assignment.id in one], within_seconds=WITHIN_SECONDS)
    assert "签收还剩" in officer.get(home).text
    assert officer.get(f"{home}/find?q={number}").url == listed[0]
    page = officer.get(listed[0])
    page = officer.submit(page, page.form(action="acknowledge"))
    assert "丰台值班员（账号登录）已签收" in page.text
    page = officer.attach(
        page, page.form(action="feedback"), {"现场.pdf": b"%PDF-1.4"}, findings="经查属实。", result="已责令搬离。"
    )
    assert "反馈已提交" in page.text
    assert town.case(case.id).assignments[0].status is AssignmentStatus.REPORTED

    for path in ("/ended", "/figures"):
        assert officer.get(home + path).status == 200
    assert officer.get(f"{town.door_url}/desk").status == 403
    assert officer.get(f"{town.door_url}/desk/cases/{case.id}").status == 403
    assert "还没有加入任何承办单位的组" in town.signed_in().get(home).text
