"""Why a command can be refused, and the checks that several rules share."""

from jiesu.cases.public_text import MAX_DESCRIPTION, MAX_PLACE, MAX_TITLE
from jiesu.model.case import Case
from jiesu.model.errors import CommandRefusedError
from jiesu.model.words import CaseStatus

MAX_TEXT = 5_000
"""Characters of any text a person may enter."""

MAX_CARRIED = 500
"""Messages that go from one case to another at once: their references lie in one entry, an item of at most 400 KB."""

OF_TWO_CASES = {
    "case_merged": "本件已并入另一件，请到那一件办理，或先撤销并案",
    "other_missing": "没有找到要操作的另一件，请核对编号",
    "other_closed": "另一件已办结，请先重新打开那一件",
    "other_merged": "另一件已并入别的诉求件，请改用它并入的那一件",
    "same_case": "不能选择本件自己",
    "merge_assignments": "本件还有承办单位在办：请先审核反馈或撤回交办，或者反过来把另一件并入本件",
    "merge_tasks": "本件还有需要人工处理的待办，请先处理完毕再并案",
    "merge_coverage": "本件正在现场通报，请先结束现场通报，或把另一件并入本件",
    "merge_too_many": f"一次最多移动 {MAX_CARRIED} 条留言；请反过来把留言少的一件并过来",
    "not_merged": "这一件没有并入，或已经撤销",
    "merge_chosen": "并案请用「并案」，选择要并入的诉求件",
    "reply_unsettled": "要移动的留言还有答复正在发出，或发送失败还没有人处理，请稍后或处理完毕再试",
    "messages_moving": "上一次移动的留言还没有全部到位，请稍候几秒再试",
    "messages_missing": "请选择要移出的留言；所选留言须还在本件中",
    "messages_all": "不能移走全部留言，请改用「并案」",
    "not_called_different": "没有把这两件记为不是同一件事",
}
"""Those of `cases/matters.py`."""

OF_UNDOING = {
    "undo_impossible": "这一步不能撤销",
    "undo_of_others": "只能撤销自己刚才做的",
    "undo_too_late": "已超过可以撤销的时间，请用相应的操作改回",
    "undo_overtaken": "之后又有新的改动，请看过经过再改",
}
"""Those of `cases/undo.py`."""

OF_RETURNS = {
    "joint_unfinished": "协办单位还没有全部办结：请先审核协办单位的反馈，或撤回、免予反馈，再审核主办单位的反馈",
    "lead_not_excused": "主办单位不能免予反馈",
    "return_after_report": "已经反馈过的通报单不能退回",
    "return_pending": "这项交办已退回，等待裁决",
    "return_missing": "这项交办没有等待裁决的退回",
    "return_arbitrated": "这项交办已经仲裁，须按裁决办理，不能再退回",
    "return_needs_arbitration": "再次退回须由值班领导或指挥中心仲裁",
    "reroute_missing": "请选择改派的单位",
}
"""Those of `cases/returns.py`."""

OF_CONSULTATIONS = {
    "department_missing": "请至少选择一个要咨询的单位",
    "consultation_open": "已经咨询这个单位，请等它答复，或先撤回",
    "not_a_consultation": "这不是业务咨询",
    "consultation_only_answered": "业务咨询只须答复：答不了的，请在答复中说明",
    "already_answered": "已经答复，如要更改请联系提问的同事追问",
    "answer_empty": "请填写答复",
    "answer_missing": "所选单位还没有答复",
    "answer_kept": "这条答复已经存入知识库",
    "article_incomplete": "请填写问题和答复",
    "article_names_person": "问题中不能出现网民的电话号码、身份证号，请删去后再提交",
    "validity_impossible": "有效期须从今天起、在三年之内",
    "article_over": "这一条已经停用",
}
"""Those of `cases/consultations.py` and `cases/articles.py`."""

OF_EXTENSIONS = {
    "extension_not_working": "只有正在办理、尚未反馈的交办可以申请延期",
    "extension_late": "反馈时限已过，不能再申请延期，请尽快反馈",
    "extension_pending": "已经申请延期，等待审批；审批前时限照常计算",
    "extension_not_later": "申请的时限须晚于现在的反馈时限",
    "extension_too_long": "申请的时限超过可以延期的上限",
    "extension_missing": "没有等待审批的延期申请",
    "extension_not_asked": "批准的时限须晚于现在的时限和此刻，不晚于申请的时限",
    "citizen_untold": "请填写告知网民新时限的答复",
}
"""Those of `cases/extensions.py`."""

OF_BULLETINS = {
    "bulletin_missing": "没有这份通报单",
    "bulletin_over": "这份通报单的承办单位都已反馈或结束，不能再更正",
}
"""Those of `cases/bulletins.py`."""

OF_OWNERS = {
    "case_held": "本件已有人负责，接手须填写理由",
    "case_not_held": "本件不由您负责",
    "owner_unknown": "只能改派给在岗的人，请让对方先在值班页报到",
}
"""Those of `cases/owning.py`, and one of the desk's form."""

