"""One call of the day's, counted before it is made."""

from dataclasses import replace
from datetime import datetime

from jiesu.road.poll_budget import spent_after
from jiesu.store.polls import PollOvertakenError, PollStore


def claim_call(polls: PollStore, account_id: str, purpose: str, share: int, now: datetime) -> bool:
    """Count one call of the `share` that `purpose` has of the account's day; False where none is left.

    Whoever dies after it has spent it too. Two workers at once are both counted.
    """
    while True:
        state, revision = polls.state(account_id, purpose)
        if state.calls_left(now, share) == 0:
            return False
        try:
            spent = replace(state, day=now.date(), calls=spent_after(state, now, 1))
            polls.advance(account_id, purpose, spent, revision=revision)
        except PollOvertakenError:
            continue
        return True
