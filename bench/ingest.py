"""How fast the way in is: acknowledged events per second through HTTP against a bare SQLite group-commit loop.

`python -m bench.ingest` starts a real server in a directory of its own and prints a table; see docs/performance.md.
"""

import contextlib
import datetime as dt
import itertools
import os
import queue
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

from bench.load import Load, load, request
from otklik.events.journal import INSERT, connect, prepare
from otklik.events.row import EventRow

OTKLIK = str(Path(sys.executable).parent / "otklik")
CONNECTIONS = 64
SINGLES = 20_000
BATCHES = 150
BATCH = 1_000
BATCH_CONNECTIONS = 4
PLACES = "code,name,parent,kind,timezone,lat,lon\nmsk,Moscow,,city,Europe/Moscow,,\n" + "".join(
    f"till-{n},Till {n},msk,point,,,\n" for n in range(20)
)
QUESTIONS = '- {code: service, texts: {ru: "Как вас обслужили?"}, scale: {min: 1, max: 5}, top: 5, direction: higher, type: rating}\n'


def bodies(size: int) -> Callable[[], bytes]:
    """Event JSON with ids of its own; `size` events a body."""
    now = dt.datetime.now(dt.UTC).isoformat(timespec="milliseconds")
    run = os.urandom(4).hex()
    numbers = itertools.count()

    def one() -> str:
        n = next(numbers)
        return (
            f'{{"id":"{run}-{n}","kind":"rating","at":"{now}","point":"till-{n % 20}","subject":"service",'
            f'"value":{n % 5 + 1},"session":"s{n // 3}"}}'
        )

    def body() -> bytes:
        return (one() if size == 1 else f"[{','.join(one() for _ in range(size))}]").encode()

    return body


def bare_group_commit(directory: Path, count: int, callers: int) -> float:
    """Rows per second of the plainest loop that makes the same promise: no HTTP, no JSON, no checks.

    `callers` threads of this process each hand one row to a writer thread and wait for its commit before the next one, as
    many as the server gets connections. The writer commits whatever waits. File, table, unique index over the ids, WAL and
    synchronous=FULL are those of the journal.
    """
    path = directory / "bare.sqlite3"
    with contextlib.closing(connect(path)) as connection:
        prepare(connection)
    waiting: queue.SimpleQueue[tuple[EventRow, threading.Event] | None] = queue.SimpleQueue()

    def call() -> None:
        done, rows = threading.Event(), bare_rows()
        for _ in range(count // callers):
            done.clear()
            waiting.put((next(rows), done))
            done.wait()

    writer = threading.Thread(target=write_groups, args=(path, waiting))
    threads = [threading.Thread(target=call) for _ in range(callers)]
    started = time.perf_counter()
    for thread in (writer, *threads):
        thread.start()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - started
    waiting.put(None)
    writer.join()
    return count // callers * callers / seconds


def bare_rows() -> Iterator[EventRow]:
    """Rows as the server makes them of the events of `bodies`."""
    run, now = os.urandom(5).hex(), time.time_ns() // 1000
    for n in itertools.count():
        yield EventRow(
            id=f"{run}-{n}", at=now, utc_offset=10_800, day=now // 86_400_000_000, place=1, point=n % 20 + 1, employee=None,
            kind="rating", subject="service", value=n % 5 + 1.0, session=f"s{n // 3}", attrs=None, via="api:bench",
            received=now,
        )  # fmt: skip


def write_groups(path: Path, waiting: "queue.SimpleQueue[tuple[EventRow, threading.Event] | None]") -> None:
    """Commit whatever waits as one group and wake its callers, until None comes."""
    with contextlib.closing(connect(path)) as connection:
        while (item := waiting.get()) is not None:
            group = [item]
            while not waiting.empty():
                more = waiting.get()
                if more is None:
                    waiting.put(None)
                    break
                group.append(more)
            connection.execute("BEGIN IMMEDIATE")
            connection.executemany(INSERT, [row for row, _ in group])
            connection.execute("COMMIT")
            for _, done in group:
                done.set()


@contextlib.contextmanager
def running_server(directory: Path) -> "Iterator[tuple[int, str, int]]":
    """(port, API key, process id) of a server with twenty points and one question."""
    environment = {**os.environ, "OTKLIK_DATA": str(directory)}
    (directory / "places.csv").write_text(PLACES)
    (directory / "questions.yaml").write_text(QUESTIONS)

    def run(*words: str) -> str:
        done = subprocess.run([OTKLIK, *words], env=environment, check=True, capture_output=True, text=True)
        return done.stdout.strip().splitlines()[-1]

    run("import", "places", str(directory / "places.csv"))
    run("import", "questions", str(directory / "questions.yaml"))
    key = run("apikey", "create", "bench", "--scope", "ingest")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = subprocess.Popen(
        [OTKLIK, "serve", "--port", str(port)], env=environment, stdout=subprocess.DEVNULL
    )
    try:
        wait_until_ready(port)
        yield port, key, server.pid
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(60)


def wait_until_ready(port: int) -> None:
    for _ in range(600):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.1)
    raise SystemExit("the server did not become ready")


def run_load(port: int, key: str, requests: int, size: int, connections: int) -> Load:
    """Bodies are made before the clock starts, so that the generator costs as little as it can."""
    make = bodies(size)
    return load(port, connections, [request(key, make()) for _ in range(requests)])


def cpu_seconds(process: int) -> float:
    """User and system time of a process so far."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="otklik-bench-") as name:
        directory = Path(name)
        bare = bare_group_commit(directory, SINGLES, CONNECTIONS)
        with running_server(directory) as (port, key, process):
            run_load(port, key, 500, 1, 8)  # warm
            before = cpu_seconds(process)
            single = run_load(port, key, SINGLES, 1, CONNECTIONS)
            cost = (cpu_seconds(process) - before) / SINGLES
            batch = run_load(port, key, BATCHES, BATCH, BATCH_CONNECTIONS)
    print(f"load average {os.getloadavg()[0]:.1f}, {os.cpu_count()} cores; the generator runs on them, too")
    print(
        f"bare group commit     {bare:9,.0f} events/s"
        f"   {CONNECTIONS} threads hand rows to one writer, each waits for its commit; no HTTP"
    )
    print(
        f"single-event posts    {single.rate:9,.0f} events/s   p50 {single.percentile(0.5) * 1000:.1f} ms"
        f"   p99 {single.percentile(0.99) * 1000:.1f} ms   refused {single.refused}   {CONNECTIONS} connections"
    )
    print(
        f"  CPU for each        {cost * 1e6:9,.0f} µs in the server, {single.cpu / SINGLES * 1e6:.0f} µs in the generator"
    )
    print(
        f"batches of {BATCH:,}      {batch.rate * BATCH:9,.0f} events/s   refused {batch.refused}"
        f"   {BATCH_CONNECTIONS} connections"
    )
    print(f"ratio single / bare   {single.rate / bare:9.2f}   (at least 0.5)")


if __name__ == "__main__":
    main()
