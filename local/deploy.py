"""Building and deploying `template.yaml` as it is, in seconds: `sam build && sam deploy` without their start-up.

The layers' own Makefiles build them, as under `sam build`; what did not change is not built,
not packed and not uploaded again. The SAM transform itself runs inside the embedded AWS.
"""

import fcntl
import hashlib
import json
import os
import platform
import shutil
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from local import template as template_file
from local.emulator import ROOT, Emulator

BUILD_DIR = ROOT / ".build"
STACK_NAME = "jiesu"

_ARTIFACTS_BUCKET = "jiesu-artifacts"
_ARTIFACT_PROPERTIES = {
    "AWS::Serverless::Function": "CodeUri",
    "AWS::Serverless::LayerVersion": "ContentUri",
    "AWS::Serverless::StateMachine": "DefinitionUri",
}
_EPOCH = (1980, 1, 1, 0, 0, 0)
_CAPABILITIES = ["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"]
_DEPLOY_SECONDS = 300
_BEGINNINGS = {"CREATE_IN_PROGRESS", "UPDATE_IN_PROGRESS"}
_NEVER_UP = {"CREATE_FAILED", "ROLLBACK_COMPLETE", "ROLLBACK_FAILED"}

Progress = Callable[[str], None]


class BuildError(Exception):
    """A layer's Makefile failed; the message is what it printed."""


