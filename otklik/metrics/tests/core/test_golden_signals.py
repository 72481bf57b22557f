"""Golden tables of feelings, mentions, the standard, faces and conversions; each number computed by hand."""

import math

import pytest

from otklik.metrics.catalogue import BUILT_IN
from otklik.metrics.core.definitions import Context, DefinitionError, bind
from otklik.metrics.core.events import Event
from otklik.metrics.core.feelings import BestLessWorst, Boxes
from otklik.metrics.core.results import Flag, Reason, Unit
from otklik.metrics.core.scales import Question, Questions, Scale
from otklik.metrics.tests.naive import over_served, plain, rated, served


def scale(low, high, top=None):
    return Questions.of([Question("q", Scale(low, high, high if top is None else top))])


FIVE, SEVEN = scale(1, 5), scale(1, 7)


def of(code, events, questions=FIVE):
    formula = bind(BUILT_IN[code].definition, Context(questions))
    return (over_served if formula.sources else plain)(formula, events)


def message(tone, **more):
    return Event("message", place=1, attrs={"tone": tone}, **more)


@pytest.mark.parametrize(
    ("questions", "values", "value", "why"),
    [
        (FIVE, [5, 5, 4, 3, 2], 20, "kpi.md §3, five smileys: (2 − 1)/5"),
        (FIVE, [4, 3], 0, "3 and 4 are neutral"),
        (FIVE, [1, 2, 3, 5], -25, "(1 − 2)/4"),
        (scale(1, 5, 1), [1, 2, 4, 5], -25, "the best option is 1: (1 − 2)/4"),
        (scale(1, 3), [3, 2, 2, 1], 0, "three smileys: one critic"),
        (scale(1, 4), [4, 4, 3, 2, 1], 0, "four smileys: 1–2 are critics, (2 − 2)/5"),
        (scale(0, 1), [1, 1, 1, 0], 50, "two smileys: (3 − 1)/4"),
    ],
)
def test_emotional_loyalty(questions, values, value, why):
    result = of("emotional_loyalty", rated([*values, None, 99]), questions)
    assert result.value == pytest.approx(value), why
    assert result.n == len(values)
    assert sum(result.parts.values()) == len(values)


def test_emotional_loyalty_has_the_error_of_a_net_index():
    result = of("emotional_loyalty", rated([5] * 5 + [3] * 3 + [1] * 2))
    assert result.standard_error == pytest.approx(100 * math.sqrt(0.061))  # p .5, d .2: variance .7 − .09


def test_weights_change_the_mix():
    events = [
        Event("rating", subject="q", value=5, attrs={"weight": 3}),
        Event("rating", subject="q", value=1),
    ]
    assert plain(BestLessWorst(FIVE, weight="weight"), events).value == pytest.approx(50)  # (3 − 1)/4


def test_a_long_scale_says_which_options_are_loyal():
    assert of("emotional_loyalty", rated([7]), SEVEN).reason is Reason.NO_BREAK_POINTS
    # 7 and 6 loyal, 1–3 critics: (2 − 1)/4
    assert plain(BestLessWorst(SEVEN, Boxes(2, 3)), rated([7, 6, 4, 1])).value == 25
    assert plain(BestLessWorst(FIVE, Boxes(3, 3)), rated([3])).reason is Reason.NO_BREAK_POINTS


def test_over_clients_served_the_silent_are_neutral():
    result = of("emotional_loyalty_served", [*rated([5, 5, 5, 3, 1]), served(20)])
    assert (result.value, result.denominator) == (10, 20)  # (3 − 1)/20
    assert result.parts["silent"] == 15
    # p .15, d .05 of 20: variance .2 − .01
    assert result.standard_error == pytest.approx(100 * math.sqrt(0.19 / 20))


def test_a_day_without_a_served_count_leaves_both_parts():
    events = [*rated([5, 5], day=1), served(10, day=1), *rated([1, 1, 1], day=2)]
    result = of("emotional_loyalty_served", events)
    assert result.value == 20
    assert Flag.PARTIAL_COVERAGE in result.flags
    assert of("emotional_loyalty_served", rated([5])).reason is Reason.NO_SERVED


