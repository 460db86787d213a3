"""What an administrator sets at the desk: checked, shown before it is done, kept with who and why, and reversible."""

import io
import json
import random
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from jiesu.channels.outgoing import PlatformAnswer
from jiesu.channels.publishing import publishing_accounts
from jiesu.model.jurisdiction import OwnJurisdictions
from jiesu.model.words import ContactRole, Urgency, UserRole
from jiesu.notices.document import MAX_UNPACKED_BYTES, shipped_template
from jiesu.office.city_book import city_with
from jiesu.places.locate import suggest
from jiesu.road.accounts import AccountBook
from jiesu.runtime import clients
from jiesu.store.form_templates import TemplateChoice
from ops.office import read_office
from tests import builders as build
from tests.conftest import Stores
from tests.functions import desks
from tests.functions.browser import Browser, Form, Page
from tests.functions.desks import DemoDesk

OFFICE_FILE = Path(__file__).parents[2] / "ops" / "data" / "office.json"
BUREAUS = "/prod/desk/admin/bureaus"
DESK = build.a_contact(ContactRole.DUTY_OFFICER, email="duty.ft@example.org", phone="+8619900001004")
CHIEF = build.a_contact(ContactRole.CHIEF, email="chief.ft@example.org", phone="+8619900002004")
FENGTAI = build.a_bureau(contacts=(DESK, CHIEF))
OFFICE = "/prod/desk/admin/office"
CITY = read_office(OFFICE_FILE)


@pytest.fixture
def office(stores: Stores) -> DemoDesk:
    stores.directory.put_bureaus([FENGTAI, desks.TRANSIT], build.a_note())
    stores.directory.put_office(CITY, build.a_note("建立"))
    return DemoDesk(stores)


@pytest.fixture
def admin(office: DemoDesk) -> Browser:
    return office.signed_in(UserRole.ADMIN, name="周管理")


def the_form(page: Page, ending: str = "") -> Form:
    """The form of what is set, beside those of the frame and the one that shows an address."""
    (form,) = [one for one in page.forms if "/admin/" in one.action and one.action.endswith(ending)]
    return form


def changed(browser: Browser, path: str, reason: str, **typed: str) -> Page:
    """Through the form and its preview to the history."""
    preview = browser.submit(the_form(browser.get(path), path.rpartition("/")[2]), reason=reason, step="preview", **typed)
    return browser.submit(the_form(preview), step="save")


def test_a_bureau_is_changed_only_after_what_will_change_was_shown(stores: Stores, admin: Browser) -> None:
    form = the_form(admin.get(f"{BUREAUS}/FT"))
    preview = admin.submit(form, contact_phone_1="199 0000 7777", reason="换了手机", step="preview")
    assert "+8619900007777" in preview.text
    assert FENGTAI.contacts[0].phone in preview.text
    assert "换了手机" in preview.text
    assert stores.directory.bureau("FT") == (FENGTAI, 1)
    history = admin.submit(the_form(preview), step="save")
    bureau, revision = stores.directory.bureau("FT")
    assert bureau is not None
    assert revision == 2
    assert bureau.contacts[0] == replace(FENGTAI.contacts[0], phone="+8619900007777")
    assert "第 2 版周管理" in history.text.replace(" 周", "周")
    newest = stores.directory.bureau_history("FT")[0]
    assert (newest.note.by.name, newest.note.reason) == ("周管理", "换了手机")


def test_from_the_preview_one_goes_back_to_what_was_typed(admin: Browser) -> None:
    preview = admin.submit(the_form(admin.get(f"{BUREAUS}/FT")), district="大兴区", reason="划界", step="preview")
    again = the_form(admin.submit(the_form(preview), step="edit"))
    assert again.fields["district"] == ("大兴区",)
    assert again.fields["reason"] == ("划界",)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"contact_phone_1": "010-55500001"}, "值班民警：「010-55500001」不是能收短信的手机号"),
        ({"contact_email_2": "nobody"}, "单位负责人：「nobody」不是邮箱地址"),
        ({"contact_role_1": "chief"}, "缺少值班民警"),
        ({"contact_phone_1": FENGTAI.contacts[1].phone}, "同一个手机或邮箱"),
        ({"name": ""}, "请填写名称"),
        ({"name": desks.TRANSIT.name}, f"已有名称为「{desks.TRANSIT.name}」的单位"),
        ({"reason": ""}, "请用一行文字写明更改的原因"),
    ],
)
def test_what_is_wrong_is_said_in_words_and_nothing_is_written(
    stores: Stores, admin: Browser, typed: dict[str, str], said: str
) -> None:
    form = the_form(admin.get(f"{BUREAUS}/FT"))
    page = admin.submit(form, **{"reason": "更正", "step": "save", "weibo": "丰台新号"} | typed)
    assert page.status == 422
    assert said in page.text
    assert the_form(page).fields["weibo"] == ("丰台新号",)
    assert stores.directory.bureau("FT") == (FENGTAI, 1)


