"""Why a command can be refused, and the checks that several rules share."""

from jiesu.cases.public_text import MAX_DESCRIPTION, MAX_PLACE, MAX_TITLE
from jiesu.model.case import Case
from jiesu.model.errors import CommandRefusedError
from jiesu.model.words import CaseStatus

MAX_TEXT = 5_000
"""Characters of any text a person may enter."""

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
    "bureau_unreachable": "承办单位没有可用的联系人",
    "assignment_missing": "没有这项交办",
    "assignment_over": "这项交办已经结束",
    "not_acknowledged": "请先签收",
    "not_reported": "承办单位还没有反馈",
    "already_reported": "已经反馈，等待审核",
    "feedback_incomplete": "请填写调查情况和处置结果",
    "assignments_unfinished": "还有承办单位没有办结，请先审核反馈或撤回交办",
    "no_one_to_answer": "没有可以答复的网民",
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
    "heat_not_lower": "只能把热度调低，升高由系统自动判断",
    "task_missing": "没有这项待办",
    "title_missing": "请填写公开标题",
    "disclosure_too_long": f"公开标题不能超过 {MAX_TITLE} 字，说明不能超过 {MAX_DESCRIPTION} 字，地点不能超过 {MAX_PLACE} 字",
    "disclosure_names_person": "公开内容中不能出现电话号码、身份证号等个人信息，请删去后再提交",
    "disclosure_names_dwelling": "公开内容不能具体到楼栋、单元、门牌，地点写到街道或道路为止",
    "not_disclosed": "本件没有公开",
}
"""Every rule by which a command can be refused, in the words a person is shown."""


def refuse(code: str) -> CommandRefusedError:
    return CommandRefusedError(code, REFUSALS[code])


def opened(case: Case) -> Case:
    """`case`, which must not be closed."""
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
