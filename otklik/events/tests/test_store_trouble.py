"""What the record does when disks, files, callers and neighbours misbehave."""

import contextlib
import json
import random
import resource
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from otklik.events.errors import StoreUnavailable
from otklik.events.row import EventRow
from otklik.events.store import EventStore, StoreOptions
from otklik.events.tests.rows import DAY_COLUMNS, FIRST_DAY, make_row


def open_store(root: Path, **options) -> EventStore:
    store = EventStore.open(root, options=StoreOptions(**{"grace": 0, **options}), keeper=True)
    store.day_columns = DAY_COLUMNS
    return store


def rows(count: int, seed: int = 1, **changed) -> list[EventRow]:
    rng = random.Random(seed)
    return [make_row(f"{seed}-{i}", rng)._replace(**changed) for i in range(count)]


def ids(store: EventStore) -> list[str]:
    with store.reader() as reader:
        return sorted(row[0] for row in reader.execute(f"SELECT id FROM {reader.events()}"))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[EventStore]:
    opened = open_store(tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 8 MB that can also be made read-only."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = shutil.which("mount")
    if (
        not mount
        or subprocess.run(
            [mount, "-t", "tmpfs", "-o", "size=8m", "none", disk], check=False, capture_output=True
        ).returncode
    ):
        pytest.skip("mounting a small disk needs root")
    yield disk
    subprocess.run(["umount", "-l", disk], check=True)


# --- disks ---------------------------------------------------------------------------------------------------


def test_a_full_disk_refuses_clearly_and_recovers_without_repair(small_disk: Path) -> None:
    store = open_store(small_disk)
    stored = {row.id for row in rows(500)}
    store.append(rows(500))
    filler = small_disk / "filler"
    with contextlib.suppress(OSError), filler.open("wb") as file:
        while True:
            file.write(b"x" * 4096)
    refused = []
    for seed in range(2, 12):
        try:
            store.append(rows(500, seed=seed))
            stored |= {row.id for row in rows(500, seed=seed)}
        except StoreUnavailable as error:
            refused.append((seed, str(error)))
    assert refused, "8 MB must not be enough"
    assert "disk" in refused[0][1]
    assert set(ids(store)) == stored  # nothing half stored, and reading goes on
    with pytest.raises(Exception, match=r"(?i)space|disk|write"):
        store.seal(force=True)
    filler.unlink()
    for seed, _sentence in refused:
        assert store.append(rows(500, seed=seed)).accepted == 500
        stored |= {row.id for row in rows(500, seed=seed)}
    store.seal(force=True)
    assert set(ids(store)) == stored
    assert store.check() == []
    store.close()


def test_a_read_only_disk_refuses_clearly_and_recovers_without_repair(small_disk: Path) -> None:
    store = open_store(small_disk)
    store.append(rows(100))
    store.seal(force=True)
    store.append(rows(100, seed=2))
    store.close()
    subprocess.run(["mount", "-o", "remount,ro,size=8m", small_disk], check=True)
    with pytest.raises(StoreUnavailable, match=r"read-?only|unable to open"):
        open_store(small_disk)
    subprocess.run(["mount", "-o", "remount,rw,size=8m", small_disk], check=True)
    store = open_store(small_disk)
    assert store.append(rows(10, seed=3)).accepted == 10
    assert len(ids(store)) == 210
    store.close()


def test_a_disk_that_stops_writing_refuses_clearly_and_recovers_without_repair(store: EventStore) -> None:
    """The kernel refuses every write beyond a few bytes, as on a disk that was remounted read-only after an error."""
    store.append(rows(100))
    limit = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1024, limit[1]))
    try:
        for seed in (2, 3):
            with pytest.raises(StoreUnavailable, match="nothing was stored"):
                store.append(rows(100, seed=seed))
        assert len(ids(store)) == 100
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limit)
    assert store.append(rows(100, seed=2)).accepted == 100
    assert len(ids(store)) == 200
    assert store.check() == []


