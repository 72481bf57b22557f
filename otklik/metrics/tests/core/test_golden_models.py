"""Golden tables of indices over several questions, computed by hand; the formula's source is kpi.md §4."""

import pytest

from otklik.metrics.catalogue import BUILT_IN
from otklik.metrics.core.definitions import Context, DefinitionError, bind
from otklik.metrics.core.models import Dimension, Item, Model
from otklik.metrics.core.results import Flag, Reason, Unit
from otklik.metrics.core.scales import Question, Questions, Scale
from otklik.metrics.tests.naive import plain, rated

A, B, C = (Question(code, Scale(1, 5, 5)) for code in "abc")
TURNED = Question("t", Scale(1, 5, 1))
ABC = Questions.of([A, B, C])
ANSWERS = [*rated([5, 3], "a"), *rated([2], "b"), *rated([1, 1, 3, 3], "c")]  # scores 75, 25, 25


def one(*items, **more):
    return Model(ABC, (Dimension("d", tuple(items)),), **more)


def test_equal_weights():
    result = plain(Model(ABC), [*ANSWERS, *rated([None, 9], "a")])
    assert result.value == pytest.approx(125 / 3)
    assert (result.n, result.flags, result.unit) == (4, (Flag.LOW_BASE,), Unit.POINTS)


def test_fixed_weights():
    result = plain(one(Item("a", 2), Item("b", 1), Item("c", 1)), ANSWERS)
    assert result.value == 50  # (150 + 25 + 25)/4
    assert (result.numerator, result.denominator) == (200, 4)


def test_stated_importance():
    questions = Questions.of([A, B, Question("ia", Scale(1, 10, 10)), Question("ib", Scale(1, 10, 10))])
    model = Model(questions, (Dimension("d", (Item("a", importance="ia"), Item("b", importance="ib"))),))
    events = [*ANSWERS, *rated([8, 10], "ia"), *rated([1], "ib")]
    assert plain(model, events).value == pytest.approx(70)  # (9·75 + 1·25)/10
    without = [*ANSWERS, *rated([8, 10], "ia")]  # b has no importance: it drops out, half is left
    assert plain(model, without).value == 75


@pytest.mark.parametrize(
    ("weights", "value", "reason"),
    [
        ((1, 1, 2), 50, None),  # c is not answered: half of the weight is left, (75 + 25)/2
        ((1, 1, 2.5), None, Reason.TOO_FEW_ITEMS),
        ((3, 1, 4), 62.5, None),  # renormalised: (3·75 + 25)/4
    ],
)
def test_an_item_without_answers_drops_out(weights, value, reason):
    items = (Item(code, weight) for code, weight in zip("abc", weights, strict=True))
    result = plain(one(*items), [event for event in ANSWERS if event.subject != "c"])
    assert (result.value, result.reason) == (value, reason)


def test_a_question_whose_best_option_is_the_lowest_is_turned_round():
    assert plain(Model(Questions.of([TURNED])), rated([1, 2], "t")).value == 87.5  # (100 + 75)/2


def test_weighted_answers():
    events = [*rated([5], "a", attrs={"weight": 3}), *rated([1], "a")]
    assert plain(Model(Questions.of([A]), weight="weight"), events).value == 75


SERVQUAL = Questions.of(
    Question(f"servqual-{side}-{n:02}", Scale(1, 7, 1 if n in {10, 11, 12, 13, 18, 19, 20, 21, 22} else 7))
    for side in "ep"
    for n in range(1, 23)
)


def bound(code, questions, params=None):
    return bind(BUILT_IN[code].definition, Context(questions), params)


def survey(perceived):
    """Everybody expects the best; `perceived` gives the answer to each item, 1 worst … 7 best."""
    turned = {question.code for question in SERVQUAL.items if question.scale.reversed}
    found = []
    for n in range(1, 23):
        for code, value in ((f"servqual-e-{n:02}", 7), (f"servqual-p-{n:02}", perceived(n))):
            found += rated([8 - value if code in turned else value], code)
    return found


def by_dimension(n):
    return 7 if n < 5 else 6 if n < 10 else 5 if n < 14 else 4 if n < 18 else 2


def test_servqual_gap_turns_the_negative_items_round():
    result = plain(bound("servqual", SERVQUAL), survey(by_dimension))
    expected = {"tangibles": 0, "reliability": -1, "responsiveness": -2, "assurance": -3, "empathy": -5}
    assert result.parts == expected
    assert result.value == pytest.approx(-2.2)  # −11/5


