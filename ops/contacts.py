"""Contacts in imported files: checked field by field, each problem told where it stands."""

import re
from collections.abc import Callable, Collection, Mapping
from typing import Any

from jiesu.model.people import Contact
from jiesu.model.words import ContactRole

Report = Callable[[str], None]
"""Takes the reason of one problem; where it stands is known to whoever made the function."""

MAX_NAME = 60

_EMAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
"""As HTML has it, a dot in the domain required. ASCII alone: what stands before the @ cannot be written otherwise in 7 bits."""

_E164 = re.compile(r"\+[1-9]\d{7,14}")
_CHINESE_MOBILE = re.compile(r"\+861\d{10}")


def read_contact(raw: Any, roles: Collection[ContactRole], report: Report) -> Contact | None:
    """The contact that `raw` describes, or None after a problem. Only `roles` may stand in this file."""
    if not isinstance(raw, Mapping):
        report("a contact must be an object with role, name, email and phone")
        return None
    problems: list[str] = [f"unknown contact field {name!r}" for name in raw if name not in ("role", "name", "email", "phone")]
    allowed = sorted(role.value for role in roles)
    role = str(raw.get("role", ""))
    if role not in allowed:
        problems.append(f"role is {role!r}, not one of {', '.join(allowed)}")
    name = line_of_text(raw.get("name"), "name", problems.append, longest=MAX_NAME)
    email = raw.get("email")
    # Both, always: the mail brings the link and the SMS the code, and neither acts without the other.
    if not isinstance(email, str) or not _EMAIL.fullmatch(email.strip()):
        problems.append(f"email {email!r} is no mail address")
    phone = mobile_number(raw.get("phone"))
    if phone is None:
        problems.append(f"phone {raw.get('phone')!r} is no mobile number that an SMS can reach")
    for problem in problems:
        report(f"{role if role in allowed else 'contact'}: {problem}")
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
    if raw is None or (isinstance(raw, str) and not raw.strip()):
        if required:
            report(f"{field} is missing")
        return ""
    if not isinstance(raw, str) or not raw.strip().isprintable():
        report(f"{field} must be one line of text")
        return ""
    if len(raw.strip()) > longest:
        report(f"{field} has more than {longest} characters")
        return ""
    return raw.strip()
