"""A citizen's picture on the deployed template: fetched from the platform, kept, shown to whoever may see it."""

from hashlib import sha256
from urllib.request import ProxyHandler, build_opener

from tests.eventually import eventually
from tests.stack.conftest import WITHIN_SECONDS, Town
from tests.stack.visitor import Visitor


def test_a_picture_on_wechat_is_kept_and_opens_for_an_editor_and_for_no_stranger(town: Town) -> None:
    report = town.push("东高地三角地路口有人当街摆摊诈骗老人,求助民警来看看", via="wechat.text", who="拍照的人")
    assert town.deliver(report) == (200, "success")
    case = town.case_titled("东高地三角地路口")
    assert town.deliver(town.push("", via="wechat.image", who="拍照的人")) == (200, "success")
    eventually(lambda: town.case(case.id).evidence_kept, within_seconds=WITHIN_SECONDS)

    editor = town.signed_in()
    page = editor.get(f"{town.door_url}/desk/cases/{case.id}")
    address = next(link for link in page.links if "/evidence/" in link)
    digest = address.rpartition("/")[2]
    link = editor.leads_to(address)
    with build_opener(ProxyHandler({})).open(link, timeout=60) as answer:
        content = answer.read()
        assert answer.headers["Content-Type"] == "image/png"
    assert sha256(content).hexdigest() == digest

    stranger = Visitor().get(address)
    assert "/desk/sign-in" in stranger.url
    assert "X-Amz" not in stranger.url + stranger.html