def test_more_ratings_than_served_are_never_clamped():
    result = of("emotional_loyalty_served", [*rated([5, 5, 5]), served(2)])
    assert (result.value, result.standard_error) == (150, None)
    assert Flag.RATINGS_EXCEED_SERVED in result.flags


@pytest.mark.parametrize(
    ("questions", "values", "value"),
    [
        (FIVE, [5, 5, 4, 3, 2, 1], 0),  # (2 − 2)/6
        (SEVEN, [7, 6, 2], 0),  # (1 − 1)/3
        (scale(1, 5, 1), [1, 1, 1, 5], 50),  # the best option is 1: (3 − 1)/4
    ],
)
def test_like_index_of_a_survey(questions, values, value):
    assert of("like_survey", rated(values), questions).value == value


def test_like_index_shows_both_counts_and_mentions_per_100():
    events = [*[message("positive")] * 6, *[message("negative")] * 2, message("neutral"), served(400)]
    result = of("like_index", events)
    assert (result.value, result.n, result.flags) == (50, 8, ())  # (6 − 2)/8; a base of 5 is enough
    assert result.parts == {
        "thanks": 6,
        "complaints": 2,
        "thanks_per_100": 1.5,
        "complaints_per_100": 0.5,
    }
    # p .75, d .25: variance 1 − .25
    assert result.standard_error == pytest.approx(100 * math.sqrt(0.75 / 8))


def test_like_index_lives_without_a_served_count():
    result = of("like_index", [message("positive"), message("negative"), message("negative")])
    assert result.value == pytest.approx(-100 / 3)
    assert (result.parts["thanks_per_100"], result.flags) == (None, (Flag.LOW_BASE,))
    assert of("like_index", [message("neutral"), served(5)]).reason is Reason.NO_EVENTS


def test_complaints_and_thanks_per_100_served():
    events = [message("negative"), message("negative"), message("positive"), served(80)]
    complaints = of("complaints_per_100", [*events, message("negative", day=5)])
    assert (complaints.value, complaints.denominator) == (2.5, 80)  # day 5 has no served count
    assert Flag.PARTIAL_COVERAGE in complaints.flags
    assert complaints.standard_error == pytest.approx(100 * math.sqrt(2) / 80)
    assert of("thanks_per_100", events).value == 1.25
    assert of("thanks_per_100", [served(50)]).value == 0  # clients were served and nobody thanked
    assert of("thanks", [message("positive")] * 3).value == 3


def element(value, subject="e", **attrs):
    return Event("checklist_element", subject=subject, value=value, attrs=attrs)


@pytest.mark.parametrize(
    ("events", "value", "n"),
    [
        ([element(1), element(0), element(0.5), element(1)], 62.5, 4),  # (1 + 0 + .5 + 1)/4
        ([element(1, weight=3), element(0)], 75, 2),  # 3/(3 + 1)
        ([element(1), element(None), element(0, weight=1)], 50, 2),  # what did not apply leaves both sums
        ([element(1), element(100)], 100, 1),  # 100 is no degree between 0 and 1
        ([element(None)], None, 0),
        ([element(1, weight=0)], None, 1),
    ],
)
def test_standard_elements(events, value, n):
    result = of("standard_elements", events)
    assert (result.value, result.n) == (value, n)


def test_failed_critical_elements_stand_beside():
    events = [element(0, critical=True), element(1, critical=True), element(0), element(None, critical=True)]
    result = of("standard_elements", events)
    assert result.parts == {"not_applicable": 1, "critical_failed": 1}
    assert result.value == pytest.approx(100 / 3)


def test_smile_index_weighs_by_usable_time():
    events = [
        Event("smile", value=0.5, attrs={"duration": 200, "usable": 100}),
        Event("smile", value=0.1, attrs={"duration": 400, "usable": 300}),
        Event("smile", value=1.0, attrs={"duration": 400, "usable": 0}),
        Event("smile", value=1.0, attrs={}),
    ]
    result = of("smile_index", events)
    assert result.value == pytest.approx(20)  # (50 + 30)/400 s
    assert result.n == 2
    assert result.parts["coverage"] == pytest.approx(0.4)  # 400 usable of 1000 s
    assert of("smile_index", events[2:]).value is None


