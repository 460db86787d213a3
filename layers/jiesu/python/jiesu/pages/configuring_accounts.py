"""The accounts on the platforms as the desk sets them, and their secrets, which go in and never come out.

An account is made by `jiesu accounts add`, which gives it its webhook address; the desk changes what there is.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from botocore.exceptions import ClientError

from jiesu.model.message import ChannelAccount
from jiesu.model.revision import ChangeNote
from jiesu.office.accounts import (
    OPTIONAL_SECRET_FIELDS,
    SECRET_FIELDS,
    account_in_words,
    read_account,
    read_secrets,
)
from jiesu.office.reasons import Reason
from jiesu.pages.configuring import MAX_REASON, Topic, read_reason
from jiesu.pages.forms import Typed, value
from jiesu.pages.http import BadRequestError, Response
from jiesu.pages.view import View
from jiesu.pages.visit import Visit, done, render
from jiesu.runtime.logging import logger
from jiesu.runtime.secrets import SecretBook
from jiesu.store.accounts import AccountStore, read_account_body

_LINES = ("name", "external_id", "app_id", "api_base", "cover_media_id")


def accounts(store: AccountStore) -> Topic[ChannelAccount]:
    """What of an account can be changed: neither its platform nor its webhook's address."""

    def listed(_: Visit) -> Mapping[str, Any]:
        found = store.accounts()
        return {"accounts": [(one, next(iter(store.secrets_set(one.id)), None)) for one in found]}

    def save(wanted: ChannelAccount, before: ChannelAccount | None, revision: int, note: ChangeNote) -> None:
        store.put_account(wanted, note, before=before, revision=revision)

    return Topic(
        name="accounts",
        title="渠道账号",
        list_template="admin_accounts.html",
        form_template="admin_account.html",
        listed=listed,
        standing=store.account,
        read=_read,
        typed=_typed,
        in_words=account_in_words,
        name_of=lambda account: account.id,
        save=save,
        history=store.history,
        parse=read_account_body,
        choices=lambda _, __: {},
    )


def _read(typed: Typed, _: str, standing: ChannelAccount | None, problems: list[Reason]) -> ChannelAccount | None:
    if standing is None:
        raise ValueError("an account is made by its command")
    account = replace(
        standing,
        name=value(typed, "name"),
        external_id=value(typed, "external_id"),
        app_id=value(typed, "app_id"),
        api_base=value(typed, "api_base"),
        cover_media_id=value(typed, "cover_media_id"),
        link_domains=tuple(value(typed, "link_domains").split()),
    )
    found: list[Reason] = []
    read_account(account, found.append)
    problems += found
    return None if found else account


def _typed(_: str, account: ChannelAccount | None) -> Typed:
    if account is None:
        return {}
    return {name: (getattr(account, name),) for name in _LINES} | {"link_domains": ("\n".join(account.link_domains),)}


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretPages:
    """An account's secrets are set anew, all together. Seeing when and by whom needs `Right.INSPECT`."""

    accounts: AccountStore
    secrets: SecretBook
    view: View

    def form(self, visit: Visit) -> Response:
        return self._form(visit, self._account(visit))

    def set(self, visit: Visit) -> Response:
        """Keep what was typed. There is no preview, which would show it; nothing typed is ever sent back."""
        account = self._account(visit)
        fields = (*SECRET_FIELDS[account.platform], *OPTIONAL_SECRET_FIELDS.get(account.platform, ()))
        given = {name: typed for name in fields if (typed := visit.request.typed(name))}
        problems: list[Reason] = []
        reason = read_reason(visit.request.form, problems)
        checked = read_secrets(account.platform, given, problems.append)
        if checked is None or problems:
            return self._form(visit, account, problems=[one.zh for one in problems])
        try:
            self.secrets.store(account.secret_name, checked)
        except ClientError as error:
            code = error.response["Error"].get("Code", "")
            if code != "ResourceNotFoundException":
                raise
            logger.warning("an account has no secret yet", extra={"account_id": account.id})
            return self._form(visit, account, problems=["这个账号还没有密钥。请由运维用 jiesu accounts add 设置第一次。"])
        self.accounts.note_secrets(account.id, checked, ChangeNote(by=visit.actor, at=visit.now, reason=reason))
        logger.info("secrets of an account set", extra={"account_id": account.id, "subject": visit.person.subject})
        address = f"{visit.base}/admin/accounts/{account.id}/secrets"
        return done(visit, "密钥已更换，五分钟内生效。", address)

    def _account(self, visit: Visit) -> ChannelAccount:
        account, _ = self.accounts.account(visit.segments["item"])
        if account is None or account.platform not in SECRET_FIELDS:
            raise BadRequestError(404)
        return account

    def _form(self, visit: Visit, account: ChannelAccount, *, problems: Sequence[str] = ()) -> Response:
        return render(
            self.view,
            visit,
            "admin_secrets.html",
            http_status=422 if problems else 200,
            account=account,
            wanted=SECRET_FIELDS[account.platform],
            optional=OPTIONAL_SECRET_FIELDS.get(account.platform, ()),
            told=self.accounts.secrets_set(account.id),
            problems=problems,
            reason="",
            max_reason=MAX_REASON,
        )
