"""Golden tables: events in, numbers out, each computed by hand; the source of the formula stands beside it."""

import math

import pytest

from otklik.metrics.core.ces import RangeShare, ces2_net, net_easy
from otklik.metrics.core.columns import Column
from otklik.metrics.core.compare import Verdict, compare
from otklik.metrics.core.csat import BoxShare, MeanScore
from otklik.metrics.core.distribution import Distribution
from otklik.metrics.core.events import Event
from otklik.metrics.core.filters import Compare
from otklik.metrics.core.net import Band, NetIndex
from otklik.metrics.core.nps import Nps, Shares, Silent
from otklik.metrics.core.ratio import (
    Count,
    Distinct,
    Mean,
    Quantile,
    RatioOfCounts,
    RatioOfSums,
    RepeatRate,
    Total,
)
from otklik.metrics.core.results import Direction, Flag, Reason, Result, Unit
from otklik.metrics.core.scales import Question, Questions, Scale
from otklik.metrics.core.served import Figure, Index, ServedIndex, relevance, served_of_unit
from otklik.metrics.core.thresholds import Colour, Limits, colour
from otklik.metrics.tests.naive import over_served, plain, rated, served

FIVE = Questions.of([Question("q", Scale(1, 5, 5))])
TEN = Questions.of([Question("q", Scale(0, 10, 10))])
ONE_TO_TEN = Questions.of([Question("q", Scale(1, 10, 10))])
SEVEN = Questions.of([Question("q", Scale(1, 7, 7))])
EASE = Questions.of([Question("q", Scale(1, 7, 1))])
BEST_FIRST = Questions.of([Question("q", Scale(1, 5, 1))])


@pytest.mark.parametrize(
    ("formula", "values", "value", "numerator", "denominator", "source"),
    [
        (Nps(TEN), [10, 9, 8, 7, 6, 0], 0.0, 0, 6, "Reichheld 2003: (2 − 2)/6"),
        (Nps(TEN), [10, 9, 9, 8, 6], 40.0, 200, 5, "(3 − 1)/5"),
        (Nps(ONE_TO_TEN), [10, 6, 7, 1], -25.0, -100, 4, "1…10: detractors 1–6: (1 − 2)/4"),
        (Nps(FIVE), [5, 5, 4, 3], 25.0, 100, 4, "1…5: promoters 5, passives 4: (2 − 1)/4"),
        (BoxShare(FIVE), [5, 4, 3, 3], 0.5, 2, 4, "top two of five"),
        (BoxShare(FIVE, 1), [5, 4, 3, 3], 0.25, 1, 4, "top one"),
        (BoxShare(FIVE, 2, worst=True), [5, 4, 2, 1, 1], 0.6, 3, 5, "bottom two"),
        (BoxShare(BEST_FIRST), [1, 2, 5, 4], 0.5, 2, 4, "best option is 1"),
        (MeanScore(FIVE), [5, 4, 3], 4.0, 12, 3, "mean"),
        (MeanScore(FIVE, hundred=True), [5, 3, 1, 1], 37.5, 150, 4, "(100 + 50 + 0 + 0)/4"),
        (MeanScore(BEST_FIRST, hundred=True), [1, 3], 75.0, 150, 2, "turned round: (100 + 50)/2"),
        (RangeShare(SEVEN), [7, 6, 5, 4, 3], 0.6, 3, 5, "CES 2.0, share of 5–7"),
        (ces2_net(SEVEN), [7, 6, 5, 4, 3], 20.0, 100, 5, "CES 2.0 net: (2 − 1)/5"),
        (net_easy(EASE), [1, 2, 4, 7], 25.0, 100, 4, "Net Easy: (2 − 1)/4"),
        (NetIndex(FIVE, (Band("l", 5, 5, 2), Band("k", 1, 2, -1))), [5, 3, 1, 2], 0.0, 0, 4, "2·1 − 2 = 0"),
    ],
)
def test_formula_of_one_question(formula, values, value, numerator, denominator, source):  # noqa: PLR0917  # one column of the table each
    result = plain(formula, rated([*values, None, 99]))
    assert result.value == pytest.approx(value, abs=1e-12), source
    assert result.numerator == pytest.approx(numerator, abs=1e-9)
    assert result.denominator == denominator
    assert result.n == len(values)
    assert result.flags == (Flag.LOW_BASE,)


