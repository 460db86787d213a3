"""`make test-api`: Schemathesis works through the published OpenAPI document against the deployed stack.

Exits as Schemathesis does: 0 where every answer was one that the document describes.
"""

import os
import secrets
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from string import Template

from jiesu.model.scopes import Scope
from jiesu.store.api_keys import ApiKeyStore
from local.emulator import ROOT
from tests.stack.town import Town, running_town
from tests.stack.visitor import Visitor

SCHEMATHESIS = ROOT / ".venv-api" / "bin" / "schemathesis"
CONFIGURATION = Path(__file__).with_name("schemathesis.toml")
SEED = 20261128
EXAMPLES = 25
"""Of each operation and phase."""


def main() -> int:
    with tempfile.TemporaryDirectory() as folder, running_town(Path(folder)) as town:
        configuration = Path(folder) / "schemathesis.toml"
        configuration.write_text(Template(CONFIGURATION.read_text(encoding="utf-8")).substitute(told(town)), encoding="utf-8")
        document = Visitor().get(f"{town.door_url}/api/v1/openapi.json")
        assert document.status == 200, document.text
        command = [
            str(SCHEMATHESIS),
            f"--config-file={configuration}",
            "run",
            document.url,
            f"--seed={SEED}",
            f"--max-examples={EXAMPLES}",
            "--phases=examples,coverage,fuzzing,stateful",
            "--continue-on-failure",
            "--no-shrink",
            "--request-timeout=60",
            "--wait-for-schema=60",
        ]
        variables = {"SCHEMATHESIS_HOOKS": "tests.openapi.hooks", "PYTHONPATH": str(ROOT), "NO_PROXY": "127.0.0.1"}
        return subprocess.run(command, env=os.environ | variables, cwd=folder, check=False).returncode


def told(town: Town) -> dict[str, str]:
    """A key with every scope, and a case that is with a bureau; another waits."""
    key = secrets.token_urlsafe(32)
    keys = ApiKeyStore(town.emulator.client("dynamodb"), town.deployment.outputs["DirectoryTableName"])
    keys.add(key, name="指挥平台", now=datetime.now(UTC), scopes=tuple(Scope))
    town.deliver(town.push("丰台区石榴庄路夜里有人飙车扰民,请查处 @平安北京", via="weibo.mention.status", who="石榴庄的人"))
    town.deliver(town.push("花乡桥下有人倒卖走私香烟,请查处 @平安北京", via="weibo.mention.status", who="花乡桥的人"))
    town.case_titled("石榴庄路")
    case = town.case_titled("花乡桥")
    town.act(
        town.signed_in(), case.id, "dispatch", title="倒卖走私香烟", facts="有人倒卖走私香烟。", lead="FT", urgency="routine"
    )
    return {"key": key, "case_id": case.id, "assignment_id": town.case(case.id).assignments[0].id}


if __name__ == "__main__":
    sys.exit(main())
