"""Rules over several events with small sets, through REST, with expectations computed by hand."""

import datetime as dt

import pytest

from otklik.company.models import Point
from otklik.events.intake import Event
from otklik.metrics.tests.company import at, event, place, send

DAYS = {"from": "2026-03-02", "to": "2026-03-08"}
MSK = dt.timezone(dt.timedelta(hours=3))


def moment(kind, seconds, number=None, *, day=0, point="spb-1", **more):
    """An event `seconds` after noon of a day."""
    base = dt.datetime(2026, 3, 2, 12, tzinfo=MSK) + dt.timedelta(days=day, seconds=seconds)
    return Event(
        id=f"m-{kind}-{seconds}-{day}-{point}-{number}", kind=kind, at=base, point=point, value=number, **more
    )


def test_gaps_between_contacts_stay_within_a_day_and_a_point(value):
    """Point 1: 0, 60, 180 s → 60 and 120; point 2: one contact; the next day: 0, 30 → 30. Mean of 60, 120, 30 is 70."""
    stay = {"attrs": {"duration": 10}}
    send(*(moment("visit", at, **stay) for at in (0, 60, 180)), moment("visit", 90, point="spb-2", **stay))
    send(*(moment("visit", at, day=1, **stay) for at in (0, 30)))
    row = value("time_between_contacts")
    assert (row["value"], row["n"]) == (pytest.approx(70), 3)


def test_gaps_do_not_cross_the_start_of_a_business_day_at_four(api):
    """03:50 and 04:10 are two business days: no gap; 04:10 and 04:15 are 300 s apart."""
    where = place("bar", day_start=dt.time(4), timezone="Europe/Moscow")
    Point.objects.create(code="bar-1", name="bar", place=where)
    first = dt.datetime(2026, 3, 3, 3, 50, tzinfo=MSK)
    for number, minutes in enumerate((0, 20, 25)):
        later = first + dt.timedelta(minutes=minutes)
        send(at("bar-1", later, number, kind="visit", attrs={"duration": 5}))
    _, answer = api("indicators/time_between_contacts/values", place="bar", **DAYS)
    assert [(row["value"], row["n"]) for row in answer["rows"]] == [(300, 1)]


def test_each_reaction_answers_one_negative_rating(value):
    """Negatives at 0 and 10 s, reactions at 100 and 400 s: 100 and 390, mean 245; a good rating waits for nobody."""
    send(moment("rating", 0, 1, subject="smile"), moment("rating", 10, 2, subject="smile"))
    send(moment("rating", 20, 5, subject="smile"), moment("reaction", 100), moment("reaction", 400))
    row = value("reaction_time")
    assert (row["value"], row["n"]) == (pytest.approx(245), 2)


def test_emotional_nps_joins_the_nearest_emotion_of_the_point_within_a_minute(value):
    """Linked: 10 positive, 9 neutral, 3 positive, 7 negative; one 10 alone: 100·(1 − 2)/4, link rate 4/5."""
    for at_second, score, tone in ((0, 10, "positive"), (1000, 9, "neutral"), (2000, 3, "positive")):
        send(moment("answer", at_second, score, subject="nps"))
        send(moment("emotion", at_second + 60, attrs={"tone": tone, "who": "client"}))
    send(moment("answer", 3000, 7, subject="nps"), moment("answer", 4000, 10, subject="nps"))
    send(moment("emotion", 2990, attrs={"tone": "negative", "who": "client"}))
    send(moment("emotion", 4061, attrs={"tone": "positive", "who": "client"}))
    send(moment("emotion", 4000, point="spb-2", attrs={"tone": "positive", "who": "client"}))
    row = value("emotional_nps")
    assert row["value"] == pytest.approx(-25)
    assert row["parts"]["linked"] == 4
    assert row["parts"]["link_rate"] == pytest.approx(0.8)


def element(check, met, **attrs):
    return event(
        "checklist_element", met, subject=f"e{len(attrs)}{met}", session=check, point="spb-1", attrs=attrs
    )


def test_failed_critical_element_makes_its_own_check_zero(value):
    """Check a: 1 and 1 → 100; check b: 1, 1 and a failed critical one → 0 of weight 3: 100·2/5."""
    send(element("a", 1), element("a", 1), element("b", 1), element("b", 1), element("b", 0, critical=True))
    row = value("standard_compliance")
    assert row["value"] == pytest.approx(40)
    assert value("standard_elements")["value"] == pytest.approx(80)


def test_cases_closed_in_time_leave_out_those_without_a_term(value):
    for number, kept in enumerate((True, True, False, None)):
        attrs = {} if kept is None else {"in_time": kept}
        send(moment("case_closed", number, attrs=attrs))
    assert value("cases_in_time")["value"] == pytest.approx(2 / 3)