def test_a_form_that_changes_nothing_makes_no_version(stores: Stores, admin: Browser) -> None:
    page = admin.submit(the_form(admin.get(f"{BUREAUS}/FT")), reason="没有", step="save")
    assert page.status == 422
    assert "没有需要更改的" in page.text
    assert len(stores.directory.bureau_history("FT")) == 1


def test_a_change_made_meanwhile_is_not_overwritten_unseen(stores: Stores, admin: Browser) -> None:
    preview = admin.submit(the_form(admin.get(f"{BUREAUS}/FT")), district="大兴区", reason="划界", step="preview")
    moved = replace(FENGTAI, weibo="丰台新号")
    stores.directory.put_bureaus([moved], build.a_note())
    page = admin.submit(the_form(preview), step="save")
    assert page.status == 422
    assert "别人刚刚改过" in page.text
    assert stores.directory.bureau("FT") == (moved, 2)
    # Sent again, it is compared with what stands now.
    preview = admin.submit(the_form(page), step="preview")
    assert "丰台新号" in preview.text
    admin.submit(the_form(preview), step="save")
    assert stores.directory.bureau("FT")[1] == 3


def test_an_earlier_version_comes_back_as_a_change_of_its_own(stores: Stores, admin: Browser) -> None:
    history = changed(admin, f"{BUREAUS}/FT", "划界", district="大兴区")
    assert "恢复到第 1 版" in history.text
    preview = admin.submit(the_form(admin.get(f"{BUREAUS}/FT?revision=1")), step="preview")
    assert "恢复到第 1 版" in preview.text
    admin.submit(the_form(preview), step="save")
    assert stores.directory.bureau("FT") == (FENGTAI, 3)
    assert stores.directory.bureau_history("FT")[0].note.reason == "恢复到第 1 版"
    assert admin.get(f"{BUREAUS}/FT?revision=9").status == 404


def test_a_bureau_is_added_once_and_its_code_never_changes(stores: Stores, admin: Browser) -> None:
    changed(admin, f"{BUREAUS}/new", "新设", **build.BUREAU_AS_TYPED)
    bureau, revision = stores.directory.bureau("CY")
    assert bureau is not None
    assert (bureau.name, revision, len(bureau.contacts)) == ("北京市公安局朝阳分局", 1, 2)
    page = admin.submit(
        the_form(admin.get(f"{BUREAUS}/new")), reason="又一次", step="save", **build.BUREAU_AS_TYPED | {"name": "朝阳二"}
    )
    assert "CY 已经存在" in page.text
    changed(admin, f"{BUREAUS}/CY", "改码", code="XX", district="朝阳区")
    assert stores.directory.bureau("XX") == (None, 0)


def test_the_auditor_sees_the_history_and_can_change_nothing(stores: Stores, office: DemoDesk) -> None:
    auditor = office.signed_in(UserRole.AUDITOR)
    assert "运维" in auditor.get(f"{BUREAUS}/FT/history").text
    page = auditor.get(f"{BUREAUS}/FT")
    assert "核对更改" not in page.text
    assert auditor.submit(the_form(page), reason="试试", district="大兴区", step="save").status == 403
    assert stores.directory.bureau("FT") == (FENGTAI, 1)


def test_a_dispatched_case_keeps_its_contacts_whatever_is_changed(stores: Stores, admin: Browser) -> None:
    case = desks.dispatched(stores, desks.opened(stores))
    changed(admin, f"{BUREAUS}/FT", "换了手机", contact_phone_1="19900007777")
    assert stores.cases.load(case.id) == case


def test_a_ladder_is_changed_by_itself_and_the_rest_of_the_office_stays(stores: Stores, admin: Browser) -> None:
    form = the_form(admin.get(f"{OFFICE}/routine.feedback"))
    preview = admin.submit(form, term="6d", reason="延长一天", step="preview")
    assert "一般·反馈" in preview.text
    assert "5 个工作日" in preview.text
    assert "6 个工作日" in preview.text
    admin.submit(the_form(preview), step="save")
    office, revision = stores.directory.office_at()
    assert office is not None
    assert revision == 2
    routine = CITY.plans[Urgency.ROUTINE]
    changed_plan = office.plans[Urgency.ROUTINE]
    assert changed_plan.feedback.term != routine.feedback.term
    plans = {**office.plans, Urgency.ROUTINE: replace(changed_plan, feedback=routine.feedback)}
    assert replace(office, plans=plans) == CITY


