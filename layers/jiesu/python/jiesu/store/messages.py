"""Messages and conversations in DynamoDB: a conversation is its partition.

CONVERSATION#<account>#<citizen>   CONVERSATION            which case is open for this citizen
                                   MESSAGE#<sent at>#<id>  one message, its triage, its raw bytes
                                   WINDOW, ANSWER_DUE      how long it may be answered: `store/reply_windows.py`
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from jiesu.cases.commands import JoinMessage, OpenCase, decide
from jiesu.cases.emergency import NO_PLAN, EmergencyPlan
from jiesu.cases.fold import next_entry
from jiesu.cases.refusals import refuse
from jiesu.cases.reply_window import ReplyLedger
from jiesu.matters.index import all_unpacked, packed
from jiesu.matters.same import Posting
from jiesu.matters.trace import Trace
from jiesu.model.case import Case, MessageRef, Reply
from jiesu.model.errors import ConflictError, DuplicateMessageError
from jiesu.model.evidence import Evidence
from jiesu.model.match import Match
from jiesu.model.message import ConversationKey, Message, PlaceMatch, Triage
from jiesu.model.people import Actor
from jiesu.model.post import PostRecord, post_handle
from jiesu.model.timeline import Entry
from jiesu.model.words import ActorKind
from jiesu.store import keys
from jiesu.store.attributes import blob, item, text, text_or_none
from jiesu.store.cases import CaseStore
from jiesu.store.codec import dumps, loads
from jiesu.store.matters import Filing
from jiesu.store.reply_windows import ledger_from_item, opening
from jiesu.store.transactions import TransactionLostError, transact
from jiesu.store.writes import put

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredMessage:
    """A message as stored, with what was thought of it, the case it belongs to, and what is known of the post it speaks of.

    `posting` is how it was put into the index of matters, where it was; its case is the one of that moment.
    """

    message: Message
    triage: Triage
    case_id: str | None
    post: PostRecord | None = None
    posting: Posting | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Correspondence:
    """Messages of a case, oldest first, what became of their files, and the ledgers of the conversations that belong to it."""

    messages: tuple[StoredMessage, ...]
    evidence: tuple[Evidence, ...]
    ledgers: tuple[ReplyLedger, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Screened:
    """A message that has been triaged and is about to be stored, with the bytes it came in.

    Work has the `trace` by which others of its matter are found.
    """

    message: Message
    triage: Triage
    place: PlaceMatch
    raw: bytes
    trace: Trace | None = None

    @property
    def ref(self) -> MessageRef:
        return ref_of(self.message)


def media_count(message: Message) -> int | None:
    """How many files of a case's message are fetched, 0 where only the post is that it speaks of; None where nothing is."""
    return len(message.media) if message.media or post_handle(message) is not None else None


def ref_of(message: Message) -> MessageRef:
    """`message` as its case remembers it."""
    return MessageRef(
        message_id=message.id,
        platform=message.platform,
        kind=message.kind,
        conversation=message.conversation,
        sent_at=message.sent_at,
        post_id=message.post_id,
        post_is_comment=message.post_is_comment,
    )


