"""What each function loads at its cold start, counted: modules are the same number on every machine, milliseconds are not.

Each function is imported as Lambda would: an interpreter without site-packages, its folder, its
built layers, and of everything else only what the runtime brings. A package that the layers
lack fails here, though the test's own environment has it.
"""

import importlib.util
import json
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from local.deploy import build, layer_path
from tests.architecture.house import FUNCTIONS, ROOT, Function

BUDGETS = tomllib.loads((Path(__file__).parent / "module_budget.toml").read_text(encoding="utf-8"))
RUNTIME_PACKAGES = ("boto3", "botocore", "s3transfer", "jmespath", "dateutil", "six", "urllib3")
"""What Lambda's Python brings beside the standard library: boto3 and what it needs."""

COUNT = """
import json, sys
before = set(sys.modules)
sys.path[:0] = json.loads(sys.argv[1])
import app
print(json.dumps(sorted(set(sys.modules) - before)))
"""


@pytest.fixture(scope="session")
def runtime(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the runtime's packages and no others."""
    folder = tmp_path_factory.mktemp("runtime")
    for name in RUNTIME_PACKAGES:
        spec = importlib.util.find_spec(name)
        assert spec
        assert spec.origin
        origin = Path(spec.origin)
        source = origin.parent if origin.name == "__init__.py" else origin
        (folder / source.name).symlink_to(source)
    return folder


@pytest.fixture(scope="session")
def built() -> None:
    build()


def modules_of(function: Function, runtime: Path) -> list[str]:
    """The modules that importing the built function loads, the interpreter's own left out."""
    path = [ROOT / "functions" / function.folder, *map(layer_path, function.layers), runtime]
    environment = dict.fromkeys(function.environment, "1") | {
        "OFFICE_TIME_ZONE": "Asia/Shanghai",
        "MAIL_TRANSPORT": "ses",
        "MAIL_FALLBACK": "",
        "SMS_TRANSPORT": "sns",
        "SMS_FALLBACK": "",
        "AWS_REGION": "cn-north-1",
        "AWS_DEFAULT_REGION": "cn-north-1",
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_LAMBDA_FUNCTION_NAME": function.folder,
        "PATH": "",
    }
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-B", "-c", COUNT, json.dumps([str(one) for one in path])],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    modules: list[str] = json.loads(done.stdout.splitlines()[-1])
    return modules


@pytest.mark.usefixtures("built")
@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda one: one.folder)
def test_a_function_loads_no_more_than_its_budget(function: Function, runtime: Path) -> None:
    budget = BUDGETS[function.folder]
    modules = modules_of(function, runtime)
    loaded = {module.partition(".")[0] for module in modules} | {".".join(module.split(".")[:2]) for module in modules}
    assert loaded & set(budget["forbidden"]) == set()
    assert len(modules) <= budget["modules"], f"{function.folder} loads {len(modules)} modules"


def test_every_function_has_a_budget() -> None:
    assert set(BUDGETS) == {one.folder for one in FUNCTIONS}
