"""The post that a mention speaks of, on the deployed template: fetched from the platform and quoted on its case."""

from tests.eventually import eventually
from tests.stack.town import WITHIN_SECONDS, Town


def test_the_post_of_a_mention_is_quoted_on_its_case(town: Town) -> None:
    mention = town.push("六里桥下有人摆摊卖假药,请查处 @平安北京", via="weibo.mention.status", who="发帖的人")
    assert town.deliver(mention) == (200, "")
    case = town.case_titled("六里桥下有人摆摊")
    editor = town.signed_in()
    address = f"{town.door_url}/desk/cases/{case.id}"
    eventually(lambda: "，转发 " in editor.get(address).html, within_seconds=WITHIN_SECONDS)
