"""The forms of public posts: how each platform would show the text, and the commands that filled forms stand for. No I/O."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from jiesu.cases.publishing import DraftPublication
from jiesu.channels.outgoing import reason_label
from jiesu.channels.public_post import Preview, PublicPost
from jiesu.channels.publishing import publishing_channel_of
from jiesu.model.case import Case
from jiesu.model.errors import CommandRefusedError
from jiesu.model.message import ChannelAccount
from jiesu.model.people import Actor
from jiesu.model.publication import Posting, Publication, PublicationState, Statement

PREVIEW = "preview"
"""What the button sends as its `step` that only wants to see what would go out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountPreview:
    """A text as one account would show it; `refusals` in words, none where its platform takes it."""

    account: ChannelAccount
    shown: Preview
    refusals: tuple[str, ...]


def publishing_accounts(accounts: Iterable[ChannelAccount]) -> tuple[ChannelAccount, ...]:
    """The accounts on which an application may post, without those that are switched off."""
    return tuple(one for one in accounts if not one.is_off and publishing_channel_of(one.platform) is not None)


def typed_previews(typed: Mapping[str, tuple[str, ...]], accounts: Iterable[ChannelAccount]) -> tuple[AccountPreview, ...]:
    """What stands in the form, as the chosen accounts would show it; none as long as nothing is written."""
    chosen = typed.get("account", ())
    post = _typed_post(typed)
    return _previews(post, [one for one in accounts if one.id in chosen]) if post.text else ()


def draft_previews(publication: Publication, accounts: Iterable[ChannelAccount]) -> tuple[AccountPreview, ...]:
    """A draft as its accounts would show it."""
    post = PublicPost(title=publication.title, text=publication.text, link=publication.link)
    return _previews(post, [one for one in accounts if publication.posting(one.id) is not None])


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
    for one in previews:
        if one.refusals:
            said = "；".join(one.refusals)
            raise CommandRefusedError("platform_refuses", f"{one.account.platform.label}「{one.account.name}」：{said}")
    post = _typed_post(typed)
    return DraftPublication(
        publication_id=new_id,
        title=post.title,
        text=post.text,
        link=post.link,
        postings=tuple(
            Posting(account_id=one.account.id, account_name=one.account.name, platform=one.account.platform) for one in previews
        ),
        by=by,
        statement=statement,
    )


def _typed_post(typed: Mapping[str, tuple[str, ...]]) -> PublicPost:
    def field(name: str) -> str:
        # A browser sends CR LF, and platforms count each.
        return "".join(typed.get(name, ())[:1]).replace("\r\n", "\n").strip()

    return PublicPost(title=field("title"), text=field("text"), link=field("link"))


def _previews(post: PublicPost, accounts: Iterable[ChannelAccount]) -> tuple[AccountPreview, ...]:
    found = []
    for account in accounts:
        channel = publishing_channel_of(account.platform)
        if channel is not None:
            shown = channel.preview(account, post)
            found.append(AccountPreview(account=account, shown=shown, refusals=tuple(map(reason_label, shown.refusals))))
    return tuple(found)