class MessageStore:
    """Reads messages and stores each of them once, alone or together with the case it opens or joins."""

    def __init__(self, client: "DynamoDBClient", *, messages_table_name: str) -> None:
        self._client = client
        self._table = messages_table_name

    def cases_of(self, conversations: Iterable[ConversationKey]) -> dict[ConversationKey, str]:
        """The case that each conversation last belonged to, where it ever did; one batch read for a batch of messages.

        Raises `ConflictError` where the table did not answer for all of them.
        """
        wanted = {keys.conversation(key): key for key in conversations}
        if not wanted:
            return {}
        answer = self._client.batch_get_item(
            RequestItems={
                self._table: {
                    "Keys": [item(pk=pk, sk=keys.CONVERSATION_HEAD) for pk in wanted],
                    "ConsistentRead": True,
                }
            }
        )
        if answer["UnprocessedKeys"]:
            raise ConflictError("not all conversations could be read")
        return {wanted[text(one, "pk")]: text(one, "case_id") for one in answer["Responses"][self._table]}

    def rest(self, screened: Screened, *, day: date | None, expires_at: datetime) -> None:
        """Store a message that needs nobody; one conditional write. Raises `DuplicateMessageError`.

        It is listed under the office's `day`; None for what no citizen wrote, which nobody needs to read again.
        """
        try:
            where = None if day is None else keys.noise(day)
            self._client.put_item(**self._put(screened, where, expires_at=expires_at))
        except self._client.exceptions.ConditionalCheckFailedException as error:
            raise DuplicateMessageError(screened.message.id) from error

    def open_case(
        self,
        cases: CaseStore,
        screened: Screened,
        *,
        case_id: str,
        title: str,
        now: datetime,
        previous_case_id: str | None,
        answered: tuple[Reply, ...] = (),
        emergency: EmergencyPlan = NO_PLAN,
        suggested: tuple[Match, ...] = (),
        filing: Filing | None = None,
        found_by: Sequence["TransactWriteItemTypeDef"] = (),
    ) -> Case:
        """Store a message and open the case that it makes, in one transaction; with `filing` it is found there from now on,
        with `found_by` (`CitizenIndex.writes_of`) by its writer's telephones and name.

        `previous_case_id` is what the conversation last belonged to, with what was `answered` there;
        that it still does is what keeps two quick messages of one citizen from opening two cases.
        Raises `DuplicateMessageError`, or `ConflictError` where another message was faster.
        """
        command = OpenCase(
            title=title,
            message=screened.ref,
            triage=screened.triage,
            place=screened.place,
            answered=answered,
            emergency=emergency,
            suggested=suggested,
        )
        entry = _entry(None, case_id, command, screened, now)
        claimed = claim(self._table, screened.message.conversation, case_id, previous_case_id)
        return self._transact(cases, None, entry, screened, filing, claimed, *found_by)

    def join_case(
        self,
        cases: CaseStore,
        case: Case,
        screened: Screened,
        *,
        now: datetime,
        previous_case_id: str | None = None,
        emergency: EmergencyPlan = NO_PLAN,
        matched: Match | None = None,
        suggested: tuple[Match, ...] = (),
        filing: Filing | None = None,
        found_by: Sequence["TransactWriteItemTypeDef"] = (),
    ) -> Case:
        """Store a message as one more of `case`, in one transaction. Raises as `open_case` does, and `CommandRefusedError`.

        Where it was `matched`, its conversation, which last belonged to `previous_case_id`, belongs to this case from now on.
        """
        command = JoinMessage(
            message=screened.ref, triage=screened.triage, emergency=emergency, matched=matched, suggested=suggested
        )
        entry = _entry(case, case.id, command, screened, now)
        conversation = screened.message.conversation
        moved = () if matched is None else (claim(self._table, conversation, case.id, previous_case_id),)
        return self._transact(cases, case, entry, screened, filing, *moved, *found_by)

    def refuse_asked_elsewhere(self, cases: CaseStore, case_id: str, to: MessageRef) -> None:
        """Refuse (`CommandRefusedError`) to ask whose next message would go to another case: no answer would come back."""
        leads_to = self.cases_of([to.conversation]).get(to.conversation, case_id)
        # A case that was merged into this one leads here.
        if leads_to != case_id and ((standing := cases.standing(leads_to)) is None or standing.id != case_id):
            raise refuse("asked_elsewhere")

    def of_case(self, case_id: str, *, limit: int = 50) -> tuple[StoredMessage, ...]:
        """The newest messages of a case, oldest of them first; one query. Eventually consistent."""
        return self.correspondence(case_id, limit=limit).messages

    def earliest(self, case_id: str) -> StoredMessage | None:
        """The message of a case that was sent first; one query. Eventually consistent."""
        found = self._client.query(
            TableName=self._table,
            IndexName="gsi1",
            KeyConditionExpression="gsi1pk = :case AND begins_with(gsi1sk, :message)",
            ExpressionAttributeValues=item(**{":case": keys.case(case_id), ":message": keys.MESSAGE_PREFIX}),
            Limit=1,
        )["Items"]
        return stored_from_item(found[0]) if found else None

    def correspondence(self, case_id: str, *, limit: int = 50, voices: int = 1) -> Correspondence:
        """The newest messages of a case with their files and its reply ledgers; one query. Eventually consistent.

        `voices` is how many citizens it has: so many ledgers come before the messages.
        Files count as much as messages do: of a case full of pictures fewer than `limit` messages come.
        """
        answer = self._client.query(
            TableName=self._table,
            IndexName="gsi1",
            KeyConditionExpression="gsi1pk = :case",
            ExpressionAttributeValues=item(**{":case": keys.case(case_id)}),
            ScanIndexForward=False,
            Limit=max(1, voices) + limit,
        )
        # Ledgers sort behind messages: in descending order they come first.
        ledgers = [one for one in answer["Items"] if text(one, "sk") == keys.WINDOW]
        rest = answer["Items"][len(ledgers) :][:limit]
        return Correspondence(
            messages=tuple(stored_from_item(one) for one in reversed(rest) if not _is_file(one)),
            evidence=tuple(loads(Evidence, text(one, "body")) for one in reversed(rest) if _is_file(one)),
            ledgers=tuple(ledger_from_item(one) for one in ledgers),
        )

    def _transact(
        self,
        cases: CaseStore,
        case: Case | None,
        entry: Entry,
        screened: Screened,
        filing: Filing | None,
        *more: "TransactWriteItemTypeDef",
    ) -> Case:
        after, writes = cases.write_of(case, entry)
        posting = None if filing is None else filing.posting
        message: TransactWriteItemTypeDef = {
            "Put": self._put(screened, keys.case(entry.case_id), case_id=entry.case_id, posting=posting)
        }
        needed = [message, *more, *writes, *(() if filing is None else filing.writes)]
        try:
            transact_opening(self._client, self._table, needed, screened.message, entry.case_id)
        except TransactionLostError as error:
            if 0 in error.lost:
                raise DuplicateMessageError(screened.message.id) from error
            raise
        return after

    def _put(
        self,
        screened: Screened,
        where: str | None,
        *,
        case_id: str | None = None,
        expires_at: datetime | None = None,
        posting: Posting | None = None,
    ) -> Any:
        message = screened.message
        return put(
            self._table,
            {
                "pk": keys.conversation(message.conversation),
                "sk": keys.message(message.sent_at, message.id),
                "gsi1pk": where,
                "gsi1sk": keys.message(message.sent_at, message.id),
                # What no citizen wrote is listed nowhere, and counted nowhere.
                "gsi2pk": None if where is None else keys.arrivals(message.received_at),
                "gsi2sk": None if where is None else keys.arrival_place(message.received_at, message.platform),
                "case_id": case_id,
                "body": dumps(message),
                "triage": dumps(screened.triage),
                # The stream lets through what has it: the files of a message that rests are nobody's business.
                "media_count": media_count(message) if case_id else None,
                "raw": screened.raw,
                # Where the index has it, in case it must be found under another case.
                "posting": None if posting is None else packed(posting),
                "expires_at": None if expires_at is None else int(expires_at.timestamp()),
            },
            "attribute_not_exists(pk)",
        )


