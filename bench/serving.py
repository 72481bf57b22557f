"""How soon the server is ready with the record on disk, and how much memory it takes, idle and while it is asked."""

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.queries import CODES, PERIODS, span

IDLE_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Serving:
    """Seconds until /healthz is green; resident megabytes (10⁶ bytes) at rest and at most while answering."""

    ready: float
    idle: float
    querying: float
    answers: dict[str, float]


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def memory(process: int, name: str) -> float:
    """VmRSS or VmHWM in megabytes."""
    for line in Path(f"/proc/{process}/status").read_text().splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1]) * 1024 / 1e6
    raise KeyError(name)


@contextmanager
def server(folder: Path) -> Iterator[tuple[int, int, float]]:
    """Run `otklik serve` on a free port: (port, process id, seconds until ready)."""
    port = free_port()
    environment = {**os.environ, "OTKLIK_DATA": str(folder), "OTKLIK_LOG": "ERROR"}
    started = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "otklik.cli", "serve", "--port", str(port)],
        env=environment,
        stdout=subprocess.DEVNULL,
    )
    try:
        while not _ready(port):
            if process.poll() is not None:
                raise RuntimeError(f"the server stopped with code {process.returncode}")
            time.sleep(0.02)
        yield port, process.pid, time.perf_counter() - started
    finally:
        process.terminate()
        process.wait(60)


def _ready(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def _ask(port: int, key: str, code: str, days: int) -> float:
    """Seconds for one indicator by place through the REST API."""
    first, last = span(days)
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    started = time.perf_counter()
    connection.request(
        "GET",
        f"/api/v1/indicators/{code}/values?from={first}&to={last}&grain=total&by=place",
        headers={"Authorization": f"Bearer {key}"},
    )
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    if answer.status != 200:
        raise RuntimeError(f"{code}: {answer.status} {body[:300]!r}")
    return time.perf_counter() - started


def measure(folder: Path, key: str) -> Serving:
    """Start the server on this record, let it rest, ask it for every indicator over each period."""
    with server(folder) as (port, process, ready):
        time.sleep(IDLE_SECONDS)
        idle = memory(process, "VmRSS")
        answers = {}
        for name, days in PERIODS.items():
            answers[name] = sum(_ask(port, key, code, days) for code in CODES)
        return Serving(ready, idle, memory(process, "VmHWM"), answers)
