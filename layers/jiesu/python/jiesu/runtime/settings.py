"""Each function's settings, read once from its environment.

A field's name in capitals is the variable's name; a test holds both against the template.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Self


class MissingSettingError(Exception):
    """A function's environment lacks a variable; the message names it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Base of the functions' settings: texts, and whole numbers where a field says `int`."""

    @classmethod
    def from_env(cls, environ: Mapping[str, str] = os.environ) -> Self:
        """Read every field from `environ`. Raises `MissingSettingError` or `ValueError` at start-up, not at the first message."""
        values: dict[str, str | int] = {}
        for field in fields(cls):
            name = field.name.upper()
            if name not in environ:
                raise MissingSettingError(f"{cls.__name__} needs the environment variable {name}")
            values[field.name] = int(environ[name]) if field.type in (int, "int") else environ[name]
        return cls(**values)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiveWebhookSettings(Settings):
    directory_table_name: str
    transient_table_name: str
    messages_table_name: str
    inbox_queue_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IngestMessageSettings(Settings):
    cases_table_name: str
    model_bucket_name: str
    messages_table_name: str
    matters_table_name: str
    directory_table_name: str
    telephone_secret_name: str
    office_time_zone: str
    retention_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplyCommandSettings(Settings):
    cases_table_name: str
    messages_table_name: str
    matters_table_name: str
    directory_table_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DispatchEffectsSettings(Settings):
    notices_queue_url: str
    outbound_queue_url: str
    media_queue_url: str
    commands_queue_url: str
    escalation_state_machine_arn: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MailSettings(Settings):
    """What carrying mails takes; the providers' health is shared in the table of what does not matter tomorrow."""

    transient_table_name: str
    mail_transport: str
    mail_fallback: str
    mail_configuration_set: str
    mail_sender: str
    smtp_host: str
    smtp_port: int
    smtp_secret_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SendNoticeSettings(MailSettings):
    """`max_receive_count` is that of the notices queue: at the last delivery a notice becomes a person's task.

    A fallback is empty where there is none.
    """

    max_receive_count: int
    directory_table_name: str
    cases_table_name: str
    messages_table_name: str
    deliveries_table_name: str
    link_secret_name: str
    public_base_url: str
    office_name: str
    office_time_zone: str
    reply_domain: str
    sms_transport: str
    sms_fallback: str
    sms_gateway_url: str
    sms_gateway_secret_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiveReceiptSettings(Settings):
    """`sms_gateway_secret_name` is empty where no gateway is configured."""

    receipts_queue_url: str
    sms_gateway_secret_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordReceiptSettings(Settings):
    cases_table_name: str
    messages_table_name: str
    deliveries_table_name: str
    directory_table_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiveMailSettings(Settings):
    """`reply_domain` is empty where bureaus answer to `MailSender`, and a person reads it."""

    cases_table_name: str
    messages_table_name: str
    mail_bucket_name: str
    evidence_bucket_name: str
    receipts_queue_url: str
    link_secret_name: str
    reply_domain: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SendReplySettings(Settings):
    outbound_queue_url: str
    cases_table_name: str
    messages_table_name: str
    deliveries_table_name: str
    directory_table_name: str
    transient_table_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchMediaSettings(Settings):
    cases_table_name: str
    messages_table_name: str
    matters_table_name: str
    directory_table_name: str
    transient_table_name: str
    evidence_bucket_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SweepRoadSettings(Settings):
    """`dead_letter_queue_urls` are separated by commas; `heartbeat_url` is empty where no watch waits for it."""

    cases_table_name: str
    messages_table_name: str
    directory_table_name: str
    deliveries_table_name: str
    escalation_state_machine_arn: str
    inbox_queue_url: str
    notices_queue_url: str
    outbound_queue_url: str
    commands_queue_url: str
    dead_letter_queue_urls: str
    heartbeat_url: str
    office_time_zone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SummarizeMorningSettings(MailSettings):
    """`dead_letter_queue_urls` as of `SweepRoadSettings`."""

    cases_table_name: str
    messages_table_name: str
    deliveries_table_name: str
    directory_table_name: str
    dead_letter_queue_urls: str
    public_base_url: str
    office_name: str
    office_time_zone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleNoiseSettings(Settings):
    messages_table_name: str
    office_time_zone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CountFrequenciesSettings(Settings):
    cases_table_name: str
    messages_table_name: str
    directory_table_name: str
    model_bucket_name: str
    office_time_zone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TallyIssuesSettings(Settings):
    cases_table_name: str
    office_time_zone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TallyVolumeSettings(Settings):
    cases_table_name: str
    messages_table_name: str
    office_time_zone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewLabelsSettings(Settings):
    cases_table_name: str
    messages_table_name: str
    directory_table_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PollPlatformSettings(Settings):
    directory_table_name: str
    inbox_queue_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RenewAuthorizationsSettings(Settings):
    directory_table_name: str
    transient_table_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ServeDeskSettings(Settings):
    cases_table_name: str
    messages_table_name: str
    deliveries_table_name: str
    directory_table_name: str
    documents_bucket_name: str
    evidence_bucket_name: str
    model_bucket_name: str
    inbox_queue_url: str
    channel_secrets_prefix: str
    oidc_parameter_name: str
    session_secret_name: str
    telephone_secret_name: str
    office_name: str
    office_time_zone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ServeBureauSettings(Settings):
    cases_table_name: str
    messages_table_name: str
    documents_bucket_name: str
    evidence_bucket_name: str
    directory_table_name: str
    deliveries_table_name: str
    transient_table_name: str
    link_secret_name: str
    oidc_parameter_name: str
    session_secret_name: str
    office_name: str
    office_time_zone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ServeOpen311Settings(Settings):
    """`public_base_url` is empty where the API is reached under the gateway's own name."""

    cases_table_name: str
    messages_table_name: str
    directory_table_name: str
    transient_table_name: str
    inbox_queue_url: str
    office_name: str
    jurisdiction_id: str
    public_base_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ServeApiSettings(Settings):
    cases_table_name: str
    messages_table_name: str
    directory_table_name: str
    transient_table_name: str
    telephone_secret_name: str
    office_time_zone: str
