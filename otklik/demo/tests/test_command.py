"""`otklik demo` as a user meets it: a process, an address, a company; stopped, killed and started again."""

import contextlib
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

OTKLIK = str(Path(sys.executable).parent / "otklik")
pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


class Demo:
    def __init__(self, data: Path, *options: str) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.data = data
        self.said = data.parent / "said.txt"
        environment = {**os.environ, "OTKLIK_DATA": str(data), "OTKLIK_LOG": "ERROR"}
        environment.pop("DJANGO_SETTINGS_MODULE", None)
        command = [OTKLIK, "demo", "--port", str(self.port), "--days", "4", *options]
        with self.said.open("w") as out:
            self.process = subprocess.Popen(command, env=environment, stdout=out, stderr=subprocess.STDOUT)

    def wait(self, seconds: float = 300) -> None:
        """Until it is ready."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            assert self.process.poll() is None, self.said.read_text()
            if self.status("/healthz") == 200:
                return
            time.sleep(0.2)
        pytest.fail(self.said.read_text())

    def status(self, path: str) -> int:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=20) as answer:
                return answer.status
        except urllib.error.HTTPError as refused:
            return refused.code
        except OSError:
            return 0

    def stop(self) -> int:
        """Ctrl+C."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(60)

    def events(self) -> tuple[int, int]:
        """(sealed, in the journal)."""
        connection = sqlite3.connect(self.data / "journal" / "journal.sqlite3", timeout=30)
        try:
            sealed, through = connection.execute(
                "SELECT coalesce(sum(rows), 0), (SELECT value FROM state WHERE key = 'sealed_through') FROM file"
                " WHERE role = 'segment' AND obsolete_at IS NULL"
            ).fetchone()
            tail = connection.execute("SELECT count(*) FROM event WHERE seq > ?", (through,)).fetchone()[0]
        finally:
            connection.close()
        return sealed, tail

    def live(self) -> int:
        """Events that came through the ingest API."""
        connection = sqlite3.connect(self.data / "journal" / "journal.sqlite3", timeout=30)
        try:
            return connection.execute("SELECT count(*) FROM event WHERE via LIKE 'api:%'").fetchone()[0]
        finally:
            connection.close()


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    return folder


def children(process: int) -> list[str]:
    """Process ids of all but background jobs; children hang on the thread that started them."""
    found: list[str] = []
    for task in Path(f"/proc/{process}/task").iterdir():
        with contextlib.suppress(OSError):  # the thread has ended meanwhile
            found += (task / "children").read_text().split()
    return [child for child in found if "otklik.jobs.apart" not in command_of(child)]


def the_stream(process: int) -> str:
    """The child that sends events; one that is just being started still has the name of its parent."""
    deadline = time.monotonic() + 10
    while len(found := children(process)) != 1:
        assert time.monotonic() < deadline, found
        time.sleep(0.1)
    return found[0]


def command_of(process: str) -> str:
    try:
        return Path(f"/proc/{process}/cmdline").read_text()
    except OSError:  # it has ended
        return "otklik.jobs.apart"


def test_the_demo_starts_streams_and_stops(data):
    demo = Demo(data, "--rate", "20")
    try:
        demo.wait()
        said = demo.said.read_text()
        assert f"http://localhost:{demo.port}" in said
        assert re.search(r"admin +\S+-\S+-\d{6}", said)
        panel = re.search(r"http://localhost:\d+(/p/\S+)", said)
        assert panel
        assert demo.status(panel[1]) == 200
        deadline = time.monotonic() + 60
        while demo.live() < 20 and time.monotonic() < deadline:
            time.sleep(0.5)
        assert demo.live() >= 20
        stream = the_stream(demo.process.pid)
    finally:
        assert demo.stop() == 0
    assert not Path(f"/proc/{stream}").exists()


def test_a_second_start_loads_nothing_twice_and_a_kill_is_made_good(data):
    demo = Demo(data, "--no-live")
    deadline = time.monotonic() + 300
    while not (data / "demo.json").exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    time.sleep(0.3)
    demo.process.kill()
    demo.process.wait()
    demo = Demo(data, "--no-live")
    demo.wait()
    assert demo.stop() == 0
    first = sum(demo.events())
    assert first > 15_000
    again = Demo(data, "--no-live")
    again.wait()
    assert again.stop() == 0
    assert first <= sum(again.events()) < first + 400  # what happened in between


def test_another_companys_directory_is_left_alone(data):
    environment = {**os.environ, "OTKLIK_DATA": str(data)}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    places = data.parent / "places.csv"
    places.write_text("code,name,parent,kind,timezone\nmine,Моя,,location,Europe/Moscow\n")
    subprocess.run(
        [OTKLIK, "import", "places", str(places)], env=environment, check=True, capture_output=True
    )
    demo = Demo(data, "--no-live")
    assert demo.process.wait(120) == 5
    assert "holds another company" in demo.said.read_text()
