"""A column of results says of each slice exactly what the formula says of that slice alone."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from otklik.metrics.catalogue import BUILT_IN
from otklik.metrics.core.columns import Block, Column, Columnar, ServedColumn, flags_of
from otklik.metrics.core.definitions import Context, bind
from otklik.metrics.core.formula import ServedTotal, Slice
from otklik.metrics.core.results import Direction, Flag, Reason, Result, Unit
from otklik.metrics.core.scales import Question, Questions, Scale
from otklik.metrics.core.thresholds import COLOURS, Limits, colour, colours

ONE = Questions.of([Question("smile", Scale(1, 5, 5))])
TEN = Questions.of([Question("nps", Scale(0, 10, 10))])
MANY = Questions.of([*ONE.items, *TEN.items, Question("turned", Scale(1, 7, 1), spontaneous=False)])
SILENT = [{"silent": name} for name in ("all_passive", "all_critics", "as_responders")]
OWN_SHARES = {"silent": "custom", "loyal": 0.2, "passive": 0.3, "critic": 0.5}
OVERRIDES = {"nps": [{}, *SILENT, OWN_SHARES], "best_less_worst": [{}, {"over_served": True}]}
FORMULAS = {
    f"{one.code}-{number}": bind(one.definition, context, more)
    for one in BUILT_IN.values()
    for number, (context, more) in enumerate(
        (Context(questions, weight), more)
        for questions in (Questions(()), ONE, TEN, MANY)
        for weight in (None, "weight")
        for more in OVERRIDES.get(one.definition.family, [{}])
    )
}
NUMBERS = st.sampled_from([None, 0, 1, 2, 3, 7, 29, 30, 100, 1234, 0.1, 2.5, 1e6 / 3, -3.5])
TOTALS = st.sampled_from([None, 0, 1, 29, 30, 100.5, 100_000])


@st.composite
def slices(draw, formula):
    names = list(formula.measures())
    numbers = st.fixed_dictionaries(dict.fromkeys(names, NUMBERS))
    without = draw(st.fixed_dictionaries(dict.fromkeys(names, st.integers(0, 3))))
    total = draw(TOTALS)
    told = ServedTotal(total, 0 if total is None else 3, Reason.NO_SERVED if total is None else None, without)
    return Slice(draw(numbers), draw(numbers), told)


def block(held):
    """Slices beside one another."""

    def numbers(values):
        return np.array([np.nan if value is None else value for value in values], float)

    def columns(dicts):
        return {name: numbers(one[name] for one in dicts) for name in dicts[0]}

    totals = [one.served for one in held]
    served = ServedColumn(
        numbers(one.total for one in totals),
        numbers(one.known_units for one in totals),
        Reason.NO_SERVED,
        columns([one.units_without for one in totals]),
    )
    return Block(
        len(held), columns([one.values for one in held]), columns([one.covered for one in held]), served
    )


@given(st.data())
def test_a_column_equals_its_slices(data):
    formula = FORMULAS[data.draw(st.sampled_from(sorted(FORMULAS)))]
    held = data.draw(st.lists(slices(formula), min_size=1, max_size=6))
    alone = [formula.result(one) for one in held]
    column = formula.column(block(held)) if isinstance(formula, Columnar) else Column.of(alone)
    assert [column.result(row) for row in range(len(held))] == alone
    for row, one in enumerate(alone):
        assert (one.value is None) == bool(np.isnan(column.value[row]))
        assert one.value is None or column.value[row] == one.value
        assert column.n[row] == one.n
        assert flags_of(column.flags.item(row)) == tuple(sorted(one.flags, key=list(Flag).index))


@given(st.data())
def test_no_number_is_an_endless_one(data):
    formula = FORMULAS[data.draw(st.sampled_from(sorted(FORMULAS)))]
    found = formula.result(data.draw(slices(formula)))
    numbers = [
        found.value,
        found.numerator,
        found.denominator,
        found.n,
        found.standard_error,
        *(found.interval or ()),
    ]
    assert all(number is None or np.isfinite(number) for number in numbers)


def test_where_two_reasons_hold_the_first_speaks():
    """No answers at all comes before weights that sum to nothing."""
    formula = bind(BUILT_IN["csat"].definition, Context(ONE, "weight"))
    nothing = {"n": 0, "weight": 0, "weight_sq": 0, "top": 0, "bottom": 0}
    assert formula.result(Slice(nothing)).reason is Reason.NO_RATINGS
    assert formula.result(Slice({**nothing, "n": 4})).reason is Reason.BAD_WEIGHTS


def test_columns_of_parts_of_a_table_are_put_together():
    left = Column.of([Result(1.0, Unit.SCORE, n=3), Result(2.0, Unit.SCORE, n=4, flags=(Flag.LOW_BASE,))])
    right = Column.of([Result(None, Unit.SCORE, reason=Reason.NO_RATINGS)])
    found = Column.gathered(
        4, [(left, np.array([1, 0]), np.array([0, 2])), (right, np.array([0]), np.array([3]))]
    )
    assert [found.result(row).value for row in range(4)] == [2.0, None, 1.0, None]
    assert [found.result(row).reason for row in range(4)] == [None, Reason.NO_EVENTS, None, Reason.NO_RATINGS]
    assert found.result(0).flags == (Flag.LOW_BASE,)


@pytest.mark.parametrize("direction", list(Direction))
@pytest.mark.parametrize("limits", [None, Limits(0.8, 0.5), Limits(0.2, 0.5)])
def test_colours_of_many_values_are_those_of_each(direction, limits):
    values = [None, 0.0, 0.2, 0.5, 0.79999, 0.8, 1.0]
    many = colours(np.array([np.nan if one is None else one for one in values]), limits, direction)
    assert [COLOURS[code] for code in many] == [colour(one, limits, direction) for one in values]
