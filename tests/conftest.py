"""A real server for tests that speak HTTP, and what they need to talk to it."""

import dataclasses
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.together import Together, rank

OTKLIK = str(Path(sys.executable).parent / "otklik")
PLACES = """code,name,parent,kind,timezone,lat,lon
msk,Москва,,city,Europe/Moscow,,
arbat,Арбат,msk,location,,,
arbat-1,Касса 1,arbat,point,,,
arbat-2,Касса 2,arbat,point,,,
vvo,Владивосток,,city,Asia/Vladivostok,,
vvo-1,Касса,vvo,point,,,
"""
QUESTIONS = """
- {code: service, texts: {ru: "Как вас обслужили?"}, scale: {min: 1, max: 5}, top: 5, direction: higher, type: rating}
- {code: nps, texts: {ru: "Порекомендуете нас?"}, scale: {min: 0, max: 10}, top: 10, direction: higher, type: nps}
"""


def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> Together:
    return Together(config, log)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if hasattr(config, "workerinput"):
        items.sort(key=lambda item: rank(item.nodeid))


@dataclasses.dataclass
class RunningServer:
    """`otklik serve` in a process of its own, on a free port of loopback, with a data directory of its own."""

    data: Path
    environment: dict[str, str] = dataclasses.field(default_factory=dict)
    port: int = 0
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def command(
        self, *arguments: str, check: bool = True, seconds: float = 240, **options: Any
    ) -> subprocess.CompletedProcess[str]:
        """Run an `otklik` command on the same data directory."""
        environment = {**os.environ, **self.environment, "OTKLIK_DATA": str(self.data), "LC_ALL": "C.UTF-8"}
        environment.pop("DJANGO_SETTINGS_MODULE", None)
        done = subprocess.run(
            [OTKLIK, *arguments],
            env=environment,
            text=True,
            capture_output=True,
            timeout=seconds,
            check=False,
            **options,
        )
        assert not check or done.returncode == 0, done.stdout + done.stderr
        return done

    def make_company(self) -> None:
        places, questions = self.data / "places.csv", self.data / "questions.yaml"
        places.write_text(PLACES)
        questions.write_text(QUESTIONS)
        self.command("import", "places", str(places))
        self.command("import", "questions", str(questions))

    def make_key(self, *scopes: str, place: str | None = None, name: str = "test") -> str:
        options = [word for scope in scopes or ("ingest", "read") for word in ("--scope", scope)]
        options += ["--place", place] if place else []
        return self.command("apikey", "create", name, *options).stdout.strip().splitlines()[-1]

    def make_user(
        self, name: str, password: str, role: str = "administrator", place: str | None = None
    ) -> None:
        options = ["--role", role, *(["--place", place] if place else [])]
        self.command("user", "create", name, "--password-stdin", *options, input=password + "\n")

    def start(self) -> None:
        """Start and wait until it is ready."""
        if not self.port:
            with socket.socket() as probe:
                probe.bind(("127.0.0.1", 0))
                self.port = probe.getsockname()[1]
        quiet = {"OTKLIK_UPKEEP_SECONDS": "0"}  # nothing runs that the test did not ask for
        environment = {**os.environ, **quiet, **self.environment, "OTKLIK_DATA": str(self.data)}
        environment.pop("DJANGO_SETTINGS_MODULE", None)
        with (self.data / "server.log").open("ab") as log:
            self.process = subprocess.Popen(
                [OTKLIK, "serve", "--port", str(self.port)], env=environment, stdout=log, stderr=log
            )
        self.wait_until_ready()

    def wait_until_ready(self, seconds: float = 60) -> None:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            assert self.process is not None
            assert self.process.poll() is None, (self.data / "server.log").read_text()
            try:
                with urllib.request.urlopen(self.url + "/healthz", timeout=2) as answer:
                    if answer.status == 200:
                        return
            except OSError:
                time.sleep(0.05)
        pytest.fail("the server did not become ready: " + (self.data / "server.log").read_text())

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Send a signal, wait for the end; the exit code."""
        assert self.process is not None
        if self.process.poll() is None:
            self.process.send_signal(number)
        return self.process.wait(60)

    def request(
        self, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None
    ) -> tuple[int, dict[str, str], bytes]:
        """(status, headers with small names, body)."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request(method, path, body, headers or {})
            answer = connection.getresponse()
            return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
        finally:
            connection.close()

    def send(self, key: str, events: object, **headers: str) -> tuple[int, Any]:
        """Post events as JSON to the ingest edge."""
        sent = {"Authorization": f"Bearer {key}", "Content-Type": "application/json", **headers}
        status, _, body = self.request("POST", "/ingest/v1/events", json.dumps(events).encode(), sent)
        return status, json.loads(body)


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """A server shared by the whole run, with the small company of PLACES and QUESTIONS."""
    running = RunningServer(tmp_path_factory.mktemp("server"))
    running.make_company()
    running.start()
    yield running
    assert running.stop() == 0


@pytest.fixture
def own_server(tmp_path: Path) -> Iterator[RunningServer]:
    """A server of one test, not started yet, with the same company."""
    running = RunningServer(tmp_path)
    running.make_company()
    yield running
    if running.process is not None:
        running.stop(signal.SIGKILL)
