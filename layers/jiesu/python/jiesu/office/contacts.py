"""Contacts as a file or a form has them: checked field by field."""

import re
from collections.abc import Collection, Mapping
from typing import Any

from jiesu.model.people import Contact
from jiesu.model.words import ContactRole
from jiesu.office.reasons import Reason, Report

MAX_NAME = 60

_EMAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
"""As HTML has it, a dot in the domain required. ASCII alone: what stands before the @ cannot be written otherwise in 7 bits."""

_E164 = re.compile(r"\+[1-9]\d{7,14}")
_CHINESE_MOBILE = re.compile(r"\+861\d{10}")

_NAMES = {
    "code": "代码",
    "name": "名称",
    "kind": "类别",
    "district": "辖区",
    "weibo": "微博",
    "emergency_answer": "紧急情形的答复",
    "reminder": "提醒语",
    "text": "问题",
}
"""The fields of one line, as the desk's forms name them."""


def read_contact(raw: Any, roles: Collection[ContactRole], report: Report) -> Contact | None:
    """The contact that `raw` describes, or None after a problem. Only `roles` may stand here."""
    if not isinstance(raw, Mapping):
        report(Reason("a contact must be an object with role, name, email and phone", "联系人要有角色、姓名、邮箱和手机"))
        return None
    problems = [
        Reason(f"unknown contact field {name!r}", f"联系人没有「{name}」这一项")
        for name in raw
        if name not in ("role", "name", "email", "phone")
    ]
    allowed = sorted(role.value for role in roles)
    role = str(raw.get("role", ""))
    if role not in allowed:
        said = "、".join(one.label for one in roles)
        problems.append(Reason(f"role is {role!r}, not one of {', '.join(allowed)}", f"角色只能是{said}"))
    name = line_of_text(raw.get("name"), "name", problems.append, longest=MAX_NAME)
    email = raw.get("email")
    # Both, always: the mail brings the link and the SMS the code, and neither acts without the other.
    if not isinstance(email, str) or not _EMAIL.fullmatch(email.strip()):
        problems.append(Reason(f"email {email!r} is no mail address", f"「{email or ''}」不是邮箱地址"))
    phone = mobile_number(raw.get("phone"))
    if phone is None:
        given = raw.get("phone")
        problems.append(
            Reason(f"phone {given!r} is no mobile number that an SMS can reach", f"「{given or ''}」不是能收短信的手机号")
        )
    for problem in problems:
        report(problem.of(role, ContactRole(role).label) if role in allowed else problem.of("contact", "联系人"))
    if problems or phone is None:
        return None
    return Contact(role=ContactRole(role), name=name, email=str(email).strip(), phone=phone)


def mobile_number(raw: Any) -> str | None:
    """A number in E.164: Chinese mobile numbers as people write them, others with their country code; None otherwise."""
    if not isinstance(raw, str):
        return None
    digits = re.sub(r"[\s().-]", "", raw)
    if digits.startswith("00"):
        digits = f"+{digits[2:]}"
    elif re.fullmatch(r"1\d{10}", digits):
        digits = f"+86{digits}"
    pattern = _CHINESE_MOBILE if digits.startswith("+86") else _E164
    return digits if pattern.fullmatch(digits) else None


def line_of_text(raw: Any, field: str, report: Report, *, longest: int, required: bool = True) -> str:
    """`raw` as one printable line without blanks around it; an empty text after a problem."""
    name = _NAMES[field]
    if raw is None or (isinstance(raw, str) and not raw.strip()):
        if required:
            report(Reason(f"{field} is missing", f"请填写{name}"))
        return ""
    if not isinstance(raw, str) or not raw.strip().isprintable():
        report(Reason(f"{field} must be one line of text", f"{name}只能是一行文字"))
        return ""
    if len(raw.strip()) > longest:
        report(Reason(f"{field} has more than {longest} characters", f"{name}不能超过 {longest} 个字符"))
        return ""
    return raw.strip()
