"""A morning of citizens' messages as the platforms deliver them: the lines of `morning.jsonl` in wire formats.

All people are invented: nicknames, ids that no platform hands out, telephones from a range that
nobody has. Lines with `work` are the ones that an editor must act on; the value is the intent.
"""

import json
import random
import string
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from jiesu.model.words import Platform
from local.accounts import DemoAccount

SEED: Final = 20200113
TIME_ZONE: Final = ZoneInfo("Asia/Shanghai")

_LINES = Path(__file__).with_name("morning.jsonl")
_REDELIVERED_SHARE: Final = 0.05
_LATE_SHARE: Final = 0.04
_RETRY_AFTER: Final = timedelta(seconds=5)
"""Both platforms give up on an answer after five seconds and deliver again, three times in all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One message of the morning. `via` names platform, kind and content; `work` is None for noise."""

    at: time
    via: str
    who: str
    text: str
    work: str | None
    position: tuple[float, float] | None = None

    @property
    def platform(self) -> Platform:
        return Platform(self.via.partition(".")[0])


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One HTTP delivery to come: `payload` is what the platform serialises, `attempt` counts from 1."""

    demo: DemoAccount
    payload: Mapping[str, Any]
    line: Line
    arrives_at: datetime
    attempt: int
    nonce: str


def lines() -> tuple[Line, ...]:
    """The morning's messages in the order in which they were written."""
    return tuple(_line(json.loads(text)) for text in _LINES.read_text(encoding="utf-8").splitlines())


def deliveries(
    script: Sequence[Line], accounts: Mapping[Platform, DemoAccount], *, ends_at: datetime, seed: int = SEED
) -> tuple[Delivery, ...]:
    """The deliveries of `script`, moved in time so that its last line is written at `ends_at`, in the order of arrival.

    A few messages come again although they were taken, a few come late, behind younger ones.
    The same arguments give the same deliveries.
    """
    rng = random.Random(seed)  # noqa: S311 - variety, not secrecy
    ids = _Ids(rng)
    shift = ends_at.replace(microsecond=0) - datetime.combine(ends_at.date(), script[-1].at, tzinfo=ends_at.tzinfo)
    made: list[Delivery] = []
    for line in script:
        written_at = datetime.combine(ends_at.date(), line.at, tzinfo=ends_at.tzinfo) + shift
        demo = accounts[line.platform]
        payload = _payload(line, demo, written_at, ids)
        arrives_at = written_at + timedelta(milliseconds=rng.randrange(100, 900))
        if rng.random() < _LATE_SHARE:
            arrives_at += timedelta(seconds=rng.randrange(20, 120))
        attempts = rng.choice((2, 3)) if rng.random() < _REDELIVERED_SHARE else 1
        made += [
            Delivery(
                demo=demo,
                payload=payload,
                line=line,
                arrives_at=arrives_at + attempt * _RETRY_AFTER,
                attempt=attempt + 1,
                nonce=str(rng.randrange(10**8, 10**9)),
            )
            for attempt in range(attempts)
        ]
    return tuple(sorted(made, key=lambda delivery: delivery.arrives_at))


class _Ids:
    """Ids as the platforms make them, in ranges that they do not use; a nickname keeps its id."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._uids: dict[str, int] = {}
        self._openids: dict[str, str] = {}
        self._message_id = 23_000_000_000_000_000 + rng.randrange(10**9)

    def uid(self, who: str) -> int:
        return self._uids.setdefault(who, 990_000_000_000 + self._rng.randrange(10**9))

    def openid(self, who: str) -> str:
        tail = "".join(self._rng.choices(string.ascii_letters + string.digits, k=24))
        return self._openids.setdefault(who, f"oDEM{tail}")

    def number(self) -> int:
        self._message_id += self._rng.randrange(1, 10**6)
        return self._message_id

    def handle(self) -> str:
        return "".join(self._rng.choices(string.ascii_letters + string.digits, k=32))


def _line(fields: Mapping[str, Any]) -> Line:
    position = fields.get("position")
    return Line(
        at=time.fromisoformat(fields["at"]),
        via=fields["via"],
        who=fields["who"],
        text=fields["text"],
        work=fields.get("work"),
        position=tuple(position) if position else None,
    )


def _payload(line: Line, demo: DemoAccount, written_at: datetime, ids: _Ids) -> dict[str, Any]:
    match line.platform:
        case Platform.WEIBO:
            return _weibo(line, demo, written_at, ids)
        case Platform.WECHAT:
            return _wechat(line, demo, written_at, ids)


def _weibo(line: Line, demo: DemoAccount, written_at: datetime, ids: _Ids) -> dict[str, Any]:
    """open.weibo.com/wiki/Receive_General_Message, Receive_Event_Push."""
    what = line.via.removeprefix("weibo.")
    kind, _, subtype = what.partition(".")
    data: dict[str, Any] = {}
    text = line.text
    match kind:
        case "private":
            kind = "text"
        case "mention":
            data = {"subtype": subtype, "key": str(ids.number())}
        case "image" | "voice":
            data = {"vfid": ids.number(), "tovfid": ids.number()}
            text = {"image": "发了一张图片", "voice": "发了一段语音"}[kind]
        case "event":
            data = {"subtype": subtype}
            text = {"follow": "关注事件消息", "unfollow": "取消关注事件消息"}[subtype]
    return {
        "type": kind,
        "receiver_id": int(demo.account.external_id),
        "sender_id": ids.uid(line.who),
        "created_at": written_at.astimezone(TIME_ZONE).strftime("%a %b %d %H:%M:%S %z %Y"),
        "text": text,
        "data": data,
    }


def _wechat(line: Line, demo: DemoAccount, written_at: datetime, ids: _Ids) -> dict[str, Any]:
    """developers.weixin.qq.com, Receiving_standard_messages and Receiving_event_pushes."""
    kind, _, event = line.via.removeprefix("wechat.").partition(".")
    return {
        "ToUserName": demo.account.external_id,
        "FromUserName": ids.openid(line.who),
        "CreateTime": int(written_at.timestamp()),
        "MsgType": kind,
        **_wechat_content(line, kind, event, ids),
        # Events have none.
        **({"MsgId": ids.number()} if kind != "event" else {}),
    }


def _wechat_content(line: Line, kind: str, event: str, ids: _Ids) -> dict[str, Any]:
    match kind:
        case "image":
            handle = ids.handle()
            return {"PicUrl": f"http://pictures.example.org/{handle}/0", "MediaId": handle}
        case "voice":
            return {"MediaId": ids.handle(), "Format": "amr", "Recognition": line.text}
        case "location":
            latitude, longitude = line.position or (39.9042, 116.4074)
            return {"Location_X": latitude, "Location_Y": longitude, "Scale": 16, "Label": line.text}
        case "link":
            return {"Title": line.text, "Description": line.text, "Url": "https://example.org/shared"}
        case "event":
            return {"Event": event, "EventKey": line.text}
        case _:
            return {"Content": line.text}
