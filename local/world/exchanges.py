"""What a platform remembers of a citizen and an official account: who wrote when, and what came back.

Reply windows and quotas follow from it, so it outlives a restart: one JSON line an exchange.
"""

import json
import threading
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from jiesu.model.words import Platform


class ExchangeKind(StrEnum):
    """What happened between a citizen and an account; all but `RECEIVED` are the citizen's doing."""

    PRIVATE = "private"
    MENTION = "mention"
    COMMENT = "comment"
    FOLLOWED = "followed"
    UNFOLLOWED = "unfollowed"
    RECEIVED = "received"

    @property
    def label(self) -> str:
        return {
            "private": "私信",
            "mention": "@提及",
            "comment": "评论",
            "followed": "关注",
            "unfollowed": "取消关注",
            "received": "收到答复",
        }[self.value]


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One thing a citizen sent or got.

    `account_id` and `citizen_id` are the platform's own ids. `ref` is the same in every
    redelivery of one message.
    """

    ref: str
    at: datetime
    platform: Platform
    account_id: str
    citizen_id: str
    kind: ExchangeKind
    text: str


class ExchangeLog:
    """All exchanges, oldest first; kept in `path` where one is given."""

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._by_ref: dict[str, Exchange] = {}
        self._by_conversation: defaultdict[tuple[str, str], list[Exchange]] = defaultdict(list)
        if path is not None and path.exists():
            for line in path.read_text(encoding="utf-8").splitlines():
                self._remember(_from_json(line))

    def record(self, exchange: Exchange) -> bool:
        """Remember `exchange`; False where its `ref` is known already."""
        with self._lock:
            if not self._remember(exchange):
                return False
            if self._path is not None:
                with self._path.open("a", encoding="utf-8") as file:
                    file.write(_to_json(exchange) + "\n")
            return True

    def find(self, ref: str) -> Exchange | None:
        """The exchange that `ref` names."""
        with self._lock:
            return self._by_ref.get(ref)

    def between(self, account_id: str, citizen_id: str) -> tuple[Exchange, ...]:
        """One conversation, oldest first."""
        with self._lock:
            return tuple(sorted(self._by_conversation.get((account_id, citizen_id), ()), key=lambda one: one.at))

    def conversations(self) -> tuple[tuple[Exchange, ...], ...]:
        """Every conversation, the one with the latest exchange first."""
        with self._lock:
            keys = list(self._by_conversation)
        found = [self.between(*key) for key in keys]
        return tuple(sorted(found, key=lambda exchanges: exchanges[-1].at, reverse=True))

    def _remember(self, exchange: Exchange) -> bool:
        if exchange.ref in self._by_ref:
            return False
        self._by_ref[exchange.ref] = exchange
        self._by_conversation[exchange.account_id, exchange.citizen_id].append(exchange)
        return True


def latest(exchanges: Iterable[Exchange], *kinds: ExchangeKind) -> Exchange | None:
    """The latest exchange of one of `kinds`."""
    return max((one for one in exchanges if one.kind in kinds), key=lambda one: one.at, default=None)


def _to_json(exchange: Exchange) -> str:
    return json.dumps(
        {
            "ref": exchange.ref,
            "at": exchange.at.isoformat(),
            "platform": exchange.platform,
            "account_id": exchange.account_id,
            "citizen_id": exchange.citizen_id,
            "kind": exchange.kind,
            "text": exchange.text,
        },
        ensure_ascii=False,
    )


def _from_json(line: str) -> Exchange:
    fields = json.loads(line)
    return Exchange(
        ref=fields["ref"],
        at=datetime.fromisoformat(fields["at"]),
        platform=Platform(fields["platform"]),
        account_id=fields["account_id"],
        citizen_id=fields["citizen_id"],
        kind=ExchangeKind(fields["kind"]),
        text=fields["text"],
    )