@pytest.mark.parametrize(
    ("item", "typed", "said"),
    [
        ("routine.feedback", {"term": "soon"}, "一般·反馈·时限：「soon」不是 15m、4h、7d 这样的时间"),
        ("routine.feedback", {"term": "10m"}, "早于交办本身"),
        ("critical.acknowledgement", {"at_1": "never"}, "特急·签收·第 1 级：「never」不是"),
        ("critical.acknowledgement", {"recipients_1": ()}, "特急·签收·第 1 级：至少要通知一个角色"),
        ("contacts", {"contact_name_1": "", "contact_email_1": "", "contact_phone_1": ""}, "联系人中没有市局督办"),
        ("document", {"document": "{"}, "第 1 行不是 JSON"),
        ("document", {"document": "{}"}, "要有 contacts、ladders"),
    ],
)
def test_what_is_wrong_with_the_office_is_said_where_it_stands(
    stores: Stores, admin: Browser, item: str, typed: dict[str, str], said: str
) -> None:
    page = admin.submit(the_form(admin.get(f"{OFFICE}/{item}")), **{"reason": "试", "step": "save"} | typed)
    assert page.status == 422
    assert said in page.text
    assert stores.directory.office_at() == (CITY, 1)


def test_an_optional_ladder_is_taken_away_by_emptying_it_and_comes_back_with_the_version(stores: Stores, admin: Browser) -> None:
    form = the_form(admin.get(f"{OFFICE}/critical.action"))
    emptied = {name: () for name in form.fields if name.startswith(("at_", "recipients_", "term"))}
    preview = admin.submit(form, reason="不再要求", step="preview", **emptied)
    assert "特急·着手办理" in preview.text
    admin.submit(the_form(preview), step="save")
    office = stores.directory.office()
    assert office.plans[Urgency.CRITICAL].action is None
    preview = admin.submit(the_form(admin.get(f"{OFFICE}/document?revision=1")), step="preview")
    history = admin.submit(the_form(preview), step="save")
    assert stores.directory.office_at() == (CITY, 3)
    assert "恢复到第 1 版" in history.text


def test_every_form_of_the_office_opens_with_what_stands_and_changes_nothing_by_itself(stores: Stores, admin: Browser) -> None:
    shown = admin.get(OFFICE)
    items = {link.rpartition("/")[2] for link in shown.links if "/admin/office/" in link} - {"history"}
    assert {"contacts", "document", "routine.feedback", "critical.acknowledgement"} <= items
    for item in items:
        page = admin.submit(the_form(admin.get(f"{OFFICE}/{item}")), reason="没有", step="save")
        assert "没有需要更改的" in page.text, item
    assert stores.directory.office_at() == (CITY, 1)


ROSTERS = "/prod/desk/admin/rosters"
ZHANG = {"contact_role_1": "duty_officer", "contact_name_1": "张三", "contact_email_1": "zhang@example.org"} | {
    "contact_phone_1": "19900003333"
}


