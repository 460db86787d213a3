"""A proxy in front of the embedded AWS that answers a share of the calls as an unwell AWS does: microburst, as a process.

What each fault means to its caller:

    throttled, 500    the call was not carried out, and the answer says so in the service's own format
    answer lost       the call WAS carried out; the connection breaks before its answer
    hung              the call was not carried out; nothing is said for longer than the functions wait
"""

import json
import subprocess
import time
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import ProxyHandler, Request, build_opener

from local.emulator import HOST, ROOT

EXECUTABLE = ROOT / ".venv-aws" / "bin" / "python"

SHARES = {"throttled": 0.4, "failed": 0.4, "answer lost": 0.15, "hung": 0.05}
"""How the faults of one service divide. A hung call costs its caller five or ten seconds, so there are few."""

_THROTTLED = {
    "dynamodb": ("ProvisionedThroughputExceededException", 400),
    "sqs": ("ThrottlingException", 400),
    "ses": ("Throttling", 400),
    "sns": ("Throttled", 429),
}
_FAILED = {
    "dynamodb": ("InternalServerError", 500),
    "sqs": ("InternalError", 500),
    "ses": ("InternalFailure", 500),
    "sns": ("InternalError", 500),
}
_HUNG_MILLISECONDS = {"dynamodb": 5_500, "sqs": 5_500, "ses": 10_500, "sns": 10_500}
"""Longer than the functions' clients wait: `runtime/clients.py`."""

SERVICES = tuple(_THROTTLED)
_KINDS = tuple((service, kind) for service in SERVICES for kind in SHARES)
"""In the order of `rules`, by which the proxy's own list is read: it gives rules numbers, not names."""

_SEEDED = "import random, sys; random.seed(int(sys.argv.pop(1))); from microburst.cli import main; sys.exit(main())"
_OPENER = build_opener(ProxyHandler({}))


class ProxyError(Exception):
    """The proxy did not start; the message says what to do."""


@dataclass(frozen=True, slots=True)
class FaultProxy:
    """A running proxy. It forwards all until it is told otherwise."""

    url: str

    def inject(self, rate: float, kinds: Collection[str] = tuple(SHARES)) -> None:
        """From now on answer this share of the calls to each of `SERVICES` with a fault of these kinds; 0 heals everything."""
        self._ask("rules", rules(rate, kinds) if rate else [])

    def injected(self) -> Counter[tuple[str, str]]:
        """How often each fault was injected since `inject`, by service and kind."""
        fired = [one["fired_count"] for one in self._ask("rules")]
        return Counter(dict(zip(_KINDS, fired, strict=True))) if fired else Counter()

    def calls(self) -> int:
        """How many calls came through it so far, faulted ones included."""
        total: int = self._ask("stats")["requests"]["total"]
        return total

    def _ask(self, page: str, content: Any = None) -> Any:
        body = None if content is None else json.dumps(content).encode()
        request = Request(f"{self.url}/_microburst/{page}", data=body, headers={"Content-Type": "application/json"})  # noqa: S310
        with _OPENER.open(request, timeout=30) as answer:
            return json.load(answer)


@contextmanager
def running_proxy(*, upstream: str, port: int, seed: int, log_path: Path) -> Iterator[FaultProxy]:
    """Run one on the loopback. `seed` is that of its dice, which fall in the order in which the calls happen to come."""
    if not EXECUTABLE.exists():
        raise ProxyError("microburst is not installed: run `make .venv-aws`")
    with log_path.open("wb") as log:
        process = subprocess.Popen(
            [EXECUTABLE, "-c", _SEEDED, str(seed), "--upstream", upstream, "--host", HOST, "--port", str(port)],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    proxy = FaultProxy(f"http://{HOST}:{port}")
    try:
        _await(proxy, process, log_path)
        yield proxy
    finally:
        process.terminate()
        process.wait(timeout=30)


def rules(rate: float, kinds: Collection[str]) -> list[dict[str, Any]]:
    """The proxy's rules, one for each of `_KINDS`.

    The first that fires wins, so each one's dice are those of what the ones before it have left.
    """
    whole = sum(SHARES[kind] for kind in kinds)
    shares = {kind: rate * share / whole if kind in kinds else 0.0 for kind, share in SHARES.items()}
    return [rule for service in SERVICES for rule in _rules_of(service, shares)]


def _rules_of(service: str, shares: Mapping[str, float]) -> Iterator[dict[str, Any]]:
    left = 1.0
    effects: Sequence[tuple[str, dict[str, Any]]] = (
        ("throttled", {"error": _error(*_THROTTLED[service])}),
        ("failed", {"error": _error(*_FAILED[service])}),
        ("answer lost", {"response": {"abort_bytes": 0}}),
        ("hung", {"timeout_ms": _HUNG_MILLISECONDS[service]}),
    )
    for kind, effect in effects:
        yield {"service": service, "probability": shares[kind] / left, **effect}
        left -= shares[kind]


def _error(code: str, status: int) -> dict[str, Any]:
    return {"code": code, "status": status, "message": "injected"}


def _await(proxy: FaultProxy, process: "subprocess.Popen[bytes]", log_path: Path) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        if process.poll() is not None:
            raise ProxyError(f"the proxy ended with status {process.returncode} (is microburst installed?); see {log_path}")
        try:
            proxy.calls()
        except (URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
        else:
            return
    raise ProxyError(f"the proxy did not answer; see {log_path}")
