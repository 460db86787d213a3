"""The embedded AWS: one ministack process on the loopback, from a virtual environment of its own.

It lives in `.venv-aws` because it pins one botocore and runs every Lambda function with its own
interpreter. Its environment is built from nothing: a variable of the caller's shell (another
endpoint, a profile, a proxy) would reach the functions and send their calls elsewhere.
"""

import json
import os
import shutil
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.error import URLError
from urllib.request import ProxyHandler, Request, build_opener

import boto3
from botocore.config import Config

ROOT = Path(__file__).resolve().parent.parent
HOST = "127.0.0.1"
REGION = "us-east-1"
ACCOUNT_ID = "000000000000"
EXECUTABLE = ROOT / ".venv-aws" / "bin" / "ministack"

_KEPT_VARIABLES = ("PATH", "HOME", "LANG", "LC_ALL", "TZ")
_ANY_KEY = "test"
_STOP_SECONDS = 30
_OPENER = build_opener(ProxyHandler({}))


class EmulatorError(Exception):
    """The embedded AWS did not start, or stopped by itself; the message says where its log is."""


class Emulator:
    """A running ministack. Use `start`, then `stop`; or as a context manager.

    With `state_dir` it keeps everything there when it stops in good order and finds it again at
    the next start (a start needs the same `port`: stored addresses contain it). What is running
    in a state machine does not survive: the sweeper restarts those clocks.
    """

    def __init__(self, *, process: subprocess.Popen[bytes], port: int, log_path: Path, scratch_dir: Path) -> None:
        self._process = process
        self._scratch_dir = scratch_dir
        self.port = port
        self.url = f"http://{HOST}:{port}"
        self.log_path = log_path

    @classmethod
    def start(
        cls,
        *,
        log_path: Path,
        port: int = 0,
        state_dir: Path | None = None,
        enforce_iam: bool = False,
        smtp_address: str | None = None,
        wait_scale: float = 1.0,
        executable: Path = EXECUTABLE,
        ready_within_seconds: float = 60,
    ) -> Self:
        """Start and wait until it answers.

        `port` 0 takes a free one. `enforce_iam` refuses what a function's role does not allow.
        `smtp_address` (`host:port`) gets a copy of every mail that SES accepts. `wait_scale`
        multiplies the state machines' waits.

        Raises EmulatorError: not installed, the port is taken, or no answer in time.
        """
        if not executable.exists():
            raise EmulatorError(f"{executable.name} is not installed: run `make {executable.parent.parent.name}`")
        port = port or _free_port()
        if not _is_free(port):
            raise EmulatorError(f"port {port} is in use: is another `make run` still up?")
        if state_dir:
            _mend(state_dir)
        log_path.parent.mkdir(parents=True, exist_ok=True)
        # One of its own each time: a worker of an earlier instance that hangs in a call may still write into the last one.
        left = [*log_path.parent.glob(f"scratch-{port}-*")]
        scratch_dir = Path(tempfile.mkdtemp(prefix=f"scratch-{port}-", dir=log_path.parent))
        threading.Thread(target=_remove, args=(left,), daemon=True).start()
        with log_path.open("wb") as log:
            process = subprocess.Popen(
                [executable],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=_environment(
                    port=port,
                    scratch_dir=scratch_dir,
                    state_dir=state_dir,
                    enforce_iam=enforce_iam,
                    smtp_address=smtp_address,
                    wait_scale=wait_scale,
                ),
                # Ctrl-C is for the caller, who stops things in order.
                start_new_session=True,
            )
        emulator = cls(process=process, port=port, log_path=log_path, scratch_dir=scratch_dir)
        try:
            emulator._await_ready(ready_within_seconds)
        except BaseException:
            emulator.stop()
            raise
        return emulator

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.stop()

    def stop(self, *, tidy: bool = True) -> None:
        """Stop in good order, which writes the state; a second stop does nothing.

        `tidy` removes the functions' unpacked code, which takes a while where many ran; if not, the next start does.
        """
        if self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(timeout=_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        if tidy:
            _remove([self._scratch_dir])

    @property
    def has_stopped(self) -> bool:
        """Whether its process has ended, by itself or by `stop`."""
        return self._process.poll() is not None

    def is_ready(self) -> bool:
        """Whether it answers now."""
        try:
            return self._process.poll() is None and "status" in self.inspect("ready")
        except (URLError, ConnectionError, TimeoutError):
            return False

    def environment(self) -> dict[str, str]:
        """The variables that point any AWS client (boto3, the SAM CLI, `jiesu`) here."""
        return {
            "AWS_ENDPOINT_URL": self.url,
            "AWS_ACCESS_KEY_ID": _ANY_KEY,
            "AWS_SECRET_ACCESS_KEY": _ANY_KEY,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_EC2_METADATA_DISABLED": "true",
        }

    def client(self, service: str, *, url: str | None = None, config: Config | None = None) -> Any:
        """A boto3 client of this instance, whatever the caller's environment says; through the proxy at `url` if one is given."""
        session = boto3.session.Session(aws_access_key_id=_ANY_KEY, aws_secret_access_key=_ANY_KEY, region_name=REGION)
        return session.client(service, endpoint_url=url or self.url, config=config)  # type: ignore[call-overload]

    def api_url(self, rest_api_id: str, stage: str = "prod") -> str:
        """Where a REST API answers, without a trailing slash; `{api}` may stand for its id."""
        return f"{self.url}/_aws/execute-api/{rest_api_id}/{stage}"

    def inspect(self, page: str, settings: Mapping[str, Any] | None = None) -> Any:
        """One of its inspection pages as JSON (`ses/messages`, `sns/sms-messages`, `config`); with `settings`, a POST."""
        body = None if settings is None else json.dumps(settings).encode()
        request = Request(f"{self.url}/_ministack/{page}", data=body)  # noqa: S310 (our own http address)
        with _OPENER.open(request, timeout=10) as answer:
            return json.load(answer)

    def scale_waits(self, factor: float) -> None:
        """Make the state machines' waits shorter (0: none) or longer from now on."""
        self.inspect("config", {"stepfunctions._SFN_WAIT_SCALE": factor})

    def _await_ready(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while not self.is_ready():
            if self._process.poll() is not None:
                raise EmulatorError(f"the embedded AWS stopped with status {self._process.returncode}; see {self.log_path}")
            if time.monotonic() > until:
                raise EmulatorError(f"the embedded AWS did not answer within {seconds:.0f} seconds; see {self.log_path}")
            time.sleep(0.05)


def _environment(
    *,
    port: int,
    scratch_dir: Path,
    state_dir: Path | None,
    enforce_iam: bool,
    smtp_address: str | None,
    wait_scale: float,
) -> dict[str, str]:
    variables = {name: os.environ[name] for name in _KEPT_VARIABLES if name in os.environ}
    variables |= {
        "GATEWAY_PORT": str(port),
        "BIND_HOST": HOST,
        "MINISTACK_HOST": HOST,
        "MINISTACK_REGION": REGION,
        "MINISTACK_ACCOUNT_ID": ACCOUNT_ID,
        "AUTH": "true" if enforce_iam else "false",
        "SFN_WAIT_SCALE": str(wait_scale),
        # These two would listen on every interface.
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        "TMPDIR": str(scratch_dir),
        "PYTHONUTF8": "1",
    }
    if smtp_address:
        variables["SMTP_HOST"] = smtp_address
    if state_dir:
        variables |= {
            "PERSIST_STATE": "1",
            "STATE_DIR": str(state_dir / "services"),
            "S3_PERSIST": "1",
            "S3_DATA_DIR": str(state_dir / "s3"),
        }
        for name in ("STATE_DIR", "S3_DATA_DIR"):
            Path(variables[name]).mkdir(parents=True, exist_ok=True)
    return variables


def _mend(state_dir: Path) -> None:
    """Make a kept state one that ministack can go on from.

    S3 writes its files at once, all else is written when it stops: files of a first run that
    crashed are of buckets that nobody knows. And it keeps how many stream records each mapping
    has read, but not the records: a mapping would pass over as many new ones before it read the next.
    """
    path = state_dir / "services" / "lambda.json"
    if not path.exists():
        shutil.rmtree(state_dir, ignore_errors=True)
        return
    stored = json.loads(path.read_text(encoding="utf-8"))
    stored["payload"]["dynamodb_stream_positions"]["data"] = {}
    path.write_text(json.dumps(stored), encoding="utf-8")


def _remove(directories: Iterable[Path]) -> None:
    for one in directories:
        shutil.rmtree(one, ignore_errors=True)


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind((HOST, 0))
        port: int = listener.getsockname()[1]
        return port


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex((HOST, port)) != 0