def test_a_duty_roster_is_shown_with_whom_it_would_tell_before_it_is_saved(stores: Stores, admin: Browser) -> None:
    page = admin.get(f"{ROSTERS}/FT")
    assert "值班民警：值班民警（常设联系人）" in page.text
    preview = admin.submit(the_form(page), reason="排班", step="preview", shifts="每天 00:00-24:00 张三", **ZHANG)
    assert "值班民警：张三（当班）" in preview.text
    assert "单位负责人：单位负责人（常设联系人）" in preview.text
    assert "02:00 通知谁" in preview.text
    assert stores.directory.roster("FT") == (None, 0)
    history = admin.submit(the_form(preview), step="save")
    assert "每天 00:00-24:00" in history.text
    roster, revision = stores.directory.roster("FT")
    assert roster is not None
    assert (revision, [one.person for one in roster.shifts]) == (1, ["张三"])
    assert "值班民警：张三（当班）" in admin.get(ROSTERS).text
    # Sent once more with a gap and an overlap, both of which are shown.
    two = "每天 08:00-20:00 张三\n每天 19:00-22:00 李四"
    li = {"contact_role_2": "duty_officer", "contact_name_2": "李四", "contact_email_2": "li@example.org"}
    form = the_form(admin.get(f"{ROSTERS}/FT"))
    preview = admin.submit(form, reason="加李四", step="preview", shifts=two, contact_phone_2="19900004444", **li)
    assert "19:00 至" in preview.text
    assert "20:00：张三、李四" in preview.text
    assert "22:00 至" in preview.text


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"shifts": "每天 王五"}, "班次第 1 行：「每天 王五」应写成日子、时段、姓名"),
        ({"shifts": "每天 09:00-18:00 王五"}, "班次第 1 行：值班人员中没有「王五」"),
        ({"shifts": "每天 00:00-24:00 张三\n明天 09:00-18:00 张三"}, "班次第 2 行：「明天」不是每天"),
        ({"shifts": "2026-02-30 09:00-18:00 张三"}, "不是 2026-10-01"),
        ({"shifts": "2026-10-03至2026-10-01 09:00-18:00 张三"}, "结束要在开始之后"),
        ({"shifts": "每天 9点-18点 张三"}, "不是 18:00-09:00 这样的时段"),
        ({"shifts": "每天 09:00-18:00 张三\n每天 9:00-18:00 张三"}, "班次第 2 行与第 1 行重复"),
        ({"contact_phone_1": ""}, "值班民警：「」不是能收短信的手机号"),
        ({"reason": ""}, "请用一行文字写明更改的原因"),
    ],
)
def test_what_is_wrong_with_a_roster_is_said_by_its_line(
    stores: Stores, admin: Browser, typed: dict[str, str], said: str
) -> None:
    form = the_form(admin.get(f"{ROSTERS}/FT"))
    page = admin.submit(form, **{"reason": "排班", "step": "save", "shifts": "每天 00:00-24:00 张三"} | ZHANG | typed)
    assert page.status == 422
    assert said in page.text
    assert the_form(page).fields["contact_name_1"] == ("张三",)
    assert stores.directory.roster("FT") == (None, 0)


def test_the_first_roster_of_two_administrators_is_not_overwritten_unseen(stores: Stores, admin: Browser) -> None:
    form = the_form(admin.get(f"{ROSTERS}/FT"))
    changed(admin, f"{ROSTERS}/FT", "排班", shifts="每天 00:00-24:00 张三", **ZHANG)
    page = admin.submit(form, reason="也排班", step="save", shifts="工作日 09:00-18:00 张三", **ZHANG)
    assert "别人刚刚改过" in page.text
    assert stores.directory.roster("FT")[1] == 1


def test_the_office_has_a_roster_of_its_own_roles_and_nobody_else_has_one(stores: Stores, admin: Browser) -> None:
    changed(admin, f"{ROSTERS}/office", "排班", shifts="每天 00:00-24:00 张三", **ZHANG | {"contact_role_1": "command_centre"})
    assert "指挥中心：张三（当班）" in admin.get(f"{ROSTERS}/office").text
    assert admin.get(f"{ROSTERS}/XX").status == 404


def test_a_template_that_was_used_before_is_chosen_again(stores: Stores, admin: Browser) -> None:
    ids = [stores.form_templates.keep(name.encode()) for name in ("甲", "乙")]
    for template_id, name in zip(ids, ("甲.docx", "乙.docx"), strict=True):
        choice = TemplateChoice(template_id=template_id, file_name=name, chosen_at=build.NOW, chosen_by="运维")
        stores.form_templates.choose(choice, stores.form_templates.choices())
    assert "乙.docx" in admin.get("/prod/desk/admin/forms").text
    history = changed(admin, "/prod/desk/admin/forms/bulletin", "新格式打印不全", template_id=ids[0])
    choices = stores.form_templates.choices()
    assert choices.template_id == ids[0]
    assert (choices.history[-1].chosen_by, choices.history[-1].reason) == ("周管理", "新格式打印不全")
    assert [one for one in ("第 3 版", "第 2 版", "第 1 版") if one in history.text] == ["第 3 版", "第 2 版", "第 1 版"]
    preview = admin.submit(the_form(admin.get("/prod/desk/admin/forms/bulletin?revision=2")), step="preview")
    admin.submit(the_form(preview), step="save")
    assert stores.form_templates.choices().template_id == ids[1]
    page = admin.submit(the_form(admin.get("/prod/desk/admin/forms/bulletin")), reason="试", step="save", template_id="no")
    assert "请选择一个格式" in page.text
    changed(admin, "/prod/desk/admin/forms/bulletin", "用回原来的", template_id="shipped")
    assert stores.form_templates.choices().template_id == ""


