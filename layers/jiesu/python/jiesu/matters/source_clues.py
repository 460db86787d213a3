"""From what a case holds to sightings and clues: posts, texts, pictures, answers, and what editors confirmed."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from jiesu.matters.said_source import SaidSource, SourceKind, repost_trail, said_sources
from jiesu.matters.source_chain import Clue, ClueKind, Sighting, SourceChain, named_account, source_chain
from jiesu.model.evidence import FIRST_POST_PICTURE, Evidence
from jiesu.model.message import ConversationKey, Message
from jiesu.model.post import Post
from jiesu.model.words import MessageKind, Platform


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One citizen's message, and the post it speaks of as far as that was read."""

    message: Message
    post: Post | None = None

    @property
    def spoken_of(self) -> Post | None:
        """The post, unless it is one of the office's own: those are what citizens comment on."""
        return self.post if self.message.kind is MessageKind.MENTION else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a citizen said when asked; `of_origin` where the question was where they have it from."""

    teller: str
    text: str
    of_origin: bool
    message_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmed:
    """That an editor holds `source`, as it was said or typed, to be where `teller` has it from."""

    teller: str
    source: str


def chain_of(
    reports: Iterable[Report], evidence: Iterable[Evidence], answers: Iterable[Answer], confirmed: Iterable[Confirmed]
) -> SourceChain:
    """The graph of what a case holds."""
    known, answered = tuple(reports), tuple(answers)
    # What was answered is what was asked for, and no second piece of evidence beside it.
    asked_for = {answer.message_id for answer in answered if answer.of_origin}
    sightings = [sighting for report in known for sighting in _sightings(report)]
    clues = [
        *(clue for report in known for clue in _clues(report, of_text=report.message.id not in asked_for)),
        *_same_pictures(known, evidence),
        *(clue for answer in answered for clue in _said_when_asked(answer)),
        *(_clue(one.teller, source_named(one.source), ClueKind.CONFIRMED) for one in confirmed),
    ]
    return source_chain(sightings, clues)


def teller_of(platform: Platform, conversation: ConversationKey) -> str:
    """The key of a citizen; on Weibo that of the account that posts."""
    return f"{platform}:{conversation.citizen_id}"


def source_named(text: str) -> SaidSource:
    """The source that `text`, which is nothing but its name, stands for."""
    text = " ".join(text.split())
    said = said_sources(text, asked=True)
    return said[0] if len(said) == 1 else SaidSource(kind=SourceKind.ACCOUNT, name=text.removeprefix("@"), words=text)


def _author_of(platform: Platform, post: Post) -> str:
    """Of a deleted post nobody knows the author: it stands for itself."""
    return f"{platform}:{post.author_id}" if post.author_id else f"{platform}:post:{post.id}"


def _author_label(post: Post) -> str:
    return f"@{post.author_name}" if post.author_name else f"原帖 {post.id}（作者不详）"


def _sightings(report: Report) -> Iterator[Sighting]:
    message, post = report.message, report.spoken_of
    yield Sighting(
        teller=teller_of(message.platform, message.conversation), label=f"网民 {message.conversation.alias}", at=message.sent_at
    )
    for one in _posts(post):
        if one.created_at is not None:
            alias = named_account(message.platform, one.author_name) if one.author_name else ""
            yield Sighting(teller=_author_of(message.platform, one), label=_author_label(one), at=one.created_at, alias=alias)


def _posts(post: Post | None) -> Iterator[Post]:
    while post is not None:
        yield post
        post = post.root


def _clues(report: Report, *, of_text: bool) -> Iterator[Clue]:
    message, post = report.message, report.spoken_of
    citizen = teller_of(message.platform, message.conversation)
    # The text of a post that was read is the post's own; the message's is the same, or a comment under it.
    own = message.text if of_text and (post is None or message.post_is_comment) else ""
    for source in said_sources(own):
        yield _clue(citizen, source, ClueKind.TEXT, message_id=message.id)
    if post is None:
        yield from _trail(message.platform, citizen, message.text, None, message.id)
        return
    author = _author_of(message.platform, post)
    if author != citizen:
        yield Clue(child=citizen, parent=author, kind=ClueKind.UNDER_POST, label=_author_label(post), message_id=message.id)
    for source in said_sources(post.text):
        yield _clue(author, source, ClueKind.TEXT, message_id=message.id)
    yield from _trail(message.platform, author, post.text, post.root, message.id)


def _trail(platform: Platform, child: str, text: str, root: Post | None, message_id: str) -> Iterator[Clue]:
    """From the one who reposted, through everybody in the trail, to the post at its start.

    Where somebody in between took the trail out, the platform still names the start.
    """
    kind = ClueKind.REPOST
    for name in repost_trail(text):
        parent = named_account(platform, name)
        yield Clue(child=child, parent=parent, kind=ClueKind.TRAIL, label=f"@{name}", words=f"//@{name}", message_id=message_id)
        child, kind = parent, ClueKind.TRAIL
    if root is not None:
        yield Clue(child=child, parent=_author_of(platform, root), kind=kind, label=_author_label(root), message_id=message_id)


def _clue(teller: str, source: SaidSource, kind: ClueKind, *, message_id: str = "") -> Clue:
    platform = teller.partition(":")[0]
    parents: dict[SourceKind, str | None] = {
        SourceKind.SELF: None,
        SourceKind.ACCOUNT: named_account(platform, source.name),
        # One matter: who names a group of residents means the same one. `群` alone is anybody's.
        SourceKind.GROUP: f"group:{source.name}" if source.name not in _ANY_GROUP else f"{teller}/{source.name}",
        SourceKind.ACQUAINTANCE: f"{teller}/{source.name}",
        SourceKind.CIRCLE: f"{teller}/{source.name}",
    }
    return Clue(
        child=teller, parent=parents[source.kind], kind=kind, label=source.label, words=source.words, message_id=message_id
    )


_ANY_GROUP: Final = frozenset({"群", "微信群", "QQ群", "qq群", "一个群", "别的群", "家人群", "朋友群", "同学群", "同事群"})


def _said_when_asked(answer: Answer) -> Iterator[Clue]:
    """Asked for details or the filmer, people name others who are no source; that they filmed it themselves counts always."""
    for source in said_sources(answer.text, asked=answer.of_origin):
        if answer.of_origin or source.kind is SourceKind.SELF:
            yield _clue(answer.teller, source, ClueKind.ASKED, message_id=answer.message_id)


def _same_pictures(reports: Iterable[Report], evidence: Iterable[Evidence]) -> Iterator[Clue]:
    """Of each picture, everybody who showed it later leads to whoever is known to have shown it first."""
    by_message = {report.message.id: report for report in reports}
    shown: dict[str, list[tuple[datetime, str, str, str]]] = {}
    for one in evidence:
        report = by_message.get(one.message_id)
        if report is not None and one.sha256 and (holder := _holder(report, one)) is not None:
            shown.setdefault(one.sha256, []).append((*holder, one.message_id))
    for sha256, holders in shown.items():
        (_, first, label, _), *later = sorted(holders)
        for _, teller, _, message_id in later:
            if teller != first:
                words = f"SHA-256 {sha256[:16]}…"
                yield Clue(
                    child=teller, parent=first, kind=ClueKind.SAME_PICTURE, label=label, words=words, message_id=message_id
                )


def _holder(report: Report, evidence: Evidence) -> tuple[datetime, str, str] | None:
    """Since when who has had the picture: the citizen who sent it, or the author of the post that shows it."""
    message = report.message
    if evidence.number < FIRST_POST_PICTURE:
        return message.sent_at, teller_of(message.platform, message.conversation), f"网民 {message.conversation.alias}"
    post = report.spoken_of
    if post is not None and evidence.number - FIRST_POST_PICTURE >= len(post.picture_urls):
        post = post.root
    if post is None or post.created_at is None:
        return None
    return post.created_at, _author_of(message.platform, post), _author_label(post)
