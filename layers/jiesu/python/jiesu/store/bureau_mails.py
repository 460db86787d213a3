"""Answers by mail: the entry, what says that the mail is noted, and its files, in one transaction.

BUREAU_MAIL#<case>   <mail>                                 that it is noted, and a fingerprint of what it said
EVIDENCE#<case>      FILE#<received at>#<mail>#<number>     its files, as those of messages
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from jiesu.cases.commands import decide
from jiesu.cases.fold import next_entry
from jiesu.cases.mails import ReceiveBureauMail
from jiesu.model.errors import ConflictError, PermanentError
from jiesu.model.evidence import Evidence
from jiesu.model.people import Actor
from jiesu.store import keys
from jiesu.store.attributes import item, text
from jiesu.store.cases import MAX_ATTEMPTS, CaseStore
from jiesu.store.evidence import bureau_file
from jiesu.store.transactions import TransactionLostError, transact
from jiesu.store.writes import put

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef


@dataclass(frozen=True, slots=True, kw_only=True)
class BureauMailStore:
    client: "DynamoDBClient"
    messages_table_name: str
    cases: CaseStore

    def record(
        self,
        case_id: str,
        command: ReceiveBureauMail,
        files: Sequence[Evidence],
        *,
        fingerprint: str,
        actor: Actor,
        now: datetime,
    ) -> bool:
        """Note the mail with its files; False where it is noted already.

        Raises `CommandRefusedError`, and `PermanentError` ("mail_id_reused") where another mail came under the same id.
        """
        mail = command.mail
        noted = {"pk": keys.bureau_mails(case_id), "sk": mail.id, "case_id": case_id, "fingerprint": fingerprint}
        needed: list[TransactWriteItemTypeDef] = [
            {"Put": put(self.messages_table_name, noted, "attribute_not_exists(pk)")},
            *(bureau_file(self.messages_table_name, case_id, one) for one in files),
        ]
        for _ in range(MAX_ATTEMPTS):
            if (known := self._fingerprint(case_id, mail.id)) is not None:
                if known != fingerprint:
                    raise PermanentError("mail_id_reused", case_id=case_id)
                return False
            case = self.cases.load(case_id)
            change = decide(case, command, now)
            if change is None:
                raise AssertionError("a mail always changes its case")
            _, writes = self.cases.write_of(case, next_entry(case, case_id, change, actor=actor, now=now))
            try:
                transact(self.client, [*needed, *writes])
            except TransactionLostError:
                continue
            return True
        raise ConflictError(f"case {case_id} is written by many at once")

    def _fingerprint(self, case_id: str, mail_id: str) -> str | None:
        key = item(pk=keys.bureau_mails(case_id), sk=mail_id)
        found = self.client.get_item(TableName=self.messages_table_name, Key=key, ConsistentRead=True).get("Item")
        return None if found is None else text(found, "fingerprint")