def test_nps_error_and_both_intervals():
    result = plain(Nps(TEN), rated([10] * 5 + [8] * 3 + [0] * 2))
    # p = .5, d = .2: variance .7 − .09 = .61; SE = 100·√(.061)
    assert result.standard_error == pytest.approx(100 * math.sqrt(0.061))
    assert result.parts["interval_wald"] == pytest.approx([30 - 48.40754, 30 + 48.40754], abs=1e-4)
    # 13 pseudo-answers: P 5.75, passive 4.5, D 2.75: NPS 300/13, variance 8.5/13 − 9/169
    error = 100 * math.sqrt((8.5 / 13 - 9 / 169) / 13)
    assert result.interval == pytest.approx(
        (300 / 13 - 1.959963984540054 * error, 300 / 13 + 1.959963984540054 * error)
    )


@pytest.mark.parametrize(
    ("silent", "shares", "value"),
    [
        (Silent.ALL_PASSIVE, None, 10.0),  # (6 − 4)/20
        (Silent.HALF_PASSIVE_HALF_CRITIC, None, -15.0),  # (6 − 4 − 5)/20
        (Silent.ALL_CRITICS, None, -40.0),  # (6 − 4 − 10)/20
        (Silent.AS_RESPONDERS, None, 20.0),  # the classic value
        (Silent.CUSTOM, Shares(0.2, 0.5, 0.3), 5.0),  # (6 + 2 − 4 − 3)/20
    ],
)
def test_the_silent_ones_are_put_where_the_preset_says(silent, shares, value):
    events = [*rated([10] * 6 + [0] * 4), served(20)]
    result = over_served(Nps(TEN, silent=silent, shares=shares), events)
    assert result.value == pytest.approx(value, abs=1e-12)
    assert result.denominator == 20
    assert result.parts["silent"] == 10
    assert result.parts["classic"] == pytest.approx(20.0)
    assert (Flag.ASSUMES_SILENT_LIKE_RESPONDERS in result.flags) is (silent is Silent.AS_RESPONDERS)


def test_without_a_served_count_only_the_classic_nps_is_known():
    result = over_served(Nps(TEN, silent=Silent.ALL_PASSIVE), rated([10, 9, 0]))
    assert result.value is None
    assert result.reason is Reason.NO_SERVED
    assert result.parts["classic"] == pytest.approx(100 / 3)


def test_more_answers_than_invited_are_flagged_and_not_spread():
    result = over_served(Nps(TEN, silent=Silent.ALL_PASSIVE), [*rated([10, 9, 0]), served(2)])
    assert result.value is None
    assert result.reason is Reason.MORE_RESPONDERS_THAN_INVITED
    assert Flag.RESPONDERS_EXCEED_INVITED in result.flags


@pytest.mark.parametrize("bad", [(0.5, 0.5, 0.5), (-0.5, 1, 0.5), (0, 0, 0)])
def test_shares_that_do_not_sum_to_one_are_refused(bad):
    with pytest.raises(ValueError, match="sum to 1"):
        Shares(*bad)


def test_a_scale_without_break_points_has_no_nps_until_they_are_given():
    result = plain(Nps(SEVEN), rated([7]))
    assert result.reason is Reason.NO_BREAK_POINTS


# seed 001: support = highest / served, criticality = all others / served, response = both
@pytest.mark.parametrize(
    ("index", "value", "numerator"),
    [(Index.RESPONSE, 0.5, 10), (Index.SUPPORT, 0.3, 6), (Index.CRITICALITY, 0.2, 4)],
)
def test_served_indices(index, value, numerator):
    events = [*rated([5] * 6 + [4, 3, 2, 1]), served(20)]
    result = over_served(ServedIndex(index, FIVE), events)
    assert (result.value, result.numerator, result.denominator) == (value, numerator, 20)


def test_a_day_without_a_served_count_leaves_both_parts_and_is_told():
    days = [event for day in range(7) for event in rated([5, 4], day=day)]
    known = [served(8, day=day) for day in range(5)]
    result = over_served(ServedIndex(Index.RESPONSE, FIVE), [*days, *known])
    assert (result.numerator, result.denominator, result.value) == (10, 40, 0.25)
    assert (result.coverage.known, result.coverage.units) == (5, 7)
    assert Flag.PARTIAL_COVERAGE in result.flags


def test_more_ratings_than_served_are_shown_as_they_are():
    result = over_served(ServedIndex(Index.RESPONSE, FIVE), [*rated([5] * 6), served(4)])
    assert result.value == 1.5
    assert Flag.RATINGS_EXCEED_SERVED in result.flags


