"""SQL equals the naive computation for the families of feelings, quality, rates and models, over any slice."""

import functools
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from otklik.metrics.catalogue_models import MODELS
from otklik.metrics.catalogue_signals import SIGNALS
from otklik.metrics.core.definitions import Context, bind
from otklik.metrics.core.events import Event
from otklik.metrics.core.filters import Compare
from otklik.metrics.core.models import Dimension, Item, Model
from otklik.metrics.core.scales import Question, Questions, Scale
from otklik.metrics.dimensions import dimension
from otklik.metrics.tests.memory import MemoryRecord, closing
from otklik.metrics.tests.naive import over_served, plain
from otklik.metrics.tests.strategies import FIRST_DAY
from otklik.metrics.tests.test_planner import day_of, results, same

QUESTIONS = Questions.of(
    [
        Question("smile", Scale(1, 5, 5)),
        Question("turned", Scale(1, 5, 1)),
        Question("ten", Scale(0, 10, 10), spontaneous=False),
    ]
)
FORMULAS = tuple(
    bind(one.definition, Context(QUESTIONS, weight))
    for one in (*SIGNALS, *MODELS)
    for weight in ((None, "weight") if one.definition.family == "best_less_worst" else (None,))
)
PAIR = (Dimension("d", (Item("smile", 2, expectation="turned"),)),)
STATED = (Dimension("d", (Item("smile", importance="ten"), Item("turned", 2, importance="ten"))),)
FORMULAS = (
    *FORMULAS,
    Model(QUESTIONS, PAIR, by_dimension=True, gap=True),
    Model(QUESTIONS, STATED, weight="weight"),
    Model(QUESTIONS, inverted=True, least=2),
)
ATTRS = st.fixed_dictionaries(
    {},
    optional={
        "tone": st.sampled_from(["positive", "neutral", "negative", "odd"]),
        "operation": st.sampled_from(["sale", "refund"]),
        "sold": st.booleans(),
        "critical": st.booleans(),
        "usable": st.sampled_from([0, 10, 25.5, "many"]),
        "duration": st.integers(0, 60),
        "source": st.sampled_from(["till", "sensor", "manual"]),
        "weight": st.sampled_from([0.5, 1, 2]),
    },
)
SIGNAL_EVENTS = st.builds(
    Event,
    kind=st.sampled_from(
        [
            "rating",
            "answer",
            "message",
            "checklist_element",
            "smile",
            "emotion",
            "visit",
            "visitors",
            "consultation",
            "receipt",
            "served",
        ]
    ),
    at=st.integers(0, 71).map(lambda hour: (FIRST_DAY * 24 + hour) * 3_600_000_000),
    place=st.integers(1, 2),
    point=st.sampled_from([None, 1, 2]),
    employee=st.sampled_from([None, 1, 2]),
    subject=st.sampled_from([None, "smile", "turned", "ten"]),
    value=st.sampled_from([None, 0.0, 0.25, 1.0, 2.0, 3.0, 5.0]),
    attrs=ATTRS,
).map(lambda event: replace(event, day=day_of(event)))
MANY = st.lists(SIGNAL_EVENTS, max_size=40)


def naive(formula, events, *, points_only=False):
    return (
        over_served(formula, events, points_only=points_only) if formula.sources else plain(formula, events)
    )


@settings(max_examples=12)
@given(MANY, st.sets(st.integers(FIRST_DAY, FIRST_DAY + 2)))
def test_totals(events, tabled):
    columns = [m for f in FORMULAS for m in (*f.measures().values(), *(s.measure for s in f.sources))]
    with closing(MemoryRecord(events, columns=columns, tabled=tabled)) as record:
        [found] = results(FORMULAS, record).values()
    for formula, result in zip(FORMULAS, found, strict=True):
        expected = naive(formula, events)
        same(result, expected)
        assert result.parts == pytest.approx(expected.parts, abs=1e-9) or result.parts == expected.parts


@settings(max_examples=12)
@given(MANY, st.sampled_from(["place", "point"]))
def test_by_place_and_by_point(events, name):
    with closing(MemoryRecord(events)) as record:
        found = results(FORMULAS, record, [dimension(name)])
    for key in {getattr(event, name) for event in events} - {None}:
        mine = [event for event in events if getattr(event, name) == key]
        if (key,) not in found:  # nothing was counted, so there is no row
            assert all(naive(formula, mine).value is None for formula in FORMULAS)
            continue
        for formula, result in zip(FORMULAS, found[key,], strict=True):
            same(result, naive(formula, mine, points_only=name == "point"))


@settings(max_examples=12)
@given(MANY)
def test_topics_share_one_served_count(events):
    like = bind(next(one.definition for one in SIGNALS if one.code == "like_index"), Context())
    with closing(MemoryRecord(events)) as record:
        found = results([like], record, [dimension("subject")])
    for (topic,) in found:
        # served counts belong to all topics, whatever the subject of their own event
        mine = [event for event in events if event.kind == "served" or event.subject == topic]
        expected = over_served(like, mine)
        for name in ("thanks", "complaints"):
            assert found[topic,][0].parts[name] == expected.parts[name]
        assert found[topic,][0].value == pytest.approx(expected.value)


@settings(max_examples=12)
@given(MANY, st.integers(1, 2))
def test_one_employee(events, employee):
    mine = [event for event in events if event.employee == employee]
    formulas = [formula for formula in FORMULAS if not formula.sources]
    with closing(MemoryRecord(events)) as record:
        found = results(formulas, record, where=Compare("employee", "=", employee))
    for formula, result in zip(formulas, found.get((), []), strict=bool(found)):
        same(result, plain(formula, mine))


@settings(max_examples=12)
@given(st.lists(st.tuples(SIGNAL_EVENTS, st.integers(0, 2)), max_size=30), st.randoms())
def test_additive_over_any_split_and_in_any_order(split, random):
    events = [event for event, _ in split]
    shuffled = random.sample(events, len(events))
    for formula in FORMULAS:
        for measure in formula.measures().values():
            assert measure.additive
            parts = [measure.of([event for event, part in split if part == wanted]) for wanted in range(3)]
            assert functools.reduce(measure.combine, parts) == pytest.approx(measure.of(events))
        same(naive(formula, events), naive(formula, shuffled))