class DeployError(Exception):
    """The stack did not reach the wanted state; the message names the resource that failed first and why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployment:
    """A deployed stack: its outputs by name, and whether this deployment changed anything."""

    stack_name: str
    outputs: Mapping[str, str]
    changed: bool


def build(*, root: Path = ROOT, build_dir: Path = BUILD_DIR, progress: Progress = lambda _: None) -> dict[str, Path]:
    """Make every artifact of the template; returns the zip (or ASL file) of each logical id.

    Raises BuildError.
    """
    build_dir.mkdir(parents=True, exist_ok=True)
    resources = _artifact_resources(template_file.load(root / "template.yaml"))
    with (build_dir / "lock").open("w") as lock:
        # `make test` beside `make run`: the second waits and finds everything built.
        fcntl.flock(lock, fcntl.LOCK_EX)
        return {logical_id: _artifact(logical_id, resource, root, build_dir, progress) for logical_id, resource in resources}


def deploy(
    emulator: Emulator,
    *,
    parameters: Mapping[str, str] | None = None,
    stack_name: str = STACK_NAME,
    root: Path = ROOT,
    build_dir: Path = BUILD_DIR,
    progress: Progress = lambda _: None,
) -> Deployment:
    """Build, upload and create or update the stack; waits until it is up.

    `PublicBaseUrl` and `OidcDiscoveryUrl` are the emulator's own unless `parameters` says otherwise.
    Raises BuildError, DeployError.
    """
    artifacts = build(root=root, build_dir=build_dir, progress=progress)
    template_url = _upload(emulator, root / "template.yaml", artifacts, stack_name, progress)
    cloudformation = emulator.client("cloudformation")

    progress(f"deploying {stack_name}")
    stack = _Stack(cloudformation, stack_name, template_url, parameters or {})
    outputs = stack.last_outputs()
    told = _own_addresses(emulator, outputs)
    if changed := stack.put(told):
        outputs = stack.outputs()
    if (addresses := _own_addresses(emulator, outputs)) != told:
        # They hold ids that the first deployment gave.
        stack.put(addresses)
        outputs = stack.outputs()
    return Deployment(stack_name=stack_name, outputs=outputs, changed=changed)


def layer_path(logical_id: str, build_dir: Path = BUILD_DIR) -> Path:
    """The folder of a built layer that Lambda puts on `sys.path` as `/opt/python`."""
    return build_dir / logical_id / "python"


def _artifact_resources(loaded: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for logical_id, resource in loaded["Resources"].items():
        if resource["Type"] in _ARTIFACT_PROPERTIES:
            yield logical_id, resource


def _artifact(logical_id: str, resource: Mapping[str, Any], root: Path, build_dir: Path, progress: Progress) -> Path:
    source = root / resource["Properties"][_ARTIFACT_PROPERTIES[resource["Type"]]]
    if source.is_file():
        return Path(source)
    makefile = resource.get("Metadata", {}).get("BuildMethod") == "makefile"
    folder = build_dir / logical_id if makefile else source
    packed = build_dir / f"{logical_id}-{_digest_of(source)}.zip"
    if not (packed.exists() and folder.exists()):
        progress(f"building {logical_id}")
        for outdated in build_dir.glob(f"{logical_id}-*.zip"):
            outdated.unlink()
        if makefile:
            _make(logical_id, source, folder)
        _pack(_files(folder, bytecode=makefile), folder, packed)
    return packed


def _make(logical_id: str, source: Path, target: Path) -> None:
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    command = ["make", "--silent", "-C", str(source), f"build-{logical_id}"]
    # The wheels of the machine that runs the functions, which is this one.
    variables = {"ARTIFACTS_DIR": str(target), "PYTHON": sys.executable, "PLATFORM": "host"}
    done = subprocess.run(command, env=os.environ | variables, capture_output=True, text=True, check=False)
    if done.returncode:
        raise BuildError(f"building {logical_id} failed:\n{done.stdout}{done.stderr}")


def _digest_of(folder: Path) -> str:
    digest = hashlib.sha256(f"{sys.version} {platform.machine()} {sys.platform}".encode())
    for path in _files(folder):
        digest.update(f"\0{path.relative_to(folder)}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _pack(files: Iterable[Path], folder: Path, target: Path) -> None:
    """Zip files of a folder so that equal contents make equal bytes."""
    unfinished = target.with_suffix(".part")
    with zipfile.ZipFile(unfinished, "w") as archive:
        for path in files:
            entry = zipfile.ZipInfo(str(path.relative_to(folder)), _EPOCH)
            entry.external_attr = 0o755 << 16
            archive.writestr(entry, path.read_bytes(), zipfile.ZIP_DEFLATED, compresslevel=1)
    unfinished.replace(target)


def _files(folder: Path, *, bytecode: bool = False) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file() and (bytecode or path.suffix != ".pyc"))


def _upload(emulator: Emulator, path: Path, artifacts: Mapping[str, Path], stack_name: str, progress: Progress) -> str:
    """Store the artifacts, and the template with their places in it; returns the template's address."""
    s3 = emulator.client("s3")
    stored = _stored_keys(s3)
    rendered = template_file.load(path)
    for logical_id, resource in _artifact_resources(rendered):
        content = artifacts[logical_id].read_bytes()
        key = f"{hashlib.sha256(content).hexdigest()}{artifacts[logical_id].suffix}"
        if key not in stored:
            progress(f"uploading {logical_id}")
            s3.put_object(Bucket=_ARTIFACTS_BUCKET, Key=key, Body=content)
        resource["Properties"][_ARTIFACT_PROPERTIES[resource["Type"]]] = {"Bucket": _ARTIFACTS_BUCKET, "Key": key}
    for resource in rendered["Resources"].values():
        if resource["Type"] == "AWS::Serverless::Api" and (types := resource["Properties"].get("BinaryMediaTypes")):
            # CloudFormation reads ~1 as a slash; the emulator takes the name as it stands.
            resource["Properties"]["BinaryMediaTypes"] = [one.replace("~1", "/") for one in types]
    body = json.dumps(rendered, ensure_ascii=False, default=str)
    s3.put_object(Bucket=_ARTIFACTS_BUCKET, Key=f"{stack_name}.json", Body=body.encode())
    return f"{emulator.url}/{_ARTIFACTS_BUCKET}/{stack_name}.json"


