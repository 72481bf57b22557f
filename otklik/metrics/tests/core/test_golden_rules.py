"""Golden tables of the calculator's rules: events in, numbers out, each computed by hand.

Moments are written as minutes from the start of a business day; letters are kinds of events.
"""

import math

import pytest

from otklik.metrics.catalogue import BUILT_IN
from otklik.metrics.core.definitions import Context, Definition, DefinitionError, bind
from otklik.metrics.core.events import Event
from otklik.metrics.core.results import Direction, Flag, Reason, Unit
from otklik.metrics.core.scales import Question, Questions, Scale
from otklik.metrics.tests.naive import plain

MINUTE, DAY = 60_000_000, 86_400_000_000
A, B, C, D = (["kind", "=", letter] for letter in "ABCD")
NOTHING = Questions(())
NPS = Questions.of([Question("q", Scale(0, 10, 10))])


def at(kind, minute, day=0, **more):
    given = {"place": 1, "point": 1, **more}
    return Event(kind, day * DAY + round(minute * MINUTE), day, **given)


def row(text, **more):
    """«A0 B5 A7» – an A at minute 0, a B at minute 5, an A at minute 7."""
    return [at(word[0], float(word[1:]), **more) for word in text.split()]


def tried(family, events, questions=NOTHING, unit=Unit.SECONDS, **params):
    definition = Definition("mine", family, unit, Direction.NONE, params)
    return plain(bind(definition, Context(questions)), events)


@pytest.mark.parametrize(
    ("events", "params", "seconds", "n", "why"),
    [
        ("A0 B5 A10 B30", {}, 750, 2, "(5 + 20 min) / 2"),
        ("A0 A1 B5 B6", {}, 300, 2, "each A takes the next unused B: 0→5 and 1→6"),
        ("A0 A1 B5", {}, 300, 1, "the only B is used once, by the first A"),
        ("B0 A5 B6", {}, 60, 1, "a B before its A does not count"),
        ("A0 B11 A12 B13", {"max_gap": 600}, 60, 1, "11 minutes are too long, so that A stays alone"),
        (
            "A0 A10 B11",
            {"max_gap": 300},
            60,
            1,
            "the B that was too late for the first is free for the second",
        ),
        ("A0 A4 A10", {"second": None}, 300, 2, "gaps of 4 and 6 minutes"),
        ("A0 A4 A10", {"second": A}, 300, 2, "the same events on both sides are consecutive gaps"),
        ("A0 A4 A10", {"second": None, "max_gap": 300}, 240, 1, "only the gap of 4 minutes"),
        ("A0 B5", {"take": "median"}, 300, 1, "one value is its own median"),
        ("A0 B5 A10 B30", {"take": "max"}, 1200, 2, "20 minutes"),
        ("A0 B5 A10 B30", {"take": "total"}, 1500, 2, "25 minutes"),
    ],
)
def test_between(events, params, seconds, n, why):
    result = tried("between", row(events), **{"first": A, "second": B, "key": ["point"], **params})
    assert (result.value, result.n) == (pytest.approx(seconds), n), why


def test_pairs_stay_within_their_key_their_day_and_their_shift():
    there = at("B", 3, point=2)
    tomorrow = at("B", 1, day=1)
    assert tried("between", [at("A", 0), there, tomorrow], first=A, second=B).reason is Reason.NO_ROWS
    crossed = tried("between", [at("A", 1439), tomorrow], first=A, second=B, within="none", max_gap=3600)
    assert crossed.value == 120
    anna, boris = at("A", 0, employee=1), at("B", 5, employee=2)
    assert tried("between", [anna, boris], first=A, second=B).value == 300
    assert tried("between", [anna, boris], first=A, second=B, within="shift").value is None


def test_a_place_as_key_pairs_over_its_points():
    assert tried("between", [at("A", 0), at("B", 3, point=2)], first=A, second=B, key=["place"]).value == 180


