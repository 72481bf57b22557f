"""What the record promises, checked against a plain Python model."""

import json
import random
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from otklik.events.errors import DirectoryInUseError
from otklik.events.lock import DirectoryLock
from otklik.events.row import EventRow
from otklik.events.store import Committed, EventStore, StoreOptions
from otklik.events.tests.rows import DAY_COLUMNS, FIRST_DAY, make_row


@pytest.fixture
def store(tmp_path: Path) -> Iterator[EventStore]:
    opened = open_store(tmp_path)
    yield opened
    opened.close()


def open_store(root: Path) -> EventStore:
    store = EventStore.open(root, options=StoreOptions(grace=0), keeper=True)
    store.day_columns = DAY_COLUMNS
    return store


def rows(count: int, seed: int = 1) -> list[EventRow]:
    rng = random.Random(seed)
    return [make_row(f"{seed}-{i}", rng) for i in range(count)]


def ids(store: EventStore, first: int | None = None, last: int | None = None) -> list[str]:
    with store.reader(first, last) as reader:
        return sorted(
            row[0] for row in reader.execute(f"SELECT id FROM {reader.events()} WHERE kind <> 'withdrawal'")
        )


def test_rows_come_back_as_they_were(store: EventStore) -> None:
    sent = rows(500)
    store.append(sent)
    store.seal(force=True)
    store.append(rows(3, seed=2))
    with store.reader() as reader:
        columns = "id, epoch_us(\"at\"), utc_offset, (day - DATE '1970-01-01')::INTEGER, place, point, employee, kind, subject, value, session, attrs, via, epoch_us(received)"
        back = [EventRow(*row) for row in reader.execute(f"SELECT {columns} FROM {reader.events()}")]
    assert set(back) == {*sent, *rows(3, seed=2)}


def test_an_id_is_accepted_once_for_ever(store: EventStore) -> None:
    sent = rows(50)
    assert store.append(sent).duplicates == ()
    assert store.append([sent[3], make_row("new", random.Random(1)), sent[4]]).duplicates == (0, 2)
    store.seal(force=True)
    moved = sent[5]._replace(day=sent[5].day + 30, at=sent[5].at + 30 * 86_400_000_000)
    assert store.append([moved, sent[6]]).duplicates == (0, 1)
    twice = make_row("twice", random.Random(1))
    assert store.append([twice, twice]).duplicates == (1,)
    assert len(ids(store)) == 52


def test_days_bound_what_is_read(store: EventStore) -> None:
    sent = rows(400)
    store.append(sent[:300])
    store.seal(force=True)
    store.append(sent[300:])
    first, last = FIRST_DAY + 10, FIRST_DAY + 20
    assert ids(store, first, last) == sorted(row.id for row in sent if first <= row.day <= last)


