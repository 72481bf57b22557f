"""Pages beside a large export: `otklik bench beside`. Prints a Markdown table."""

import http.client
import statistics
import sys
import time
import uuid
from pathlib import Path

from bench.data import END
from bench.serving import server
from bench.tables import milliseconds, table

EVENTS, DAYS, REPEATS = 10_000_000, 11, 20
PAGES = {
    "list of indicators": "/indicators/",
    "hours of the week": f"/reports/hours/?indicator=csat&from=2026-06-01&to={END}",
    "events": f"/reports/events/?from=2026-06-20&to={END}",
}


def main(folder: Path) -> None:
    """Time pages of a server at rest, and while it exports eleven days of ten million events to Excel."""
    from bench.growth import prepared

    prepared(folder, EVENTS)
    from otklik.jobs.models import Job

    user, cookie = _signed_in()
    with server(folder) as (port, _process, _ready):
        rest = {name: _median(port, cookie, path) for name, path in PAGES.items()}
        job = _export(user)
        while Job.objects.get(pk=job).state == "waiting":
            time.sleep(0.05)
        time.sleep(2)
        busy = {name: _median(port, cookie, path) for name, path in PAGES.items()}
        assert Job.objects.get(pk=job).state == "running", "the export was over too soon"
    rows = [[name, milliseconds(rest[name]), milliseconds(busy[name])] for name in PAGES]
    print(table(["page, median", "at rest", "beside an export"], rows))


def _signed_in() -> tuple[int, str]:
    """A user who may see everything, and the cookie of their session."""
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    from otklik.company.models import Grant, Role, User

    User.objects.filter(username="bench").delete()
    user = User.objects.create_user("bench")
    Grant.objects.create(user=user, role=Role.ADMINISTRATOR)
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return user.pk, f"sessionid={session.session_key}"


def _export(user: int) -> uuid.UUID:
    from otklik.company.models import User
    from otklik.jobs.actions import enqueue

    params = {"name": "events", "query": f"from=2026-06-20&to={END}", "format": "xlsx"}
    job = enqueue("export", params, acting_user=User.objects.get(pk=user))
    assert isinstance(job.pk, uuid.UUID)
    return job.pk


def _median(port: int, cookie: str, path: str) -> float:
    times = []
    for _run in range(REPEATS):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        started = time.perf_counter()
        connection.request("GET", path, headers={"Cookie": cookie, "Host": "localhost"})
        answer = connection.getresponse()
        answer.read()
        times.append((time.perf_counter() - started) * 1000)
        connection.close()
        if answer.status != 200:
            raise RuntimeError(f"{path}: {answer.status}")
    return statistics.median(times)


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve())
