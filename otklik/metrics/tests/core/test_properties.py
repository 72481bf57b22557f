"""What holds for any events: measures add up over any split, order means nothing, filters survive JSON."""

import functools
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from otklik.metrics.core.filters import Compare, FilterError, Not, canonical, from_data, matches, to_data
from otklik.metrics.core.measures import Agg, Measure
from otklik.metrics.core.scales import Question, Questions, Scale
from otklik.metrics.core.served import Figure, Index, ServedIndex, served_of_unit
from otklik.metrics.tests.naive import over_served
from otklik.metrics.tests.strategies import EVENTS, FILTERS

ADDITIVE = st.one_of(
    st.builds(Measure, st.just(Agg.COUNT), st.just(None), FILTERS, st.sampled_from([None, "weight"])),
    st.builds(
        Measure,
        st.sampled_from([Agg.SUM, Agg.SUMSQ]),
        st.sampled_from(["value", "attr.units"]),
        FILTERS,
        st.sampled_from([None, "weight"]),
    ),
    st.builds(Measure, st.sampled_from([Agg.FIRST, Agg.LAST]), st.sampled_from(["at", "value"]), FILTERS),
)


@given(ADDITIVE, st.lists(st.tuples(EVENTS, st.integers(0, 3)), max_size=30))
def test_additive_measures_add_up_over_any_split(measure, split):
    whole = measure.of([event for event, _ in split])
    parts = [measure.of([event for event, part in split if part == wanted]) for wanted in range(4)]
    assert functools.reduce(measure.combine, parts) == pytest.approx(whole)


@given(st.lists(EVENTS, max_size=20), st.randoms())
def test_the_order_of_events_means_nothing(events, random):
    questions = Questions.of([Question("nps", Scale(0, 10, 10)), Question("smile", Scale(1, 5, 5))])
    shuffled = random.sample(events, len(events))
    for index in Index:
        formula = ServedIndex(index, questions)
        assert over_served(formula, events) == over_served(formula, shuffled)


@given(st.lists(EVENTS, max_size=30))
def test_support_and_criticality_make_up_the_response(events):
    questions = Questions.of([Question("smile", Scale(1, 5, 5))])
    response, support, criticality = (over_served(ServedIndex(index, questions), events) for index in Index)
    if response.value is not None:
        assert support.numerator + criticality.numerator == response.numerator
        assert support.value + criticality.value == pytest.approx(response.value)
    else:
        assert support.value is None
        assert criticality.value is None


@given(
    st.lists(
        st.builds(
            Figure,
            st.one_of(st.none(), st.integers(1, 3)),
            st.sampled_from("abc"),
            st.integers(0, 9).map(float),
        ),
        max_size=10,
    ),
    st.randoms(),
)
def test_sources_are_never_added_to_one_another(figures, random):
    found = served_of_unit(figures, "abc")
    assert found == served_of_unit(random.sample(figures, len(figures)), "abc")
    if figures:
        assert found <= sum(figure.value for figure in figures)
    best = [figure for figure in figures if figure.source == "a"]
    if any(figure.point is None for figure in best):
        assert found == sum(figure.value for figure in best if figure.point is None)


@given(FILTERS, EVENTS)
def test_filters_survive_json_and_not_is_the_opposite(node, event):
    again = from_data(json.loads(json.dumps(to_data(node))))
    assert canonical(again) == canonical(node)
    assert matches(again, event) is matches(node, event)
    assert matches(Not(node), event) is not matches(node, event)


def test_the_key_of_a_measure_never_changes():
    measure = Measure(Agg.COUNT, None, from_data({"and": [["kind", "=", "rating"], ["value", ">=", 4]]}))
    turned = Measure(Agg.COUNT, None, from_data({"and": [["value", ">=", 4.0], ["kind", "=", "rating"]]}))
    assert measure.key == turned.key == "m_dcad53a10a4553843a35"
    assert measure.key != Measure(Agg.COUNT, None, measure.filter, weight="weight").key


@pytest.mark.parametrize(
    ("data", "where", "problem"),
    [
        (["colour", "=", "x"], "", "unknown field"),
        (["value", "~", 1], "", "unknown operator"),
        (["value", ">", "many"], "", "compared here with a number"),
        (["kind", "=", 3], "", "compared with a text"),
        (["kind", "<", "a"], "", "number"),
        (["value", "in", 3], "", "takes a list"),
        (["value", ">", float("nan")], "", "number"),
        ({"and": [["value", "=", 1], {"not": ["attr.a b", "=", 1]}]}, "and[1].not", "unknown field"),
        ({"xor": []}, "", "must be"),
        ("value = 1", "", "must be"),
    ],
)
def test_a_condition_without_meaning_is_named(data, where, problem):
    with pytest.raises(FilterError) as caught:
        from_data(data)
    assert caught.value.where == where
    assert problem in caught.value.problem


def test_attribute_names_cannot_carry_sql():
    with pytest.raises(FilterError):
        from_data(["attr.x'); DROP TABLE events; --", "=", 1])
    with pytest.raises(ValueError, match="no name"):
        Measure(Agg.COUNT, None, Compare("kind", "=", "x"), weight="x'y")
