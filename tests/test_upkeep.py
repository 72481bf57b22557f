"""A running server makes sums ahead that nobody has asked for."""

import sqlite3
import time
from contextlib import closing

from tests.conftest import RunningServer

EVENTS = """when,guest
2026-03-02T10:00:00Z,1
2026-03-02T10:05:00Z,1
2026-03-03T10:00:00Z,2
2026-03-03T10:05:00Z,2
"""
MAP = 'event: {kind: visit, at: "{when}", point: arbat-1, session: "{guest}", attrs: {duration: 60}}'
OWN = """
indicators:
  - code: again
    name: {ru: Повторные визиты, en: Second visits}
    unit: count
    rule: chains
    params:
      steps: [[kind, "=", visit], [kind, "=", visit]]
      key: [session]
      window: 3600
"""
SEAL = "from otklik.events.record import open_store; open_store(keeper=True).seal(force=True)"


def test_a_server_sums_settled_days_by_itself(own_server: RunningServer) -> None:
    own_server.make_company()
    for name, text in (("events.csv", EVENTS), ("map.yaml", MAP), ("own.yaml", OWN)):
        (own_server.data / name).write_text(text)
    own_server.command("import", "events", "events.csv", "--map", "map.yaml", cwd=own_server.data)
    own_server.command("import", "definitions", "own.yaml", cwd=own_server.data)
    own_server.command("manage", "shell", "-c", SEAL)
    own_server.environment["OTKLIK_UPKEEP_SECONDS"] = "1"
    own_server.start()
    deadline = time.monotonic() + 120
    while (found := jobs(own_server)) != [("recompute", None, "done")]:
        assert time.monotonic() < deadline, found
        time.sleep(0.2)
    with closing(sqlite3.connect(own_server.data / "sums.sqlite3")) as sums:
        assert sums.execute("SELECT count(DISTINCT day) FROM sums").fetchone() == (2,)
    time.sleep(3)
    assert len(jobs(own_server)) == 1  # nothing is left to do


def jobs(server: RunningServer) -> list[tuple[str, int | None, str]]:
    with closing(sqlite3.connect(server.data / "catalogue.sqlite3")) as catalogue:
        return catalogue.execute("SELECT kind, user_id, state FROM jobs_job").fetchall()