def test_a_record_of_another_version_is_refused_with_a_sentence(tmp_path: Path) -> None:
    import sqlite3

    open_store(tmp_path).close()
    with contextlib.closing(sqlite3.connect(tmp_path / "journal" / "journal.sqlite3")) as journal:
        journal.execute("PRAGMA user_version = 99")
    with pytest.raises(StoreUnavailable, match="format 99"):
        open_store(tmp_path)


# --- files ---------------------------------------------------------------------------------------------------


def damage(path: Path, rng: random.Random) -> None:
    content = bytearray(path.read_bytes())
    match rng.choice(["flip", "cut", "noise", "empty", "gone"]):
        case "flip":
            for _ in range(rng.randint(1, 40)):
                content[rng.randrange(len(content))] ^= 1 << rng.randrange(8)
        case "cut":
            del content[rng.randrange(len(content)) :]
        case "noise":
            start = rng.randrange(len(content))
            content[start : start + 200] = rng.randbytes(min(200, len(content) - start))
        case "empty":
            content.clear()
        case "gone":
            path.unlink()
            return
    path.write_bytes(content)


@pytest.mark.parametrize("seed", range(12))
def test_damage_of_any_kind_is_found_and_the_rest_is_served(tmp_path: Path, seed: int) -> None:
    rng = random.Random(seed)
    store = open_store(tmp_path)
    sent = rows(600)
    store.append(sent)
    store.seal(force=True)
    with store.reader() as reader:
        bad = rng.choice(reader.segments)
        healthy = [segment for segment in reader.segments if segment is not bad]
    store.close()
    damage(tmp_path / "segments" / bad.name, rng)
    store = open_store(tmp_path)
    while store.verify_one():
        pass
    rest = sorted(row.id for row in sent if any(s.first_day <= row.day <= s.last_day for s in healthy))
    assert ids(store) == rest
    assert [problem.file for problem in store.check()] == [f"segments/{bad.name}"]
    store.compact()
    assert ids(store) == rest
    store.close()


@pytest.mark.parametrize("seed", range(6))
def test_a_damaged_day_table_is_computed_anew(tmp_path: Path, seed: int) -> None:
    store = open_store(tmp_path)
    store.append(rows(600))
    store.seal(force=True)
    sums = "sum(n), sum(total), sum(best)"
    with store.reader() as reader:
        right = reader.execute(f"SELECT {sums} FROM {reader.days(reader.segments)}")
        damage(tmp_path / "days" / reader.segments[0].days_name, random.Random(seed))
    while store.verify_one():
        pass
    with store.reader() as reader:
        assert reader.execute(f"SELECT {sums} FROM {reader.days(reader.segments)}") == right
    assert store.check() == []
    store.close()


def test_a_day_table_that_vanishes_under_a_query_is_computed_anew(store: EventStore) -> None:
    store.append(rows(600))
    store.seal(force=True)
    with store.reader() as reader:
        sql = f"SELECT sum(n) FROM {reader.days(reader.segments)}"
        for path in (store.root / "days").iterdir():
            path.unlink()
        assert reader.execute(sql) == [(600,)]


def test_upkeep_never_replaces_what_it_could_not_read(store: EventStore) -> None:
    for seed in range(1, 11):
        store.append(rows(50, seed=seed, day=FIRST_DAY))
        store.seal(force=True)
    with store.reader() as reader:
        victim = store.root / "segments" / reader.segments[3].name
    whole = victim.read_bytes()
    victim.write_bytes(whole[:-100] + bytes(100))
    store.compact()
    store.compact()
    assert len(ids(store)) == 450
    victim.write_bytes(whole)  # restored from a backup
    store.close()
    again = open_store(store.root)
    assert len(ids(again)) == 500
    assert again.check(ids=True) == []
    again.close()


def test_a_missing_index_of_ids_stops_writing_rather_than_counting_twice(store: EventStore) -> None:
    store.append(rows(50))
    store.seal(force=True)
    (run,) = (store.root / "ids").iterdir()
    content = run.read_bytes()
    store.close()
    run.write_bytes(content[:-20])
    again = open_store(store.root)
    with pytest.raises(StoreUnavailable, match=run.name):
        again.append(rows(1))
    assert [problem.file for problem in again.check()] == [f"ids/{run.name}"]
    run.write_bytes(content)
    assert again.append(rows(1)).duplicates == (0,)
    again.close()