def test_an_event_without_the_key_is_left_out():
    assert tried("between", [at("A", 0, point=None), at("B", 3, point=None)], first=A, second=B).value is None


def test_mean_time_between_failures_has_the_exponential_interval():
    """Twelve intervals of an air conditioner in hours (Proschan 1963, ninth aircraft): mean 108.083, 95 % 65.9…209.2."""
    hours = [3, 5, 7, 18, 43, 85, 91, 98, 100, 130, 230, 487]
    moments = [sum(hours[:n]) for n in range(len(hours) + 1)]
    events = [at("A", 60 * hour, day=0) for hour in moments]
    result = tried("between", events, first=A, interval="exponential", within="none", max_gap=3_600_000)
    assert result.value / 3600 == pytest.approx(108.0833333)
    assert [bound / 3600 for bound in result.interval] == pytest.approx([65.8976457, 209.1741455])
    assert result.n == 12


@pytest.mark.parametrize(
    ("events", "params", "count", "why"),
    [
        ("A0 B1 C2", {}, 1, "one chain"),
        ("A0 C1 B2 C3", {}, 1, "an early C does not matter"),
        ("A0 B1 C20", {}, 0, "C is 20 minutes after A, the window is 10"),
        ("A0 A5 B6 C12", {}, 1, "from the second A it fits the window"),
        ("A0 A1 B2 B3 C4 C5", {}, 1, "chains do not overlap: the second A lies inside the first chain"),
        ("A0 B1 C2 A3 B4 C5", {}, 2, "one after the other"),
        ("A0 B1 D2 C3", {"without": D}, 0, "a D between the steps"),
        ("A0 D1 A2 B3 C4", {"without": D}, 1, "the chain begins after the D"),
        ("A0 B1 C10", {}, 1, "ten minutes exactly are inside the window"),
        ("A0 A1 A2 A3", {"steps": [A, A]}, 2, "0→1 and 2→3"),
    ],
)
def test_chains(events, params, count, why):
    given = {"steps": [A, B, C], "window": 600, **params}
    assert tried("chains", row(events), **given).value == count, why


def test_no_event_that_could_begin_a_chain_is_no_zero():
    assert tried("chains", row("B0 C1"), steps=[A, B], window=60).reason is Reason.NO_EVENTS


def test_a_share_of_chains_is_over_their_first_events():
    result = tried(
        "chains", row("A0 B1 A20 A30 B31"), steps=[A, B], window=600, take="share", unit=Unit.SHARE
    )
    assert (result.value, result.numerator, result.denominator) == (pytest.approx(2 / 3), 2, 3)
    assert Flag.LOW_BASE in result.flags


def visit(session, *values, **more):
    return [Event("x", n, 0, 1, 1, value=value, session=session, **more) for n, value in enumerate(values)]


PER_KEY = [*visit("a", 1, 2, 3), *visit("b", 10), *visit("c", 4, 4)]


@pytest.mark.parametrize(
    ("inner", "outer", "value", "why"),
    [
        ({"take": "count"}, {"take": "mean"}, 2, "(3 + 1 + 2)/3"),
        ({"take": "count"}, {"take": "median"}, 2, "1, 2, 3"),
        ({"take": "count"}, {"take": "max"}, 3, "a has three"),
        ({"take": "count"}, {"take": "count"}, 3, "three keys"),
        ({"take": "count"}, {"take": "share", "at_least": 2}, 2 / 3, "a and c of three"),
        ({"take": "count"}, {"take": "share", "at_least": 1, "at_most": 1}, 1 / 3, "b alone"),
        ({"take": "sum", "field": "value"}, {"take": "mean"}, 8, "(6 + 10 + 8)/3"),
        ({"take": "mean", "field": "value"}, {"take": "mean"}, 16 / 3, "(2 + 10 + 4)/3"),
        ({"take": "mean", "field": "value"}, {"take": "pooled"}, 4, "24 over six events"),
        ({"take": "last", "field": "value"}, {"take": "sum"}, 17, "3 + 10 + 4"),
        ({"take": "sum", "field": "value"}, {"take": "sd"}, 2, "of 6, 10, 8"),
        (
            {"take": "distinct", "field": "attr.none"},
            {"take": "sum"},
            0,
            "no such attribute: no different values",
        ),
    ],
)
def test_per_key(inner, outer, value, why):
    result = tried("per_key", PER_KEY, key=["session"], inner=inner, outer=outer, unit=Unit.SCORE)
    assert result.value == pytest.approx(value), why


