"""Colours while events arrive: each change is one row, whatever is repeated, killed, late or withdrawn."""

import datetime as dt

import pytest
from django.utils import timezone

from otklik.company.models import Place
from otklik.events.intake import Event
from otklik.events.record import accept, get_store
from otklik.metrics.actions import set_threshold
from otklik.metrics.core.thresholds import Limits
from otklik.metrics.states import evaluator as module
from otklik.metrics.states.actions import watch
from otklik.metrics.states.evaluator import Evaluator
from otklik.metrics.states.listeners import deliver, forget, on_state_change
from otklik.metrics.states.models import Notice, State, StateChange, StateProgress
from otklik.metrics.states.recompute import recompute_states

NUMBER = iter(range(1_000_000))


@pytest.fixture
def shop(company):
    """One indicator (the mean of answers) is watched by the day, at once."""
    set_threshold("csat_mean", Limits(75, 50), acting_user=None)
    watch(acting_user=None, periods=["day"], indicator_codes=["csat_mean"], least_n=0, minutes=0)
    return Place.objects.get(code="psk")


def now_at(days: int = 0, hour: int = 12) -> dt.datetime:
    today = timezone.localdate()
    return dt.datetime.combine(
        today + dt.timedelta(days=days), dt.time(hour), dt.timezone(dt.timedelta(hours=3))
    )


def rate(*values, days=0, hour=8, point="psk-1") -> list[str]:
    ids = [f"r{next(NUMBER)}" for _ in values]
    events = [
        Event(id=one, kind="rating", at=now_at(days, hour), point=point, subject="csat", value=float(value))
        for one, value in zip(ids, values, strict=True)
    ]
    assert not accept(events, via="test").rejected
    return ids


def withdraw(*ids, days=0):
    events = [
        Event(id=f"w{one}", kind="withdrawal", at=now_at(days, 9), place="psk", attrs={"target": one})
        for one in ids
    ]
    assert not accept(events, via="test").rejected


def rows(**which):
    return [(row.old, row.new, row.because) for row in StateChange.objects.filter(**which).order_by("pk")]


def test_a_change_is_one_row_however_often_one_looks(shop):
    one = Evaluator()
    one.run_pass(now_at())
    rate(5, 5)
    for _ in range(3):
        one.run_pass(now_at())
    rate(1, 1, 1, 1)
    for _ in range(3):
        one.run_pass(now_at())
    assert rows() == [("grey", "green", "first"), ("green", "red", "events")]
    (state,) = State.objects.all()
    assert (state.colour, state.last, state.place.code) == ("red", "red", "psk")
    row = StateChange.objects.latest("pk")
    assert (row.value, row.n, row.good, row.acceptable, row.version) == (pytest.approx(100 / 3), 6, 75, 50, 1)


def test_a_restart_goes_on_where_the_last_one_stopped(shop):
    Evaluator().run_pass(now_at())
    rate(5)
    Evaluator().run_pass(now_at())
    rate(1, 1, 1)  # accepted while nobody looks
    Evaluator().run_pass(now_at())
    assert rows() == [("grey", "green", "first"), ("green", "red", "events")]
    assert StateProgress.objects.get().seq == get_store_seq()


def get_store_seq():
    with get_store().reader() as reader:
        return reader.last_seq


def test_events_sealed_between_two_looks_are_seen(shop):
    one = Evaluator()
    one.run_pass(now_at())
    rate(5)
    get_store().seal(force=True)
    one.run_pass(now_at())
    rate(1, 1, 1)
    get_store().seal(force=True)
    rate(1)
    one.run_pass(now_at())
    assert rows() == [("grey", "green", "first"), ("green", "red", "events")]


@pytest.mark.parametrize("step", ["bulk_create", "save"])
def test_a_kill_in_the_middle_neither_loses_nor_doubles(shop, monkeypatch, step):
    one = Evaluator()
    one.run_pass(now_at())
    rate(1)

    def die(*_args, **_kwargs):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        target = module.StateChange.objects if step == "bulk_create" else StateProgress
        patch.setattr(target, step, die)
        with pytest.raises(KeyboardInterrupt):
            one.run_pass(now_at())
    assert rows() == []
    assert not State.objects.exists()
    Evaluator().run_pass(now_at())
    assert rows() == [("grey", "red", "first")]


def test_two_processes_write_one_row(shop):
    one, other = Evaluator(), Evaluator()
    one.run_pass(now_at())
    other.run_pass(now_at())
    rate(5)
    one.run_pass(now_at())
    other.run_pass(now_at())
    rate(1, 1, 1)
    other.run_pass(now_at())
    one.run_pass(now_at())
    rate(5, 5, 5, 5, 5, 5, 5, 5)
    one.run_pass(now_at())
    other.run_pass(now_at())
    assert rows() == [("grey", "green", "first"), ("green", "red", "events"), ("red", "green", "events")]