FORMS = "/prod/desk/admin/forms"


def with_text(text: str, *, part: str = "", content: bytes = b"") -> bytes:
    """The template that ships with `text` above all else, and perhaps one part more."""
    changed_file = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(shipped_template())) as before,
        zipfile.ZipFile(changed_file, "w", zipfile.ZIP_DEFLATED) as after,
    ):
        for name in before.namelist():
            body = before.read(name)
            after.writestr(name, body.replace(b"<w:body>", f"<w:body><w:p><w:r><w:t>{text}</w:t></w:r></w:p>".encode()))
        if part:
            after.writestr(part, content)
    return changed_file.getvalue()


def test_a_template_is_uploaded_shown_with_a_sample_and_only_then_chosen(stores: Stores, admin: Browser) -> None:
    admin.takes_files = True
    page = admin.attach(admin.get(FORMS).form("/admin/forms"), {"新格式.docx": with_text("本单由示例处印制 {{ 编号 }}")})
    assert "本单由示例处印制 2026-00000-0" in page.text
    assert "示例路口" in page.text
    assert stores.form_templates.choices().template_id == ""
    preview = admin.submit(page.form("/admin/forms/bulletin"), reason="新的公文规范", step="preview")
    assert "新格式.docx" in preview.text
    # From the preview one goes back to the form, which still offers it.
    assert "新格式.docx" in admin.submit(the_form(preview), step="edit").text
    history = admin.submit(the_form(preview), step="save")
    assert "新的公文规范" in history.text
    choice = stores.form_templates.choices().history[-1]
    assert (choice.file_name, choice.chosen_by) == ("新格式.docx", "周管理")
    assert b"word/document.xml" in stores.form_templates.content(choice.template_id)
    changed(admin, f"{FORMS}/bulletin", "用回原来的", template_id="shipped")
    assert stores.form_templates.choices().template_id == ""


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"no document", "不是 .docx 文件"),
        (b"", "请选择一个 .docx 文件"),
        (with_text("{{ 编好 }}"), "没有「编好」这个字段，是不是「编号」"),
        (with_text("{{ 编号 }"), "花括号写得不完整"),
        (with_text("", part="word/vbaProject.bin"), "不能含有宏"),
        (with_text("", part="word/embeddings/oleObject1.bin"), "不能含有宏、控件或嵌入的文件"),
        (
            with_text(
                "",
                part="word/_rels/settings.xml.rels",
                content=b'<Relationships><Relationship Id="a" Type="x/attachedTemplate" Target="https://example.org/a.dotm" '
                b'TargetMode="External"/></Relationships>',
            ),
            "不能引用文件之外的图片、模板或对象",
        ),
        (with_text("", part="word/media/a.bin", content=random.Random(7).randbytes(400_000)), "不能超过 300 KB"),
    ],
)
def test_a_template_that_cannot_be_used_is_refused_with_what_is_wrong(
    stores: Stores, admin: Browser, content: bytes, said: str
) -> None:
    admin.takes_files = True
    page = admin.attach(admin.get(FORMS).form("/admin/forms"), {"新格式.docx": content} if content else {})
    assert page.status == 422
    assert said in page.text
    assert stores.form_templates.choices().template_id == ""


def test_a_small_file_that_unpacks_to_much_is_refused(admin: Browser) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr("word/document.xml", b"0" * (MAX_UNPACKED_BYTES + 1))
    admin.takes_files = True
    page = admin.attach(admin.get(FORMS).form("/admin/forms"), {"大.docx": packed.getvalue()})
    assert "文件解开后太大" in page.text


def test_nobody_but_an_administrator_uploads_a_template(office: DemoDesk) -> None:
    auditor = office.signed_in(UserRole.AUDITOR)
    auditor.takes_files = True
    page = auditor.get(FORMS)
    assert "上传" not in page.text
    (token,) = {token for one in page.forms for token in one.fields.get("csrf_token", ())}
    form = Form(action=FORMS, fields={"csrf_token": (token,)})
    assert auditor.attach(form, {"新.docx": with_text("")}).status == 403


