"""A citizen's picture on the deployed template: fetched from the platform, kept, shown to whoever may see it."""

from hashlib import sha256
from urllib.request import ProxyHandler, build_opener

from jiesu.model.words import AssignmentStatus
from tests.eventually import eventually
from tests.stack.test_road import DUTY_OFFICER, code_in, dispatch, link_in
from tests.stack.town import WITHIN_SECONDS, Town
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


def test_the_assigned_bureau_sees_a_copy_with_its_code_until_the_assignment_is_taken_back(town: Town) -> None:
    who = "拍视频的人"
    town.deliver(town.push("岳各庄桥下半夜有摩托车轰油门炸街,吵得睡不着", via="wechat.text", who=who))
    case = town.case_titled("岳各庄桥下")
    town.deliver(town.push("", via="wechat.image", who=who))
    eventually(lambda: town.case(case.id).evidence_kept, within_seconds=WITHIN_SECONDS)
    editor = town.signed_in()
    number = dispatch(town, editor, case.id)
    (mail,) = eventually(lambda: town.mails_to(DUTY_OFFICER.email, number), within_seconds=WITHIN_SECONDS)
    (text,) = eventually(lambda: town.texts_to(DUTY_OFFICER.phone, number), within_seconds=WITHIN_SECONDS)

    officer = Visitor()
    page = officer.get(link_in(mail))
    assert "?file=" not in page.html
    page = officer.submit(page, page.form(action="look"), code=code_in(text), signer="王建国")
    (address,) = [link for link in page.links if "?file=" in link]
    with build_opener(ProxyHandler({})).open(officer.leads_to(address), timeout=60) as answer:
        assert answer.headers["Content-Type"] == "image/jpeg"
        assert sha256(answer.read()).hexdigest() == address.rpartition("=")[2]
    assert "王建国" in editor.get(f"{town.door_url}/desk/cases/{case.id}/evidence").html

    town.act(editor, case.id, f"withdraw/{town.case(case.id).assignments[0].id}", reason="改由其他单位办理")
    assert "?file=" not in officer.get(link_in(mail)).html
    assert officer.get(address).status == 404


def test_a_bureau_attaches_files_to_its_feedback_and_the_desk_opens_them(town: Town) -> None:
    town.deliver(town.push("南苑机场旧址围墙外堆满建筑垃圾，扬尘呛人", via="weibo.private", who="住在墙外的人"))
    case = town.case_titled("南苑机场旧址")
    editor = town.signed_in()
    number = dispatch(town, editor, case.id)
    (mail,) = eventually(lambda: town.mails_to(DUTY_OFFICER.email, number), within_seconds=WITHIN_SECONDS)
    (text,) = eventually(lambda: town.texts_to(DUTY_OFFICER.phone, number), within_seconds=WITHIN_SECONDS)

    officer = Visitor()
    page = officer.get(link_in(mail))
    page = officer.submit(page, page.form(action="acknowledge"), code=code_in(text), signer="王建国")
    typed = {"findings": "经查属实。", "result": "已责令清运。"}
    refused = officer.attach(page, page.form(action="feedback"), {"程序.exe": b"MZ\x90\x00"}, **typed)
    assert refused.status == 422
    assert "附件“程序.exe”不是可以接收的类型" in refused.text
    form = refused.form(action="feedback")
    assert dict(form.fields)["findings"] == "经查属实。"

    # Bytes that are no UTF-8, and nearly as many as may be.
    pdf = b"%PDF-1.4\r\n" + bytes(range(256)) * 16_000
    for said in ("反馈已提交，等待审核。", "这份反馈已经提交过，等待审核。"):
        assert said in officer.attach(refused, form, {"清运 现场.pdf": pdf}, **typed).text
    assert town.case(case.id).assignments[0].status is AssignmentStatus.REPORTED

    (address,) = [
        one for one in editor.get(f"{town.door_url}/desk/cases/{case.id}").links if one.endswith(sha256(pdf).hexdigest())
    ]
    with build_opener(ProxyHandler({})).open(editor.leads_to(address), timeout=60) as answer:
        assert answer.read() == pdf
        assert answer.headers["Content-Disposition"].startswith("attachment")
    assert "王建国" in editor.get(f"{town.door_url}/desk/cases/{case.id}/evidence").text
