"""Files of a million rows: how long, how much memory. Each file in a process of its own: `python -m bench.exports FOLDER ROWS FORM`."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

from bench.tables import count, megabytes, table

ROWS = 1_000_000


def main(folder: Path, rows: int = ROWS) -> str:
    """Make a record once, then a file of each kind of it; Markdown."""
    environment = {**os.environ, "OTKLIK_DATA": str(folder)}
    folder.mkdir(parents=True, exist_ok=True)
    _run([str(folder), str(rows), "record"], environment)
    lines = []
    for form in ("xlsx", "csv", "parquet"):
        told = json.loads(_run([str(folder), str(rows), form], environment).splitlines()[-1])
        lines.append(
            [
                {"xlsx": "Excel", "csv": "CSV", "parquet": "Parquet"}[form],
                count(told["rows"]),
                f"{told['seconds']:.0f} s",
                f"{told['cpu']:.0f} s",
                megabytes(told["memory"]),
                megabytes(told["size"]),
            ]
        )
    return table(["all events, 16 columns", "rows", "time", "CPU", "peak memory", "file"], lines)


def _run(arguments: list[str], environment: dict[str, str]) -> str:
    command = [sys.executable, "-m", "bench.exports", *arguments]
    return subprocess.run(command, env=environment, check=True, text=True, stdout=subprocess.PIPE).stdout


def one(folder: Path, rows: int, form: str) -> None:
    from bench import growth
    from otklik.cli import setup_django

    if form == "record":
        growth.empty(folder)
    setup_django()
    if form == "record":
        _record(folder, rows)
        return
    print(json.dumps(measured(folder, form)))


def _record(folder: Path, rows: int) -> None:
    from django.core.management import call_command

    from bench import data
    from otklik.events.store import EventStore
    from otklik.metrics.record import register

    call_command("migrate", verbosity=0)
    data.found_company()
    store = EventStore.open(folder)
    try:
        register(store)
        data.generate(store, rows, lambda _done, _total: None)
    finally:
        store.close()


def measured(folder: Path, form: str) -> dict[str, float]:
    """The job's own way to the file: rights, names instead of ids, streaming, packing."""
    from django.http import QueryDict
    from django.utils import translation

    from bench import data
    from otklik.company.models import User
    from otklik.events.record import close_store
    from otklik.reports.exports import Ask, build
    from otklik.reports.raw.columns import FIELDS
    from otklik.reports.writers import write

    user = User.objects.filter(is_superuser=True).first() or User.objects.create_superuser("bench")
    query = QueryDict(mutable=True)
    query["from"], query["to"] = str(data.END.replace(year=data.END.year - 1)), str(data.END)
    query.setlist("col", [field.key for field in FIELDS])
    target = folder / f"export.{form}"
    begun, cpu = time.perf_counter(), time.process_time()
    with translation.override("ru"):
        report = build("events", Ask(user, query))
        write(report, form, target)
    seconds, cpu = time.perf_counter() - begun, time.process_time() - cpu
    memory = _peak()
    found = {
        "rows": float(report.rows or 0),
        "seconds": seconds,
        "cpu": cpu,
        "memory": memory,
        "size": float(target.stat().st_size),
    }
    target.unlink()
    close_store()
    return found


def _peak() -> float:
    """The most that this process has held in memory, in bytes."""
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024.0


if __name__ == "__main__":
    one(Path(sys.argv[1]).resolve(), int(sys.argv[2]), sys.argv[3])
