"""Functions as Lambda starts them: the runtime interface client under the runtime interface emulator, without Docker.

The emulator is the one that ships inside the SAM CLI. Each start is a new process with the
folders that Lambda gives it, and no others: the function, the layers, and a runtime with boto3
and its bytecode, assembled from this environment. The machine is this one, not Lambda's: only
ratios mean something.
"""

import compileall
import importlib.metadata
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from py_compile import PycInvalidationMode
from urllib.error import URLError
from urllib.request import ProxyHandler, Request, build_opener

from local.emulator import EXECUTABLE

HOST = "127.0.0.1"
HANDLER = "app.handler"
_ANSWER_WITHIN_SECONDS = 30
_INVOCATION_PATH = "/2015-03-31/functions/function/invocations"
_INIT_REPORT = re.compile(r"INIT REPORT\(durationMs: ([\d.]+)")
_OPENER = build_opener(ProxyHandler({}))


class NotStartedError(Exception):
    """The function could not be started; the message is the end of its log."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployed:
    """A function as it lies in Lambda, its own folder first; `folders` in the order of `sys.path`."""

    folders: tuple[Path, ...]
    environment: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """One cold start: until the function could be called, and the CPU time until its first answer."""

    init_milliseconds: float
    cpu_milliseconds: float


def start(function: Deployed, *, event: bytes = b"{}") -> Start:
    """Start `function` in a new process, as the emulator reports it; `event` is what it is called with, once.

    An empty event is understood by no function, so nothing leaves this machine. Raises NotStartedError.
    """
    address, runtime_api = _free_address(), _free_address()
    command = [str(emulator()), "--log-level", "info", "--runtime-interface-emulator-address", address]
    command += ["--runtime-api-address", runtime_api, sys.executable, "-S", "-m", "awslambdaric", HANDLER]
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(
            command,
            cwd=function.folders[0],
            env=_environment(function),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            _invoke(address, event)
            cpu_milliseconds = _cpu_milliseconds_of_children(process.pid)
        finally:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            log.seek(0)
            said = log.read().decode(errors="replace")
    found = _INIT_REPORT.search(said)
    if found is None:
        raise NotStartedError(said[-2_000:])
    return Start(init_milliseconds=float(found.group(1)), cpu_milliseconds=cpu_milliseconds)


def unpacked(archive: Path, folder: Path, *, bytecode: bool = True) -> Path:
    """`folder` with the contents of `archive` in it, beside what is there already."""
    with zipfile.ZipFile(archive) as packed:
        packed.extractall(folder, [name for name in packed.namelist() if bytecode or not name.endswith(".pyc")])
    return folder


def runtime_folder(folder: Path) -> Path:
    """What Lambda's own runtime brings, copied from this environment into `folder` and compiled."""
    for name in sorted(_with_requirements(("awslambdaric", "boto3"))):
        for path in importlib.metadata.files(name) or ():
            if path.suffix != ".pyc" and ".." not in path.parts:
                target = folder / path
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(path.locate(), target)
    compileall.compile_dir(folder, quiet=1, invalidation_mode=PycInvalidationMode.UNCHECKED_HASH)
    return folder


def _with_requirements(names: Iterable[str]) -> set[str]:
    found: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += _requirements_of(name)
    return found


def _requirements_of(name: str) -> Iterator[str]:
    for line in importlib.metadata.requires(name) or ():
        requirement, _, marker = line.partition(";")
        if "extra" not in marker:
            yield re.split(r"[^\w.-]", requirement.strip(), maxsplit=1)[0]


def emulator() -> Path:
    """The runtime interface emulator in the environment that has the SAM CLI. Raises NotStartedError where it cannot run."""
    found = sorted(EXECUTABLE.parent.parent.glob("lib/python*/site-packages/samcli/local/rapid/aws-lambda-rie-x86_64"))
    if not found or os.uname().machine != "x86_64" or sys.platform != "linux":
        raise NotStartedError("the runtime interface emulator needs the SAM CLI (`make .venv-aws`) on Linux with x86_64")
    return found[0]


def _environment(function: Deployed) -> dict[str, str]:
    return {
        "PATH": os.defpath,
        "PYTHONPATH": os.pathsep.join(str(folder) for folder in function.folders),
        # Lambda's folders cannot be written to.
        "PYTHONDONTWRITEBYTECODE": "1",
        "LAMBDA_TASK_ROOT": str(function.folders[0]),
        "_HANDLER": HANDLER,
        "AWS_LAMBDA_FUNCTION_NAME": "benchmark",
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "512",
        "AWS_LAMBDA_FUNCTION_TIMEOUT": "20",
        "AWS_REGION": "cn-north-1",
        "AWS_DEFAULT_REGION": "cn-north-1",
        "AWS_ACCESS_KEY_ID": "benchmark",
        "AWS_SECRET_ACCESS_KEY": "benchmark",
        **function.environment,
    }


def _invoke(address: str, event: bytes) -> None:
    """Call the function once, as soon as the emulator listens: it starts the function only then."""
    until = time.monotonic() + _ANSWER_WITHIN_SECONDS
    while True:
        try:
            request = Request(f"http://{address}{_INVOCATION_PATH}", data=event)
            with _OPENER.open(request, timeout=_ANSWER_WITHIN_SECONDS) as answer:
                answer.read()
        except (URLError, ConnectionError):
            if time.monotonic() > until:
                raise
            time.sleep(0.02)
        else:
            return


def _cpu_milliseconds_of_children(pid: int) -> float:
    """The time on a CPU of a process's children, from the scheduler's own count in nanoseconds."""
    threads = Path(f"/proc/{pid}/task").iterdir()
    children = [child for thread in threads for child in (thread / "children").read_text(encoding="ascii").split()]
    return sum(int(Path(f"/proc/{child}/schedstat").read_text(encoding="ascii").split()[0]) for child in children) / 1e6


def _free_address() -> str:
    with socket.socket() as listener:
        listener.bind((HOST, 0))
        return f"{HOST}:{listener.getsockname()[1]}"
