"""How fast the way in is: acknowledged events per second through HTTP against a bare SQLite group-commit loop.

`python -m bench.ingest` starts a real server in a directory of its own and prints a table; see docs/performance.md.
"""

import asyncio
import datetime as dt
import itertools
import os
import queue
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.load import Load, load, request

OTKLIK = str(Path(sys.executable).parent / "otklik")
CONNECTIONS = 64
SINGLES = 20_000
BATCHES = 150
BATCH = 1_000
COLUMNS = 14
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
    """Rows per second of the plainest durable loop.

    `callers` threads hand one row each to a writer thread that commits whatever waits (WAL, synchronous=FULL) and only
    then answers.
    """
    waiting: queue.SimpleQueue[tuple[tuple[object, ...], threading.Event] | None] = queue.SimpleQueue()

    def write() -> None:
        connection = sqlite3.connect(directory / "bare.sqlite3", isolation_level=None)
        connection.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;")
        names = ", ".join(f"c{n}" for n in range(COLUMNS - 1))
        connection.execute(f"CREATE TABLE event (id TEXT PRIMARY KEY, {names})")
        insert = f"INSERT OR IGNORE INTO event VALUES ({', '.join('?' * COLUMNS)})"
        while (item := waiting.get()) is not None:
            group = [item]
            while not waiting.empty():
                more = waiting.get()
                if more is None:
                    waiting.put(None)
                    break
                group.append(more)
            connection.execute("BEGIN")
            connection.executemany(insert, [row for row, _ in group])
            connection.execute("COMMIT")
            for _, done in group:
                done.set()
        connection.close()

    def call(caller: int) -> None:
        done = threading.Event()
        for n in range(count // callers):
            done.clear()
            waiting.put(
                (
                    (
                        f"{caller}-{n}",
                        n,
                        180,
                        20000,
                        1,
                        2,
                        None,
                        "rating",
                        "service",
                        5.0,
                        "s",
                        None,
                        "api:x",
                        n,
                    ),
                    done,
                )
            )
            done.wait()

    writer = threading.Thread(target=write)
    threads = [threading.Thread(target=call, args=(caller,)) for caller in range(callers)]
    started = time.perf_counter()
    for thread in (writer, *threads):
        thread.start()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - started
    waiting.put(None)
    writer.join()
    return count // callers * callers / seconds


@contextmanager
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
    prepared = iter([request(key, make()) for _ in range(requests)])
    return asyncio.run(load(port, connections, lambda: next(prepared, None)))


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="otklik-bench-") as name:
        directory = Path(name)
        bare = bare_group_commit(directory, SINGLES, CONNECTIONS)
        with running_server(directory) as (port, key, _pid):
            run_load(port, key, 500, 1, 8)  # warm
            single = run_load(port, key, SINGLES, 1, CONNECTIONS)
            batch = run_load(port, key, BATCHES, BATCH, 4)
    print(f"bare group commit     {bare:9,.0f} events/s")
    print(
        f"single-event posts    {single.rate:9,.0f} events/s   p50 {single.percentile(0.5) * 1000:.1f} ms"
        f"   p99 {single.percentile(0.99) * 1000:.1f} ms   refused {single.refused}"
    )
    print(f"batches of {BATCH:,}      {batch.rate * BATCH:9,.0f} events/s   refused {batch.refused}")
    print(f"ratio single / bare   {single.rate / bare:9.2f}   (at least 0.5)")


if __name__ == "__main__":
    main()
