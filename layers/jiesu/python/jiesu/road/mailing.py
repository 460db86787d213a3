"""The mail transports that a function's settings name, the preferred one before the one behind it."""

import ssl

from jiesu.notices.transports import MailTransport, OutgoingMail
from jiesu.road.providers import Providers
from jiesu.runtime import clients
from jiesu.runtime.secrets import SecretBook
from jiesu.runtime.settings import MailSettings
from jiesu.store.provider_health import ProviderHealthStore


def mail_providers(settings: MailSettings, secrets: SecretBook) -> Providers[OutgoingMail]:
    """Who carries mails. Raises `ValueError` for a transport that does not exist."""
    return Providers(
        carriers={
            name: _mail_transport(name, settings, secrets) for name in named(settings.mail_transport, settings.mail_fallback)
        },
        health=ProviderHealthStore(clients.dynamodb(), settings.transient_table_name),
    )


def named(*names: str) -> tuple[str, ...]:
    """The preferred provider, and the one behind it where that is another."""
    return tuple(dict.fromkeys(name for place, name in enumerate(names) if name or place == 0))


def _mail_transport(name: str, settings: MailSettings, secrets: SecretBook) -> MailTransport:
    """Only the transports in use are imported: the others' modules would cost every cold start."""
    match name:
        case "ses":
            from jiesu.notices.aws import SesMailTransport  # noqa: PLC0415

            return SesMailTransport(clients.ses(), configuration_set=settings.mail_configuration_set)
        case "smtp":
            from jiesu.notices.smtp import IMPLICIT_TLS_PORT, SmtpMailTransport, SmtpServer  # noqa: PLC0415

            def sign_in() -> tuple[str, str]:
                account = secrets.fields(settings.smtp_secret_name)
                return account["username"], account["password"]

            return SmtpMailTransport(
                SmtpServer(
                    host=settings.smtp_host,
                    port=settings.smtp_port,
                    implicit_tls=settings.smtp_port == IMPLICIT_TLS_PORT,
                    sign_in=sign_in if settings.smtp_secret_name else None,
                    tls=ssl.create_default_context(),
                )
            )
        case unknown:
            raise ValueError(f"MAIL_TRANSPORT must be ses or smtp, not {unknown!r}")