def own(code, rule, unit, **params):
    from otklik.metrics.actions import save_definition
    from otklik.metrics.core.definitions import Definition
    from otklik.metrics.core.results import Direction

    save_definition(Definition(code, rule, unit, Direction.NONE, params), name_ru=code, acting_user=None)
    return code


def of_place(api, code, where):
    _, answer = api(f"indicators/{code}/values", place=where, **DAYS)
    return [(row["value"], row["n"]) for row in answer["rows"]]


def test_numbers_that_begin_anew_in_each_place_are_not_mixed(api):
    """Receipt 1 of Spb: 10 + 20, receipt 2: 5 → 17.5; of Msk 1000 and 7 → 503.5. Gaps of receipt 1: 60 s in Spb, none in Msk."""
    for point, receipt, seconds, price in (
        ("spb-1", "1", 0, 10), ("spb-1", "1", 60, 20), ("spb-1", "2", 3600, 5), ("msk-1", "1", 30, 1000), ("msk-1", "2", 90, 7),
    ):  # fmt: skip
        send(moment("receipt", seconds, price, point=point, session=receipt, attrs={"operation": "sale"}))
    lines = ["kind", "=", "receipt"]
    basket = own(
        "basket", "per_key", "money",
        key=["session"], within="day", filter=lines, inner={"take": "sum", "field": "value"}, outer={"take": "mean"},
    )  # fmt: skip
    assert of_place(api, basket, "spb") == [(17.5, 2)]
    assert of_place(api, basket, "msk") == [(503.5, 2)]
    gap = own("gap", "between", "seconds", first=lines, key=["session"])
    assert of_place(api, gap, "spb") == [(60, 1)]
    assert of_place(api, gap, "msk")[0][1] == 0


def test_checks_of_two_places_may_have_one_number(api):
    """Check 1 of Spb met both elements, check 1 of Msk none: 100 and 0."""
    for point, met in (("spb-1", 1), ("msk-1", 0)):
        for name in ("a", "b"):
            send(event("checklist_element", met, subject=name, session="1", point=point))
    assert [of_place(api, "standard_compliance", where)[0][0] for where in ("spb", "msk")] == [100, 0]


@pytest.mark.parametrize("order", [("b", "a", "c"), ("a", "b", "c"), ("c", "b", "a"), ("b", "c", "a")])
def test_no_order_of_arrival_decides_among_events_of_one_moment(api, order):
    """A and b at noon, b again five minutes later: the wait of a is 0. The chain a → b → c of one moment takes 0 s."""
    for name in order:
        send(event("press", subject=name, point="spb-1"))
    send(moment("press", 300, subject="b"))
    press = {name: {"and": [["kind", "=", "press"], ["subject", "=", name]]} for name in "abc"}
    wait = own("wait", "between", "seconds", first=press["a"], second=press["b"], key=["place"])
    assert of_place(api, wait, "spb") == [(0, 1)]
    steps = [press["a"], press["b"], press["c"]]
    chain = own("chain", "chains", "seconds", steps=steps, key=["place"], window=900, take="mean")
    assert of_place(api, chain, "spb") == [(0, 1)]


def test_a_mean_of_a_field_can_be_weighed(api):
    """1·60 + 3·20 over 4 is 30; unweighted 40. What has no weighted form says so."""
    send(event("visit", point="spb-1", attrs={"duration": 60, "weight": 1}))
    send(event("visit", point="spb-1", attrs={"duration": 20, "weight": 3}))
    stay = own("stay", "mean", "seconds", field="attr.duration", filter=["kind", "=", "visit"])
    assert api(f"indicators/{stay}/values", **DAYS)[1]["rows"][0]["value"] == 40
    row = api(f"indicators/{stay}/values", weighted="true", **DAYS)[1]["rows"][0]
    assert (row["value"], row["n"], row["denominator"]) == (30, 2, 4)
    longest = own("longest", "quantile", "seconds", field="attr.duration", filter=["kind", "=", "visit"], q=1)
    status, body = api(f"indicators/{longest}/values", weighted="true", **DAYS)
    assert (status, body["detail"][0]["field"]) == (422, "weighted")


def test_a_rate_per_employee_counts_events_of_employees_alone(api):
    """Three contacts of Anna in two hours and one of nobody: 3 / 2."""
    from otklik.company.models import Employee, Place

    if not Employee.objects.filter(code="anna").exists():
        Employee.objects.create(code="anna", name="Anna", place=Place.objects.get(code="spb"))
    for seconds, who in ((0, "anna"), (60, "anna"), (3600, "anna"), (90, None)):
        send(moment("visit", seconds, employee=who, attrs={"duration": 5}))
    load = own("load", "rate_per_hour", "ratio", filter=["kind", "=", "visit"], per="employee")
    assert api(f"indicators/{load}/values", **DAYS)[1]["rows"][0]["value"] == 1.5