def test_leftovers_are_named_and_cleaned(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    for name in (
        "segments/.tmp-segment-00000009.parquet",
        "days/days-00000009.parquet",
        "ids/ids-00000009.run",
    ):
        (tmp_path / name).write_bytes(b"half")
    assert len(store.check()) == 3
    store.close()
    store = open_store(tmp_path)
    assert store.check() == []
    store.close()


# --- callers -------------------------------------------------------------------------------------------------


def test_a_bad_row_fails_alone(store: EventStore) -> None:
    good = rows(30)
    bad = [
        good[0]._replace(id="null-kind", kind=None),
        good[0]._replace(id="huge", at=2**70),
        good[0]._replace(id="bad-\ud800"),
        good[0]._replace(id="text-in-number", place="somewhere"),
        good[0]._replace(id="attrs", attrs='{"replaces" broken'),
    ]
    answers = [store.submit([row]) for pair in zip(good, bad * 6, strict=True) for row in pair]
    outcomes = [answer.exception(10) for answer in answers]
    assert [outcome for outcome in outcomes[::2] if outcome] == []
    assert all(outcomes[1:8:2])
    assert outcomes[9] is None  # attributes that are no JSON replace nothing
    assert not any(isinstance(outcome, StoreUnavailable) for outcome in outcomes)
    assert set(ids(store)) == {row.id for row in good} | {"attrs"}


def test_a_caller_that_gave_up_does_not_stop_the_writer(store: EventStore) -> None:
    for row in rows(200):
        store.submit([row]).cancel()
    assert store.append(rows(1, seed=2)).accepted == 1


def test_many_threads_write_and_read_while_the_record_is_kept(store: EventStore) -> None:
    stop = threading.Event()

    def write(seed: int) -> None:
        for start in range(0, 200, 10):
            store.append(rows(200, seed=seed)[start : start + 10])

    def read() -> None:
        seen = 0
        while not stop.is_set():
            with store.reader() as reader:
                count, distinct = reader.execute(
                    f"SELECT count(*), count(DISTINCT id) FROM {reader.events()}"
                )[0]
            assert count == distinct >= seen
            seen = count

    def keep() -> None:
        while not stop.is_set():
            store.seal(force=True)
            store.compact()

    with ThreadPoolExecutor(8) as pool:
        helpers = [pool.submit(work) for work in (read, read, keep)]
        list(pool.map(write, range(1, 5)))
        stop.set()
        for helper in helpers:
            helper.result()
    assert len(ids(store)) == 800
    assert store.check(ids=True) == []


def test_a_closed_store_says_so(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    store.close()
    with pytest.raises(StoreUnavailable, match="closed"):
        store.append(rows(1))


# --- neighbours ----------------------------------------------------------------------------------------------

NEIGHBOUR = """
import pathlib, sys, time
from otklik.events.store import EventStore, StoreOptions
from otklik.events.tests.test_store_trouble import rows
store = EventStore.open(pathlib.Path(sys.argv[1]), options=StoreOptions(grace=0))
{body}
store.close()
"""


def neighbour(root: Path, body: str, *arguments: str) -> subprocess.Popen[str]:
    code = NEIGHBOUR.format(body=body)
    return subprocess.Popen(
        [sys.executable, "-c", code, str(root), *arguments],
        text=True,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )


def test_several_processes_write_seal_and_compact_at_once(store: EventStore) -> None:
    body = (
        "for start in range(0, 200, 20):\n"
        "    store.append(rows(200, seed=int(sys.argv[2]))[start:start+20])\n"
        "    store.seal(force=True)\n"
        "    store.compact()"
    )
    others = [neighbour(store.root, body, seed) for seed in ("1", "2")]
    for start in range(0, 200, 20):
        store.append(rows(200, seed=3)[start : start + 20])
        store.seal(force=True)
    for other in others:
        other.communicate()
        assert other.returncode == 0
    assert len(ids(store)) == len(set(ids(store))) == 600
    assert store.check(ids=True) == []


def test_files_that_another_process_reads_are_not_deleted(store: EventStore) -> None:
    for seed in range(1, 11):
        store.append(rows(20, seed=seed, day=FIRST_DAY))
        store.seal(force=True)
    body = (
        "with store.reader() as reader:\n"
        "    print('open', flush=True); sys.stdin.readline()\n"
        "    print(reader.execute(f'SELECT count(*) FROM {reader.events()}')[0][0], flush=True)"
    )
    other = neighbour(store.root, body)
    assert other.stdout.readline() == "open\n"
    before = len(list((store.root / "segments").iterdir()))
    store.compact()
    assert len(list((store.root / "segments").iterdir())) == before + 1
    assert other.communicate("go\n")[0] == "200\n"
    store.clean()
    assert len(list((store.root / "segments").iterdir())) == 1


def test_the_keeper_seals_by_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from otklik.events import keeper

    monkeypatch.setattr(keeper, "PAUSE", 0.05)
    store = open_store(tmp_path, seal_rows=100)
    store.start_keeper()
    store.append(rows(150))
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline and store.unsealed()[0]:
        time.sleep(0.05)
    assert store.unsealed()[0] == 0
    assert len(ids(store)) == 150
    store.close()


# --- withdrawals ---------------------------------------------------------------------------------------------


def withdrawal(target: str) -> EventRow:
    return rows(1)[0]._replace(
        id=f"withdraw {target}", kind="withdrawal", attrs=json.dumps({"target": target})
    )


def test_places_of_events_are_known_wherever_they_lie(store: EventStore) -> None:
    sent = rows(60)
    store.append(sent[:20])
    store.seal(force=True)
    store.append([*sent[20:40], withdrawal(sent[0].id)])
    store.seal(force=True)
    store.compact()
    store.append(sent[40:])
    assert store.places_of({row.id for row in sent} | {"unknown"}) == {row.id: row.place for row in sent}


def test_a_withdrawal_whose_target_is_gone_does_not_keep_files_dirty(store: EventStore) -> None:
    old, late = rows(2, day=FIRST_DAY)
    store.append([old])
    store.drop_before(FIRST_DAY + 1)
    store.append([withdrawal(old.id), late])
    store.seal(force=True)
    store.compact()
    with store.reader() as reader:
        assert not any(segment.dirty for segment in reader.segments)
    assert late.id in ids(store)


def test_retention_forgets_withdrawn_events_too(store: EventStore) -> None:
    sent = rows(40)
    store.append([*sent, *(withdrawal(row.id) for row in sent[:10])])
    store.seal(force=True)
    store.drop_before(FIRST_DAY + 1000)
    store.clean()
    assert list((store.root / "segments").iterdir()) == []
    assert store.append(sent).accepted == 0


@pytest.mark.parametrize(
    "step", ["seal:start", "seal:segments", "seal:ids", "seal:committed", "compact:start", "compact:written"]
)
def test_a_withdrawal_that_comes_in_the_middle_of_upkeep_is_kept(tmp_path: Path, step: str) -> None:
    sent = rows(60, day=FIRST_DAY)
    done: list[str] = []

    def withdraw(name: str) -> None:
        if name == step and not done:
            done.append(name)
            store.append([withdrawal(sent[7].id)])

    store = open_store(tmp_path, step=withdraw)
    for start in range(0, 60, 6):
        store.append(sent[start : start + 6])
        if start >= 6:  # the target waits in the tail for the first sealing
            store.seal(force=True)
    store.compact()
    assert done == [step]
    assert sent[7].id not in ids(store)
    for _ in range(2):
        store.seal(force=True)
        store.compact()
        assert set(ids(store)) == {row.id for row in sent} - {sent[7].id} | {withdrawal(sent[7].id).id}
    with store.reader() as reader:
        assert not any(segment.dirty for segment in reader.segments)
        assert reader.execute(f"SELECT sum(n) FROM {reader.days(reader.segments)}") == [(60,)]
    store.close()
