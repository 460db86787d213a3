"""What a citizen sent, and through which account it came."""

from dataclasses import dataclass
from datetime import datetime

from jiesu.model.numbers import citizen_alias
from jiesu.model.words import ContentType, Intent, MessageKind, Platform, Urgency

OPEN311_ACCOUNT_ID = "open311"
"""The account of what Open311's clients hand in. Nothing can be sent through it."""

DESK_ACCOUNT_ID = "desk"
"""The account of what came by no platform: telephone, letter, rows of a file. Nothing can be sent through it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelAccount:
    """One official account on one platform.

    `path_token` is the unguessable part of its webhook address; `secret_name` names the
    platform's secrets in Secrets Manager; `api_base` is the root of the platform's API.
    `external_id` is the account's id on the platform (Weibo uid, WeChat gh_ id) and
    `app_id` its application (Weibo AppKey, WeChat appid). Public posts need one thing more: on
    Weibo the domains that its links may lead to (`link_domains`, 安全域名), on WeChat the permanent
    picture that stands before every article (`cover_media_id`). One that `is_off` takes nothing in and says nothing.
    """

    id: str
    platform: Platform
    name: str
    external_id: str
    app_id: str
    path_token: str
    secret_name: str
    api_base: str
    link_domains: tuple[str, ...] = ()
    cover_media_id: str = ""
    is_off: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationKey:
    """One citizen with one account, both directions."""

    account_id: str
    citizen_id: str

    @property
    def alias(self) -> str:
        """What pages call the citizen, whose account is shown to nobody without a reason."""
        return citizen_alias(self.account_id, self.citizen_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Media:
    """A picture, voice or video that the platform still holds."""

    content_type: ContentType
    media_id: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """Where a citizen says to be; degrees as the platform gave them."""

    latitude: float
    longitude: float
    label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlatformEvent:
    """What a platform reports: `name` as it writes it, and all that it says, in its order.

    A field is its place and its text; what stands inside another field has both names, parted
    by a slash, and what is repeated comes repeatedly.
    """

    name: str
    fields: tuple[tuple[str, str], ...] = ()

    def first(self, place: str) -> str:
        """The first text at `place`; empty where there is none."""
        return next(iter(self.all(place)), "")

    def all(self, place: str) -> tuple[str, ...]:
        """Every text at `place`."""
        return tuple(text for one, text in self.fields if one == place)


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One thing one citizen sent.

    `id` is derived from what the platform repeats in every redelivery, so that the same
    delivery always gives the same id. `post_id` is the post or comment that mentions us
    (of a partner, its address); on Douyin, and of a private message, what an answer must name; of an echo, its own id there.
    `under_post_id` is the post that such a comment stands under, where the platform says so.
    `contact` is how to reach whoever wrote where the platform cannot, for the desk's eyes only, as is `nickname`: what
    the platform, the partner or whoever entered the message calls the writer, empty where nobody says so. `category`
    is what the one who passed the message on took it for.
    """

    id: str
    platform: Platform
    account_id: str
    citizen_id: str
    kind: MessageKind
    content_type: ContentType
    text: str
    sent_at: datetime
    received_at: datetime
    post_id: str | None = None
    post_is_comment: bool = False
    under_post_id: str | None = None
    media: tuple[Media, ...] = ()
    position: Position | None = None
    contact: str = ""
    nickname: str = ""
    category: str = ""
    event: PlatformEvent | None = None

    @property
    def conversation(self) -> ConversationKey:
        return ConversationKey(account_id=self.account_id, citizen_id=self.citizen_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Triage:
    """What the system thinks of a message, and why; `model_version` names the artefact and the rules that thought it.

    `probability` is how likely the message is work where one in ten is; None where nothing could be
    read, or an older version thought it. An `emergency` is work whatever its probability.
    `also_categories` are further categories that are likely: a message may hold several matters.
    Of work that has words, the last of the `reasons` says why the urgency.
    """

    actionable: bool
    category: str
    urgency: Urgency
    intent: Intent | None
    reasons: tuple[str, ...]
    model_version: str
    probability: float | None = None
    emergency: bool = False
    also_categories: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceCandidate:
    """One of several districts that a place may be in, and the bureau that would answer there."""

    district: str
    bureau_code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceMatch:
    """A place found in a text and the bureau that answers for it; empty where nothing was found.

    A place that may be in several districts has them all in `candidates`, and a person picks.
    """

    text: str = ""
    district: str = ""
    bureau_code: str = ""
    reason: str = ""
    candidates: tuple[PlaceCandidate, ...] = ()