OPERATIONS = st.lists(
    st.one_of(
        st.tuples(st.just("event"), st.integers(0, 14)),
        st.tuples(st.just("withdraw"), st.integers(0, 14)),
        st.tuples(st.just("correct"), st.tuples(st.integers(0, 14), st.integers(0, 14))),
        st.tuples(st.just("seal"), st.none()),
        st.tuples(st.just("compact"), st.none()),
        st.tuples(st.just("reopen"), st.none()),
    ),
    max_size=25,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(operations=OPERATIONS)
def test_withdrawals_and_corrections_in_any_order(
    tmp_path_factory: pytest.TempPathFactory, operations: list
) -> None:
    root = tmp_path_factory.mktemp("record")
    store = open_store(root)
    accepted: dict[str, EventRow] = {}
    withdrawn: set[str] = set()
    for number, (what, argument) in enumerate(operations):
        match what:
            case "event":
                row = make_row(f"e{argument}", random.Random(argument))
                if not store.append([row]).duplicates:
                    accepted[row.id] = row
            case "withdraw":
                attrs = json.dumps({"target": f"e{argument}"})
                store.append(
                    [make_row(f"w{number}", random.Random(number))._replace(kind="withdrawal", attrs=attrs)]
                )
                withdrawn.add(f"e{argument}")
            case "correct":
                new, old = argument
                attrs = json.dumps({"replaces": f"e{old}"})
                row = make_row(f"e{new}", random.Random(new))._replace(attrs=attrs, value=5.0)
                if not store.append([row]).duplicates:
                    accepted[row.id] = row
                    withdrawn |= {f"e{old}"} - {row.id}  # nothing replaces itself
            case "seal":
                store.seal(force=True)
            case "compact":
                store.compact()
            case "reopen":
                store.close()
                store = open_store(root)
    expected = {name: row.value for name, row in accepted.items() if name not in withdrawn}
    with store.reader() as reader:
        found = reader.execute(f"SELECT id, value FROM {reader.events()} WHERE kind <> 'withdrawal'")
    store.close()
    assert sorted(found, key=lambda pair: pair[0]) == sorted(expected.items())


def test_day_tables_equal_raw_rows_and_learn_new_measures(store: EventStore) -> None:
    store.append(rows(2000))
    store.seal(force=True)
    store.day_columns = {**DAY_COLUMNS, "squares": "sum(value * value)"}
    assert store.rebuild_days() > 0
    assert store.rebuild_days() == 0
    with store.reader() as reader:
        for column, expression in store.day_columns.items():
            by_days = reader.execute(
                f'SELECT day, place, sum("{column}") FROM {reader.days(reader.segments)} GROUP BY ALL ORDER BY ALL'
            )
            by_raw = reader.execute(
                f"SELECT day, place, {expression} FROM {reader.raw()} GROUP BY ALL ORDER BY ALL"
            )
            assert by_days == by_raw


def test_small_files_of_a_month_become_one(store: EventStore) -> None:
    sent = rows(900)
    for start in range(0, 900, 60):
        store.append(sent[start : start + 60])
        store.seal(force=True)
    with store.reader() as before:
        count = len(before.segments)
        store.compact()
        with store.reader() as after:
            assert len(after.segments) < count / 4
    assert ids(store) == sorted(row.id for row in sent)
    assert store.check() == []


def test_a_reader_keeps_its_view_while_the_record_changes(tmp_path: Path) -> None:
    store = EventStore.open(tmp_path, options=StoreOptions(grace=60), keeper=True)
    sent = rows(300)
    store.append(sent[:200])
    store.seal(force=True)
    store.append(sent[200:250])
    with store.reader() as reader:
        store.append(sent[250:])
        store.append(
            [
                make_row("w", random.Random(1))._replace(
                    kind="withdrawal", attrs=json.dumps({"target": sent[0].id})
                )
            ]
        )
        store.seal(force=True)
        store.compact()
        seen = reader.execute(f"SELECT count(*) FROM {reader.events()}")[0][0]
    assert seen == 250
    assert len(ids(store)) == 299
    store.close()


def test_old_days_are_forgotten_their_ids_are_not(store: EventStore) -> None:
    sent = rows(500)
    store.append(sent)
    store.drop_before(FIRST_DAY + 35)
    assert ids(store) == sorted(row.id for row in sent if row.day >= FIRST_DAY + 35)
    old = next(row for row in sent if row.day < FIRST_DAY + 35)
    assert store.append([old]).duplicates == (0,)
    assert store.check() == []


def test_a_damaged_file_is_named_and_the_rest_is_served(store: EventStore, caplog) -> None:
    sent = rows(500)
    store.append(sent)
    store.seal(force=True)
    with store.reader() as reader:
        bad = reader.segments[0]
    path = store.root / "segments" / bad.name
    path.write_bytes(b"x" * bad.bytes)
    rest = sorted(row.id for row in sent if not bad.first_day <= row.day <= bad.last_day)
    assert ids(store) == rest  # the very query that meets the damage is answered
    assert bad.name in caplog.text
    assert ids(store) == rest
    with store.reader() as reader:
        assert {segment.name for segment in reader.segments if segment.damaged} == {bad.name}
    assert [problem.file for problem in store.check()] == [f"segments/{bad.name}"]


def test_other_processes_write_and_are_noticed(store: EventStore, tmp_path: Path) -> None:
    told: list[Committed] = []
    noticed = threading.Event()
    store.on_commit(lambda committed: (told.append(committed), noticed.set()))
    store.append(rows(10, seed=77))
    code = (
        "import sys, pathlib; from otklik.events.store import EventStore; from otklik.events.tests.test_store import rows;"
        "s = EventStore.open(pathlib.Path(sys.argv[1])); [s.append(rows(100, seed=int(sys.argv[2]))[i:i+5]) for i in range(0, 100, 5)]; s.close()"
    )
    writers = [subprocess.Popen([sys.executable, "-c", code, str(tmp_path), str(seed)]) for seed in (1, 2, 1)]
    assert [writer.wait(60) for writer in writers] == [0, 0, 0]
    assert len(ids(store)) == 210  # seeds 1 and 2; the third process sent the first one's rows again
    assert noticed.wait(5)
    deadline = threading.Event()
    for _ in range(50):
        if sum(committed.count for committed in told) >= 210:
            break
        deadline.wait(0.1)
    assert sum(committed.count for committed in told) == 210


def test_a_second_server_is_refused_with_a_sentence(tmp_path: Path) -> None:
    first = DirectoryLock(tmp_path)
    first.acquire()
    with pytest.raises(DirectoryInUseError, match="is in use by pid"):
        DirectoryLock(tmp_path).acquire()
    first.release()
    second = DirectoryLock(tmp_path)
    second.acquire()
    second.release()
