"""How mail and SMS leave: two protocols, and the four ways in which sending can end.

A provider's vocabulary is translated in one place, its own module, into

    a text                  sent; the text is the provider's reference
    `RetryableError`        not sent, for certain: the provider was not reached, or said "later"
    `PermanentError`        not sent, and never will be: the address or the sender is refused
    `OutcomeUnknownError`   perhaps sent: the answer was lost, or says a word that nobody knows

The difference between the first error and the last decides whether anybody is told twice.
"""

from dataclasses import dataclass
from typing import Protocol

from jiesu.model.errors import JiesuError, RetryableError


class ProviderUnavailableError(RetryableError):
    """The provider has not taken the message; `code` is its own word for why."""

    def __init__(self, provider: str, code: str) -> None:
        self.provider = provider
        self.code = code
        super().__init__(f"{provider} has not taken the message: {code}")


class OutcomeUnknownError(JiesuError):
    """Nobody can say whether the message was sent: repeat it only where a repetition does no harm."""

    def __init__(self, provider: str, code: str) -> None:
        self.provider = provider
        self.code = code
        super().__init__(f"{provider} may have sent the message: {code}")


@dataclass(frozen=True, slots=True, kw_only=True)
class OutgoingMail:
    """A mail as it goes on the wire: `mime` has its headers, sender and recipient are the envelope."""

    notice_id: str
    sender: str
    recipient: str
    mime: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class OutgoingSms:
    """`phone` in E.164, such as `+8619900000001`."""

    notice_id: str
    phone: str
    text: str


class MailTransport(Protocol):
    """Sends one mail."""

    @property
    def repeats_harmlessly(self) -> bool:
        """Whether a mail whose outcome is unknown may be given to it again."""

    @property
    def repeats_elsewhere(self) -> bool:
        """Whether such a one may be given to another provider, which knows nothing of the first copy."""

    @property
    def reports_by_notice(self) -> bool:
        """Whether receipts name the notice's id, and not the provider's reference."""

    def send(self, mail: OutgoingMail, /) -> str:
        """The provider's reference. Raises one of the three errors of this module's description."""


class SmsTransport(Protocol):
    """Sends one SMS."""

    @property
    def repeats_harmlessly(self) -> bool:
        """Whether an SMS whose outcome is unknown may be given to it again."""

    @property
    def repeats_elsewhere(self) -> bool:
        """Whether such a one may be given to another provider, which knows nothing of the first copy."""

    @property
    def reports_by_notice(self) -> bool:
        """Whether receipts name the notice's id, and not the provider's reference."""

    def send(self, sms: OutgoingSms, /) -> str:
        """The provider's reference. Raises one of the three errors of this module's description."""
