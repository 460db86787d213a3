"""Answers by mail at the desk and on the bureau's page: read, taken for progress, or done with."""

from dataclasses import replace

import pytest

from jiesu.cases.mails import ReceiveBureauMail
from jiesu.model.case import Case
from jiesu.model.evidence import Evidence
from jiesu.model.mail import BureauMail
from jiesu.model.words import AssignmentStatus, ContentType
from jiesu.store.bureau_mails import BureauMailStore
from tests import builders as build
from tests.conftest import Stores
from tests.functions.desks import DemoDesk, carried_out, dispatched, fill_directory, opened
from tests.tables import TABLES


@pytest.fixture
def office(stores: Stores, evidence_bucket: str) -> DemoDesk:
    fill_directory(stores)
    return DemoDesk(stores)


def answered(stores: Stores, mail: BureauMail) -> Case:
    """A case that was dispatched, and to which a bureau answered by mail."""
    case = dispatched(stores, opened(stores))
    files = tuple(
        Evidence(
            message_id=mail.id,
            number=number,
            content_type=ContentType.FILE,
            state="stored",
            source="bureau_mail/officer@example.org",
            fetched_at=build.NOW,
            sha256=digest,
            size_bytes=68,
            media_type="application/pdf",
            name=name,
            assignment_id=mail.assignment_id,
        )
        for number, (name, digest) in enumerate((("原邮件.eml", mail.original), ("现场.jpg", "0b" * 32)))
    )
    store = BureauMailStore(client=stores.client, messages_table_name=TABLES.messages, cases=stores.cases)
    store.record(case.id, ReceiveBureauMail(mail=mail), files, fingerprint="f", actor=build.SYSTEM, now=build.after(minutes=2))
    found = stores.cases.load(case.id)
    assert found is not None
    return found


def test_the_case_shows_the_bureaus_words_with_its_files_and_what_they_are_worth(office: DemoDesk) -> None:
    case = answered(office.stores, build.a_bureau_mail())
    editor = office.editor()
    page = editor.get(f"/prod/desk/cases/{case.id}")
    assert "承办单位来信，请阅处" in page.text
    assert "来信不代替签收和反馈" in page.text
    assert "已到场核实。" in page.text
    assert "值班民警 王建国（officer@example.org）" in page.text
    (file, *_) = [link for link in page.links if link.endswith("0b" * 32)]
    assert "attachment" in editor.get(file).headers["Location"]
    (view,) = office.stores.evidence.views(case.id)
    assert (view.seen, view.sha256) == ("original", "0b" * 32)


def test_an_unknown_sender_is_called_that(office: DemoDesk) -> None:
    case = answered(office.stores, replace(build.a_bureau_mail(), contact="", sender="x@elsewhere.example"))
    page = office.editor().get(f"/prod/desk/cases/{case.id}")
    assert "x@elsewhere.example（不在该单位联系人中，身份未经核实）" in page.text
    assert "请先核实" in page.text


def test_taking_a_mail_for_progress_before_the_bureau_acknowledged_is_refused_and_says_why(office: DemoDesk) -> None:
    case = answered(office.stores, build.a_bureau_mail())
    editor = office.editor()
    assert "签收后才能采纳" in editor.get(f"/prod/desk/cases/{case.id}").text
    page = editor.get(f"/prod/desk/cases/{case.id}/accept-mail/m1")
    refused = editor.submit(page.form("/accept-mail/m1"))
    assert refused.status == 422
    assert "承办单位还没有签收" in refused.text
    assert "已到场核实。" in refused.text


def test_a_mail_that_is_taken_counts_as_progress_and_waits_no_more(office: DemoDesk) -> None:
    case = carried_out(office.stores, answered(office.stores, build.a_bureau_mail()), build.acknowledge())
    editor = office.editor()
    page = editor.get(f"/prod/desk/cases/{case.id}")
    editor.submit(page.form("/accept-mail/m1"))
    after = office.stores.cases.load(case.id)
    assert after is not None
    assert after.assignments[0].status is AssignmentStatus.IN_PROGRESS
    assert (after.mails, after.tasks) == ((), ())
    shown = editor.get(f"/prod/desk/cases/{case.id}")
    assert "来信采纳为进展报告：已到场核实。" in shown.text
    assert any(link.endswith("0b" * 32) for link in shown.links), "the timeline still leads to the file"


def test_a_mail_is_taken_for_the_feedback_with_its_files_and_then_reviewed_like_any_other(office: DemoDesk) -> None:
    case = carried_out(office.stores, answered(office.stores, build.a_bureau_mail()), build.acknowledge())
    editor = office.editor()
    page = editor.get(f"/prod/desk/cases/{case.id}")
    form = editor.get(next(link for link in page.links if link.endswith("/report-mail/m1"))).form("/report-mail/m1")
    assert form.fields["findings"] == ("已到场核实。",)
    refused = editor.submit(form)
    assert refused.status == 422
    assert "已到场核实。" in refused.text
    taken = editor.submit(refused.form("/report-mail/m1"), result="已责令整改。", publishable="已责令整改，感谢监督。")
    assert "的来信采纳为反馈：提交反馈（附件 1 个），处置结果：已责令整改。" in taken.text
    after = office.stores.cases.load(case.id)
    assert after is not None
    assert (after.mails, after.tasks) == ((), ())
    (assignment, *_) = after.assignments
    assert assignment.status is AssignmentStatus.REPORTED
    assert assignment.feedback is not None
    assert [one.name for one in assignment.feedback.files] == ["现场.jpg"]
    assert any(link.endswith("0b" * 32) for link in taken.links), "the file opens beside the feedback"
    assert taken.form(f"/accept/{assignment.id}")


def test_a_mail_is_no_feedback_before_the_bureau_has_acknowledged(office: DemoDesk) -> None:
    case = answered(office.stores, build.a_bureau_mail())
    editor = office.editor()
    page = editor.get(f"/prod/desk/cases/{case.id}/report-mail/m1")
    refused = editor.submit(page.form("/report-mail/m1"), result="已责令整改。")
    assert refused.status == 422
    assert "承办单位还没有签收" in refused.text
    assert "已责令整改。" in refused.text


def test_a_mail_whose_task_is_done_waits_no_more(office: DemoDesk) -> None:
    case = answered(office.stores, build.a_bureau_mail())
    editor = office.editor()
    editor.submit(editor.get(f"/prod/desk/cases/{case.id}").form("/finish-task/task.mail-m1"), note="已电话核实，与来信一致")
    after = office.stores.cases.load(case.id)
    assert after is not None
    assert (after.mails, after.tasks) == ((), ())


def test_the_list_of_evidence_says_which_bureau_sent_it(office: DemoDesk) -> None:
    case = answered(office.stores, build.a_bureau_mail())
    page = office.editor().get(f"/prod/desk/cases/{case.id}/evidence")
    assert "北京市公安局丰台分局来信（officer@example.org）第 1 个附件" in page.text
    assert "原邮件.eml" in page.text
