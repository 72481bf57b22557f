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


def run_victim(root: Path, step: str, number: int, seed: int) -> tuple[int, set[str], set[str]]:
    command = [sys.executable, "-m", "otklik.events.tests.victim", str(root), step, str(number), str(seed)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    acknowledged: set[str] = set()
    withdrawn: set[str] = set()
    for line in done.stdout.splitlines():
        said = json.loads(line)
        if isinstance(said, dict):
            withdrawn.add(said["withdrawn"])
        else:
            acknowledged.update(said)
    assert done.returncode in (0, KILLED), done.stderr
    return done.returncode, acknowledged, withdrawn


def contents(root: Path) -> list[str]:
    store = EventStore.open(root, keeper=True)
    store.day_columns = DAY_COLUMNS
    try:
        with store.reader() as reader:
            ids = [
                row[0]
                for row in reader.execute(f"SELECT id FROM {reader.events()} WHERE kind <> 'withdrawal'")
            ]
            usable = [s for s in reader.segments if not s.dirty]
            from_days = (
                reader.execute(f"SELECT sum(n), sum(total), sum(best) FROM {reader.days(usable)}")
                if usable
                else None
            )
            raw = reader.execute(
                f"SELECT count(*), sum(value), count(*) FILTER (WHERE value >= 4) FROM {reader.raw(usable)}"
            )
        assert from_days is None or from_days == raw
        assert store.check() == []
    finally:
        store.close()
    return ids


def assert_exact(root: Path, acknowledged: set[str], withdrawn: set[str]) -> None:
    ids = contents(root)
    assert len(ids) == len(set(ids)), "an event is there twice"
    lost = acknowledged - withdrawn - set(ids)
    assert not lost, "an acknowledged event is lost"
    assert not withdrawn & set(ids), "a withdrawn event is still there"


@pytest.mark.parametrize("step", STEPS)
def test_killed_at_a_step_of_sealing_or_compaction(tmp_path: Path, step: str) -> None:
    code, acknowledged, withdrawn = run_victim(
        tmp_path, step, number=2 if step.startswith("seal") else 1, seed=1
    )
    assert code == KILLED
    assert_exact(tmp_path, acknowledged, withdrawn)
    code, more, also_withdrawn = run_victim(tmp_path, "never", 0, seed=2)  # it goes on without repair
    assert code == 0
    assert_exact(tmp_path, acknowledged | more, withdrawn | also_withdrawn)


def test_killed_at_random_moments_again_and_again(tmp_path: Path) -> None:
    rng = random.Random(20_261)
    acknowledged: set[str] = set()
    withdrawn: set[str] = set()
    for seed in range(6):
        _code, more, gone = run_victim(tmp_path, "ingest", rng.randint(30, 900), seed)
        acknowledged |= more
        withdrawn |= gone
        assert_exact(tmp_path, acknowledged, withdrawn)


def test_what_was_sent_again_after_a_kill_is_not_counted_twice(tmp_path: Path) -> None:
    run_victim(tmp_path, "seal:committed", 1, seed=3)
    code, acknowledged, withdrawn = run_victim(
        tmp_path, "never", 0, seed=3
    )  # the same ids from the beginning
    assert code == 0
    assert_exact(tmp_path, acknowledged, withdrawn)