def test_nobody_served_is_no_value():
    result = over_served(ServedIndex(Index.SUPPORT, FIVE), [*rated([5]), served(0)])
    assert (result.value, result.reason) == (None, Reason.SERVED_IS_ZERO)


PRIORITY = ["till", "sensor", "manual"]


@pytest.mark.parametrize(
    ("figures", "points_only", "value", "why"),
    [
        ([], False, None, "nobody says"),
        ([(None, "manual", 50)], False, 50, "only the whole place"),
        ([(None, "manual", 50)], True, None, "a point needs its own figure"),
        ([(1, "manual", 9), (1, "till", 7)], False, 7, "till before manual, never 16"),
        ([(1, "till", 7), (2, "till", 3)], False, 10, "points of one place add up"),
        ([(1, "till", 7), (1, "till", 4)], False, 11, "two tills' figures of one source and point add up"),
        ([(None, "manual", 50), (1, "till", 7)], False, 7, "the points' source is better"),
        ([(None, "till", 50), (1, "manual", 7)], False, 50, "the whole place's source is better"),
        ([(None, "sensor", 50), (1, "sensor", 7)], False, 50, "a tie goes to the whole place"),
        (
            [(None, "sensor", 50), (1, "till", 7), (2, "manual", 3)],
            False,
            50,
            "a sum is as good as its weakest part",
        ),
        (
            [(None, "manual", 50), (1, "till", 7), (2, "sensor", 3)],
            False,
            10,
            "even the weakest part is better",
        ),
        ([(None, "till", 50), (1, "manual", 7)], True, 7, "points only"),
        ([(1, "unheard", 7)], False, None, "an unknown source says nothing"),
        ([(1, "till", 0), (1, "manual", 7)], False, 0, "zero is a figure"),
    ],
)
def test_which_served_count_holds(figures, points_only, value, why):
    found = served_of_unit([Figure(*figure) for figure in figures], PRIORITY, points_only=points_only)
    assert found == value, why


@pytest.mark.parametrize(
    ("value", "flag"), [(0.59, Flag.NOT_RELEVANT), (0.6, None), (0.9, None), (None, Flag.RESPONSE_UNKNOWN)]
)
def test_relevance(value, flag):
    response = Result(value, Unit.SHARE, reason=None if value is not None else Reason.NO_SERVED)
    said = relevance(Column.of([response]))
    assert [one for one, where in said.items() if where[0]] == ([flag] if flag else [])


RECEIPTS = [
    Event("receipt", value=100.0, attrs={"customer": "a", "units": 2, "lines": 1}),
    Event("receipt", value=300.0, attrs={"customer": "b", "units": 6, "lines": 3}),
    Event("receipt", value=200.0, attrs={"customer": "a", "units": 4, "lines": 2}),
    Event("receipt", value=1000.0, attrs={}),
]
SOLD = Compare("kind", "=", "receipt")


@pytest.mark.parametrize(
    ("formula", "value"),
    [
        (Count(SOLD), 4),
        (Total("value", SOLD, Unit.MONEY), 1600),
        (Mean("value", SOLD, Unit.MONEY), 400),
        (Quantile("value", SOLD), 250),
        (Quantile("value", SOLD, 0.25), 175),
        (Distinct("attr.customer", SOLD), 2),
        (RepeatRate("attr.customer", SOLD), 0.5),
        (Mean("attr.units", SOLD), 4),
        (RatioOfSums("attr.units", SOLD, "attr.lines", SOLD), 2),
        (RatioOfCounts(Compare("value", ">", 250), SOLD, share=True), 0.5),
        (RatioOfCounts(Compare("value", ">", 250), SOLD, k=100), 50),
    ],
)
def test_counts_sums_and_ratios(formula, value):
    assert plain(formula, RECEIPTS).value == pytest.approx(value)


@pytest.mark.parametrize(
    "formula",
    [
        Count(SOLD),
        Total("value", SOLD),
        Mean("value", SOLD),
        Quantile("value", SOLD),
        Distinct("session", SOLD),
        RepeatRate("session", SOLD),
        RatioOfCounts(SOLD, SOLD),
        RatioOfSums("value", SOLD, "value", SOLD),
        Nps(TEN),
        BoxShare(FIVE),
        MeanScore(FIVE),
        RangeShare(SEVEN),
        ces2_net(SEVEN),
        Distribution(FIVE),
    ],
)
def test_nothing_gives_no_value_and_says_why(formula):
    result = plain(formula, [])
    assert result.value is None
    assert result.reason is not None


