"""The forms of public posts: how each platform would show the text, and the commands that filled forms stand for. No I/O."""

from collections.abc import Iterable, Mapping

from jiesu.cases.publishing import DraftPublication
from jiesu.channels.public_post import PublicPost
from jiesu.channels.publishing import AccountPreview, draft_of, previews_of
from jiesu.model.case import Case
from jiesu.model.message import ChannelAccount
from jiesu.model.people import Actor
from jiesu.model.publication import Publication, PublicationState, Statement

PREVIEW = "preview"
"""What the button sends as its `step` that only wants to see what would go out."""


def typed_previews(typed: Mapping[str, tuple[str, ...]], accounts: Iterable[ChannelAccount]) -> tuple[AccountPreview, ...]:
    """What stands in the form, as the chosen accounts would show it; none as long as nothing is written."""
    chosen = typed.get("account", ())
    post = _typed_post(typed)
    return previews_of(post, [one for one in accounts if one.id in chosen]) if post.text else ()


def draft_previews(publication: Publication, accounts: Iterable[ChannelAccount]) -> tuple[AccountPreview, ...]:
    """A draft as its accounts would show it."""
    post = PublicPost(title=publication.title, text=publication.text, link=publication.link)
    return previews_of(post, [one for one in accounts if publication.posting(one.id) is not None])


def last_withdrawn(case: Case) -> Publication | None:
    """The draft that was taken back last, to be written anew."""
    if not case.publications or case.publications[-1].state is not PublicationState.WITHDRAWN:
        return None
    return case.publications[-1]


def read_draft(
    typed: Mapping[str, tuple[str, ...]],
    accounts: Iterable[ChannelAccount],
    *,
    new_id: str,
    by: Actor,
    statement: Statement | None = None,
) -> DraftPublication:
    """The draft in a filled form; `statement` where it is one of a live coverage.

    Raises `CommandRefusedError` where a chosen account's platform would not take it.
    """
    previews = typed_previews(typed, accounts)
    return draft_of(_typed_post(typed), previews, new_id=new_id, by=by, statement=statement)


def _typed_post(typed: Mapping[str, tuple[str, ...]]) -> PublicPost:
    def field(name: str) -> str:
        # A browser sends CR LF, and platforms count each.
        return "".join(typed.get(name, ())[:1]).replace("\r\n", "\n").strip()

    return PublicPost(title=field("title"), text=field("text"), link=field("link"))
