"""Pairs, chains, groups and neighbours: what SQL and the kernels say equals the naive computation, for random events."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from otklik.metrics.core.derived import Chains, Groups, Near, Pairs, Within, as_event
from otklik.metrics.core.emotional import EmotionalNps
from otklik.metrics.core.events import Event
from otklik.metrics.core.filters import EVERYTHING, Compare, both, either, matches
from otklik.metrics.core.formula import Slice
from otklik.metrics.core.grouped import Having, Inner, Take
from otklik.metrics.core.results import Unit
from otklik.metrics.core.rows import Bounds, ComplianceTotal, OfRows, Over, of_chains
from otklik.metrics.core.scales import Question, Questions, Scale
from otklik.metrics.core.statistics import Spread
from otklik.metrics.dimensions import Grain, dimension, period
from otklik.metrics.tests.memory import MemoryRecord, closing
from otklik.metrics.tests.strategies import FIRST_DAY
from otklik.metrics.tests.test_planner import results, same

SECOND = 1_000_000
DAY = 86_400 * SECOND
KINDS = ("visit", "receipt", "rating", "emotion")
EVENTS = st.builds(
    Event,
    kind=st.sampled_from(KINDS),
    at=st.integers(0, 2 * 24 * 6).map(lambda step: FIRST_DAY * DAY + step * 600 * SECOND),
    place=st.integers(1, 2),
    point=st.sampled_from([None, 1, 2]),
    employee=st.sampled_from([None, 1, 2]),
    shift=st.sampled_from([None, 1, 2]),
    subject=st.sampled_from([None, "nps", "queue"]),
    value=st.one_of(st.none(), st.integers(0, 10).map(float)),
    session=st.sampled_from([None, "a", "b"]),
    attrs=st.fixed_dictionaries(
        {},
        optional={
            "customer": st.sampled_from(["x", "y"]),
            "weight": st.sampled_from([1, 2.5, 4]),
            "tone": st.sampled_from(["positive", "neutral", "negative"]),
            "critical": st.booleans(),
        },
    ),
)
RECORDS = st.lists(EVENTS, max_size=40).map(
    lambda events: [replace(one, day=one.at // DAY) for one in events]
)
VISIT, RECEIPT, RATING = (Compare("kind", "=", kind) for kind in KINDS[:3])
HIGH = Compare("value", ">=", 5)
KEYS = st.sampled_from([("point",), ("place",), ("employee",), ("session",), ("attr.customer", "place")])
BOUND = st.sampled_from([Within.DAY, Within.SHIFT, Within.NONE])
RULES = st.one_of(
    st.builds(Pairs, st.just(VISIT), st.just(None), KEYS, BOUND, st.sampled_from([None, 1800, 90_000])),
    st.builds(Pairs, st.just(VISIT), st.sampled_from([RECEIPT, HIGH]), KEYS, BOUND, st.sampled_from([None, 1800])),
    st.builds(
        Chains, st.sampled_from([(VISIT, RECEIPT), (VISIT, RATING, RECEIPT), (VISIT, VISIT)]), KEYS,
        st.sampled_from([1200, 20_000]), BOUND, st.sampled_from([None, HIGH]),
    ),
)  # fmt: skip
INNERS = st.sampled_from(
    [
        Inner(Take.COUNT), Inner(Take.COUNT, filter=RECEIPT), Inner(Take.SUM, "value"), Inner(Take.MEAN, "value", RATING),
        Inner(Take.MIN, "value"), Inner(Take.MAX, "value"), Inner(Take.FIRST, "value"), Inner(Take.LAST, "value"),
        Inner(Take.SPAN), Inner(Take.DISTINCT, "kind"), Inner(Take.SEQUENCE, "kind"),
        Inner(Take.WEIGHTED_MEAN, "value", EVERYTHING, "weight", Compare("attr.critical", "=", value=True)),
    ]
)  # fmt: skip
HAVINGS = st.sampled_from([(), (Having(EVERYTHING, 2),), (Having(RECEIPT, 1, 2), Having(VISIT, at_most=1))])
GROUPS = st.builds(
    Groups, st.sampled_from([EVERYTHING, either(VISIT, RECEIPT)]), KEYS, INNERS,
    st.sampled_from([Within.DAY, Within.SHIFT]), HAVINGS,
)  # fmt: skip
OVERS = st.sampled_from([over for over in Over if over is not Over.SHARE])


def naive(formula, events, keep=lambda _event: True):
    """The formula over rows made of all events, of which those that `keep` takes are looked at."""

    def of(measure):
        if measure.source is None:
            return measure.of([event for event in events if keep(event)])
        rows = [as_event(row) for row in measure.source.rows(events) if keep(row.event)]
        return replace(measure, source=None).of(rows)

    return formula.result(Slice({name: of(measure) for name, measure in formula.measures().items()}))


def check(formula, events, *, dimensions=(), keep=lambda _event: True, key=(), **more):
    with closing(MemoryRecord(events)) as record:
        found = results([formula], record, dimensions, **more)
    expected = naive(formula, events, keep)
    if key in found:
        same(found[key][0], expected)
        for name, part in expected.parts.items():
            assert found[key][0].parts[name] == pytest.approx(part), name
    else:
        assert not expected.value


@given(RECORDS, RULES, OVERS)
def test_pairs_and_chains(events, rule, over):
    check(OfRows(rule, over, Unit.SECONDS), events)


@given(RECORDS, GROUPS, OVERS)
def test_groups(events, rule, over):
    check(OfRows(rule, over, Unit.SCORE), events)


@given(RECORDS, KEYS, INNERS, HAVINGS, OVERS)
def test_groups_of_the_whole_period(events, key, inner, having, over):
    check(OfRows(Groups(EVERYTHING, key, inner, Within.PERIOD, having), over, Unit.SCORE), events)


@given(RECORDS, RULES, st.sampled_from(["place", "employee", "hour", "kind", "attr.customer", "day"]))
def test_rows_are_split_by_what_their_event_has(events, rule, name):
    formula = OfRows(rule, Over.MEAN, Unit.SECONDS)
    one = period(Grain.DAY) if name == "day" else dimension(name)
    keys = {
        "place": lambda event: event.place,
        "employee": lambda event: event.employee,
        "hour": lambda event: event.at // (3600 * SECOND) % 24,
        "kind": lambda event: event.kind,
        "attr.customer": lambda event: event.attrs.get("customer"),
        "day": lambda event: period_of(event.day),
    }
    for value in {keys[name](event) for event in events}:
        check(
            formula,
            events,
            dimensions=[one],
            keep=lambda event, v=value: keys[name](event) == v,
            key=(value,),
        )


@given(RECORDS, GROUPS, st.sampled_from(["place", "hour", "attr.customer", "subject"]))
def test_groups_are_split_by_their_first_event(events, rule, name):
    formula = OfRows(rule, Over.SUM, Unit.SCORE)
    keys = {
        "place": lambda event: event.place,
        "hour": lambda event: event.at // (3600 * SECOND) % 24,
        "attr.customer": lambda event: event.attrs.get("customer"),
        "subject": lambda event: event.subject,
    }
    found_keys = {keys[name](row.event) for row in rule.rows(events)}
    for value in found_keys:
        check(
            formula,
            events,
            dimensions=[dimension(name)],
            keep=lambda event, v=value: keys[name](event) == v,
            key=(value,),
        )


@given(RECORDS, INNERS, st.sampled_from([("session",), ("attr.customer",)]))
def test_a_group_of_the_period_is_made_anew_in_each_split(events, inner, key):
    formula = OfRows(Groups(EVERYTHING, key, inner, Within.PERIOD), Over.SUM, Unit.SCORE)
    with closing(MemoryRecord(events)) as record:
        found = results([formula], record, [dimension("child", {1: 7, 2: 8})])
    for place, group in ((1, 7), (2, 8)):
        expected = naive(formula, [event for event in events if event.place == place])
        if (group,) in found:
            same(found[group,][0], expected)
        else:
            assert expected.value is None


@given(RECORDS, RULES, st.frozensets(st.integers(1, 2), min_size=1), st.integers(0, 10))
def test_places_and_conditions_choose_among_rows(events, rule, places, least):
    formula = OfRows(rule, Over.COUNT, Unit.COUNT)
    where = both(Compare("employee", "=", 1), Compare("attr.weight", ">", least / 5))
    check(
        formula, events, places=places, where=where,
        keep=lambda event: event.place in places and matches(where, event),
    )  # fmt: skip


@given(RECORDS, st.sampled_from(["point", "session"]), st.sampled_from([60, 1200, 90_000]))
def test_emotional_nps(events, key, seconds):
    questions = Questions.of([Question("nps", Scale(0, 10, 10))])
    check(EmotionalNps(questions, Compare("kind", "=", "emotion"), (key,), seconds), events)


@given(RECORDS, st.booleans())
def test_compliance_of_whole_checks(events, critical):
    applied = both(Compare("value", ">=", 0), Compare("value", "<=", 1))
    strict = Compare("attr.critical", "=", value=True) if critical else None
    rows = Groups(
        applied, ("session",), Inner(Take.WEIGHTED_MEAN, "value", EVERYTHING, "weight", strict), Within.DAY
    )
    check(ComplianceTotal(rows), events)


@given(
    RECORDS,
    KEYS,
    st.sampled_from([Within.DAY, Within.SHIFT]),
    st.sampled_from([Over.COUNT, Over.SUM, Over.MEAN]),
)
def test_the_short_way_says_the_same_as_all_gaps(events, key, within, over):
    rule = Pairs(VISIT, None, key, within)
    short = OfRows(rule, over, Unit.SECONDS, spread=Spread.EXPONENTIAL)
    assert short._shortcut is not None
    gaps = [row.value for row in rule.rows(events)]
    found = naive(short, events)
    if gaps:
        assert found.n == len(gaps)
        expected = {Over.COUNT: len(gaps), Over.SUM: sum(gaps), Over.MEAN: np.mean(gaps)}[over]
        assert found.value == pytest.approx(expected)
    check(short, events)


@given(RECORDS, RULES, st.integers(FIRST_DAY, FIRST_DAY + 1))
def test_rows_within_a_day_add_up_over_days(events, rule, day):
    rule = replace(rule, within=Within.DAY)
    whole, parts = (
        rule.rows(events),
        [rule.rows([e for e in events if (e.day <= day) is early]) for early in (True, False)],
    )
    assert len(whole) == len(parts[0]) + len(parts[1])
    assert sum(row.value for row in whole) == pytest.approx(sum(row.value for part in parts for row in part))


@given(RECORDS, st.randoms())
def test_the_order_of_arrival_does_not_matter(events, random):
    spread = [
        replace(event, at=event.at + number) for number, event in enumerate(events)
    ]  # no two at the same moment
    shuffled = list(spread)
    random.shuffle(shuffled)
    rule = Chains((VISIT, RECEIPT), ("place",), 20_000)
    formula = of_chains(rule, Over.SHARE, Unit.SHARE, 0.5)
    same(naive(formula, spread), naive(formula, shuffled))
    check(formula, shuffled)


@given(RECORDS, GROUPS, st.integers(0, 5), st.integers(0, 5))
def test_a_share_of_groups(events, rule, least, more):
    check(OfRows(rule, Over.SHARE, Unit.SHARE, bounds=Bounds(least, least + more)), events)


def test_neighbours_over_midnight_belong_to_the_answer():
    late, early = FIRST_DAY * DAY + DAY - SECOND, FIRST_DAY * DAY + DAY + 20 * SECOND
    answer = Event("rating", late, FIRST_DAY, 1, 1, subject="nps", value=10.0)
    emotion = Event("emotion", early, FIRST_DAY + 1, 1, 1, attrs={"tone": "positive"})
    near = Near(RATING, Compare("kind", "=", "emotion"), ("point",), 60, "tone")
    assert [row.event.kind for row in near.rows([answer, emotion])] == ["positive"]


def period_of(day):
    from datetime import date, timedelta

    return date(1970, 1, 1) + timedelta(days=day)
