"""Fills a deployed stack with what its operators would enter: accounts and their secrets, bureaus, the office, people.

By the rules of the operators' own command line. Everything may be done again: what stands
already, changed by somebody or not, is left as it is.
"""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Final

from jiesu.runtime.secrets import SecretBook
from jiesu.store.accounts import AccountStore
from jiesu.store.directory import DirectoryStore, OfficeMissingError
from jiesu.store.mail_bucket import MailBucket
from local.demo import MAIL_SENDER, Demo, DemoAccount, DemoUser
from local.emulator import ROOT, Emulator
from ops.accounts import check_account, check_secrets, store_secrets
from ops.bureaus import read_bureaus
from ops.office import read_office
from ops.operator import note

BUREAUS_PATH: Final = ROOT / "ops" / "data" / "bureaus.json"
OFFICE_PATH: Final = ROOT / "ops" / "data" / "office.json"


def seed(emulator: Emulator, outputs: Mapping[str, str], demo: Demo) -> None:
    """Enter the accounts and people of `demo`, and let SES send."""
    accounts = AccountStore(emulator.client("dynamodb"), outputs["DirectoryTableName"])
    for one in demo.accounts:
        _enter_account(emulator.client("secretsmanager"), accounts, one)
    for user in demo.users:
        _enter_user(emulator.client("cognito-idp"), outputs["UserPoolId"], user)
    emulator.client("ses").verify_email_identity(EmailAddress=MAIL_SENDER)


def seed_directory(emulator: Emulator, outputs: Mapping[str, str]) -> None:
    """Import the example bureaus and office of `ops/data` where there are none yet."""
    directory = _directory(emulator, outputs)
    if not directory.bureaus():
        seed_bureaus(emulator, outputs)
    try:
        directory.office()
    except OfficeMissingError:
        directory.put_office(read_office(OFFICE_PATH), note("示例方案"))


def seed_bureaus(emulator: Emulator, outputs: Mapping[str, str]) -> None:
    """Import the example bureaus of `ops/data`, over whatever stands under their codes."""
    _directory(emulator, outputs).put_bureaus(read_bureaus(BUREAUS_PATH), note("示例目录"))


def phone_owners(emulator: Emulator, outputs: Mapping[str, str]) -> dict[str, str]:
    """Whose phone each number is, as far as the directory knows."""
    directory = _directory(emulator, outputs)
    owners = {contact.phone: f"{bureau.name} {contact.name}" for bureau in directory.bureaus() for contact in bureau.contacts}
    return owners | {contact.phone: f"{contact.role.label} {contact.name}" for contact in directory.office().contacts}


def mail_bucket(emulator: Emulator, outputs: Mapping[str, str]) -> MailBucket:
    """Where the deployed stack takes mail in."""
    s3 = emulator.client("s3")
    return MailBucket(client=lambda: s3, bucket_name=outputs["MailBucketName"])


def _directory(emulator: Emulator, outputs: Mapping[str, str]) -> DirectoryStore:
    return DirectoryStore(emulator.client("dynamodb"), directory_table_name=outputs["DirectoryTableName"])


def _enter_account(secretsmanager: Any, accounts: AccountStore, demo: DemoAccount) -> None:
    """The secret first: a webhook that is known must be able to check signatures."""
    if accounts.account(demo.account.id)[1] > 0:
        return
    check_account(demo.account)
    store_secrets(SecretBook(secretsmanager), demo.account.secret_name, check_secrets(demo.account.platform, demo.secrets))
    accounts.note_secrets(demo.account.id, demo.secrets, note("演示账号"))
    accounts.put_account(demo.account, note("演示账号"))


def _enter_user(cognito: Any, user_pool_id: str, user: DemoUser) -> None:
    try:
        cognito.admin_create_user(
            UserPoolId=user_pool_id,
            Username=user.name,
            UserAttributes=[
                {"Name": "name", "Value": user.display_name},
                {"Name": "email", "Value": f"{user.name}@example.org"},
                {"Name": "email_verified", "Value": "true"},
            ],
            MessageAction="SUPPRESS",
        )
    except cognito.exceptions.UsernameExistsException:
        return
    cognito.admin_set_user_password(UserPoolId=user_pool_id, Username=user.name, Password=user.password, Permanent=True)
    for group in user.groups:
        with suppress(cognito.exceptions.GroupExistsException):
            cognito.create_group(UserPoolId=user_pool_id, GroupName=group)
        cognito.admin_add_user_to_group(UserPoolId=user_pool_id, Username=user.name, GroupName=group)