def test_servqual_weighted_by_points_of_importance():
    points = {"tangibles": 10, "reliability": 40, "responsiveness": 20, "assurance": 20, "empathy": 10}
    result = plain(bound("servqual", SERVQUAL, {"weights": points}), survey(by_dimension))
    assert result.value == pytest.approx(-1.9)  # (0 − 40 − 40 − 60 − 50)/100


def test_servperf_takes_perceptions_alone():
    result = plain(bound("servperf", SERVQUAL), survey(by_dimension))
    scores = [100 * (value - 1) / 6 for value in (7, 6, 5, 4, 2)]
    assert result.value == pytest.approx(sum(scores) / 5)
    assert list(result.parts.values()) == pytest.approx(scores)


def test_a_gap_needs_both_sides():
    perceptions = [event for event in survey(by_dimension) if "-p-" in event.subject]
    assert plain(bound("servqual", SERVQUAL), perceptions).reason is Reason.TOO_FEW_ITEMS


def test_rsqs_dimensions():
    questions = Questions.of(Question(f"rsqs-{n:02}", Scale(1, 5, 5)) for n in range(1, 29))
    level = {n: 5 if n < 7 else 4 if n < 12 else 3 if n < 21 else 2 if n < 24 else 1 for n in range(1, 29)}
    events = [event for n, value in level.items() for event in rated([value], f"rsqs-{n:02}")]
    result = plain(bound("rsqs", questions), events)
    assert list(result.parts.values()) == [100, 75, 50, 25, 0]
    assert result.value == 50
    # 6·100 + 5·75 + 9·50 + 3·25 + 5·0 over 28 items
    assert plain(bound("rsqs_parts", questions), events).value == pytest.approx(1500 / 28)


def pulse(kind, top):
    return Questions.of(Question(f"{kind}-{n}", Scale(1, 5, top), kind) for n in (1, 2))


def test_staff_are_shown_only_in_groups_of_five():
    questions = pulse("engagement", 5)
    few = [*rated([5, 5, 5, 5], "engagement-1"), *rated([1, 1], "engagement-2")]
    hidden = plain(bound("engagement", questions), few)
    assert (hidden.value, hidden.reason, hidden.numerator) == (None, Reason.GROUP_TOO_SMALL, None)
    assert hidden.parts == {}
    mixed = plain(bound("engagement", questions), [*rated([5, 5, 4, 4, 2], "engagement-1"), *few[4:]])
    assert mixed.value == 75  # the second question has two answers and does not show through
    assert plain(bound("engagement", questions), []).reason is Reason.NO_RATINGS


def test_a_question_of_the_moment_cannot_lower_the_group():
    questions = pulse("engagement", 5)
    assert bound("engagement", questions, {"least": 10}).least == 10
    with pytest.raises(DefinitionError, match="private"):
        bound("engagement", questions, {"least": 1})


def test_burnout_is_worse_when_higher():
    agreeing = rated([5, 5, 5, 5, 4], "burnout-1")  # agreeing is bad: 1 is the best option
    assert plain(bound("burnout", pulse("burnout", 1)), agreeing + rated([5] * 5, "burnout-2")).value == 97.5


def test_without_questions_there_is_no_value():
    assert plain(bound("csi", Questions(())), []).reason is Reason.NO_QUESTION
    assert plain(bound("servqual", Questions(())), []).reason is Reason.NO_QUESTION


@pytest.mark.parametrize(
    ("params", "where"),
    [
        ({"model": "all"}, "model"),
        ({"model": [3]}, "model[0]"),
        ({"model": [{"code": "d"}]}, "model[0].items"),
        ({"model": [{"code": "d", "items": [{"code": "a", "weight": "x"}]}]}, "model[0].items[0].weight"),
        ({"model": [{"code": "d", "items": [{"code": "a", "weight": 0}]}]}, "params"),
        ({"model": [{"code": "d", "items": [{"code": "a"}, {"code": "a"}]}]}, "params"),
        ({"weights": {"soul": 3}}, "weights.soul"),
        ({"gap": True}, "params"),
    ],
)
def test_a_model_that_cannot_be_is_refused_by_its_place(params, where):
    with pytest.raises(DefinitionError) as caught:
        bound("csi", ABC, params)
    assert caught.value.name == where
