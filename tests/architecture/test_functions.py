"""Folder, resource, settings and handler of each function say the same."""

import ast
import importlib
from dataclasses import fields
from datetime import timedelta

import pytest

from jiesu.road import evidence, notify, sending
from jiesu.runtime import settings
from tests.architecture.house import FOLDERS, FUNCTIONS, RESOURCES, ROOT, Function, camel, of_type, reference

by_function = pytest.mark.parametrize("function", FUNCTIONS, ids=lambda one: one.folder)
by_folder = pytest.mark.parametrize("folder", FOLDERS)

MAX_LINES = 60


def test_every_function_folder_has_its_resource_and_every_resource_its_folder() -> None:
    assert set(of_type("AWS::Serverless::Function")) == {f"{camel(folder)}Function" for folder in FOLDERS}


@by_function
def test_a_resource_is_named_after_its_folder(function: Function) -> None:
    assert function.properties["CodeUri"] == f"functions/{function.folder}/"
    assert function.properties["FunctionName"] == {"Fn::Sub": "${AWS::StackName}-" + function.folder.replace("_", "-")}


@by_function
def test_its_settings_and_its_environment_have_the_same_names(function: Function) -> None:
    settings_class = getattr(settings, f"{function.stem}Settings")
    assert {field.name.upper() for field in fields(settings_class)} == set(function.environment)


def test_every_settings_class_belongs_to_a_function() -> None:
    bases = (settings.Settings, settings.MailSettings)
    named = {one.__name__ for base in bases for one in base.__subclasses__()} - {base.__name__ for base in bases}
    assert named == {f"{camel(folder)}Settings" for folder in FOLDERS}


@by_function
def test_an_environment_holds_texts(function: Function) -> None:
    """A bare number in the template is a text on AWS and a number in the embedded one."""
    assert [name for name, value in function.environment.items() if not isinstance(value, str | dict)] == []


def test_send_notice_knows_how_often_its_queue_delivers() -> None:
    (known,) = (one.environment["MAX_RECEIVE_COUNT"] for one in FUNCTIONS if one.folder == "send_notice")
    assert int(known) == RESOURCES["NoticesQueue"]["Properties"]["RedrivePolicy"]["maxReceiveCount"]


@pytest.mark.parametrize(("folder", "lease"), [("send_notice", notify.LEASE), ("send_reply", sending.LEASE)])
def test_a_claim_outlives_its_function_and_ends_before_the_queue_delivers_again(folder: str, lease: timedelta) -> None:
    (function,) = (one for one in FUNCTIONS if one.folder == folder)
    (mapping,) = function.triggers("SQS").values()
    queue = RESOURCES[str(reference(mapping["Queue"]))]["Properties"]
    assert timedelta(seconds=function.properties["Timeout"]) < lease < timedelta(seconds=queue["VisibilityTimeout"])


def test_a_file_is_asked_for_as_long_as_its_platform_keeps_it() -> None:
    queue = RESOURCES["MediaQueue"]["Properties"]
    assert timedelta(seconds=queue["VisibilityTimeout"]) == evidence.RETRY_EVERY
    assert queue["RedrivePolicy"]["maxReceiveCount"] * evidence.RETRY_EVERY > evidence.PLATFORM_KEEPS
    assert timedelta(seconds=queue["MessageRetentionPeriod"]) > evidence.PLATFORM_KEEPS


@by_folder
def test_a_function_is_one_short_module_with_a_handler(folder: str) -> None:
    sources = sorted(path.name for path in (ROOT / "functions" / folder).iterdir() if path.name != "__pycache__")
    assert sources == ["app.py"]
    source = (ROOT / "functions" / folder / "app.py").read_text(encoding="utf-8")
    assert len(source.splitlines()) <= MAX_LINES
    assert "handler" in {node.name for node in ast.parse(source).body if isinstance(node, ast.FunctionDef)}


@by_folder
def test_a_function_makes_no_aws_call_itself(folder: str) -> None:
    """It may pass `clients.sqs()` on; calling a method of it is the layer's business."""
    tree = ast.parse((ROOT / "functions" / folder / "app.py").read_text(encoding="utf-8"))
    imported = {
        name.partition(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in ([alias.name for alias in node.names] if isinstance(node, ast.Import) else [node.module or ""])
    }
    assert not imported & {"boto3", "botocore", "urllib3", "requests"}
    from_clients = {
        target.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and _is_client(node.value)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    called_on = {
        ast.unparse(node.func)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
        if _is_client(node.func.value) or (isinstance(node.func.value, ast.Name) and node.func.value.id in from_clients)
    }
    assert called_on == set()


def _is_client(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and ast.unparse(node.func).startswith("clients.")


def test_packages_re_export_nothing() -> None:
    """A re-export is paid by every function that imports anything of the package."""
    packages = (ROOT / "layers" / "jiesu" / "python").rglob("__init__.py")
    assert [str(path.relative_to(ROOT)) for path in packages if path.read_text(encoding="utf-8").strip()] == []


def test_the_clients_of_a_function_are_made_in_one_place() -> None:
    module = importlib.import_module("jiesu.runtime.clients")
    assert module.__file__
    elsewhere = [
        str(path.relative_to(ROOT))
        for path in (ROOT / "layers" / "jiesu" / "python").rglob("*.py")
        if "boto3.client(" in path.read_text(encoding="utf-8") and str(path) != module.__file__
    ]
    assert elsewhere == []