REFUSALS = {
    "case_missing": "没有这个诉求件",
    "case_exists": "诉求件已经建立",
    "case_closed": "诉求件已办结，请先重新打开",
    "case_not_closed": "诉求件尚未办结",
    "nothing_corrected": "没有改动任何内容",
    "text_missing": "内容不能为空",
    "text_too_long": f"内容不能超过 {MAX_TEXT} 字",
    "reason_missing": "请填写理由",
    "bureau_missing": "请至少选择一个承办单位",
    "lead_not_one": "主办单位必须且只能有一个",
    "bureau_twice": "同一单位不能重复交办",
    "citizen_unknown": "本件没有这位网民",
    "bureau_unknown": "所选单位已不在名录中，请重新选择",
    "bureau_unreachable": "承办单位没有可用的联系人",
    "assignment_missing": "没有这项交办",
    "assignment_over": "这项交办已经结束",
    "not_acknowledged": "请先签收",
    "not_reported": "承办单位还没有反馈",
    "already_reported": "已经反馈，等待审核",
    "feedback_incomplete": "请填写调查情况和处置结果",
    "assignments_unfinished": "还有承办单位没有办结，请先审核反馈或撤回交办",
    "no_one_to_answer": "没有可以答复的网民",
    "everybody_answered": "本件的网民都已答复",
    "citizens_unanswered": "还有网民没有得到答复：请先答复，或勾选「仍然办结」",
    "comment_impossible": "这条留言不是公开发布的，不能用评论回复",
    "personal_data_public": "公开内容中不能出现电话号码、身份证号等个人信息，请删去后再提交",
    "reply_missing": "没有这条答复",
    "reply_repeated": "这条答复已经提交",
    "publication_missing": "没有这条公开发布",
    "publication_repeated": "这条公开发布已经提交",
    "publication_without_account": "请至少选择一个发布账号",
    "publication_withdrawn": "这条公开发布已经撤回",
    "publication_sent": "这条公开发布已经批准发出，不能撤回，请到平台上处理",
    "publication_waiting": "还有公开发布等待审核，请先审核或撤回",
    "own_draft": "自己起草的公开发布须由另一位同事审核",
    "link_malformed": "链接须以 http:// 或 https:// 开头，中间不能有空格",
    "coverage_running": "本件已在现场通报中",
    "coverage_missing": "本件没有正在进行的现场通报，请先开始现场通报",
    "coverage_interval": "两次通报的间隔须在 10 分钟到 24 小时之间",
    "coverage_contacts_missing": "名录中没有值班领导或指挥中心的联系人，逾期无人可提醒，请联系管理员导入",
    "statement_due_past": "下一次通报的时间须晚于现在",
    "statement_due_far": "下一次通报的时间不能晚于 7 天之后",
    "asking_running": "正在询问这位网民，请等对方回答，或先停止询问",
    "asking_missing": "没有这次询问",
    "asking_over": "这次询问已经结束",
    "asked_elsewhere": "这位网民的来信现在归入另一件，请在那一件里询问",
    "question_missing": "没有这个问题",
    "question_settled": "这个问题已经有了结果",
    "heat_not_lower": "只能把热度调低，升高由系统自动判断",
    "task_missing": "没有这项待办",
    "mail_missing": "没有这封来信，或已经处理完毕",
    "mails_too_many": "本件已有多封来信等待阅处",
    "mail_unacknowledged": "承办单位还没有签收，来信不能采纳为进展；请督促其凭短信中的验证码签收",
    "mail_empty": "来信没有文字，不能采纳为进展；请查看附件后写明处理情况",
    "title_missing": "请填写公开标题",
    "disclosure_too_long": f"公开标题不能超过 {MAX_TITLE} 字，说明不能超过 {MAX_DESCRIPTION} 字，地点不能超过 {MAX_PLACE} 字",
    "disclosure_names_person": "公开内容中不能出现电话号码、身份证号等个人信息，请删去后再提交",
    "disclosure_names_dwelling": "公开内容不能具体到楼栋、单元、门牌，地点写到街道或道路为止",
    "not_disclosed": "本件没有公开",
    **OF_BULLETINS,
    **OF_OWNERS,
    **OF_TWO_CASES,
    **OF_RETURNS,
    **OF_UNDOING,
    **OF_EXTENSIONS,
    **OF_CONSULTATIONS,
}
"""Every rule by which a command can be refused, in the words a person is shown."""


def refuse(code: str) -> CommandRefusedError:
    return CommandRefusedError(code, REFUSALS[code])


def opened(case: Case) -> Case:
    """`case`, which must not be closed."""
    if case.merged_into is not None:
        raise refuse("case_merged")
    if case.status is CaseStatus.CLOSED:
        raise refuse("case_closed")
    return case


def text_of(text: str, *, missing: str = "text_missing") -> str:
    """What a person entered, trimmed; neither empty nor too long."""
    text = text.strip()
    if not text:
        raise refuse(missing)
    if len(text) > MAX_TEXT:
        raise refuse("text_too_long")
    return text
