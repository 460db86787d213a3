"""All that leaves for the platforms by the outbound queue: replies to one citizen, and posts for everybody."""

from datetime import datetime

from jiesu.road.accounts import AccountBook
from jiesu.road.publish import Publisher, is_publication_due, read_publication_due
from jiesu.road.reply import ReplySender, read_reply_due
from jiesu.road.sending import OnceSender, Transmit
from jiesu.road.tokens import TokenBook
from jiesu.runtime.secrets import SecretBook
from jiesu.store.cases import CaseStore
from jiesu.store.deliveries import DeliveryStore
from jiesu.store.reply_windows import ReplyWindowStore
from jiesu.store.transient import TransientStore


class Outbound:
    """Carries out what the outbound queue brings. `transmit` carries one call to a platform."""

    def __init__(
        self,
        *,
        cases: CaseStore,
        deliveries: DeliveryStore,
        windows: ReplyWindowStore,
        transient: TransientStore,
        accounts: AccountBook,
        secrets: SecretBook,
        transmit: Transmit,
    ) -> None:
        once = OnceSender(deliveries=deliveries)
        tokens = TokenBook(transient=transient, secrets=secrets, transmit=transmit)
        self._replies = ReplySender(
            cases=cases,
            once=once,
            windows=windows,
            tokens=tokens,
            accounts=accounts,
            secrets=secrets,
            transmit=transmit,
        )
        self._publications = Publisher(
            cases=cases, once=once, tokens=tokens, accounts=accounts, secrets=secrets, transmit=transmit
        )

    def carry_out(self, body: str, now: datetime, *, attempt: int) -> None:
        """One queue message, which the queue brings for the `attempt`-th time.

        Raises `SendingDelayedError` where it shall bring it again, `PermanentError` where it is none that this version knows.
        """
        if is_publication_due(body):
            self._publications.carry_out(read_publication_due(body), now, attempt=attempt)
        else:
            self._replies.send(read_reply_due(body), now)
