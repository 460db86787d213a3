"""An administrator sets the office up on the deployed template, with no more rights than the function has."""

import json
from base64 import b64encode

from jiesu.model.words import Platform, UserRole
from jiesu.store.accounts import AccountStore
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
    refused = admin.submit(page, form, app_secret="hush-app", access_token="hush-token", reason="到期更换")
    assert "平台不接受这组密钥" in refused.text
    assert "hush" not in refused.html
    form = refused.form(f"/admin/accounts/{account.id}/secrets")
    after = admin.submit(refused, form, app_secret="hush-app", access_token="hush-token", reason="到期更换", anyway="1")
    assert "到期更换" in after.text
    assert "hush" not in after.html
    stored = town.emulator.client("secretsmanager").get_secret_value(SecretId=account.secret_name)["SecretString"]
    assert json.loads(stored) == {"app_secret": "hush-app", "access_token": "hush-token"}


def test_an_account_that_an_administrator_adds_gets_its_first_secrets_and_is_switched_on(town: Town) -> None:
    admin = town.signed_in(UserRole.ADMIN)
    accounts = f"{town.door_url}/desk/admin/accounts"
    page = admin.get(f"{accounts}/new")
    partner = {
        "account_id": "partner-new",
        "platform": "partner",
        "name": "城管热线",
        "external_id": "hotline",
        "app_id": "hotline",
    }
    preview = admin.submit(page, page.form("/accounts/new"), reason="接入", step="preview", **partner)
    page = admin.submit(preview, preview.form("/accounts/new"), step="save")
    secret = b64encode(b"hush" * 8).decode()
    page = admin.submit(page, page.form("/partner-new/secrets"), secret=secret, reason="第一次设置")
    preview = admin.submit(page, page.form("/accounts/partner-new"), reason="启用", step="preview", state="on")
    history = admin.submit(preview, preview.form("/accounts/partner-new"), step="save")
    assert "启用" in history.text
    store = AccountStore(town.emulator.client("dynamodb"), town.deployment.outputs["DirectoryTableName"])
    account, _ = store.account("partner-new")
    assert account is not None
    assert not account.is_off
    stored = town.emulator.client("secretsmanager").get_secret_value(SecretId=account.secret_name)["SecretString"]
    assert json.loads(stored) == {"secret": secret}


def test_a_roster_that_an_administrator_sets_is_kept_beside_its_bureau(town: Town) -> None:
    admin = town.signed_in(UserRole.ADMIN)
    address = f"{town.door_url}/desk/admin/rosters/FT"
    page = admin.get(address)
    person = {"contact_role_1": "duty_officer", "contact_name_1": "张三", "contact_email_1": "zhang@example.org"}
    shifts = "工作日 09:00-18:00 张三\n工作日 18:00-09:00 张三"
    form = page.form("/admin/rosters/FT")
    preview = admin.submit(page, form, reason="排班", step="preview", shifts=shifts, contact_phone_1="19900003333", **person)
    history = admin.submit(preview, preview.form("/admin/rosters/FT"), step="save")
    assert "排班" in history.text
    assert "值班表" in admin.get(f"{town.door_url}/desk/admin/rosters").text
