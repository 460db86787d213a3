"""Which field of a desk's form a refusal is about, so that it is said beside it."""

from collections.abc import Mapping

from jiesu.pages.forms import Act, Typed, value

_FIELDS: Mapping[str, str] = {
    "bureau_missing": "lead",
    "lead_not_one": "lead",
    "bureau_twice": "lead",
    "bureau_unreachable": "lead",
    "urgency_unknown": "urgency",
    "owner_unknown": "owner",
    "reroute_missing": "to",
    "reason_missing": "reason",
    "case_held": "reason",
    "time_missing": "until",
    "extension_not_asked": "until",
    "citizen_untold": "text",
    "answer_lapsed": "text",
    "link_malformed": "link",
}
_OF_ACTS: Mapping[Act, Mapping[str, str]] = {
    Act.DISPATCH: {"bureau_unknown": "lead"},
    Act.CORRECT: {"bureau_unknown": "bureau_code"},
    Act.DECIDE_RETURN: {"bureau_unknown": "to", "bureau_twice": "to", "bureau_unreachable": "to"},
    Act.ARBITRATE: {"bureau_unknown": "to", "bureau_twice": "to", "bureau_unreachable": "to"},
    Act.PUBLISH: {"personal_data_public": "text"},
    Act.STATEMENT: {"personal_data_public": "text"},
}
_WORDS = ("title", "facts", "text", "question", "answer", "reason")
"""Fields that hold words; spaces alone pass the browser's own check."""


def wrong_field(act: Act, code: str, typed: Typed) -> str:
    """The id of the field, or empty where the refusal is about the case and not about what was typed."""
    if code == "text_missing":
        return next((name for name in _WORDS if name in typed and not value(typed, name)), "")
    if code == "text_too_long":
        return max(_WORDS, key=lambda name: len(value(typed, name)))
    return _OF_ACTS.get(act, {}).get(code) or _FIELDS.get(code, "")
