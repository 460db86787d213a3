"""How far the feed has come: it is sent once, and an interrupted one goes on where it stopped."""

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Self


@dataclass(slots=True)
class FeedProgress:
    """`ends_at` fixes the times in the messages, so that what is sent after an interruption fits what went before."""

    path: Path
    ends_at: datetime
    sent: int = 0

    @classmethod
    def at(cls, path: Path, *, now: datetime) -> Self:
        """The progress kept at `path`, or that of a feed that begins at `now`."""
        if not path.exists():
            return cls(path, now)
        kept = json.loads(path.read_text())
        return cls(path, datetime.fromisoformat(kept["ends_at"]), kept["sent"])

    def advance(self) -> None:
        """Keep in mind that one more was sent."""
        self.sent += 1
        unfinished = self.path.with_suffix(".part")
        unfinished.write_text(json.dumps({"ends_at": self.ends_at.isoformat(), "sent": self.sent}))
        unfinished.replace(self.path)