def test_groups_may_have_conditions_on_their_number_of_events():
    given = {
        "key": ["session"],
        "inner": {"take": "sum", "field": "value"},
        "outer": {"take": "mean"},
        "unit": Unit.SCORE,
    }
    assert tried("per_key", PER_KEY, having=[{"at_least": 2}], **given).value == 7  # (6 + 8)/2
    high = {"filter": ["value", ">=", 4], "at_most": 1}
    assert tried("per_key", PER_KEY, having=[high], **given).value == 8  # a and b: (6 + 10)/2


def element(session, value, *, weight=1, critical=False, minute=0):
    return at(
        "checklist_element",
        minute,
        session=session,
        value=value,
        attrs={"weight": weight, "critical": critical},
    )


def test_standard_compliance():
    """Check a: (3·1 + 1·0.5)/4; b: everything met, weight 2; c: a failed critical element makes it 0 of weight 4."""
    checks = [
        element("a", 1, weight=3), element("a", 0.5), element("a", None, weight=100),
        element("b", 1, weight=2), element("c", 1, weight=3), element("c", 0.5, critical=True),
    ]  # fmt: skip
    result = plain(bind(BUILT_IN["standard_compliance"].definition, Context()), checks)
    assert result.value == pytest.approx(100 * (3.5 + 2 + 0) / (4 + 2 + 4))
    assert result.parts["checks"] == 3
    assert result.parts["met_in_full"] == 1
    assert result.parts["mean_of_checks"] == pytest.approx(100 * (0.875 + 1 + 0) / 3)
    assert result.parts["failed_by_critical"] == 1


def answer(value, minute, **more):
    return at("rating", minute, subject="q", value=value, **more)


def looked(tone, minute, **more):
    return at("emotion", minute, attrs={"tone": tone}, **more)


def test_emotional_nps():
    """Linked: 10 and positive; 9 and negative; 3 and neutral. The 8 has no emotion within a minute."""
    events = [
        answer(10, 0), looked("positive", 0.5), answer(9, 10), looked("negative", 9.5),
        answer(3, 20), looked("neutral", 20), answer(8, 30), looked("positive", 32), looked("positive", 30, point=2),
    ]  # fmt: skip
    result = plain(bind(BUILT_IN["emotional_nps"].definition, Context(NPS)), events)
    assert result.value == pytest.approx(100 * (1 - 2) / 3)
    assert result.parts["link_rate"] == 0.75
    assert result.parts["detractor:neutral"] == 1
    assert result.standard_error == pytest.approx(100 * math.sqrt((1 / 3 + 2 / 3 - 1 / 9) / 3))


def test_the_nearest_emotion_counts_and_of_two_equally_near_the_earlier():
    near = [answer(10, 10), looked("negative", 9.2), looked("positive", 10.3)]
    assert plain(bind(BUILT_IN["emotional_nps"].definition, Context(NPS)), near).value == 100
    tied = [answer(10, 10), looked("negative", 9.5), looked("positive", 10.5)]
    assert plain(bind(BUILT_IN["emotional_nps"].definition, Context(NPS)), tied).value == -100


