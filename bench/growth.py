"""One size of the record measured, and several beside one another."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import msgspec

from bench import data, queries, serving
from bench.tables import count, megabytes, milliseconds, table

RESULT = "result.json"
MADE = "size.json"


@dataclass(frozen=True, slots=True)
class Measured:
    """Everything about one size."""

    size: data.Size
    answered: tuple[queries.Answered, ...]
    drill_down: queries.Timing
    serving: serving.Serving | None


def measure(folder: Path, *, serve: bool, tell: Callable[[str], None]) -> Measured:
    """Measure the record that `prepared` left in the process's data directory `folder`."""
    from otklik.company.actions import create_key
    from otklik.events.store import EventStore
    from otklik.metrics.record import register

    size = msgspec.json.decode((folder / MADE).read_bytes(), type=data.Size)
    _, key = create_key(acting_user=None, name="bench", scopes=["read"])
    store = EventStore.open(folder)
    try:
        register(store)
        tell("asking for 20 indicators of 1,000 places")
        answered = tuple(queries.measure(store, period) for period in queries.PERIODS)
        drill_down = queries.drill_down(store)
    finally:
        store.close()
    tell("starting the server on it")
    served = serving.measure(folder, key) if serve else None
    return Measured(size, answered, drill_down, served)


def prepared(folder: Path, events: int, tell: Callable[[str], None] = lambda _text: None) -> None:
    """Set Django up in its data directory `folder` with a record of so many events: that of an earlier run (`--keep`), or a new one."""
    from django.core.management import call_command

    from otklik.cli import setup_django

    made = (folder / MADE).exists()
    if made:
        tell(f"using the record that is there; delete {folder} to make it anew")
    else:
        empty(folder)  # before Django looks for its files there
    setup_django()
    call_command("migrate", verbosity=0)
    if not made:
        _make(folder, events, tell)


def _make(folder: Path, events: int, tell: Callable[[str], None]) -> None:
    from otklik.events.store import EventStore
    from otklik.metrics.record import register

    data.found_company()
    store = EventStore.open(folder)
    try:
        register(store)
        tell(f"generating {count(events)} events")
        size = data.generate(
            store, events, lambda done, total: tell(f"{count(done)} of {count(total)} events")
        )
    finally:
        store.close()
    (folder / MADE).write_bytes(msgspec.json.encode(size))


def empty(folder: Path) -> None:
    """An empty data directory; refuses to delete what is not a benchmark's."""
    if folder.exists() and any(folder.iterdir()) and not (folder / "bench.json").exists():
        raise SystemExit(f"{folder} holds something else. Name another directory with --folder.")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    (folder / "bench.json").write_text("{}")


def write(folder: Path, measured: Measured) -> None:
    (folder / RESULT).write_bytes(msgspec.json.encode(measured))


def read(folder: Path) -> Measured:
    return msgspec.json.decode((folder / RESULT).read_bytes(), type=Measured)


def _both(left: float, right: float) -> str:
    return f"{milliseconds(left)} / {milliseconds(right)}"


def report(measured: list[Measured]) -> str:
    """The tables of docs/performance.md."""
    sizes = [count(round(one.size.events, -4)) for one in measured]
    rows: list[list[str]] = []
    for number, period in enumerate(queries.PERIODS):
        each = [one.answered[number] for one in measured]
        rows += [
            [f"{period}: SQL by hand, raw events", *(milliseconds(a.by_hand.median) for a in each)],
            [f"{period}: Otklik, raw events", *(milliseconds(a.raw.median) for a in each)],
            [f"{period}: of that, SQL", *(milliseconds(a.raw_sql.median) for a in each)],
            [f"{period}: CPU by hand / Otklik", *(_both(a.by_hand.cpu, a.raw.cpu) for a in each)],
            [f"{period}: ratio of the whole", *(f"{a.ratio:.2f}" for a in each)],
            [f"{period}: ratio of the SQL alone", *(f"{a.sql_ratio:.2f}" for a in each)],
            [f"{period}: Otklik, day table", *(milliseconds(a.day_table.median) for a in each)],
            [f"{period}: of that, SQL", *(milliseconds(a.day_table_sql.median) for a in each)],
            [f"{period}: day table, CPU", *(milliseconds(a.day_table.cpu) for a in each)],
            [
                f"{period}: with 20,000 results made",
                *(milliseconds(a.day_table_results.median) for a in each),
            ],
        ]
    rows.append(["events of a point's day", *(milliseconds(one.drill_down.median) for one in measured)])
    served = [one.serving for one in measured]
    if all(served):
        rows += [
            ["server ready", *(f"{one.ready:.2f} s" for one in served if one)],
            ["memory, idle", *(megabytes(one.idle * 1e6) for one in served if one)],
            ["memory, at most while asked", *(megabytes(one.querying * 1e6) for one in served if one)],
        ]
        for period in queries.PERIODS:
            rows.append(
                [
                    f"20 REST requests by place, {period}",
                    *(milliseconds(1000 * one.answers[period]) for one in served if one),
                ]
            )
    rows += [
        ["on disk", *(megabytes(one.size.bytes) for one in measured)],
        ["segments", *(str(one.size.segments) for one in measured)],
        ["time to generate", *(f"{one.size.seconds:.0f} s" for one in measured)],
    ]
    return table(["", *sizes], rows)
