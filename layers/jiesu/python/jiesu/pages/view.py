"""The templates of `console/`, with the filters that all pages share."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, PackageLoader, StrictUndefined

from jiesu.cases.consultations import answered_consultations
from jiesu.cases.ladder import in_words
from jiesu.cases.suggestions import waiting
from jiesu.cases.unmasking import unmasked
from jiesu.cases.voices import unanswered
from jiesu.model.message import Message
from jiesu.model.post import post_handle
from jiesu.model.words import ContentType
from jiesu.pages.assets import assets
from jiesu.pages.clauses import compared
from jiesu.pages.evidence_words import (
    derivation,
    evidence_reason,
    file_size,
    metadata_in_words,
    post_reason,
    seen_in_words,
    withheld_reason,
)
from jiesu.pages.marks import Piece, pieces
from jiesu.pages.sentences import (
    alarm_in_words,
    delivery_in_words,
    delivery_reason,
    failure_in_words,
    local_time,
    mail_file_reason,
    mail_sender,
    media_in_words,
    message_source,
    place_in_words,
    remaining,
    span,
)
from jiesu.pages.source_drawing import percent
from jiesu.places.jurisdictions import bureau_names
from jiesu.triage.categories import label as category_label
from jiesu.triage.completeness import missing_in


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("console"),
        # Always, not by the file's ending: whatever a citizen writes is text.
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.filters.update(
        span=span,
        remaining=remaining,
        source=message_source,
        place=place_in_words,
        failure=failure_in_words,
        delivery=delivery_in_words,
        delivery_reason=delivery_reason,
        category=category_label,
        alarm=alarm_in_words,
        bureau=lambda code: bureau_names().get(code, code),
        attachments=attachments_in_words,
        evidence_reason=evidence_reason,
        post_reason=post_reason,
        unanswered=unanswered,
        answered_consultations=answered_consultations,
        unmasked=unmasked,
        undecided=waiting,
        speaks_of_post=lambda message: post_handle(message) is not None,
        file_size=file_size,
        metadata=metadata_in_words,
        withheld=withheld_reason,
        derivation=derivation,
        seen=seen_in_words,
        mail_sender=mail_sender,
        mail_file_reason=mail_file_reason,
        percent=percent,
        in_words=in_words,
        missing=missing_in,
        compared=compared,
    )
    return environment


def attachments_in_words(message: Message) -> str:
    """`图片 2 个`; empty where a message carries none."""
    kinds = tuple(media.content_type for media in message.media)
    if not kinds and message.content_type not in (ContentType.TEXT, ContentType.EVENT, ContentType.ECHO):
        kinds = (message.content_type,)
    return media_in_words(kinds)


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """Renders pages for one office, times in its own zone."""

    office_name: str
    zone: ZoneInfo

    def render(self, template: str, *, now: datetime, static: str, **values: Any) -> str:
        """The page of `template`; `static` is the address of `/static`, absolute or relative."""

        def clock(at: datetime) -> str:
            return local_time(at, self.zone, now)

        def marked(message: Message) -> tuple[Piece, ...]:
            return tuple(pieces(message, self.zone, now))

        shared: Mapping[str, Any] = {
            "office_name": self.office_name,
            "now": now,
            "static": static,
            "clock": clock,
            "marked": marked,
            "asset": lambda name: f"{static}/{assets()[name].address}",
        }
        return _environment().get_template(template).render({**shared, **values})
