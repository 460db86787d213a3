"""The figures on the deployed template: what came in by the road is counted by the daily function, under its own rights."""

import json
from datetime import UTC, datetime, timedelta
from urllib.parse import unquote
from zoneinfo import ZoneInfo

from jiesu.cases.volume import Part, together
from jiesu.model.errors import ConflictError
from jiesu.store import keys
from jiesu.store.finding import FindingStore
from jiesu.store.volume import VolumeStore
from tests.eventually import eventually
from tests.stack.town import STACK_NAME, WITHIN_SECONDS, Town

BEIJING = ZoneInfo("Asia/Shanghai")


def volume_of(town: Town) -> VolumeStore:
    dynamodb, outputs = town.emulator.client("dynamodb"), town.deployment.outputs
    return VolumeStore(dynamodb, outputs["MessagesTableName"], FindingStore(dynamodb, outputs["CasesTableName"]))


def a_day_ago(town: Town) -> None:
    """Let every message that came in have come a day earlier: the function counts days that are over."""
    dynamodb, table = town.emulator.client("dynamodb"), town.deployment.outputs["MessagesTableName"]
    for one in dynamodb.scan(TableName=table)["Items"]:
        if "gsi2sk" in one:
            received_at, _, platform = one["gsi2sk"]["S"].partition("#")
            earlier = datetime.fromisoformat(received_at) - timedelta(days=1)
            moved = {"gsi2pk": {"S": keys.arrivals(earlier)}, "gsi2sk": {"S": f"{keys.instant(earlier)}#{platform}"}}
            dynamodb.put_item(TableName=table, Item={**one, **moved})


def test_a_day_that_is_over_is_counted_with_its_cases_and_counted_again_gives_the_same(town: Town) -> None:
    noise = town.push("今天的晚霞真好看", via="weibo.private.text", who="路人申一")
    report = town.push("马家堡西路路口的井盖没了,很危险,请尽快处理", via="weibo.private.text", who="路人申二")
    for push in (noise, report, report):
        town.deliver(push)
    case_id = town.case_titled("马家堡西路路口").id
    volume, now = volume_of(town), datetime.now(UTC)
    today = now.astimezone(BEIJING).date()

    def received() -> bool:
        try:
            return together([volume.count(today, zone=BEIJING, now=now)]).total.received == 2
        except ConflictError:
            return False

    eventually(received, within_seconds=WITHIN_SECONDS)
    a_day_ago(town)
    for _ in range(2):
        answer = town.emulator.client("lambda").invoke(FunctionName=f"{STACK_NAME}-tally-volume", Payload=b"{}")
        assert "FunctionError" not in answer
        assert json.loads(answer["Payload"].read()) == {"days": 1, "messages": 2}
        table = together(volume.between(today - timedelta(days=1), today))
        assert (table.total.received, table.cases(Part.WORK)) == (2, {case_id: 1})

    editor, month = town.signed_in(), f"{today - timedelta(days=1):%Y-%m}"
    page = editor.get(f"{town.door_url}/desk/figures?month={month}")
    assert "需办理" in page.html
    assert case_id in editor.get(f"{town.door_url}/desk/figures/messages?month={month}&part=work").html
    assert f"{month}.xlsx" in unquote(editor.leads_to(f"{town.door_url}/desk/figures/workbook?month={month}"))
