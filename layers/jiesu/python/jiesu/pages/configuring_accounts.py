"""The accounts on the platforms as the desk sets them, and their secrets, which go in and never come out.

A new account begins switched off: it is given its secrets, which its platform is asked about, and then switched on.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from botocore.exceptions import ClientError

from jiesu.model.message import ChannelAccount
from jiesu.model.revision import ChangeNote
from jiesu.model.words import Platform
from jiesu.office.accounts import (
    API_BASES,
    NEEDED,
    OPTIONAL_SECRET_FIELDS,
    SECRET_FIELDS,
    account_in_words,
    new_path_token,
    read_account,
    read_secrets,
    secret_name,
    webhook_address,
)
from jiesu.office.reasons import Reason
from jiesu.office.secret_trial import Trial
from jiesu.pages.configuring import MAX_REASON, NEW, Topic, read_reason
from jiesu.pages.forms import Typed, value
from jiesu.pages.http import BadRequestError, Response
from jiesu.pages.view import View
from jiesu.pages.visit import Visit, done, render
from jiesu.runtime.logging import logger
from jiesu.runtime.secrets import SecretBook
from jiesu.store.accounts import AccountStore, read_account_body

_LINES = ("name", "external_id", "app_id", "api_base", "cover_media_id")
_ON, _OFF = "on", "off"
PLATFORMS = tuple(SECRET_FIELDS)
"""Those that have an interface; what comes by telephone or letter needs no account."""


def accounts(store: AccountStore, secrets_prefix: str) -> Topic[ChannelAccount]:
    """What of an account can be changed: not its platform. `secrets_prefix` is where the functions may keep secrets."""

    def listed(_: Visit) -> Mapping[str, Any]:
        found = store.accounts()
        return {"accounts": [(one, next(iter(store.secrets_set(one.id)), None)) for one in found]}

    def save(wanted: ChannelAccount, before: ChannelAccount | None, revision: int, note: ChangeNote) -> None:
        # Not before: it would be another at each look at the preview.
        wanted = wanted if wanted.path_token else replace(wanted, path_token=new_path_token())
        store.put_account(wanted, note, before=before, revision=revision)

    def read(typed: Typed, _: str, standing: ChannelAccount | None, problems: list[Reason]) -> ChannelAccount | None:
        begun = standing if standing is not None else _begun(typed, secrets_prefix, problems)
        if begun is None:
            return None
        account = _filled_in(begun, typed)
        found: list[Reason] = []
        read_account(account, found.append)
        same = (account.platform, account.external_id)
        if any(one.id != account.id and (one.platform, one.external_id) == same for one in store.accounts()):
            found.append(Reason("the platform's account stands already", "这个平台账号已经在列表中"))
        if begun.is_off and not account.is_off and not store.secrets_set(account.id):
            found.append(Reason("the account has no secrets yet", "请先设置密钥，再启用"))
        problems += found
        return None if found else account

    return Topic(
        name="accounts",
        title="渠道账号",
        list_template="admin_accounts.html",
        form_template="admin_account.html",
        listed=listed,
        standing=store.account,
        read=read,
        typed=_typed,
        in_words=account_in_words,
        name_of=lambda account: account.id,
        save=save,
        history=store.history,
        parse=read_account_body,
        choices=lambda item, _: {
            "platforms": PLATFORMS,
            "needed": NEEDED,
            "api_bases": API_BASES,
            "secret_fields": SECRET_FIELDS,
            "optional_fields": OPTIONAL_SECRET_FIELDS,
            "account": None if item == NEW else store.account(item)[0],
        },
        effect_note="停用的账号不再接收，也不再发出；已收到的照常办理。",
        may_add=True,
        first_step="secrets",
    )


def _filled_in(begun: ChannelAccount, typed: Typed) -> ChannelAccount:
    state = value(typed, "state")
    return replace(
        begun,
        name=value(typed, "name"),
        external_id=value(typed, "external_id"),
        app_id=value(typed, "app_id"),
        api_base=value(typed, "api_base") or API_BASES[begun.platform],
        cover_media_id=value(typed, "cover_media_id"),
        link_domains=tuple(value(typed, "link_domains").split()),
        path_token="" if value(typed, "new_address") else begun.path_token,
        is_off=begun.is_off if state not in (_ON, _OFF) else state == _OFF,
    )


def _begun(typed: Typed, secrets_prefix: str, problems: list[Reason]) -> ChannelAccount | None:
    """What is settled once of a new account."""
    platform, account_id = value(typed, "platform"), value(typed, "account_id")
    if platform not in PLATFORMS:
        problems.append(Reason("no such platform", "请选择平台"))
        return None
    return ChannelAccount(
        id=account_id,
        platform=Platform(platform),
        name="",
        external_id="",
        app_id="",
        path_token="",
        secret_name=secret_name(secrets_prefix, account_id),
        api_base="",
        is_off=True,
    )


def _typed(_: str, account: ChannelAccount | None) -> Typed:
    if account is None:
        return {}
    return {name: (getattr(account, name),) for name in _LINES} | {
        "link_domains": ("\n".join(account.link_domains),),
        "state": (_OFF if account.is_off else _ON,),
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretPages:
    """An account's secrets are set anew, all together. Seeing when and by whom needs `Right.INSPECT`.

    `trial` asks the platform whether it takes them.
    """

    accounts: AccountStore
    secrets: SecretBook
    trial: Callable[[ChannelAccount, Mapping[str, str]], Trial]
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
        trial = self.trial(account, checked)
        if trial.refusal and not visit.request.typed("anyway"):
            return self._form(visit, account, problems=[f"平台不接受这组密钥：{trial.refusal}"], was_refused=True)
        try:
            self.secrets.store(account.secret_name, checked)
        except ClientError as error:
            if error.response["Error"].get("Code", "") != "InvalidRequestException":
                raise
            logger.warning("an account's secret is being deleted", extra={"account_id": account.id})
            return self._form(visit, account, problems=["这个账号的密钥正在删除中，请由运维在密钥库中恢复后再设置。"])
        self.accounts.note_secrets(account.id, checked, ChangeNote(by=visit.actor, at=visit.now, reason=reason))
        logger.info("secrets of an account set", extra={"account_id": account.id, "subject": visit.person.subject})
        said = "平台已确认" if trial.asked and not trial.refusal else "没有经平台确认，只核对了形式"
        after = f"{visit.base}/admin/accounts/{account.id}" if account.is_off else ""
        return done(
            visit,
            f"密钥已设置（{said}），五分钟内生效。{'账号仍停用，可在这里启用。' if after else ''}",
            after or f"{visit.base}/admin/accounts/{account.id}/secrets",
        )

    def show_address(self, visit: Visit) -> Response:
        """The webhook's address, for the platform's console. Asked for by a form, so that no link or history holds it."""
        account = self._account(visit)
        logger.info("a webhook's address was shown", extra={"account_id": account.id, "subject": visit.person.subject})
        return render(
            self.view,
            visit,
            "admin_address.html",
            account=account,
            address=webhook_address(visit.config.public_base_url, account),
            needed=NEEDED[account.platform],
        )

    def _account(self, visit: Visit) -> ChannelAccount:
        account, _ = self.accounts.account(visit.segments["item"])
        if account is None or account.platform not in SECRET_FIELDS:
            raise BadRequestError(404)
        return account

    def _form(
        self, visit: Visit, account: ChannelAccount, *, problems: Sequence[str] = (), was_refused: bool = False
    ) -> Response:
        return render(
            self.view,
            visit,
            "admin_secrets.html",
            http_status=422 if problems else 200,
            account=account,
            wanted=SECRET_FIELDS[account.platform],
            optional=OPTIONAL_SECRET_FIELDS.get(account.platform, ()),
            needed=NEEDED[account.platform],
            told=self.accounts.secrets_set(account.id),
            problems=problems,
            was_refused=was_refused,
            reason="",
            max_reason=MAX_REASON,
        )