def test_the_jurisdictions_are_shown_with_why_a_text_goes_to_which_bureau(admin: Browser) -> None:
    page = admin.get("/prod/desk/admin/jurisdictions")
    assert "丰台区" in page.text
    assert "本单位的规则" in page.text
    assert "交通管理" in page.text
    assert "entry_exit" not in page.text
    tried = admin.submit(page.form("/admin/jurisdictions"), text="大红门南路上有人打架，请出警")
    assert "承办单位：FT" in tried.text
    assert "理由" in tried.text


OWN = "/prod/desk/admin/own-jurisdictions/rules"
RULE = {"bureau_1": "GJ", "words_1": "马家堡西路、马家堡东路", "reason_1": "马家堡一带的公交场站由公交总队负责"}


def test_a_rule_of_the_offices_own_is_tried_on_past_cases_before_it_is_saved_and_goes_first(
    stores: Stores, office: DemoDesk, admin: Browser
) -> None:
    case = desks.opened(stores)
    preview = admin.submit(the_form(admin.get(OWN)), reason="划归", step="preview", **RULE)
    assert "最近 1 件有地点的诉求件中，1 件的建议会改变" in preview.text
    assert f"{case.id} {case.title}：" in preview.text
    assert "→ 北京市公安局公共交通安全保卫总队" in preview.text
    assert stores.directory.own_jurisdictions() == OwnJurisdictions()
    history = admin.submit(the_form(preview), step="save")
    assert "马家堡一带" in history.text
    # A later desk reads it; the case that there is stays as it was.
    later = office.signed_in(UserRole.ADMIN)
    tried = later.submit(
        later.get("/prod/desk/admin/jurisdictions").form("/admin/jurisdictions"), text="丰台区马家堡西路有人打架"
    )
    assert "承办单位：GJ" in tried.text
    assert stores.cases.load(case.id) == case
    # What was there before comes back.
    emptied = dict.fromkeys(RULE, "")
    preview = admin.submit(the_form(admin.get(OWN)), reason="撤销", step="preview", **emptied)
    assert "1 件的建议会改变" in preview.text
    admin.submit(the_form(preview), step="save")
    preview = admin.submit(the_form(admin.get(f"{OWN}?revision=1")), step="preview")
    admin.submit(the_form(preview), step="save")
    own, revision = stores.directory.own_jurisdictions_at()
    assert ([one.bureau_code for one in own.rules], revision) == (["GJ"], 3)


def test_a_district_is_answered_for_by_another_bureau(stores: Stores, admin: Browser) -> None:
    form = the_form(admin.get(OWN))
    number = next(name for name, values in form.fields.items() if name.startswith("branch_") and values == ("FT",))
    changed(admin, OWN, "改划", **{number: "GJ"})
    city = city_with(stores.directory.own_jurisdictions())
    match = suggest("丰台区马家堡西路有人打架", "public_order.offence", city=city)
    assert match.bureau_code == "GJ"
    assert "公共交通安全保卫总队管辖" in match.reason


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"bureau_1": ""}, "第 1 条：请选择承办单位"),
        ({"bureau_1": "XX"}, "第 1 条：请选择承办单位"),
        ({"words_1": ""}, "至少要有类别、区或字样之一"),
        ({"words_1": "路"}, "每个 2 到 20 字"),
        ({"reason_1": ""}, "第 1 条：请写明理由"),
        ({"branch_1": "XX"}, "东城区：请选择承办单位"),
    ],
)
def test_what_is_wrong_with_a_rule_is_said_by_its_place(stores: Stores, admin: Browser, typed: dict[str, str], said: str) -> None:
    page = admin.submit(the_form(admin.get(OWN)), **{"reason": "划归", "step": "save"} | RULE | typed)
    assert page.status == 422
    assert said in page.text
    assert stores.directory.own_jurisdictions() == OwnJurisdictions()


def test_the_roles_are_shown_with_their_rights_and_where_they_are_given(admin: Browser) -> None:
    page = admin.get("/prod/desk/admin/roles")
    for role in UserRole:
        assert role.label in page.text
        assert role.value in page.text
    assert "统一身份认证中的组" in page.text


ACCOUNT = build.an_account()
ACCOUNTS = "/prod/desk/admin/accounts"
SECRETS = {"app_secret": "hush-app", "access_token": "hush-token"}


@pytest.fixture
def with_account(stores: Stores) -> None:
    stores.accounts.put_account(ACCOUNT, build.a_note("建立"))
    clients.secretsmanager().create_secret(Name=ACCOUNT.secret_name, SecretString="{}")


