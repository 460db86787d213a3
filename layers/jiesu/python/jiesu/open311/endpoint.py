"""Open311 GeoReport v2: what the office disclosed, for everybody to read, and service requests from clients that have a key.

https://wiki.open311.org/GeoReport_v2. Nothing here reads a case: disclosed words lie in items of
their own, and of what a client handed in it learns the case's number by the token it was given.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from heapq import merge
from http import HTTPStatus
from itertools import islice
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from jiesu.model.errors import ConflictError, RetryableError
from jiesu.model.message import OPEN311_ACCOUNT_ID, ConversationKey, Message
from jiesu.model.numbers import is_case_id
from jiesu.model.public_request import PublicRequest
from jiesu.model.words import ContentType, MessageKind, Platform
from jiesu.open311.arguments import (
    Arguments,
    RefusedRequestError,
    Submission,
    form_of,
    one,
    requested_ids,
    search_of,
    submission_of,
)
from jiesu.open311.formats import Format, Value, render
from jiesu.runtime.batch import said_safely
from jiesu.runtime.logging import logger
from jiesu.runtime.metrics import count
from jiesu.store.api_keys import ApiKey, ApiKeyStore
from jiesu.store.entered import to_queue_body
from jiesu.store.messages import MessageStore
from jiesu.store.public_requests import PublicRequestStore
from jiesu.store.transient import TransientStore
from jiesu.triage import categories

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

SPECIFICATION = "http://wiki.open311.org/GeoReport_v2"
CHANGESET = "2026-11-24 00:00"
"""When the list of services last changed its form; clients that keep a copy ask again when it does."""

REPEATED_WITHIN = timedelta(hours=24)
"""The same content from the same client is one request for so long; the specification has no key that tells a retry."""

_TOKEN = re.compile(r"([0-9a-f]{40})-([0-9a-f]{8})")
_MAX_KEY_LENGTH = 128
_MAX_BATCH = 1_000
"""Public requests that one query brings at most; about as many as DynamoDB puts into one answer."""

Answer = tuple[str, Value]
"""The name of the root and what it holds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Open311Endpoint:
    """Answers every request below `/open311`. An empty `jurisdiction_id` means that any is taken for ours."""

    requests: PublicRequestStore
    messages: MessageStore
    api_keys: ApiKeyStore
    transient: TransientStore
    sqs: "SQSClient"
    inbox_queue_url: str
    jurisdiction_id: str
    office_name: str
    public_base_url: str

    def answer(self, event: Mapping[str, Any], now: datetime) -> dict[str, Any]:
        """The answer to a REST API's proxy event. Whatever a stranger sends, it is no 5xx; an outage of ours is 503."""
        path, _, ending = ((event.get("pathParameters") or {}).get("proxy") or "").rpartition(".")
        form = Format.JSON if ending == Format.JSON else Format.XML
        try:
            if ending not in set(Format):
                raise _not_found("resource")
            root, value = self._answer(event, path, now)
            return _response(HTTPStatus.OK, render(root, value, form), form)
        except RefusedRequestError as refusal:
            return _errors(refusal, form)
        except (BotoCoreError, ClientError, RetryableError, ConflictError) as error:
            logger.error("a request could not be answered", extra=said_safely(error))
            return _errors(RefusedRequestError((HTTPStatus.SERVICE_UNAVAILABLE, "try again in a minute")), form)

    def _answer(self, event: Mapping[str, Any], path: str, now: datetime) -> Answer:
        match event["httpMethod"], path.split("/"):
            case "GET", ["discovery"]:
                return "discovery", self._discovery(event)
            case "POST", ["v2", "requests"]:
                return self._take(form_of(event), now)
            case "GET", ["v2", *rest]:
                arguments: Arguments = event.get("multiValueQueryStringParameters") or {}
                self._check_jurisdiction(arguments)
                return self._read(rest, arguments, now)
        raise _not_found("resource")

    def _read(self, path: list[str], arguments: Arguments, now: datetime) -> Answer:
        match path:
            case ["services"]:
                return "services", [_service(one) for one in _offered().values()]
            case ["services", code]:
                if code not in _offered():
                    raise _not_found("service_code")
                return "service_definition", {"service_code": code, "attributes": []}
            case ["requests"]:
                return "service_requests", [self._request(one) for one in self._search(arguments, now)]
            case ["requests", number]:
                found = self.requests.find([number]) if is_case_id(number) else ()
                if not found:
                    raise _not_found("service_request_id")
                return "service_requests", [self._request(one) for one in found]
            case ["tokens", token]:
                return "service_requests", [{"service_request_id": self._case_of(token), "token": token}]
        raise _not_found("resource")

    def _check_jurisdiction(self, arguments: Arguments) -> None:
        given = one(arguments, "jurisdiction_id")
        if given and self.jurisdiction_id and given != self.jurisdiction_id:
            raise _not_found("jurisdiction_id")

    # --- Reading -----------------------------------------------------------------------------

    def _discovery(self, event: Mapping[str, Any]) -> Value:
        context = event.get("requestContext") or {}
        # Of the gateway, which knows its own names, and not of a header, which a stranger may write.
        own = f"https://{context.get('domainName', '')}{str(context.get('path', '')).partition('/open311/')[0]}"
        return {
            "changeset": CHANGESET,
            "contact": self.office_name,
            "key_service": f"{self.office_name}：API key 由系统管理员发放",
            "endpoints": [
                {
                    "specification": SPECIFICATION,
                    "url": f"{self.public_base_url or own}/open311/v2",
                    "changeset": CHANGESET,
                    "type": "production",
                    "formats": [form.media_type for form in Format],
                }
            ],
        }

    def _search(self, arguments: Arguments, now: datetime) -> list[PublicRequest]:
        if ids := requested_ids(arguments):
            return list(self.requests.find(one for one in ids if is_case_id(one)))
        search = search_of(arguments, now)
        last = search.first + search.page_size
        # What a code leaves out is read too: by the thousand, or a small page would be as many queries.
        batch = _MAX_BATCH if search.service_codes else min(last, _MAX_BATCH)
        by_status = [self.requests.newest(status, start=search.start, end=search.end, batch=batch) for status in search.statuses]
        newest = merge(*by_status, key=lambda request: (request.requested_at, request.id), reverse=True)
        wanted = (one for one in newest if not search.service_codes or one.category in search.service_codes)
        return list(islice(wanted, search.first, last))

    def _request(self, request: PublicRequest) -> Value:
        return {
            "service_request_id": request.id,
            "status": request.status,
            "status_notes": request.progress,
            "service_name": categories.name(request.category),
            "service_code": request.category,
            "description": f"{request.title}\n{request.description}",
            "agency_responsible": self.office_name,
            "service_notice": None,
            "requested_datetime": _w3c(request.requested_at),
            "updated_datetime": _w3c(request.updated_at),
            "expected_datetime": None,
            "address": request.place or None,
            "address_id": None,
            "zipcode": None,
            "lat": None,
            "long": None,
            "media_url": None,
        }

    def _case_of(self, token: str) -> str | None:
        """The case that a request became; None while it is on its way. Raises `RefusedRequestError` for an unknown token."""
        match = _TOKEN.fullmatch(token)
        if match is None:
            raise _not_found("token")
        conversation = _conversation(token)
        case_id = self.messages.cases_of([conversation]).get(conversation)
        if case_id is None and not self.transient.has_submission(match[1], datetime.fromtimestamp(int(match[2], 16), UTC)):
            raise _not_found("token")
        return case_id

    # --- Taking ------------------------------------------------------------------------------

    def _take(self, fields: Arguments, now: datetime) -> Answer:
        """Queue a request. The same content again within a day is queued again too, under the token it has."""
        key = self._client_of(one(fields, "api_key"))
        self._check_jurisdiction(fields)
        submission = submission_of(fields, tuple(_offered()))
        digest = submission.digest(key.sha256)
        received_at = self.transient.first_submission(digest, now, keep=REPEATED_WITHIN)
        token = f"{digest}-{int(received_at.timestamp()):08x}"
        message = _message(submission, token, key, received_at)
        self.sqs.send_message(QueueUrl=self.inbox_queue_url, MessageBody=to_queue_body(message))
        count("ServiceRequestReceived")
        return "service_requests", [
            {"token": token, "service_notice": "已收到，正在转交受理；凭 token 可查询受理编号。", "account_id": None}
        ]

    def _client_of(self, given: str) -> ApiKey:
        key = self.api_keys.find(given) if given and len(given) <= _MAX_KEY_LENGTH else None
        if key is None:
            raise RefusedRequestError((HTTPStatus.FORBIDDEN, "api_key is missing or not valid"))
        return key


