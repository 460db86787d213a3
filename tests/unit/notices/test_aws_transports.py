"""SES and SNS: what each way to fail means to the sender of a notice."""

from collections.abc import Callable
from typing import Any

import boto3
import pytest
from botocore.exceptions import (
    ConnectionClosedError,
    ConnectTimeoutError,
    EndpointConnectionError,
    NoCredentialsError,
    ReadTimeoutError,
)
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.ses.models import ses_backends
from moto.sns.models import sns_backends

from jiesu.model.errors import JiesuError, PermanentError
from jiesu.notices.aws import SesMailTransport, SnsSmsTransport
from jiesu.notices.transports import OutcomeUnknownError, OutgoingMail, OutgoingSms, ProviderUnavailableError
from tests.dying import refusing

REGION = "ap-southeast-1"
"""The China regions, where the other tests are, have no SES."""

MAIL = OutgoingMail(
    notice_id="n1", sender="jiesu@example.org", recipient="duty.ft@example.org", mime=b"Subject: s\r\n\r\nbody\r\n"
)
SMS = OutgoingSms(notice_id="n2", phone="+8619900000001", text="【平安北京】通报单")

Send = tuple[Any, str, Callable[[], str]]
"""A client, the operation it is used for, and one sending."""


@pytest.fixture(params=["ses", "sns"])
def send(request: pytest.FixtureRequest, aws: None) -> Send:
    if request.param == "ses":
        ses = boto3.client("ses", region_name=REGION)
        ses.verify_email_identity(EmailAddress=MAIL.sender)
        return ses, "SendRawEmail", lambda: SesMailTransport(ses).send(MAIL)
    sns = boto3.client("sns", region_name=REGION)
    return sns, "Publish", lambda: SnsSmsTransport(sns).send(SMS)


def failing(client: Any, operation: str, error: Exception) -> None:
    """The connection of `client` fails as `error` says."""

    def fail(**_: Any) -> None:
        raise error

    client.meta.events.register_first(f"before-send.{client.meta.service_model.service_name}.{operation}", fail)


def test_ses_gets_the_message_as_it_is_and_its_id_is_the_reference(aws: None) -> None:
    ses = boto3.client("ses", region_name=REGION)
    ses.verify_email_identity(EmailAddress=MAIL.sender)
    reference = SesMailTransport(ses).send(MAIL)
    (sent,) = ses_backends[DEFAULT_ACCOUNT_ID][REGION].sent_messages
    assert (sent.id, sent.source, sent.destinations) == (reference, MAIL.sender, [MAIL.recipient])
    assert sent.raw_data == MAIL.mime.decode()


def test_sns_gets_number_and_text_and_its_id_is_the_reference(aws: None) -> None:
    reference = SnsSmsTransport(boto3.client("sns", region_name=REGION)).send(SMS)
    assert sns_backends[DEFAULT_ACCOUNT_ID][REGION].sms_messages == {reference: (SMS.phone, SMS.text)}


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("Throttling", 400),
        ("ThrottlingException", 400),
        ("TooManyRequestsException", 429),
        ("ServiceUnavailable", 503),
        ("InternalFailure", 500),
        ("SomethingNew", 502),
        ("AccessDenied", 403),
        ("ExpiredToken", 403),
        ("AccountSendingPausedException", 400),
    ],
)
def test_what_may_pass_is_retryable(send: Send, code: str, status: int) -> None:
    client, operation, attempt = send
    with refusing(client, operation, code, status), pytest.raises(ProviderUnavailableError) as caught:
        attempt()
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("service", "code", "reason"),
    [
        ("ses", "MessageRejected", "mail_rejected"),
        ("ses", "MailFromDomainNotVerifiedException", "mail_sender_unverified"),
        ("ses", "InvalidParameterValue", "mail_address_rejected"),
        ("ses", "ANewWord", "ses_refused_unknown"),
        ("sns", "InvalidParameter", "sms_number_rejected"),
        ("sns", "OptedOut", "sms_number_opted_out"),
        ("sns", "ANewWord", "sns_refused_unknown"),
    ],
)
def test_what_will_never_pass_is_permanent_and_an_unknown_refusal_is_one_too(
    aws: None, service: str, code: str, reason: str
) -> None:
    client: Any = boto3.client(service, region_name=REGION)  # type: ignore[call-overload]
    transport: Any = SesMailTransport(client) if service == "ses" else SnsSmsTransport(client)
    operation = "SendRawEmail" if service == "ses" else "Publish"
    with refusing(client, operation, code), pytest.raises(PermanentError) as caught:
        transport.send(MAIL if service == "ses" else SMS)
    assert caught.value.code == reason
    assert caught.value.ids["provider_code"] == code


def test_an_unverified_sender_is_permanent(aws: None) -> None:
    with pytest.raises(PermanentError, match="mail_rejected"):
        SesMailTransport(boto3.client("ses", region_name=REGION)).send(MAIL)


def test_a_number_that_botocore_itself_refuses_is_permanent(aws: None) -> None:
    sms = OutgoingSms(notice_id="n2", phone=None, text="x")  # type: ignore[arg-type]
    with pytest.raises(PermanentError, match="sns_refused_unknown"):
        SnsSmsTransport(boto3.client("sns", region_name=REGION)).send(sms)


@pytest.mark.parametrize(
    ("failure", "meaning"),
    [
        (ConnectTimeoutError(endpoint_url="https://aws.example.org"), ProviderUnavailableError),
        (EndpointConnectionError(endpoint_url="https://aws.example.org"), ProviderUnavailableError),
        (NoCredentialsError(), ProviderUnavailableError),
        (ReadTimeoutError(endpoint_url="https://aws.example.org"), OutcomeUnknownError),
        (ConnectionClosedError(endpoint_url="https://aws.example.org"), OutcomeUnknownError),
    ],
)
def test_a_lost_connection_is_harmless_before_the_request_and_doubtful_after_it(
    send: Send, failure: Exception, meaning: type[JiesuError]
) -> None:
    client, operation, attempt = send
    failing(client, operation, failure)
    with pytest.raises(meaning):
        attempt()


def test_errors_name_codes_and_ids_never_addresses(send: Send) -> None:
    client, operation, attempt = send
    with refusing(client, operation, "InvalidParameterValue"), pytest.raises(PermanentError) as caught:
        attempt()
    assert MAIL.recipient not in str(caught.value)
    assert SMS.phone not in str(caught.value)
