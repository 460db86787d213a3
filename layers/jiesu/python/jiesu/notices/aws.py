"""Mail by SES and SMS by SNS.

Both clients must be made without automatic retries: neither API knows an idempotency key, so
a retry after a lost answer could send twice.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError, ParamValidationError

from jiesu.model.errors import JiesuError, PermanentError
from jiesu.notices.transports import OutcomeUnknownError, OutgoingMail, OutgoingSms, ProviderUnavailableError

if TYPE_CHECKING:
    from mypy_boto3_ses import SESClient
    from mypy_boto3_sns import SNSClient

_SES_REFUSALS = {
    "MessageRejected": "mail_rejected",
    "MailFromDomainNotVerified": "mail_sender_unverified",
    "MailFromDomainNotVerifiedException": "mail_sender_unverified",
    "ConfigurationSetDoesNotExist": "mail_configuration_missing",
    "ConfigurationSetDoesNotExistException": "mail_configuration_missing",
    "InvalidParameterValue": "mail_address_rejected",
}
"""SES API reference v1, SendRawEmail, Errors and Common Errors."""

_SNS_REFUSALS = {
    "InvalidParameter": "sms_number_rejected",
    "InvalidParameterValue": "sms_number_rejected",
    "ParameterValueInvalid": "sms_number_rejected",
    "ValidationException": "sms_number_rejected",
    "EndpointDisabled": "sms_number_rejected",
    "OptedOut": "sms_number_opted_out",
    "OptedOutException": "sms_number_opted_out",
}
"""SNS API reference, Publish, Errors and Common Errors."""

_LATER = frozenset(
    {
        # Too much at once, or AWS itself is unwell.
        "Throttling",
        "ThrottlingException",
        "Throttled",
        "ThrottledException",
        "RequestLimitExceeded",
        "LimitExceededException",
        "TooManyRequestsException",
        "InternalFailure",
        "InternalError",
        "InternalErrorException",
        "ServiceUnavailable",
        "RequestTimeout",
        # An operator can mend these while the notice waits.
        "AccountSendingPausedException",
        "ConfigurationSetSendingPausedException",
        "AccessDenied",
        "AccessDeniedException",
        "AuthorizationError",
        "InvalidSecurity",
        "ExpiredToken",
        "ExpiredTokenException",
        "InvalidClientTokenId",
        "UnrecognizedClientException",
        "SignatureDoesNotMatch",
        "RequestExpired",
        "OptInRequired",
        "NotAuthorized",
    }
)


class SesMailTransport:
    """SES v1 `SendRawEmail`: it takes the MIME bytes as they are."""

    repeats_harmlessly = True
    """SES writes a Message-ID of its own, so a repeated mail arrives as two; they say the same and link to the same."""

    repeats_elsewhere = True
    """For the same reason."""

    reports_by_notice = False

    def __init__(self, client: "SESClient", *, configuration_set: str = "") -> None:
        """`configuration_set` has what becomes of each mail reported; empty, the identity's own notifications may."""
        self._client = client
        self._reporting: Any = {"ConfigurationSetName": configuration_set} if configuration_set else {}

    def send(self, mail: OutgoingMail) -> str:
        try:
            answer = self._client.send_raw_email(
                Source=mail.sender, Destinations=[mail.recipient], RawMessage={"Data": mail.mime}, **self._reporting
            )
        except (ClientError, BotoCoreError) as error:
            raise _meaning("ses", error, _SES_REFUSALS, mail.notice_id) from error
        return answer["MessageId"]


class SnsSmsTransport:
    """SNS `Publish` to a phone number, as a transactional message: delivery before price."""

    repeats_harmlessly = False
    repeats_elsewhere = False
    reports_by_notice = False
    """SNS tells of an SMS's fate in CloudWatch's logs alone, which nothing here reads."""

    def __init__(self, client: "SNSClient") -> None:
        self._client = client

    def send(self, sms: OutgoingSms) -> str:
        try:
            answer = self._client.publish(
                PhoneNumber=sms.phone,
                Message=sms.text,
                MessageAttributes={"AWS.SNS.SMS.SMSType": {"DataType": "String", "StringValue": "Transactional"}},
            )
        except (ClientError, BotoCoreError) as error:
            raise _meaning("sns", error, _SNS_REFUSALS, sms.notice_id) from error
        return answer["MessageId"]


def _meaning(provider: str, error: ClientError | BotoCoreError, refusals: Mapping[str, str], notice_id: str) -> JiesuError:
    """What `error` means to the sender of a notice."""
    if isinstance(error, ClientError):
        code = error.response["Error"].get("Code", "")
        status = error.response["ResponseMetadata"].get("HTTPStatusCode", 0)
        if code in _LATER or status >= 500 or status == 429:
            return ProviderUnavailableError(provider, code)
        # A refusal whose name is not in the table is still one: AWS has answered, and has not sent.
        return PermanentError(refusals.get(code, f"{provider}_refused_unknown"), notice_id=notice_id, provider_code=code)
    if isinstance(error, ParamValidationError):
        return PermanentError(f"{provider}_refused_unknown", notice_id=notice_id, provider_code="ParamValidation")
    if isinstance(error, HTTPClientError):  # the answer timed out or broke off: the request may have arrived
        return OutcomeUnknownError(provider, type(error).__name__)
    # Not connected, no credentials, no region: nothing has left the process.
    return ProviderUnavailableError(provider, type(error).__name__)
