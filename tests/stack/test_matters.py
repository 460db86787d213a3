"""A merge and its undoing on the deployed stack: messages go and come back, and citizens' next words join the right case."""

from jiesu.model.words import CaseStatus
from tests.eventually import eventually
from tests.stack.town import WITHIN_SECONDS, Town


def test_a_merge_moves_the_messages_and_undoing_it_brings_them_back(town: Town) -> None:
    first = town.push("马家堡西路18号院2号楼电梯按键上有人吐痰，请民警查处", via="weibo.private.text", who="merge-1")
    second = town.push("望京花家地街烧烤摊深夜扰民，请派出所管管", via="wechat.text", who="merge-2")
    for push in (first, second):
        assert town.deliver(push)[0] == 200
    source, target = town.case_titled("马家堡西路18号院2号楼"), town.case_titled("望京花家地街烧烤摊")
    editor = town.signed_in()
    page = editor.get(f"{town.door_url}/desk/cases/{source.id}/merge?other={target.id}")
    done = editor.submit(page, page.form("/merge"), reason="网民说是一件事")
    assert "已并案" in done.text, done.text[:800]
    merged = town.case(source.id)
    assert (merged.status, merged.merged_into) == (CaseStatus.CLOSED, target.id)
    eventually(lambda: not town.case(target.id).moving, within_seconds=WITHIN_SECONDS)
    address = f"{town.door_url}/desk/cases/{target.id}"
    eventually(lambda: "2号楼电梯按键" in editor.get(address).text, within_seconds=WITHIN_SECONDS)
    both = editor.get(address).text
    assert "烧烤摊深夜扰民" in both

    assert town.deliver(town.push("我有视频可以提供", via="weibo.private.text", who="merge-1"))[0] == 200
    eventually(lambda: town.case(target.id).message_count == 3, within_seconds=WITHIN_SECONDS)

    page = editor.get(f"{town.door_url}/desk/cases/{target.id}/undo-merge/{source.id}")
    assert "2 条留言、1 位网民移回" in page.text, page.text[:800]
    editor.submit(page, page.form(f"/undo-merge/{source.id}"), reason="其实是两件事")
    eventually(lambda: not town.case(source.id).moving, within_seconds=WITHIN_SECONDS)
    back = town.case(source.id)
    assert (back.status, back.merged_into, back.message_count) == (CaseStatus.OPEN, None, 2)
    assert town.case(target.id).message_count == 1
    assert town.deliver(town.push("补充：就在今天早上", via="weibo.private.text", who="merge-1"))[0] == 200
    eventually(lambda: town.case(source.id).message_count == 3, within_seconds=WITHIN_SECONDS)
