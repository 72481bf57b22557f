"""Sums of derived rows: the same numbers as the rows themselves give, and kept over restarts while the events stay as they are."""

import datetime as dt
import sqlite3
from contextlib import closing
from dataclasses import replace

import pytest
from django.utils.translation import override
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from otklik.events.record import close_store, get_store
from otklik.jobs import upkeep
from otklik.jobs.models import Job
from otklik.jobs.worker import work_off
from otklik.metrics import jobs, made, summed, warming
from otklik.metrics.actions import save_definition
from otklik.metrics.core.definitions import Definition
from otklik.metrics.core.filters import EVERYTHING, Compare
from otklik.metrics.core.results import Direction, Unit
from otklik.metrics.dimensions import Grain
from otklik.metrics.kept import KEPT
from otklik.metrics.queries import Slicing, values
from otklik.metrics.summed import SUMS
from otklik.metrics.tests.company import DAY, event, send

VISIT, RECEIPT = ["kind", "=", "visit"], ["kind", "=", "receipt"]
OWN = {
    "chains": ("chains", Unit.COUNT, {"steps": [VISIT, RECEIPT], "window": 7200}),
    "gap": ("between", Unit.SECONDS, {"first": VISIT}),
    "answered": ("between", Unit.SECONDS, {"first": VISIT, "second": RECEIPT, "max_gap": 7200}),
    "shift": ("chains", Unit.COUNT, {"steps": [VISIT, RECEIPT], "window": 7200, "within": "shift"}),
    "largest": ("per_key", Unit.MONEY, {"key": ["employee"], "filter": RECEIPT, "within": "day",
                "inner": {"take": "sum", "field": "value"}, "outer": {"take": "mean"}}),
    "median": ("between", Unit.SECONDS, {"first": VISIT, "second": RECEIPT, "take": "median"}),
}  # fmt: skip
WEEK = Slicing(DAY, DAY + dt.timedelta(days=6))
SPLITS = [(), ("place",), ("point",), ("employee",), ("weekday",), ("place", "employee"), ("hour",)]
visits = st.lists(
    st.tuples(
        st.integers(0, 4), st.integers(8, 19), st.integers(0, 59), st.sampled_from(["visit", "receipt"]),
        st.sampled_from(["spb-1", "psk-1", "msk-1"]), st.sampled_from([None, "anna"]),
    ),
    min_size=1, max_size=40,
)  # fmt: skip


@pytest.fixture
def own(company):
    for code, (rule, unit, params) in OWN.items():
        definition = Definition(code, rule, unit, Direction.NONE, params)
        save_definition(definition, name_ru=code, acting_user=None)
    forget()


@pytest.fixture
def sorts(monkeypatch):
    """How often events were sorted."""
    calls = []
    rows = made._rows
    monkeypatch.setattr(made, "_rows", lambda rule, found: calls.append(1) or rows(rule, found))
    return calls


def forget():
    """What a restart does."""
    KEPT.clear()
    SUMS.clear()


def happen(found):
    events = []
    for day, hour, minute, kind, point, employee in found:
        more = {"duration": 5} if kind == "visit" else {"operation": "sale"}
        value = None if kind == "visit" else 10 * hour
        one = event(kind, value, day=day, hour=hour, point=point, employee=employee, attrs=more)
        events.append(replace_minute(one, minute))
    return events


def replace_minute(one, minute):
    import msgspec

    return msgspec.structs.replace(one, at=one.at + dt.timedelta(minutes=minute))


def seen(by=(), grain=Grain.TOTAL, where=EVERYTHING):
    rows = values(list(OWN), replace(WEEK, by=by, grain=grain, where=where))
    return {
        (tuple(row.keys.values()), code): (result.value, result.n)
        for row in rows
        for code, result in row.results.items()
        if result.n
    }


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=5, deadline=None)
@given(found=visits)
def test_sums_and_rows_say_the_same(own, found, tmp_path_factory, settings):
    settings.DATA_DIR = tmp_path_factory.mktemp("record")
    close_store()
    forget()
    send(*happen(found))
    for _sealed in (False, True):
        for by in SPLITS:
            for grain in (Grain.TOTAL, Grain.DAY):
                with pytest.MonkeyPatch.context() as patch:
                    patch.setattr(summed, "splits_of", lambda _rule, _plan: None)
                    rows = seen(by, grain)
                first, again = seen(by, grain), seen(by, grain)
                SUMS.clear()
                from_disk = seen(by, grain)
                assert first.keys() == rows.keys()
                for key, (value, n) in rows.items():
                    assert first[key] == (pytest.approx(value, rel=1e-12, abs=1e-12), n), key
                assert first == again == from_disk
        get_store().seal(force=True)


