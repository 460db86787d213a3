"""A morning of citizens' messages as the platforms deliver them: the lines of `morning.jsonl` in wire formats.

All people are invented: nicknames, ids that no platform hands out, telephones from a range that
nobody has. Lines with `work` are the ones that an editor must act on; the value is the intent.
"""

import hashlib
import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any, Final

from jiesu.model.message import ChannelAccount
from jiesu.model.words import Platform
from local.demo import DemoAccount
from local.platforms import douyin, partner, wechat, weibo

SEED: Final = 20200113

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
    ids = Ids(rng)
    shift = ends_at.replace(microsecond=0) - datetime.combine(ends_at.date(), script[-1].at, tzinfo=ends_at.tzinfo)
    made: list[Delivery] = []
    for line in script:
        written_at = datetime.combine(ends_at.date(), line.at, tzinfo=ends_at.tzinfo) + shift
        demo = accounts[line.platform]
        payload = payload_of(line, demo.account, sent_at=written_at, ids=ids)
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


class Ids:
    """Ids as the platforms make them, in ranges that they do not use; a nickname always has the same ones."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._message_id = 23_000_000_000_000_000 + rng.randrange(10**9)

    def uid(self, who: str) -> str:
        """A citizen on Weibo."""
        return str(990_000_000_000 + int.from_bytes(hashlib.sha256(who.encode()).digest()[:4]))

    def open_id(self, who: str) -> str:
        """A citizen to an account on WeChat or Douyin."""
        return f"oDEM{hashlib.sha256(who.encode()).hexdigest()[:24]}"

    def number(self) -> int:
        """A message, post or file; later ones are higher."""
        self._message_id += self._rng.randrange(1, 10**6)
        return self._message_id

    def handle(self) -> str:
        """A file on WeChat."""
        return f"{self._rng.getrandbits(128):032x}"


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


def payload_of(line: Line, account: ChannelAccount, *, sent_at: datetime, ids: Ids) -> Mapping[str, Any]:
    """What the platform serialises for `line`, written to `account` at `sent_at`."""
    match line.platform:
        case Platform.WEIBO:
            return _weibo(line, account, sent_at, ids)
        case Platform.WECHAT:
            return _wechat(line, account, sent_at, ids)
        case Platform.DOUYIN:
            return _douyin(line, account, sent_at, ids)
        case Platform.PARTNER:
            return partner.message(
                message_id=str(ids.number()),
                citizen_id=ids.uid(line.who),
                text=line.text,
                sent_at=sent_at,
                kind=line.via.partition(".")[2],
            )
        case other:
            raise ValueError(f"{other} pushes nothing")


def _weibo(line: Line, account: ChannelAccount, sent_at: datetime, ids: Ids) -> Mapping[str, Any]:
    sender_id, receiver_id = ids.uid(line.who), account.external_id
    _, kind, *rest = line.via.split(".")
    match kind:
        case "private":
            return weibo.private_message(sender_id=sender_id, receiver_id=receiver_id, text=line.text, sent_at=sent_at)
        case "mention":
            return weibo.mention(
                sender_id=sender_id,
                receiver_id=receiver_id,
                text=line.text,
                post_id=str(ids.number()),
                sent_at=sent_at,
                in_comment=rest == ["comment"],
            )
        case "image" | "voice":
            return weibo.private_media(
                kind=kind, sender_id=sender_id, receiver_id=receiver_id, file_id=ids.number(), sent_at=sent_at
            )
        case "event":
            return weibo.event(subtype=rest[0], sender_id=sender_id, receiver_id=receiver_id, sent_at=sent_at)
        case _:
            raise ValueError(line.via)


def _douyin(line: Line, account: ChannelAccount, sent_at: datetime, ids: Ids) -> Mapping[str, Any]:
    open_id, client_key, message_id = ids.open_id(line.who), account.app_id, str(ids.number())
    _, kind = line.via.split(".")
    match kind:
        case "text":
            return douyin.private_message(
                open_id=open_id,
                account_id=account.external_id,
                client_key=client_key,
                text=line.text,
                message_id=message_id,
                sent_at=sent_at,
            )
        case "image" | "video":
            return douyin.private_file(
                kind=kind,
                open_id=open_id,
                account_id=account.external_id,
                client_key=client_key,
                message_id=message_id,
                sent_at=sent_at,
            )
        case "comment":
            return douyin.comment(open_id=open_id, client_key=client_key, text=line.text, comment_id=message_id, sent_at=sent_at)
        case _:
            raise ValueError(line.via)


def _wechat(line: Line, account: ChannelAccount, sent_at: datetime, ids: Ids) -> Mapping[str, Any]:
    open_id, account_id = ids.open_id(line.who), account.external_id
    _, kind, *rest = line.via.split(".")
    if kind == "event":
        return wechat.event(open_id=open_id, account_id=account_id, name=rest[0], key=line.text, sent_at=sent_at)
    message_id = ids.number()
    match kind:
        case "text":
            return wechat.text_message(
                open_id=open_id, account_id=account_id, text=line.text, message_id=message_id, sent_at=sent_at
            )
        case "image":
            handle = ids.handle()
            return wechat.image_message(
                open_id=open_id,
                account_id=account_id,
                url=f"http://pictures.example.org/{handle}/0",
                media_id=handle,
                message_id=message_id,
                sent_at=sent_at,
            )
        case "voice":
            return wechat.voice_message(
                open_id=open_id,
                account_id=account_id,
                media_id=ids.handle(),
                recognition=line.text,
                message_id=message_id,
                sent_at=sent_at,
            )
        case "location" if line.position is not None:
            latitude, longitude = line.position
            return wechat.location_message(
                open_id=open_id,
                account_id=account_id,
                latitude=latitude,
                longitude=longitude,
                label=line.text,
                message_id=message_id,
                sent_at=sent_at,
            )
        case "link":
            return wechat.link_message(
                open_id=open_id,
                account_id=account_id,
                title=line.text,
                url="https://example.org/shared",
                message_id=message_id,
                sent_at=sent_at,
            )
        case _:
            raise ValueError(line.via)
