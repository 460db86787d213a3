"""Reading a feed of comments down from its newest, as far as a run's calls reach.

What a run could not reach stays a `Gap`, and a later run reads it. New comments come first,
however long a burst of old ones takes: who calls for help now must not wait for yesterday.
"""

from collections.abc import Callable
from dataclasses import dataclass

from jiesu.channels.outgoing import SendOutcome
from jiesu.channels.weibo_comments import PAGE_SIZE, CommentPage
from jiesu.model.message import Message
from jiesu.model.poll import Gap, PollState


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a run read of one feed, and where that leaves it; `refusal` is what stopped it before its calls were spent."""

    messages: tuple[Message, ...]
    calls: int
    since_id: str
    gaps: tuple[Gap, ...] = ()
    refusal: SendOutcome | None = None


def read_by_id(ask: Callable[[int, int], CommentPage | SendOutcome], state: PollState, *, at_most: int) -> Reading:
    """Read a feed whose comments are asked for by id. `ask` gives the newest page between two ids; 0 is no bound.

    A feed that was never read starts with its newest page: the office does not answer for years gone by.
    """
    since = int(state.since_id)
    first = state.since_id == PollState().since_id
    messages: list[Message] = []
    gaps: list[Gap] = []
    refusal: SendOutcome | None = None
    newest, calls = since, 0
    for stretch in (Gap(above=since, below=0), *state.gaps):
        below, whole = stretch.below, False
        while not whole and refusal is None and calls < at_most:
            page = ask(stretch.above, below)
            calls += 1
            if isinstance(page, SendOutcome):
                refusal = page
                continue
            messages += page.messages
            newest = max(newest, page.newest_id)
            below = page.oldest_id
            whole = first or page.size < PAGE_SIZE
        if not whole and below:  # without a bound nothing was read, and `since_id` says so
            gaps.append(Gap(above=stretch.above, below=below))
    return Reading(messages=tuple(messages), calls=calls, since_id=str(newest), gaps=tuple(gaps), refusal=refusal)
