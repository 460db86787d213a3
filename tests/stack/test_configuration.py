"""An administrator sets the office up on the deployed template, with no more rights than the function has."""

import json

from jiesu.model.words import Platform, UserRole
from jiesu.store.directory import DirectoryStore
from tests import builders as build
from tests.stack.town import Town


def test_a_bureau_that_an_administrator_adds_is_there_and_its_history_says_who_added_it(town: Town) -> None:
    directory = DirectoryStore(
        town.emulator.client("dynamodb"), directory_table_name=town.deployment.outputs["DirectoryTableName"]
    )
    admin = town.signed_in(UserRole.ADMIN)
    page = admin.get(f"{town.door_url}/desk/admin/bureaus/new")
    preview = admin.submit(page, page.form("/admin/bureaus/new"), reason="新设", step="preview", **build.BUREAU_AS_TYPED)
    assert directory.bureau("CY") == (None, 0)
    history = admin.submit(preview, preview.form("/admin/bureaus/new"), step="save")
    bureau, revision = directory.bureau("CY")
    assert bureau is not None
    assert revision == 1
    assert [one.phone for one in bureau.contacts] == ["+8619900001003", "+8619900002003"]
    assert "新设" in history.text
    (told,) = directory.bureau_history("CY")
    assert told.note.by.name == next(user.display_name for user in town.demo.users if user.role is UserRole.ADMIN)


def test_an_account_is_given_new_secrets_that_no_page_shows(town: Town) -> None:
    account = town.demo.account(Platform.WEIBO).account
    admin = town.signed_in(UserRole.ADMIN)
    page = admin.get(f"{town.door_url}/desk/admin/accounts/{account.id}/secrets")
    form = page.form(f"/admin/accounts/{account.id}/secrets")
    after = admin.submit(page, form, app_secret="hush-app", access_token="hush-token", reason="到期更换")
    assert "到期更换" in after.text
    assert "hush" not in after.html
    stored = town.emulator.client("secretsmanager").get_secret_value(SecretId=account.secret_name)["SecretString"]
    assert json.loads(stored) == {"app_secret": "hush-app", "access_token": "hush-token"}
