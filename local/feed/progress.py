"""How far the feed has come: it is sent once, and an interrupted one goes on where it stopped.

Kept in the embedded AWS, so that a crash which loses what was fed forgets that it was.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Self

PARAMETER_NAME: Final = "/jiesu-demo/feed"


@dataclass(slots=True)
class FeedProgress:
    """`ends_at` fixes the times in the messages, so that what is sent after an interruption fits what went before."""

    ssm: Any
    ends_at: datetime
    sent: int = 0

    @classmethod
    def read(cls, ssm: Any, *, now: datetime) -> Self:
        """The progress so far, or that of a feed that begins at `now`."""
        try:
            kept = json.loads(ssm.get_parameter(Name=PARAMETER_NAME)["Parameter"]["Value"])
        except ssm.exceptions.ParameterNotFound:
            return cls(ssm, now)
        return cls(ssm, datetime.fromisoformat(kept["ends_at"]), kept["sent"])

    def advance(self) -> None:
        """Keep in mind that one more was sent."""
        self.sent += 1
        value = json.dumps({"ends_at": self.ends_at.isoformat(), "sent": self.sent})
        self.ssm.put_parameter(Name=PARAMETER_NAME, Value=value, Type="String", Overwrite=True)
