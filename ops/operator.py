"""Who runs a command: as timelines and histories name them."""

import getpass
from datetime import UTC, datetime

from jiesu.model.people import Actor
from jiesu.model.revision import ChangeNote
from jiesu.model.words import ActorKind


def operator() -> Actor:
    """Whoever is signed in at the machine that the command runs on."""
    return Actor(kind=ActorKind.OPERATOR, id=getpass.getuser(), name=getpass.getuser())


def note(reason: str) -> ChangeNote:
    """A change that is made now."""
    return ChangeNote(by=operator(), at=datetime.now(UTC), reason=reason)