def test_a_withdrawal_changes_the_colour_and_the_last_one_is_remembered(shop):
    one = Evaluator()
    one.run_pass(now_at())
    (bad,) = rate(1)
    one.run_pass(now_at())
    withdraw(bad)
    one.run_pass(now_at())
    assert rows() == [("grey", "red", "first"), ("red", "grey", "withdrawn")]
    state = State.objects.get()
    assert (state.colour, state.last) == ("grey", "red")


def test_a_new_day_without_events_keeps_the_colour(shop):
    one = Evaluator()
    one.run_pass(now_at())
    rate(1)
    one.run_pass(now_at())
    one.run_pass(now_at(1))
    assert rows() == [("grey", "red", "first")]
    assert State.objects.get().colour == "red"
    rate(5, days=1)
    one.run_pass(now_at(1))
    assert rows()[1:] == [("red", "green", "events")]


def test_late_events_change_a_day_that_is_over_but_not_what_is_shown(shop):
    one = Evaluator()
    one.run_pass(now_at(-1))
    rate(5, days=-1)
    one.run_pass(now_at(-1))
    rate(5)
    one.run_pass(now_at())
    late = rate(1, 1, 1, days=-1)
    one.run_pass(now_at())
    one.run_pass(now_at())
    assert rows(late=True) == [("green", "red", "late")]
    assert State.objects.get().colour == "green"
    withdraw(*late, days=-1)
    one.run_pass(now_at())
    assert rows(late=True) == [("green", "red", "late"), ("red", "green", "withdrawn")]
    assert StateChange.objects.filter(late=True).latest("pk").first == timezone.localdate() - dt.timedelta(
        days=1
    )


def test_another_threshold_changes_the_colour_with_its_reason(shop):
    one = Evaluator()
    one.run_pass(now_at())
    rate(4)
    one.run_pass(now_at())
    set_threshold("csat_mean", Limits(100, 90), acting_user=None)
    one.run_pass(now_at())
    assert rows() == [("grey", "green", "first"), ("green", "red", "threshold")]


def test_events_of_other_kinds_and_places_touch_nothing(shop, monkeypatch):
    one = Evaluator()
    one.run_pass(now_at())
    looked = []
    real = module.look
    monkeypatch.setattr(
        module,
        "look",
        lambda w, codes, places, *rest: (
            (codes and looked.append(set(places))) or real(w, codes, places, *rest)
        ),
    )
    rate(5, point="spb-1")
    one.run_pass(now_at())
    spb = Place.objects.get(code="spb").pk
    assert looked == [{spb}]
    accept([Event(id="m1", kind="message", at=now_at(), place="psk", attrs={"text": "?"})], via="test")
    looked.clear()
    one.run_pass(now_at())
    assert looked == []


def test_listeners_are_told_once_each_and_again_after_a_failure(shop):
    heard, broken = [], [True]

    def shaky(change):
        if broken:
            broken.pop()
            raise OSError("no line")
        heard.append(("shaky", change.new))

    on_state_change("calm", lambda change: heard.append(("calm", change.new)))
    on_state_change("shaky", shaky)
    try:
        one = Evaluator()
        one.run_pass(now_at())
        rate(5)
        one.run_pass(now_at())
        rate(1, 1, 1)
        one.run_pass(now_at())
        deliver(now_at())
        assert heard == [("calm", "green"), ("calm", "red")]
        assert Notice.objects.get(attempts=1).error == "no line"
        deliver(now_at() + dt.timedelta(minutes=5))
        assert heard[2:] == [("shaky", "green"), ("shaky", "red")]
        assert not Notice.objects.exists()
        deliver(now_at() + dt.timedelta(hours=1))
        assert len(heard) == 4
    finally:
        forget("calm")
        forget("shaky")


def test_history_computed_anew_equals_what_was_lived_through(shop):
    rate(5, 5, days=-5)
    rate(1, 1, days=-4)
    rate(1, 1, days=-3)
    rate(3, days=-1)
    said = []
    written = recompute_states(
        "csat_mean", timezone.localdate() - dt.timedelta(days=6), lambda *at: said.append(at)
    )
    assert written == 3
    assert rows() == [
        ("grey", "green", "recomputed"),
        ("green", "red", "recomputed"),
        ("red", "yellow", "recomputed"),
    ]
    assert said[-1] == (6, 6)
    assert recompute_states("csat_mean", timezone.localdate() - dt.timedelta(days=6)) == 3
    assert len(rows()) == 3
    rate(5)
    Evaluator().run_pass(now_at())
    assert rows()[3:] == [("yellow", "green", "events")]
