"""kill -9 at every step: nothing acknowledged is lost, nothing is there twice, sums are exact."""

import json
import random
import subprocess
import sys
from pathlib import Path

import pytest

from otklik.events.store import EventStore
from otklik.events.tests.rows import DAY_COLUMNS

STEPS = [
    "seal:start",
    "seal:segments",
    "seal:ids",
    "seal:before-commit",
    "seal:committed",
    "delete:chunk",
    "compact:start",
    "compact:written",
    "compact:before-commit",
    "compact:committed",
    "runs:written",
    "runs:before-commit",
    "days:written",
    "days:before-commit",
]
KILLED = -9


class Said:
    """What victims said: events they were told are stored, with their values, and withdrawals begun and acknowledged."""

    def __init__(self) -> None:
        self.stored: dict[str, float | None] = {}
        self.withdrawing: set[str] = set()
        self.withdrawn: set[str] = set()

    def hear(self, lines: list[str]) -> None:
        for line in lines:
            what, about = json.loads(line)
            if what == "stored":
                self.stored |= about
            else:
                getattr(self, what).add(about)


def run_victim(said: Said, root: Path, step: str, number: int, seed: int) -> int:
    command = [sys.executable, "-m", "otklik.events.tests.victim", str(root), step, str(number), str(seed)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode in (0, KILLED), done.stderr
    said.hear(done.stdout.splitlines())
    return done.returncode


def contents(root: Path) -> list[tuple[str, float | None]]:
    """(id, value) of every event; on the way day tables are compared with rows, and files with the manifest."""
    store = EventStore.open(root, keeper=True)
    store.day_columns = DAY_COLUMNS
    try:
        with store.reader() as reader:
            found = reader.execute(f"SELECT id, value FROM {reader.events()} WHERE kind <> 'withdrawal'")
            clean = [segment for segment in reader.segments if not segment.dirty]
            sums = ", ".join(DAY_COLUMNS.values())
            raw = reader.execute(f"SELECT {sums} FROM {reader.raw(clean)}")
            if clean:
                totals = ", ".join(f"sum({name})" for name in DAY_COLUMNS)
                assert reader.execute(f"SELECT {totals} FROM {reader.days(clean)}") == raw
        assert store.check(ids=True) == []
    finally:
        store.close()
    return found


def assert_exact(root: Path, said: Said) -> None:
    found = contents(root)
    values = dict(found)
    assert len(found) == len(values), "an event is there twice"
    lost = said.stored.keys() - said.withdrawing - values.keys()
    assert not lost, "an acknowledged event is lost"
    assert not said.withdrawn & values.keys(), "a withdrawn event is still there"
    assert {name: values[name] for name in said.stored if name in values} == {
        name: value for name, value in said.stored.items() if name in values
    }


@pytest.mark.parametrize("step", STEPS)
def test_killed_at_a_step_of_sealing_or_compaction(tmp_path: Path, step: str) -> None:
    said = Said()
    assert run_victim(said, tmp_path, step, number=2 if step.startswith("seal") else 1, seed=1) == KILLED
    assert_exact(tmp_path, said)
    assert run_victim(said, tmp_path, "never", 0, seed=2) == 0  # it goes on without repair
    assert_exact(tmp_path, said)


def test_killed_at_random_moments_again_and_again(tmp_path: Path) -> None:
    rng = random.Random(20_261)
    said = Said()
    for seed in range(6):
        run_victim(said, tmp_path, "ingest", rng.randint(30, 900), seed)
        assert_exact(tmp_path, said)


def test_what_was_sent_again_after_a_kill_is_not_counted_twice(tmp_path: Path) -> None:
    said = Said()
    run_victim(said, tmp_path, "seal:committed", 1, seed=3)
    assert run_victim(said, tmp_path, "never", 0, seed=3) == 0  # the same ids from the beginning
    assert_exact(tmp_path, said)