def _stored_keys(s3: Any) -> set[str]:
    # In us-east-1 creating a bucket that is one's own already is no error.
    s3.create_bucket(Bucket=_ARTIFACTS_BUCKET)
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=_ARTIFACTS_BUCKET)
    return {item["Key"] for page in pages for item in page.get("Contents", [])}


def _own_addresses(emulator: Emulator, outputs: Mapping[str, str]) -> dict[str, str]:
    """Where this instance serves what AWS would serve at addresses of its own."""
    addresses = {}
    if "ApiId" in outputs:
        addresses["PublicBaseUrl"] = emulator.api_url(outputs["ApiId"])
    if "UserPoolId" in outputs:
        addresses["OidcDiscoveryUrl"] = f"{emulator.url}/{outputs['UserPoolId']}/.well-known/openid-configuration"
    return addresses


@dataclass(frozen=True, slots=True)
class _Stack:
    cloudformation: Any
    name: str
    template_url: str
    parameters: Mapping[str, str]

    def last_outputs(self) -> dict[str, str]:
        """What an earlier deployment gave; nothing before the first.

        A stack that never came up takes no update: it is deleted here.
        """
        found = self._described()
        if found is None or found["StackStatus"] not in _NEVER_UP:
            return _outputs_of(found or {})
        self.cloudformation.delete_stack(StackName=self.name)
        until = time.monotonic() + _DEPLOY_SECONDS
        while self._described() is not None:
            if time.monotonic() > until:
                raise DeployError(f"{self.name} never came up, and is not deleted after {_DEPLOY_SECONDS} seconds")
            time.sleep(0.1)
        return {}

    def put(self, addresses: Mapping[str, str]) -> bool:
        """Create or update; False where nothing changes."""
        request = {
            "StackName": self.name,
            "TemplateURL": self.template_url,
            "Capabilities": _CAPABILITIES,
            "Parameters": [
                {"ParameterKey": name, "ParameterValue": value} for name, value in {**addresses, **self.parameters}.items()
            ],
        }
        try:
            self.cloudformation.create_stack(**request)
        except self.cloudformation.exceptions.AlreadyExistsException:
            try:
                self.cloudformation.update_stack(**request)
            except ClientError as error:
                if "No updates are to be performed" in str(error):
                    return False
                raise DeployError(str(error)) from error
        except ClientError as error:
            raise DeployError(str(error)) from error
        return True

    def outputs(self) -> dict[str, str]:
        """The outputs, once the stack is at rest. Raises DeployError where that is not the state asked for."""
        until = time.monotonic() + _DEPLOY_SECONDS
        while True:
            stack = self.cloudformation.describe_stacks(StackName=self.name)["Stacks"][0]
            if stack["StackStatus"] in {"CREATE_COMPLETE", "UPDATE_COMPLETE"}:
                return _outputs_of(stack)
            if not stack["StackStatus"].endswith("_IN_PROGRESS"):
                raise DeployError(f"{self.name} is {stack['StackStatus']}: {self._first_failure()}")
            if time.monotonic() > until:
                raise DeployError(f"{self.name} is still {stack['StackStatus']} after {_DEPLOY_SECONDS} seconds")
            time.sleep(0.1)

    def _described(self) -> dict[str, Any] | None:
        pages = self.cloudformation.get_paginator("describe_stacks").paginate()
        return next((stack for page in pages for stack in page["Stacks"] if stack["StackName"] == self.name), None)

    def _first_failure(self) -> str:
        """Of the last deployment; the events come newest first."""
        pages = self.cloudformation.get_paginator("describe_stack_events").paginate(StackName=self.name)
        said = "no resource says why"
        for event in (event for page in pages for event in page["StackEvents"]):
            if event["ResourceStatus"].endswith("_FAILED"):
                said = f"{event['LogicalResourceId']}: {event.get('ResourceStatusReason', 'no reason given')}"
            if event["LogicalResourceId"] == self.name and event["ResourceStatus"] in _BEGINNINGS:
                break
        return said


def _outputs_of(stack: Mapping[str, Any]) -> dict[str, str]:
    return {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])}