@pytest.mark.parametrize(
    "where",
    [
        Compare("value", ">=", 125),
        Compare("employee", "is_null", value=True),
        Compare("kind", "=", "receipt"),
        Compare("session", "is_null", value=True),
    ],
)
def test_conditions_that_sums_do_not_answer_take_the_rows(own, where):
    send(
        *pair(0),
        *pair(1),
        *happen([(2, 15, 0, "visit", "spb-1", "anna"), (2, 16, 0, "receipt", "spb-1", "anna")]),
    )
    get_store().seal(force=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(summed, "splits_of", lambda _rule, _plan: None)
        rows = seen(("place",), where=where)
    assert seen(("place",), where=where) == rows


def pair(day, hour=12):
    return happen([(day, hour, 0, "visit", "spb-1", None), (day, hour, 5, "receipt", "spb-1", None)])


def count(places=None):
    [row] = values(["chains"], replace(WEEK, places=places))
    return row.results["chains"].value


def test_a_restart_sorts_nothing_that_is_settled(own, sorts):
    send(*pair(0), *pair(1))
    get_store().seal(force=True)
    assert count() == 2
    sorts.clear()
    forget()
    close_store()
    assert count() == 2
    assert sorts == []


def test_another_state_of_a_day_is_summed_anew(own, sorts):
    send(*pair(0), *pair(1))
    get_store().seal(force=True)
    assert count() == 2
    send(*pair(1, hour=16))
    get_store().seal(force=True)
    forget()
    assert count() == 3
    get_store().compact()
    forget()
    assert count() == 3


def test_a_damaged_or_missing_file_of_sums_is_made_anew(own, caplog):
    send(*pair(0), *pair(1))
    get_store().seal(force=True)
    assert count() == 2
    file = get_store().root / "sums.sqlite3"
    for ending in ("-wal", "-shm"):
        file.with_name(file.name + ending).unlink(missing_ok=True)
    file.write_bytes(b"no database at all, but long enough to look like one" * 40)
    forget()
    assert count() == 2
    assert "passed over" in caplog.text
    forget()
    assert count() == 2
    file.unlink()
    forget()
    assert count() == 2
    assert file.exists()


def test_what_a_damaged_file_leaves_out_is_not_kept(own):
    send(*pair(0))
    get_store().seal(force=True)
    send(*pair(0, hour=15))
    get_store().seal(force=True)
    _first, second = sorted((get_store().root / "segments").glob("*.parquet"))
    whole = second.read_bytes()
    close_store()
    forget()
    get_store()
    second.write_bytes(bytes(len(whole)))
    assert count() == 1
    second.write_bytes(whole)
    close_store()
    assert count() == 2
    forget()
    assert count() == 2


def test_a_changed_byte_of_a_kept_day_costs_that_day_alone(own, sorts):
    send(*pair(0), *pair(1))
    get_store().seal(force=True)
    assert count() == 2
    with closing(sqlite3.connect(get_store().root / "sums.sqlite3")) as file:
        name, day, body = file.execute("SELECT name, day, body FROM sums ORDER BY day LIMIT 1").fetchone()
        for place in range(0, len(body), 40):
            bad = bytearray(body)
            bad[place] ^= 255
            with file:
                file.execute("UPDATE sums SET body = ? WHERE name = ? AND day = ?", (bytes(bad), name, day))
            forget()
            assert count() == 2
            with file:
                file.execute("UPDATE sums SET body = ? WHERE name = ? AND day = ?", (body, name, day))


def test_one_place_gets_its_own_and_leaves_nothing_wrong_behind(own):
    from otklik.company.models import Place

    send(*pair(0), *happen([(0, 12, 0, "visit", "msk-1", None), (0, 12, 5, "receipt", "msk-1", None)]))
    get_store().seal(force=True)
    moscow = Place.objects.get(points__code="msk-1").pk
    assert count(frozenset({moscow})) == 1
    forget()
    assert count() == 2
    assert count(frozenset({moscow})) == 1


def test_nothing_crosses_from_one_shift_of_a_day_to_the_next(own):
    from otklik.company.models import Employee, Point, Shift

    def at(hour):
        return event("visit", hour=hour).at

    anna, point = Employee.objects.get(code="anna"), Point.objects.get(code="spb-1")
    morning = Shift.objects.create(employee=anna, point=point, start=at(8), end=at(12))
    evening = Shift.objects.create(employee=anna, point=point, start=at(13), end=at(18))
    send(*happen([(0, 11, 50, "visit", "spb-1", "anna"), (0, 13, 10, "receipt", "spb-1", "anna")]))
    get_store().seal(force=True)

    def counts():
        [row] = values(["chains", "shift"], WEEK)
        [by_hour] = [
            one for one in values(["shift"], replace(WEEK, by=("hour",))) if one.keys["hour"] == 13
        ] or [None]
        return (
            row.results["chains"].value,
            row.results["shift"].value,
            by_hour and by_hour.results["shift"].value,
        )

    assert counts() == (1, 0, None)
    morning.delete()
    evening.start = at(8)
    evening.save()
    assert counts() == (1, 1, 1)
    forget()
    assert counts() == (1, 1, 1)


def test_the_job_makes_sums_ahead(own, sorts):
    send(*pair(0), *pair(3))
    get_store().seal(force=True)
    assert warming.lacking() > 0
    assert jobs.stale().days > 0
    with override("en"):
        assert "Pairs, chains and groups" in jobs.stale().sentence()
    told = []
    assert warming.make(lambda done, total: told.append((done, total))) > 0
    assert told[-1][0] == told[-1][1]
    assert warming.lacking() == 0
    assert warming.make(lambda _done, _total: None) == 0
    forget()
    sorts.clear()
    assert count() == 2
    assert sorts == []


def test_the_server_makes_sums_ahead_by_itself_but_not_without_rest(own):
    send(*pair(0), *pair(3))
    get_store().seal(force=True)
    assert [upkeep.ask_for_what_is_due() for _ in range(2)] == [1, 0]
    assert work_off() == 1
    job = Job.objects.get(kind="recompute")
    assert (job.state, job.user, jobs.stale().anything) == ("done", None, False)
    send(*pair(5))
    get_store().seal(force=True)
    assert jobs.stale().anything
    assert upkeep.ask_for_what_is_due() == 0
    Job.objects.update(finished_at=job.finished_at - 2 * jobs.REST)
    assert upkeep.ask_for_what_is_due() == 1
