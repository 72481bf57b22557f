"""A job of a server that is killed in the middle is done by the next one, from the start."""

import datetime as dt
import signal
import sqlite3
import time
from contextlib import closing

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


def test_a_killed_servers_job_is_done_by_the_next_one(own_server: RunningServer) -> None:
    server = own_server
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
    assert (state, attempts) == ("running", 1)
    server.stop(signal.SIGKILL)
    assert job(server)[0] == "running"
    server.start()
    state, attempts, name = wait_for(server, "done", "failed")
    assert (state, attempts) == ("done", 2)
    folder = server.data / "jobs"
    (result,) = folder.glob("*.result")
    assert result.stem.replace("-", "") == name.replace("-", "")
    with result.open("rb") as file:
        book = openpyxl.load_workbook(file, read_only=True)
        assert book.worksheets[1].max_row == EVENTS + 1
        book.close()