def test_c_value_with_coverage():
    tones = ["positive"] * 5 + ["neutral"] * 3 + ["negative"] * 2
    events = [*(Event("emotion", attrs={"tone": tone}) for tone in tones), *[Event("visit")] * 40]
    result = of("c_value", events)
    assert (result.value, result.n, result.parts["coverage"]) == (30, 10, 0.25)
    assert result.standard_error == pytest.approx(100 * math.sqrt(0.061))
    assert of("c_value", [Event("visit")]).reason is Reason.NO_EVENTS


def receipt(operation="sale", **more):
    return Event("receipt", value=1.0, place=1, attrs={"operation": operation}, **more)


VISIT, CONSULTATION = Event("visit", place=1), Event("consultation", place=1)
DOOR = Event("visitors", place=1, value=20.0)


@pytest.mark.parametrize(
    ("code", "events", "value", "base"),
    [
        ("conversion_visitors", [receipt(), receipt(), receipt(), receipt("refund"), DOOR], 0.15, 20),
        ("conversion_contacts", [receipt(), VISIT, VISIT, VISIT, VISIT], 0.25, 4),
        ("conversion_consultations", [receipt(), CONSULTATION, CONSULTATION], 0.5, 2),
        ("consultation_coverage", [CONSULTATION] * 5 + [DOOR], 0.25, 20),
        (
            "personal_conversion",
            [receipt(employee=1), receipt(), Event("visit", employee=1), Event("visit", employee=2), VISIT],
            0.5,
            2,
        ),
        (
            "consultations_sold",
            [Event("consultation", attrs={"sold": sold}) for sold in (True, True, True, False)]
            + [CONSULTATION],
            0.75,
            4,
        ),
        ("contacts_without_purchase", [VISIT, VISIT, VISIT, receipt(), receipt("refund")], 2, None),
        (
            "consultation_time",
            [Event("consultation", attrs={"duration": 60}), Event("consultation", attrs={"duration": 180})],
            120,
            2,
        ),
    ],
)
def test_conversions_name_their_base(code, events, value, base):
    result = of(code, events)
    assert (result.value, result.denominator) == (value, base)
    assert result.unit is BUILT_IN[code].definition.unit


def test_a_day_without_a_door_counter_leaves_both_parts():
    events = [receipt(), receipt(), DOOR, receipt(day=1), receipt(day=1)]
    result = of("conversion_visitors", events)
    assert (result.value, result.numerator) == (0.1, 2)
    assert (result.coverage.known, result.coverage.units) == (1, 2)
    assert of("conversion_visitors", [receipt()]).reason is Reason.ZERO_DENOMINATOR


def test_more_receipts_than_contacts_are_shown_as_they_are():
    over = of("conversion_contacts", [receipt(), receipt(), VISIT])
    assert over.value == 2
    assert Flag.OVER_HUNDRED_PERCENT in over.flags
    below = of("contacts_without_purchase", [receipt(), receipt(), VISIT])
    assert (below.value, below.flags) == (-1, (Flag.OVER_HUNDRED_PERCENT,))
    assert of("conversion_contacts", [receipt()]).reason is Reason.ZERO_DENOMINATOR


@pytest.mark.parametrize("params", [{"loyal": 0}, {"critic": 0}, {"loyal": 1.5}, {"over_served": "yes"}])
def test_parameters_that_cannot_be_are_refused(params):
    with pytest.raises(DefinitionError):
        bind(BUILT_IN["emotional_loyalty"].definition, Context(FIVE), params)


def test_every_signal_gives_no_value_for_nothing():
    from otklik.metrics.catalogue_signals import SIGNALS

    for one in SIGNALS:
        result = of(one.code, [])
        assert (result.value, result.unit) == (None, one.definition.unit)
        assert result.unit in set(Unit)
