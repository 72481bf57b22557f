"""A job that is cut off in the middle, with its server or alone, is done again from the start."""

import datetime as dt
import os
import signal
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import openpyxl

from tests.conftest import RunningServer

EVENTS = 24_000
ASK = """
from otklik.company.models import User
from otklik.jobs.actions import enqueue
enqueue("export", {"name": "events", "query": "period=7d", "format": "xlsx"}, acting_user=User.objects.get(username="anna"))
"""


def job(server: RunningServer) -> tuple[str, int, str]:
    with closing(sqlite3.connect(server.data / "catalogue.sqlite3")) as catalogue:
        row = catalogue.execute("SELECT state, attempts, id FROM jobs_job").fetchone()
    return row or ("", 0, "")


def wait_for(server: RunningServer, *states: str) -> tuple[str, int, str]:
    deadline = time.monotonic() + 120
    while (found := job(server))[0] not in states:
        assert time.monotonic() < deadline, found
        time.sleep(0.02)
    return found


def processes(server: RunningServer) -> list[int]:
    """Processes that do jobs of this data directory."""
    found = []
    for folder in Path("/proc").iterdir():
        try:
            command = (folder / "cmdline").read_bytes()
            environment = (folder / "environ").read_bytes()
        except (OSError, ValueError):
            continue
        if b"otklik.jobs.apart" in command and f"OTKLIK_DATA={server.data}\0".encode() in environment:
            found.append(int(folder.name))
    return found


def send(server: RunningServer, signal_: signal.Signals) -> None:
    for process in processes(server):
        os.kill(process, signal_)


def ask_for_an_export(server: RunningServer) -> None:
    """A running server with an export under way, which is held up."""
    server.make_user("anna", "korrekt-otklik-9")
    key = server.make_key()
    server.start()
    day = dt.datetime.now(dt.UTC) - dt.timedelta(days=1)
    for begin in range(0, EVENTS, 4_000):
        events = [
            {"id": f"e{n}", "kind": "rating", "at": day.isoformat(), "point": "arbat-1", "subject": "service", "value": 5}
            for n in range(begin, begin + 4_000)
        ]  # fmt: skip
        status, answer = server.send(key, events)
        assert status == 202, answer
    server.command("manage", "shell", "-c", ASK)
    state, attempts, _name = wait_for(server, "running", "done")
    send(server, signal.SIGSTOP)  # however slow this test is, the job is in the middle
    assert (state, attempts) == ("running", 1)


def check_the_file(server: RunningServer) -> None:
    state, attempts, name = wait_for(server, "done", "failed")
    assert (state, attempts) == ("done", 2)
    (result,) = (server.data / "jobs").glob("*.result")
    assert result.stem.replace("-", "") == name.replace("-", "")
    with result.open("rb") as file:
        book = openpyxl.load_workbook(file, read_only=True)
        assert book.worksheets[1].max_row == EVENTS + 1
        book.close()


def test_a_killed_servers_job_ends_with_it_and_is_done_by_the_next_one(own_server: RunningServer) -> None:
    ask_for_an_export(own_server)
    own_server.stop(signal.SIGKILL)
    assert job(own_server)[0] == "running"
    send(own_server, signal.SIGCONT)
    deadline = time.monotonic() + 10
    while processes(own_server):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    own_server.start()
    check_the_file(own_server)


def test_a_job_whose_process_is_killed_is_done_again_by_the_same_server(own_server: RunningServer) -> None:
    ask_for_an_export(own_server)
    (process,) = processes(own_server)
    os.kill(process, signal.SIGKILL)
    check_the_file(own_server)
    assert own_server.request("GET", "/healthz")[0] == 200


def test_a_server_that_stops_in_order_takes_its_job_along(own_server: RunningServer) -> None:
    ask_for_an_export(own_server)
    send(own_server, signal.SIGCONT)
    assert own_server.stop() == 0
    assert job(own_server)[:2] == ("waiting", 0)
    assert processes(own_server) == []
    own_server.start()
    state, attempts, _name = wait_for(own_server, "done", "failed")
    assert (state, attempts) == ("done", 1)
