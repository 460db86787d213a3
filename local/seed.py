"""Fills a deployed stack with what an operator would enter: accounts and their secrets, bureaus, the office, people.

Everything may be done again: what stands already is left as it is.
"""

import json
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from jiesu.store.accounts import AccountStore
from jiesu.store.directory import DirectoryStore
from local.demo import MAIL_SENDER, Demo, DemoAccount, DemoUser
from local.emulator import Emulator


def seed(emulator: Emulator, outputs: Mapping[str, str], demo: Demo) -> None:
    """Enter `demo` into the stack with these `outputs`."""
    dynamodb = emulator.client("dynamodb")
    directory_table_name = outputs["DirectoryTableName"]
    accounts = AccountStore(dynamodb, directory_table_name)
    for one in demo.accounts:
        _enter_account(emulator.client("secretsmanager"), accounts, one)
    for user in demo.users:
        _enter_user(emulator.client("cognito-idp"), outputs["UserPoolId"], user)
    emulator.client("ses").verify_email_identity(EmailAddress=MAIL_SENDER)


def _enter_account(secretsmanager: Any, accounts: AccountStore, demo: DemoAccount) -> None:
    """The secret first: a webhook that is known must be able to check signatures."""
    with suppress(secretsmanager.exceptions.ResourceExistsException):
        secretsmanager.create_secret(Name=demo.account.secret_name, SecretString=json.dumps(dict(demo.secrets)))
    if accounts.revision(demo.account.id) == 0:
        accounts.put_account(demo.account)


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
    cognito.admin_add_user_to_group(UserPoolId=user_pool_id, Username=user.name, GroupName=user.role)


def phone_owners(emulator: Emulator, outputs: Mapping[str, str]) -> dict[str, str]:
    """Whose phone each number is, as far as the directory knows."""
    directory = DirectoryStore(emulator.client("dynamodb"), directory_table_name=outputs["DirectoryTableName"])
    owners = {contact.phone: f"{bureau.name} {contact.name}" for bureau in directory.bureaus() for contact in bureau.contacts}
    return owners | {contact.phone: contact.name for contact in directory.office().contacts}