@pytest.mark.usefixtures("with_account")
def test_an_account_is_changed_and_keeps_its_platform_and_its_webhook_address(stores: Stores, admin: Browser) -> None:
    changed(admin, f"{ACCOUNTS}/{ACCOUNT.id}", "改名", name="平安京城", link_domains="gaj.example.org\nwww.example.org")
    wanted = replace(ACCOUNT, name="平安京城", link_domains=("gaj.example.org", "www.example.org"))
    assert stores.accounts.account(ACCOUNT.id) == (wanted, 2)
    history = admin.get(f"{ACCOUNTS}/{ACCOUNT.id}/history")
    assert ACCOUNT.path_token not in history.body
    page = admin.submit(
        the_form(admin.get(f"{ACCOUNTS}/{ACCOUNT.id}"), ACCOUNT.id), reason="试", step="save", api_base="http://example.org"
    )
    assert "接口地址要以 https:// 开头" in page.text
    admin.submit(
        the_form(admin.submit(the_form(admin.get(f"{ACCOUNTS}/{ACCOUNT.id}?revision=1"), ACCOUNT.id), step="preview")),
        step="save",
    )
    assert stores.accounts.account(ACCOUNT.id) == (ACCOUNT, 3)


@pytest.mark.usefixtures("with_account")
def test_secrets_go_in_and_never_come_out(stores: Stores, admin: Browser) -> None:
    address = f"{ACCOUNTS}/{ACCOUNT.id}/secrets"
    page = admin.submit(the_form(admin.get(address)), **SECRETS, reason="到期更换")
    stored = clients.secretsmanager().get_secret_value(SecretId=ACCOUNT.secret_name)["SecretString"]
    assert json.loads(stored) == SECRETS
    assert "由周管理设置" in page.text
    assert "到期更换" in page.text
    for shown in (page, admin.get(ACCOUNTS), admin.get(f"{ACCOUNTS}/{ACCOUNT.id}/history")):
        assert "hush" not in shown.body
    (told,) = stores.accounts.secrets_set(ACCOUNT.id)
    assert told.after == "app_secret、access_token"


@pytest.mark.usefixtures("with_account")
@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"access_token": ""}, "请填写密钥 access_token"),
        ({"app_secret": "hush hush"}, "密钥 app_secret 只能是没有空格的英文字符"),
        ({"reason": ""}, "写明更改的原因"),
    ],
)
def test_wrong_secrets_change_nothing_and_are_not_shown_again(admin: Browser, typed: dict[str, str], said: str) -> None:
    form = the_form(admin.get(f"{ACCOUNTS}/{ACCOUNT.id}/secrets"))
    page = admin.submit(form, **SECRETS | {"reason": "更换"} | typed)
    assert page.status == 422
    assert said in page.text
    assert "hush" not in page.body
    assert clients.secretsmanager().get_secret_value(SecretId=ACCOUNT.secret_name)["SecretString"] == "{}"


NEW_ACCOUNT = {"account_id": "wechat-main", "platform": "wechat", "name": "平安北京", "external_id": "gh_0123456789ab"} | {
    "app_id": "wx0123456789"
}
WECHAT_SECRETS = {"token": "hushtoken", "encoding_aes_key": "h" * 43, "app_secret": "hush-app"}


