"""What SQL says equals what the naive computation over Python lists says, for random events and questions."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from otklik.metrics.core.csat import BoxShare, MeanScore
from otklik.metrics.core.distribution import Distribution
from otklik.metrics.core.filters import Compare, both, matches
from otklik.metrics.core.measures import Agg, Measure
from otklik.metrics.core.nps import Nps, Silent
from otklik.metrics.core.ratio import Count, Distinct, Mean, NetTotal, Quantile, RepeatRate, Total
from otklik.metrics.core.results import Reason
from otklik.metrics.core.scales import Question, Questions, Scale
from otklik.metrics.core.served import Index, ServedCount, ServedIndex
from otklik.metrics.dimensions import Grain, dimension, period
from otklik.metrics.evaluate import Sheet, groups
from otklik.metrics.tests.memory import MemoryRecord, closing
from otklik.metrics.tests.naive import figures, over_served, plain
from otklik.metrics.tests.strategies import CROWDED, EVENTS, FILTERS, FIRST_DAY

SMILE = Questions.of([Question("smile", Scale(1, 5, 5))])
NPS = Questions.of([Question("nps", Scale(0, 10, 10))])
BOTH = Questions.of([*SMILE.items, *NPS.items, Question("csat", Scale(1, 7, 1), spontaneous=False)])
INVITED = Questions.of([Question("csat", Scale(1, 7, 1), spontaneous=False)])
SALES = Compare("kind", "=", "receipt")
PLAIN = (
    Nps(NPS),
    Nps(NPS, weight="weight"),
    BoxShare(BOTH, 2),
    MeanScore(BOTH, hundred=True, weight="weight"),
    Distribution(SMILE),
    Count(SALES),
    Total("attr.units", SALES, one_without_field=True),
    Mean("value", SALES),
    NetTotal("value", SALES, Compare("kind", "=", "visit")),
)
HOLISTIC = (
    Quantile("value", SALES, 0.3),
    Distinct("attr.customer", SALES),
    RepeatRate("attr.customer", SALES),
)
SERVED = (
    *(ServedIndex(index, SMILE) for index in Index),
    ServedIndex(Index.SUPPORT, INVITED),
    ServedIndex(Index.RESPONSE, BOTH, "weight", ("manual", "till")),
    Nps(NPS, silent=Silent.ALL_CRITICS),
    ServedCount(),
)
MANY = st.one_of(st.lists(EVENTS, max_size=40), st.lists(CROWDED, max_size=20))


def day_of(event):
    """Events of the strategies happen at offset zero with days from midnight."""
    return event.at // 86_400_000_000


@st.composite
def records(draw):
    from dataclasses import replace

    return [replace(event, day=day_of(event)) for event in draw(MANY)]


def results(formulas, record, dimensions=(), places=None, where=None):
    sheet = Sheet(formulas)
    plan = sheet.plan(dimensions, places, where) if where is not None else sheet.plan(dimensions, places)
    found = groups(plan, record.answer(plan))
    columns = [reading.column(found, Reason.NO_SERVED) for reading in sheet.readings]
    return {key: [column.result(row) for column in columns] for row, key in enumerate(found.keys)}


def same(left, right):
    assert left.value == pytest.approx(right.value, nan_ok=True)
    assert left.reason == right.reason
    assert left.n == right.n
    assert left.flags == right.flags
    assert left.numerator == pytest.approx(right.numerator)
    assert left.denominator == pytest.approx(right.denominator)
    assert left.standard_error == pytest.approx(right.standard_error, abs=1e-6)
    assert left.coverage == right.coverage


@given(FILTERS, MANY)
def test_a_filter_means_the_same_in_sql(node, events):
    with closing(MemoryRecord(events)) as record:
        found = results([Count(node)], record)
    expected = sum(1 for event in events if matches(node, event))
    assert (found[()][0].n if found else 0) == expected


@given(records(), st.sets(st.integers(FIRST_DAY, FIRST_DAY + 4)))
def test_totals(events, tabled):
    formulas = (*PLAIN, *SERVED)
    columns = [m for f in formulas for m in (*f.measures().values(), *(s.measure for s in f.sources))]
    with closing(MemoryRecord(events, columns=columns, tabled=tabled)) as record:
        [found] = results(formulas, record).values()
        holistic = results(HOLISTIC, record)[()]
    for formula, result in zip(formulas, found, strict=True):
        same(result, (over_served if formula.sources else plain)(formula, events))
    for formula, result in zip(HOLISTIC, holistic, strict=True):
        same(result, plain(formula, events))


@given(records(), st.sampled_from(["place", "point", "weekday", "day", "month", "child"]))
def test_by_a_dimension_of_the_unit(events, name):
    children = {1: 10, 2: 10, 3: 20}
    one = period(Grain(name)) if name in {"day", "month"} else dimension(name, children)
    keys = {
        "place": lambda event: event.place,
        "point": lambda event: event.point,
        "weekday": lambda event: (event.day + 3) % 7,
        "day": lambda event: date_of(event.day),
        "month": lambda event: date_of(event.day).replace(day=1),
        "child": lambda event: children.get(event.place),
    }
    formulas = (*PLAIN, *SERVED, *HOLISTIC)
    with closing(MemoryRecord(events)) as record:
        found = results(formulas, record, [one])
    for key in {keys[name](event) for event in events}:
        if key is None:
            continue
        mine = [event for event in events if keys[name](event) == key]
        for formula, result in zip(formulas, found[key,], strict=True):
            points_only = name == "point"
            expected = (
                over_served(formula, mine, points_only=points_only)
                if formula.sources
                else plain(formula, mine)
            )
            same(result, expected)


@given(records(), st.integers(1, 3))
def test_one_point_takes_only_figures_of_points(events, point):
    mine = [event for event in events if event.point == point]
    formulas = (*SERVED, *PLAIN)
    with closing(MemoryRecord(events)) as record:
        found = results(formulas, record, where=Compare("point", "=", point))
    for formula, result in zip(formulas, found.get((), []), strict=bool(found)):
        same(
            result, over_served(formula, mine, points_only=True) if formula.sources else plain(formula, mine)
        )


@given(records(), st.frozensets(st.integers(1, 4)), st.sampled_from([0, 4.5]))
def test_scope_and_condition(events, places, least):
    mine = [event for event in events if event.place in places]
    bases = {"served", "invitation", "receipt", "visit"}
    kept = [event for event in mine if event.kind in bases or (event.value or 0) > least]
    formulas = SERVED[:3]
    with closing(MemoryRecord(events)) as record:
        found = results(formulas, record, places=places, where=both(Compare("value", ">", least)))
    for formula, result in zip(formulas, found.get((), []), strict=bool(found)):
        same(result, over_served(formula, kept))


@given(records())
@settings(max_examples=50)
def test_hours_take_only_sources_that_tell_the_moment(events):
    """An hour's count comes from the source that holds for the whole day; manual figures have no hour."""
    from otklik.metrics.core.served import served_of_unit

    with closing(MemoryRecord(events)) as record:
        found = results([ServedCount()], record, [period(Grain.HOUR)])
    stamped = [source.code for source in ServedCount().sources if source.stamped]
    units = {(event.place, event.day) for event in events}
    total = 0.0
    for unit in units:
        mine = [event for event in events if (event.place, event.day) == unit]
        told = [figure for figure in figures(ServedCount(), mine) if figure.source in stamped]
        total += served_of_unit(told, stamped) or 0
    assert sum(result.value or 0 for [result] in found.values()) == pytest.approx(total)


def test_measures_are_asked_for_once():
    sheet = Sheet([Nps(NPS), Nps(NPS), Count(NPS.valid)])
    assert len(sheet.measures) == 3
    assert Measure(Agg.COUNT, None, NPS.valid) in sheet.measures


def date_of(day):
    from datetime import date, timedelta

    return date(1970, 1, 1) + timedelta(days=day)