def claim(table_name: str, key: ConversationKey, case_id: str, previous_case_id: str | None) -> "TransactWriteItemTypeDef":
    """The conversation belongs to `case_id` from now on, unless somebody else has said so since it was read."""
    head = {"pk": keys.conversation(key), "sk": keys.CONVERSATION_HEAD, "case_id": case_id}
    if previous_case_id is None:
        return {"Put": put(table_name, head, "attribute_not_exists(pk)")}
    return {"Put": put(table_name, head, "case_id = :previous", previous=previous_case_id)}


def transact_opening(
    client: "DynamoDBClient", table_name: str, needed: "list[TransactWriteItemTypeDef]", message: Message, case_id: str
) -> None:
    """All of `needed`, and the reply window that `message` opens unless a newer message has opened it already.

    Raises `TransactionLostError` with the places of `needed` whose condition was lost.
    """
    window = opening(table_name, message, ref_of(message), case_id)
    try:
        transact(client, [*needed, *window])
    except TransactionLostError as error:
        if min(error.lost, default=0) < len(needed):
            raise
        transact(client, needed)


def _entry(case: Case | None, case_id: str, command: OpenCase | JoinMessage, screened: Screened, now: datetime) -> Entry:
    change = decide(case, command, now)
    if change is None:
        raise AssertionError("a message always changes its case")
    citizen = Actor(kind=ActorKind.CITIZEN, id=screened.message.citizen_id)
    return next_entry(case, case_id, change, actor=citizen, now=now)


def _is_file(stored: Mapping[str, Any]) -> bool:
    return text(stored, "sk").startswith(keys.FILE_PREFIX)


def stored_from_item(stored: Mapping[str, Any]) -> StoredMessage:
    """The message that an item of the table holds."""
    return StoredMessage(
        message=loads(Message, text(stored, "body")),
        triage=loads(Triage, text(stored, "triage")),
        case_id=text_or_none(stored, "case_id"),
        post=None if (post := text_or_none(stored, "post")) is None else loads(PostRecord, post),
        posting=next(iter(all_unpacked(blob(stored, "posting"))), None) if "posting" in stored else None,
    )