@cache
def _offered() -> Mapping[str, categories.Category]:
    """What can be asked of the police, by its code."""
    return {one.code: one for one in categories.choices() if one.code not in (categories.NOISE, categories.NOT_POLICE)}


def _service(category: categories.Category) -> Value:
    return {
        "service_code": category.code,
        "service_name": category.name,
        "description": category.label,
        "metadata": False,
        "type": "batch",
        "keywords": ", ".join(part for part in (category.name, category.group) if part),
        "group": category.group or category.name,
    }


def _message(submission: Submission, token: str, key: ApiKey, received_at: datetime) -> Message:
    """What goes down the road. Each request is a conversation of its own: a client sends for many citizens."""
    conversation = _conversation(token)
    return Message(
        id=f"open311:{token}",
        platform=Platform.OPEN311,
        account_id=conversation.account_id,
        citizen_id=conversation.citizen_id,
        kind=MessageKind.PRIVATE,
        content_type=ContentType.TEXT,
        text=submission.text,
        sent_at=received_at,
        received_at=received_at,
        position=submission.position,
        contact="；".join(part for part in (f"{key.name} 转来", submission.contact) if part),
        nickname=submission.name,
        category=submission.service_code,
    )


def _conversation(token: str) -> ConversationKey:
    return ConversationKey(account_id=OPEN311_ACCOUNT_ID, citizen_id=token)


def _w3c(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _not_found(name: str) -> RefusedRequestError:
    return RefusedRequestError((HTTPStatus.NOT_FOUND, f"{name} was not found"))


def _errors(refusal: RefusedRequestError, form: Format) -> dict[str, Any]:
    errors = [{"code": status.value, "description": said} for status, said in refusal.errors]
    return _response(refusal.errors[0][0], render("errors", errors, form), form)


def _response(status: HTTPStatus, body: str, form: Format) -> dict[str, Any]:
    return {
        "statusCode": status.value,
        "headers": {
            "Content-Type": f"{form.media_type}; charset=utf-8",
            # What was taken back must not live on in somebody's cache.
            "Cache-Control": "no-store",
            "X-Content-Type-Options": "nosniff",
            # Public words for everybody's pages; what needs a key carries no cookie that a page could borrow.
            "Access-Control-Allow-Origin": "*",
        },
        "body": body,
        "isBase64Encoded": False,
    }