def test_a_new_account_is_given_its_secrets_and_its_address_and_then_switched_on(stores: Stores, office: DemoDesk) -> None:
    office.transmit = lambda _: PlatformAnswer(status=200, body=b'{"access_token": "t", "expires_in": 7200}')
    admin = office.signed_in(UserRole.ADMIN)
    assert "gh_ 开头" in admin.get(f"{ACCOUNTS}/new").text
    preview = admin.submit(the_form(admin.get(f"{ACCOUNTS}/new")), reason="开通", step="preview", **NEW_ACCOUNT)
    assert "停用" in preview.text
    secrets = admin.submit(the_form(preview), step="save")
    account, revision = stores.accounts.account("wechat-main")
    assert account is not None
    assert (account.is_off, revision, account.secret_name) == (True, 1, "jiesu/channels/wechat-main")
    assert len(account.path_token) == 32
    assert "EncodingAESKey" in secrets.text
    early = the_form(admin.get(f"{ACCOUNTS}/wechat-main"), "accounts/wechat-main")
    assert "请先设置密钥，再启用" in admin.submit(early, reason="启用", step="preview", state="on").text
    after = admin.submit(the_form(secrets), **WECHAT_SECRETS, reason="第一次设置")
    assert "平台已确认" in after.text
    stored = clients.secretsmanager().get_secret_value(SecretId=account.secret_name)["SecretString"]
    assert json.loads(stored) == WECHAT_SECRETS
    preview = admin.submit(the_form(after, "accounts/wechat-main"), reason="启用", step="preview", state="on")
    admin.submit(the_form(preview), step="save")
    assert stores.accounts.account("wechat-main") == (replace(account, is_off=False), 2)
    shown = admin.submit(the_form(admin.get(f"{ACCOUNTS}/wechat-main"), "/address"))
    assert f"https://jiesu.example.org/prod/webhooks/wechat/{account.path_token}" in shown.text
    pages = (shown, after, admin.get(ACCOUNTS), admin.get(f"{ACCOUNTS}/wechat-main/history"))
    assert not any("hush" in one.body for one in pages)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"account_id": "WeChat 1"}, "账号代号要用 2 到 40 个小写字母"),
        ({"platform": "telephone"}, "请选择平台"),
        ({"external_id": ""}, "平台上的账号编号要是一行文字"),
        ({"platform": "weibo", "external_id": ACCOUNT.external_id}, "这个平台账号已经在列表中"),
        ({"account_id": ACCOUNT.id}, f"{ACCOUNT.id} 已经存在"),
    ],
)
@pytest.mark.usefixtures("with_account")
def test_what_is_wrong_with_a_new_account_is_said(stores: Stores, admin: Browser, typed: dict[str, str], said: str) -> None:
    page = admin.submit(the_form(admin.get(f"{ACCOUNTS}/new")), **{"reason": "开通", "step": "save"} | NEW_ACCOUNT | typed)
    assert page.status == 422
    assert said in page.text
    assert stores.accounts.accounts() == (ACCOUNT,)


@pytest.mark.usefixtures("with_account")
def test_secrets_that_the_platform_refuses_are_kept_only_where_somebody_insists(stores: Stores, office: DemoDesk) -> None:
    office.transmit = lambda _: PlatformAnswer(status=400, body=b'{"error_code": 21327}')
    admin = office.signed_in(UserRole.ADMIN)
    page = admin.submit(the_form(admin.get(f"{ACCOUNTS}/{ACCOUNT.id}/secrets")), **SECRETS, reason="更换")
    assert page.status == 422
    assert "平台不接受这组密钥：账号授权已失效" in page.text
    assert "hush" not in page.body
    assert stores.accounts.secrets_set(ACCOUNT.id) == ()
    page = admin.submit(the_form(page), **SECRETS, reason="更换", anyway="1")
    assert "没有经平台确认" in page.text
    assert len(stores.accounts.secrets_set(ACCOUNT.id)) == 1


@pytest.mark.usefixtures("with_account")
def test_an_account_that_is_switched_off_takes_nothing_in_and_says_nothing(stores: Stores, admin: Browser) -> None:
    changed(admin, f"{ACCOUNTS}/{ACCOUNT.id}", "账号被盗", state="off")
    book = AccountBook(stores.accounts.accounts)
    assert book.at_address(ACCOUNT.platform, ACCOUNT.path_token, build.NOW) is None
    assert book.speaking(ACCOUNT.id, build.NOW) is None
    # What came in before is still read.
    assert book.named(ACCOUNT.id, build.NOW) == replace(ACCOUNT, is_off=True)
    assert publishing_accounts(stores.accounts.accounts()) == ()
    assert "停用" in admin.get(ACCOUNTS).text


@pytest.mark.usefixtures("with_account")
def test_an_address_that_leaked_is_replaced_and_only_administrators_are_shown_it(
    stores: Stores, office: DemoDesk, admin: Browser
) -> None:
    changed(admin, f"{ACCOUNTS}/{ACCOUNT.id}", "地址泄露", new_address="1")
    account, _ = stores.accounts.account(ACCOUNT.id)
    assert account is not None
    assert account.path_token not in ("", ACCOUNT.path_token)
    auditor = office.signed_in(UserRole.AUDITOR)
    page = auditor.get(f"{ACCOUNTS}/{ACCOUNT.id}")
    assert account.path_token not in page.body
    (token,) = {token for one in page.forms for token in one.fields.get("csrf_token", ())}
    assert auditor.post(f"{ACCOUNTS}/{ACCOUNT.id}/address", {"csrf_token": token}).status == 403


def test_what_is_not_there_is_not_found(admin: Browser) -> None:
    assert admin.get("/prod/desk/admin/nothing").status == 404
    assert admin.get(f"{BUREAUS}/XX").status == 404
    assert admin.get(f"{OFFICE}/routine.statement").status == 404
