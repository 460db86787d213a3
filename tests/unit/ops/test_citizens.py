"""`jiesu citizens rebuild`: the index of citizens from the messages themselves."""

import boto3
import pytest

from jiesu.runtime import clients
from jiesu.store.citizens import CitizenIndex
from ops import citizens
from ops.main import main
from ops.stack import Stack
from tests import builders as build
from tests.conftest import Stores
from tests.contract.test_citizen_index import keep
from tests.tables import TABLES

NUMBER = "19900000001"


def test_after_a_new_key_the_command_makes_every_telephone_findable_again(
    stores: Stores, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    secrets = boto3.client("secretsmanager")
    secrets.create_secret(Name="telephones", SecretString="the next key")
    monkeypatch.setattr(clients, "dynamodb", lambda: stores.client)
    monkeypatch.setattr(clients, "secretsmanager", lambda: secrets)
    outputs = {"MessagesTableName": TABLES.messages, "TelephoneSecretArn": "telephones"}
    monkeypatch.setattr(citizens, "find_stack", lambda _: Stack(name="jiesu", outputs=outputs))
    keep(stores, build.a_message(text=f"请回电 {NUMBER}"))
    for said in ("1 written, 1 deleted", "1 written, 0 deleted"):
        with pytest.raises(SystemExit) as ended:
            main(["citizens", "rebuild"])
        assert ended.value.code == 0
        printed = capsys.readouterr().out
        assert said in printed
        assert NUMBER not in printed
    index = CitizenIndex(stores.client, TABLES.messages, lambda: "the next key")
    assert index.by_telephone(NUMBER).case_ids == (build.CASE_ID,)
