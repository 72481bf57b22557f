"""How fast the event store takes rows in, beside the plainest durable loop into SQLite in the same run.

`python -m bench.store` prints a table; `--ids 100` first fills the index with that many million sealed ids.
"""

import argparse
import itertools
import sqlite3
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from bench.ingest import bare_group_commit
from otklik.events import manifest
from otklik.events.row import EventRow
from otklik.events.segments import Writer
from otklik.events.store import EventStore, StoreOptions

CALLERS = 64
SINGLES = 20_000
BATCH = 1_000
BATCHES = 200
RUN = 16_000_000
DAY = 20_000
_numbers = itertools.count()


def rows(count: int) -> list[EventRow]:
    """New events of one place and day."""
    now = time.time_ns() // 1000
    return [
        EventRow(
            f"bench-{n:012d}",
            now,
            180,
            DAY,
            n % 50,
            n % 150,
            None,
            "rating",
            "service",
            float(n % 5 + 1),
            None,
            None,
            "b",
            now,
        )
        for n in itertools.islice(_numbers, count)
    ]


def bare_batches(directory: Path) -> float:
    """Rows per second of batches inserted and committed one after the other, ids unique, nothing else."""
    connection = sqlite3.connect(directory / "batches.sqlite3", isolation_level=None)
    connection.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;")
    names = ", ".join(EventRow._fields[1:])
    connection.execute(f"CREATE TABLE event (seq INTEGER PRIMARY KEY, id TEXT UNIQUE, {names})")
    insert = f"INSERT OR IGNORE INTO event (id, {names}) VALUES ({', '.join('?' * len(EventRow._fields))})"
    batches = [rows(BATCH) for _ in range(BATCHES)]
    started = time.perf_counter()
    for batch in batches:
        connection.execute("BEGIN")
        connection.executemany(insert, batch)
        connection.execute("COMMIT")
    seconds = time.perf_counter() - started
    connection.close()
    return BATCH * BATCHES / seconds


def singles(store: EventStore) -> tuple[float, float]:
    """(rows per second, 99th percentile of the wait in ms) of callers that each wait for their row."""
    waits: list[float] = []
    prepared = [rows(SINGLES // CALLERS) for _ in range(CALLERS)]

    def call(mine: list[EventRow]) -> None:
        for row in mine:
            started = time.perf_counter()
            store.append([row])
            waits.append(time.perf_counter() - started)

    threads = [threading.Thread(target=call, args=(mine,)) for mine in prepared]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    rate = len(waits) / (time.perf_counter() - started)
    return rate, float(np.percentile(waits, 99)) * 1000


def batches(store: EventStore) -> float:
    """Rows per second of batches handed over one after the other."""
    prepared = [rows(BATCH) for _ in range(BATCHES)]
    started = time.perf_counter()
    for batch in prepared:
        store.append(batch)
    return BATCH * BATCHES / (time.perf_counter() - started)


def while_sealing(
    store: EventStore, measure: Callable[[EventStore], tuple[float, float]]
) -> tuple[float, float]:
    """The same measurement while the tail is sealed and deleted from the journal again and again."""
    stop = threading.Event()

    def keep() -> None:
        while not stop.is_set():
            store.seal(force=True)

    keeper = threading.Thread(target=keep)
    keeper.start()
    try:
        return measure(store)
    finally:
        stop.set()
        keeper.join()


def fill_index(store: EventStore, count: int) -> None:
    """Pretend that `count` events were sealed: runs of random ids as compaction leaves them."""
    writer = Writer(store.root, store._control, dict)
    rng = np.random.default_rng(1)
    for start in range(0, count, RUN):
        size = min(RUN, count - start)
        run = writer.run(
            rng.integers(0, 2**64, size=(size, 2), dtype=np.uint64), np.full(size, DAY, dtype=np.int32)
        )
        manifest.record(store._control.cursor(), [run])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--ids", type=int, default=0, help="millions of ids that are sealed already")
    millions = parser.parse_args().ids
    with tempfile.TemporaryDirectory(prefix="otklik-bench-") as name:
        directory = Path(name)
        bare_single, bare_batch = bare_group_commit(directory, SINGLES, CALLERS), bare_batches(directory)
        store = EventStore.open(directory / "record", options=StoreOptions(grace=0), keeper=True)
        fill_index(store, millions * 1_000_000)
        store.append(rows(BATCH))
        single, wait = singles(store)
        batch = batches(store)
        kept, kept_wait = while_sealing(store, singles)
        store.close()
    print(f"| {millions} million ids sealed | bare SQLite, rows/s | store, rows/s | ratio | p99 |")
    print("|---|---:|---:|---:|---:|")
    print(
        f"| one row at a time, {CALLERS} callers | {bare_single:,.0f} | {single:,.0f} | {single / bare_single:.2f} | {wait:.1f} ms |"
    )
    print(f"| the same while sealing | | {kept:,.0f} | {kept / bare_single:.2f} | {kept_wait:.1f} ms |")
    print(f"| batches of {BATCH:,} | {bare_batch:,.0f} | {batch:,.0f} | {batch / bare_batch:.2f} | |")


if __name__ == "__main__":
    main()
