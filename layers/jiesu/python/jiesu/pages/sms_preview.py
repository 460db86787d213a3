"""The SMS that a bulletin will send, shown before it is issued, with what it will cost."""

from collections.abc import Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from jiesu.model.ladder import Ladder
from jiesu.model.words import LadderKind, Urgency
from jiesu.notices.sms import said_at_dispatch, segments, signed

_NUMBER = "通报单0000-00000-0"
_CODE = "，验证码0000"


@dataclass(frozen=True, slots=True)
class SmsPreview:
    """A text with zeros where number and code will stand, and the short messages that carry it."""

    text: str
    segments: int


def previews_of(
    ladders: Mapping[Urgency, tuple[Ladder, ...]], *, office_name: str, zone: ZoneInfo
) -> Mapping[Urgency, SmsPreview]:
    """One for each urgency that has a term for acknowledging."""
    shown: dict[Urgency, SmsPreview] = {}
    for urgency, laid in ladders.items():
        for ladder in laid:
            if ladder.kind is LadderKind.ACKNOWLEDGEMENT:
                text = signed(office_name, said_at_dispatch(urgency, _NUMBER, ladder, _CODE, zone))
                shown[urgency] = SmsPreview(text, segments(text))
    return shown
