"""A telephone call entered by an editor, on the deployed template with its roles enforced: down the road to a case."""

from datetime import datetime
from zoneinfo import ZoneInfo

from jiesu.model.words import UserRole
from tests.eventually import eventually
from tests.stack.town import WITHIN_SECONDS, Town


def test_a_telephone_call_entered_at_the_desk_twice_is_one_case_that_is_found_by_its_telephone(town: Town) -> None:
    editor = town.signed_in()
    form = editor.get(f"{town.door_url}/desk/enter")
    call = {
        "citizen": "来电人甲",
        "contact": "010-5550 0199",
        "sent_at": datetime.now(ZoneInfo("Asia/Shanghai")).strftime("%Y-%m-%dT%H:%M"),
        "text": "丰台区西罗园小区门口有人聚众赌博",
    }
    preview = editor.submit(form, form.form("/enter"), step="preview", **call)
    assert "核对登记内容" in preview.text
    sent = editor.submit(preview, preview.form("/enter"), step="send")
    editor.submit(preview, preview.form("/enter"), step="send")
    eventually(lambda: "登记完成" in editor.get(sent.url).text, within_seconds=WITHIN_SECONDS)
    case = town.case_titled("西罗园小区门口")
    assert f"{town.door_url}/desk/cases/{case.id}" in editor.get(sent.url).links
    assert case.message_count == 1
    found = editor.get(f"{town.door_url}/desk/find/citizen")
    for kind, who in (("telephone", "01055500199"), ("name", "来电人")):
        found = editor.submit(found, found.form("/find/citizen"), kind=kind, who=who)
        assert f"{town.door_url}/desk/cases/{case.id}" in found.links, kind
    admin = town.signed_in(UserRole.ADMIN)
    assert case.id in admin.get(f"{town.door_url}/desk/lookups").text
