"""The index of ids against a dictionary."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from otklik.events import idindex
from otklik.events.idindex import UNKNOWN, Run, find, hash_ids, merge_runs, write_run

HALVES = st.sampled_from([0, 1, 2, 3, 2**62, 2**63, 2**64 - 2, 2**64 - 1])  # few, so that halves meet
ENTRIES = st.dictionaries(st.tuples(HALVES, HALVES), st.integers(-1000, 40_000), max_size=40)


def write(path: Path, entries: dict[tuple[int, int], int]) -> Run:
    hashes = np.array(list(entries), dtype="<u8").reshape(-1, 2)
    write_run(path, hashes, np.array(list(entries.values()), dtype=np.int32))
    return Run.open(path, len(entries))


@settings(max_examples=60, deadline=None)
@given(
    entries=st.lists(ENTRIES, min_size=1, max_size=4), asked=st.lists(st.tuples(HALVES, HALVES), max_size=60)
)
def test_finds_what_was_written_and_nothing_else(
    tmp_path_factory: pytest.TempPathFactory, entries: list, asked: list
) -> None:
    folder = tmp_path_factory.mktemp("runs")
    expected: dict[tuple[int, int], int] = {}
    parts = []
    for part in entries:  # an id is in one run only
        parts.append({key: day for key, day in part.items() if key not in expected})
        expected |= parts[-1]
    runs = [write(folder / f"{number}.run", part) for number, part in enumerate(parts)]
    questions = np.array([*asked, *expected], dtype="<u8").reshape(-1, 2)
    answers = [expected.get((high, low), UNKNOWN) for high, low in questions.tolist()]
    assert find(runs, questions).tolist() == answers
    idindex.SLICE_ENTRIES, before = 5, idindex.SLICE_ENTRIES
    try:
        length = merge_runs(folder / "merged.run", runs)
    finally:
        idindex.SLICE_ENTRIES = before
    merged = Run.open(folder / "merged.run", length)
    assert length == len(expected)
    assert find([merged], questions).tolist() == answers
    assert (np.diff(merged.high.astype(object)) >= 0).all()


def test_hundred_thousand_ids(tmp_path: Path) -> None:
    names = [f"event-{number}" for number in range(100_000)]
    hashes = hash_ids(names)
    write_run(tmp_path / "a.run", hashes, np.arange(100_000, dtype=np.int32))
    run = Run.open(tmp_path / "a.run", 100_000)
    assert find([run], hashes).tolist() == list(range(100_000))
    assert set(find([run], hash_ids([name + "x" for name in names])).tolist()) == {UNKNOWN}