def test_staff_load_is_over_hours_with_contacts():
    visits = [at("visit", minute, employee=1) for minute in (0, 10, 50, 130)] + [at("visit", 20, employee=2)]
    result = plain(bind(BUILT_IN["staff_load"].definition, Context()), visits)
    assert (result.numerator, result.denominator) == (
        5,
        3,
    )  # the hours 0 and 2 of one, the hour 0 of the other


def test_reaction_time_and_contacts_with_a_receipt():
    events = [answer(1, 0), at("reaction", 4), answer(5, 10), at("reaction", 20)]
    five = Questions.of([Question("q", Scale(1, 5, 5))])
    assert plain(bind(BUILT_IN["reaction_time"].definition, Context(five)), events).value == 240
    sale = {"operation": "sale"}
    flow = [at("visit", 0), at("receipt", 3, attrs=sale), at("visit", 5), at("receipt", 20, attrs=sale)]
    assert plain(bind(BUILT_IN["contacts_with_receipt"].definition, Context()), flow).value == 0.5


def test_time_between_contacts_is_the_mean_gap_of_each_point_and_day():
    events = [at("visit", 0), at("visit", 4), at("visit", 10), at("visit", 0, point=2), at("visit", 0, day=1)]
    result = plain(bind(BUILT_IN["time_between_contacts"].definition, Context()), events)
    assert (result.value, result.n) == (300, 2)


def test_cases_closed_in_time():
    cases = [at("case_closed", n, attrs={"in_time": kept}) for n, kept in enumerate([True, True, False])]
    cases.append(at("case_closed", 9))  # it had no term
    assert plain(bind(BUILT_IN["cases_in_time"].definition, Context()), cases).value == pytest.approx(2 / 3)


def test_smallest_largest_latest_and_share():
    events = row("A3 A1 A2")
    events = [Event(e.kind, e.at, e.day, 1, 1, value=e.at / MINUTE) for e in events]
    assert tried("extreme", events, filter=A).value == 1
    assert tried("extreme", events, filter=A, largest=True).value == 3
    assert tried("latest", events, filter=A).value == 3
    assert tried("share", events, filter=A, condition=["value", ">=", 2]).value == pytest.approx(2 / 3)


@pytest.mark.parametrize(
    ("family", "params", "where"),
    [
        ("between", {"first": A, "key": ["colour"]}, "key"),
        ("between", {"first": A, "within": "none"}, "max_gap"),
        ("between", {"first": A, "max_gap": -5}, "max_gap"),
        ("between", {"first": ["nothing", "=", 1]}, "first"),
        ("between", {"first": A, "take": "share"}, "take"),
        ("chains", {"steps": [A], "window": 60}, "steps"),
        ("chains", {"steps": [A, ["x", "=", 1]], "window": 60}, "steps[1]"),
        ("chains", {"steps": [A, B]}, "window"),
        ("per_key", {"inner": {"take": "sum"}, "outer": {"take": "mean"}}, "inner"),
        ("per_key", {"inner": {"take": "count"}, "outer": {"take": "share"}}, "outer"),
        ("per_key", {"inner": {"take": "sometimes"}, "outer": {"take": "mean"}}, "inner.take"),
        ("per_key", {"inner": {"take": "count"}, "outer": {"take": "mean"}, "having": [{}]}, "having[0]"),
        ("rate_per_hour", {"filter": A, "per": "planet"}, "per"),
        ("formula", {"expression": "a +"}, "expression"),
        ("formula", {"expression": "__import__('os')"}, "expression"),
        ("formula", {"expression": "a.b"}, "expression"),
        ("formula", {"expression": "1 + 2"}, "expression"),
        ("formula", {"expression": "a / b", "parts": {"c": "nps"}}, "parts.c"),
        ("moving", {"of": "nps", "days": 1}, "params"),
    ],
)
def test_what_means_nothing_is_refused_by_its_place(family, params, where):
    with pytest.raises(DefinitionError) as refused:
        bind(Definition("mine", family, Unit.SCORE, Direction.NONE, params), Context())
    assert refused.value.name == where
