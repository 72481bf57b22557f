"""Indicators made of other indicators, through REST: arithmetic, moving means, cycles."""

import json

import pytest
from django.core.exceptions import ValidationError

from otklik.metrics.actions import save_definition
from otklik.metrics.core.definitions import Definition
from otklik.metrics.core.results import Direction, Unit
from otklik.metrics.tests.company import event, ratings, send, served

SALE = {"and": [["kind", "=", "receipt"], ["attr.operation", "=", "sale"]]}
SPAN = {"from": "2026-03-02", "to": "2026-03-08"}


def own(code, family, unit=Unit.RATIO, **params):
    save_definition(
        Definition(code, family, unit, Direction.HIGHER, params), name_ru=code, name_en=code, acting_user=None
    )


def sale(value, day, **more):
    return event("receipt", value, day=day, attrs={"operation": "sale"}, **{"point": "spb-1", **more})


def visitors(count, day, **more):
    return event("visitors", count, day=day, **{"place": "spb", **more})


def test_a_formula_is_taken_over_the_same_slice_as_its_parts(api):
    own(
        "per_visitor",
        "formula",
        Unit.MONEY,
        expression="money / people",
        parts={"money": "revenue", "people": "visitors"},
    )
    send(sale(300, 0), sale(100, 1), visitors(10, 0), visitors(40, 1), visitors(5, 0, place="msk"))
    status, answer = api("indicators/per_visitor/values", **SPAN, place="spb")
    assert status == 200
    [row] = answer["rows"]
    assert row["value"] == 8  # 400 / 50: never a mean of 30 and 2.5
    assert row["parts"] == {"money": 400, "people": 50}
    _, answer = api("indicators/per_visitor/values", **SPAN, grain="day", place="spb")
    assert [row["value"] for row in answer["rows"]] == [30, 2.5]
    _, answer = api("indicators/per_visitor/values", **SPAN, by="place")
    found = {row["place"]: row for row in answer["rows"]}
    assert found["msk"]["value"] is None
    assert found["msk"]["reason"] == "part_missing"


def test_a_division_by_zero_has_a_reason(api):
    own("nothing", "formula", expression="a / (b - b)", parts={"a": "receipts", "b": "visitors"})
    send(sale(300, 0), visitors(10, 0))
    _, answer = api("indicators/nothing/values", **SPAN)
    assert answer["rows"][0]["reason"] == "not_finite"


def test_a_formula_may_hold_formulas_and_questions(api):
    own(
        "gap",
        "formula",
        Unit.POINTS,
        expression="100 * top - 2 * bottom",
        parts={"top": "support", "bottom": "criticality"},
    )
    own("twice", "formula", Unit.POINTS, expression="2 * gap")
    send(*ratings([5, 5, 3], point="spb-1"), served(10, place="spb"))
    _, answer = api("indicators/twice/values", **SPAN)
    assert answer["rows"][0]["value"] == pytest.approx(2 * (100 * 0.2 - 2 * 0.1))
    _, told = api("indicators/twice/explain", **SPAN)
    assert told["made_of"] == ["gap"]
    assert {one["kind"] for one in told["events"]} == {"rating", "served"}


def test_parameters_to_try_belong_to_what_was_asked_for(api):
    own("half", "formula", expression="a / 2", parts={"a": "receipts"})
    send(sale(300, 0), sale(10, 0))
    params = json.dumps({"expression": "a * 5"})
    _, answer = api("indicators/half/values", **SPAN, params=params)
    assert answer["rows"][0]["value"] == 10


def test_a_moving_mean_is_pooled_over_its_window(api):
    own("receipt3", "moving", Unit.MONEY, of="average_receipt", days=3)
    send(sale(100, 0), sale(100, 0), sale(400, 1), sale(40, 4))
    _, answer = api("indicators/receipt3/values", **SPAN, grain="day")
    found = {row["period"][-2:]: row["value"] for row in answer["rows"]}
    assert found == {
        "02": 100, "03": 200, "04": 200,  # 600 over three receipts
        "05": 400, "06": 40, "07": 40, "08": 40,
    }  # fmt: skip
    _, answer = api("indicators/receipt3/values", **SPAN)
    assert answer["rows"][0]["value"] == 40  # the window ends with the last day
    _, answer = api("indicators/receipt3/values", **{"from": "2026-03-04", "to": "2026-03-04"}, by="place")
    assert [(row["place"], row["value"]) for row in answer["rows"]] == [("spb", 200)]


def test_a_moving_mean_of_a_count_is_per_day_with_data(api):
    own("visitors7", "moving", Unit.COUNT, of="visitors", days=7)
    send(visitors(10, 0), visitors(30, 1), visitors(20, 3))
    _, answer = api("indicators/visitors7/values", **SPAN)
    assert answer["rows"][0]["value"] == 20
    assert answer["rows"][0]["parts"]["days_with_data"] == 3


def test_a_moving_mean_of_a_served_index_keeps_its_coverage(api):
    own("support3", "moving", Unit.SHARE, of="support", days=3)
    send(*ratings([5, 5], point="spb-1"), served(10, place="spb"), *ratings([5], point="spb-1", day=1))
    _, answer = api("indicators/support3/values", **{"from": "2026-03-03", "to": "2026-03-03"})
    [row] = answer["rows"]
    assert (row["value"], row["coverage"]) == (
        0.2,
        {"known": 1, "units": 2},
    )  # the day without a count is out of both


@pytest.mark.parametrize(
    ("code", "family", "params", "field"),
    [
        ("loop", "formula", {"expression": "loop + 1"}, "expression"),
        ("first", "formula", {"expression": "second + 1"}, "expression"),
        ("lost", "formula", {"expression": "no_such_one + 1"}, "parts"),
        ("mean", "moving", {"of": "no_such_one"}, "parts"),
        ("mean", "moving", {"of": "double_tolk"}, "of"),
        ("mean", "moving", {"of": "revenue", "days": 0}, "params"),
    ],
)
def test_what_leads_to_itself_or_nowhere_is_refused(company, code, family, params, field):
    own("third", "formula", expression="receipts + 1")
    own("second", "formula", expression="third + 1")
    if code == "first":
        own("first", "formula", expression="receipts")
        own("third", "formula", expression="first + 1")
    with pytest.raises(ValidationError) as refused:
        own(code, family, **params)
    assert field in refused.value.message_dict


def test_what_does_not_add_up_has_no_moving_mean(api):
    own("median7", "moving", Unit.MONEY, of="median_receipt", days=7)
    status, answer = api("indicators/median7/values", **SPAN)
    assert status == 422
    assert "of" in answer["detail"][0]["message"]