def test_zero_denominator():
    result = plain(
        RatioOfSums("value", SOLD, "attr.units", SOLD), [Event("receipt", value=5, attrs={"units": 0})]
    )
    assert (result.value, result.reason) == (None, Reason.ZERO_DENOMINATOR)


def test_weights_change_the_mix_and_the_effective_base():
    events = [
        Event("rating", subject="q", value=10, attrs={"weight": 3}),
        Event("rating", subject="q", value=0, attrs={"weight": 1}),
        Event("rating", subject="q", value=8, attrs={}),
    ]
    result = plain(Nps(TEN, weight="weight"), events)
    assert result.value == pytest.approx(40.0)  # 100·(3 − 1)/5
    assert (result.n, result.denominator) == (3, 5)
    # effective base (3+1+1)²/(9+1+1); p = .6, d = .2
    assert result.standard_error == pytest.approx(100 * math.sqrt((0.8 - 0.16) / (25 / 11)))
    assert plain(MeanScore(TEN, weight="weight"), events).value == pytest.approx(38 / 5)


def test_distribution_beside():
    result = plain(Distribution(FIVE), rated([5, 5, 4, 2]))
    assert result.parts["counts"] == {"1": 0, "2": 1, "3": 0, "4": 1, "5": 2}
    assert (result.parts["mean"], result.parts["top2_share"], result.parts["bottom2_share"]) == (
        4.0,
        0.75,
        0.25,
    )
    assert plain(Distribution(FIVE, option=5), rated([5, 5, 4, 2])).value == 0.5


def test_dont_know_is_an_answer_and_not_a_rating():
    questions = Questions.of([Question("q", Scale(1, 6, 6, dont_know=6))])
    assert plain(MeanScore(questions), rated([5, 3, 6])).value == 4


def score(value: float, error: float, n: float = 100) -> Result:
    return Result(value, Unit.POINTS, n=n, standard_error=error)


@pytest.mark.parametrize(
    ("this", "other", "direction", "verdict"),
    [
        (score(30, 3), score(20, 3), Direction.HIGHER, Verdict.BETTER),
        (score(30, 3), score(20, 3), Direction.LOWER, Verdict.WORSE),
        (score(30, 3), score(20, 3), Direction.NONE, Verdict.DIFFERENT),
        (score(22, 3), score(20, 3), Direction.HIGHER, Verdict.NOISE),
        (score(100, 0, n=1), score(-100, 0, n=1), Direction.HIGHER, Verdict.UNKNOWN),
        (score(30, 3, n=29), score(20, 3), Direction.HIGHER, Verdict.UNKNOWN),
        (
            Result(None, Unit.POINTS, reason=Reason.NO_RATINGS),
            score(20, 3),
            Direction.HIGHER,
            Verdict.UNKNOWN,
        ),
    ],
)
def test_significant_or_noise(this, other, direction, verdict):
    assert compare(this, other, direction).verdict is verdict


def test_difference_with_error_and_p():
    # 10 ± 4 against 0 ± 3: SE 5, z 2, p = .0455 (tables of the normal distribution)
    found = compare(score(10, 4), score(0, 3))
    assert (found.delta, found.standard_error, found.z) == (10, 5, 2)
    assert found.p_value == pytest.approx(0.04550026389635839)
    assert found.interval == pytest.approx((10 - 9.79982, 10 + 9.79982), abs=1e-5)


@pytest.mark.parametrize(
    ("value", "direction", "expected"),
    [
        (80, Direction.HIGHER, Colour.GREEN),
        (79.9, Direction.HIGHER, Colour.YELLOW),
        (60, Direction.HIGHER, Colour.YELLOW),
        (59, Direction.HIGHER, Colour.RED),
        (None, Direction.HIGHER, Colour.GREY),
        (80, Direction.NONE, Colour.GREY),
    ],
)
def test_colours(value, direction, expected):
    assert colour(value, Limits(80, 60), direction) is expected


def test_lower_is_better_turns_the_limits():
    limits = Limits(good=2, acceptable=3)
    assert limits.fits(Direction.LOWER)
    assert not limits.fits(Direction.HIGHER)
    assert [colour(value, limits, Direction.LOWER) for value in (2, 2.5, 3, 3.1)] == [
        "green",
        "yellow",
        "yellow",
        "red",
    ]
