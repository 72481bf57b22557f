"""The REST interface keeps its promises: values, access, refusals in sentences."""

import datetime as dt
from urllib.parse import parse_qsl

import pytest

from otklik.company.models.keys import Scope
from otklik.events.record import get_store
from otklik.metrics.actions import save_definition, set_threshold
from otklik.metrics.core.definitions import Definition
from otklik.metrics.core.results import Direction, Unit
from otklik.metrics.core.thresholds import Limits
from otklik.metrics.record import StoreRecord, day_columns
from otklik.metrics.tests.company import DAY, event, make_key, make_user, ratings, send, served

SPAN = {"from": str(DAY), "to": str(DAY + dt.timedelta(days=6))}


def the_row(answer):
    status, body = answer
    assert status == 200, body
    assert len(body["rows"]) == 1, body["rows"]
    return body["rows"][0]


def test_the_catalogue_lists_every_indicator(api):
    status, body = api("indicators")
    assert status == 200
    codes = {one["code"] for one in body}
    assert {
        "nps",
        "support",
        "criticality",
        "response_rate",
        "csat",
        "ces1",
        "ces2",
        "net_easy",
        "repeat_rate",
    } <= codes
    assert all(one["name"] and one["formula"] and one["docs"] for one in body)


def test_nps_with_parts_interval_and_relevance(api):
    send(*ratings([10] * 6 + [8] * 2 + [3] * 2, "nps", point="spb-1"), served(20, place="spb"))
    row = the_row(api("indicators/nps/values", **SPAN))
    assert (row["value"], row["numerator"], row["denominator"], row["n"]) == (40, 400, 10, 10)
    assert {name: row["parts"][name] for name in ("promoters", "passives", "detractors")} == {
        "promoters": 6,
        "passives": 2,
        "detractors": 2,
    }
    assert row["standard_error"] == pytest.approx(25.298221)
    assert row["parts"]["interval_wald"] == pytest.approx([40 - 49.5836, 40 + 49.5836], abs=1e-3)
    assert row["parts"]["counts"]["10"] == 6
    assert row["flags"] == ["low_base", "not_relevant"]  # 10 of 20 served answered
    assert row["parts"]["beside"] == {"response_rate": 0.5, "support": 0.3, "criticality": 0.2}
    assert row["colour"] == "yellow"


def test_a_representative_survey_is_not_under_the_rule(api):
    send(*ratings([5, 4, 3, 1], "csat", point="spb-1"))
    row = the_row(api("indicators/csat/values", **SPAN))
    assert (row["value"], row["flags"]) == (0.5, ["low_base"])


def test_support_by_place_with_a_day_that_nobody_counted(api):
    send(
        *ratings([5, 5, 4], point="spb-1"),
        *ratings([5], point="spb-1", day=1),
        served(10, place="spb"),
        *ratings([1], point="msk-1"),
        served(4, "till", point="msk-1"),
        served(99, place="msk"),
    )
    status, body = api("indicators/support/values", by="place", **SPAN)
    rows = {row["place"]: row for row in body["rows"]}
    assert status == 200
    assert (rows["spb"]["value"], rows["spb"]["numerator"], rows["spb"]["denominator"]) == (0.2, 2, 10)
    assert rows["spb"]["coverage"] == {"known": 1, "units": 2}
    assert "partial_coverage" in rows["spb"]["flags"]
    assert (rows["msk"]["value"], rows["msk"]["denominator"]) == (0.0, 4)  # the till before the form


def test_no_data_is_grey_with_a_sentence(api):
    row = the_row(api("indicators/nps/values", **SPAN))
    assert (row["value"], row["colour"], row["reason"]) == (None, "grey", "no_ratings")
    assert row["reason_text"]


def test_by_child_and_by_subject_and_by_attribute(api):
    send(
        *ratings([5, 1], point="spb-1"),
        *ratings([5], point="psk-1"),
        *ratings([3], point="msk-1"),
        *ratings([5, 5], "csat", point="msk-1", attrs={"region": "NAM"}),
    )
    _, body = api("indicators/ratings/values", by="child", subject="smile", **SPAN)
    assert [(row["child"], row["value"]) for row in body["rows"]] == [("north", 3), ("south", 1)]
    _, body = api("indicators/ratings/values", by="child", place="north", subject="smile", **SPAN)
    assert [(row["child"], row["value"]) for row in body["rows"]] == [("spb", 2), ("psk", 1)]
    _, body = api("indicators/mean_score/values", by="subject", **SPAN)
    assert {row["subject"]: row["value"] for row in body["rows"]} == {
        "smile": 3.5,
        "csat": 5,
    }
    _, body = api("indicators/csat/values", by="attr.region", **SPAN)
    assert [(row["attr.region"], row["n"]) for row in body["rows"]] == [("NAM", 2)]


def test_conditions_points_employees_and_weights(api):
    send(
        *ratings([10], "nps", point="spb-1", employee="anna", attrs={"region": "NAM", "weight": 3}),
        *ratings([0], "nps", point="spb-2", attrs={"region": "EMEA", "weight": 1}),
    )
    assert the_row(api("indicators/nps/values", where="attr.region=NAM", **SPAN))["value"] == 100
    assert the_row(api("indicators/nps/values", where='["value", "<", 5]', **SPAN))["value"] == -100
    assert the_row(api("indicators/nps/values", point="spb-2", **SPAN))["value"] == -100
    assert the_row(api("indicators/nps/values", employee="anna", **SPAN))["value"] == 100
    assert the_row(api("indicators/nps/values", weighted="true", **SPAN))["value"] == 50


def test_grain_and_hours(api):
    send(
        *ratings([5], point="spb-1", hour=10),
        *ratings([5, 5], point="spb-1", hour=11),
        served(2, "till", point="spb-1", hour=10),
        served(4, "till", point="spb-1", hour=11),
        served(9, place="msk"),
        *ratings([5], point="msk-1", day=5),
    )
    _, body = api("indicators/response_rate/values", grain="hour", place="spb", **SPAN)
    assert [(row["period"], row["value"]) for row in body["rows"]] == [
        ("2026-03-02T10:00:00", 0.5),
        ("2026-03-02T11:00:00", 0.5),
    ]
    _, body = api("indicators/response_rate/values", grain="hour", place="msk", **SPAN)
    assert [row["reason"] for row in body["rows"]] == ["served_per_day_only"]
    _, body = api("indicators/ratings/values", subject="smile", grain="week", **SPAN)
    assert [(row["period"], row["value"]) for row in body["rows"]] == [("2026-03-02", 4)]


def test_point_takes_only_its_own_served_count(api):
    send(*ratings([5], point="spb-1"), served(10, place="spb"))
    row = the_row(api("indicators/support/values", point="spb-1", **SPAN))
    assert (row["value"], row["reason"]) == (None, "served_not_split")


def test_receipts(api):
    send(
        event("receipt", 100, point="spb-1", attrs={"operation": "sale", "customer": "a", "units": 2}),
        event("receipt", 300, point="spb-1", attrs={"operation": "sale", "customer": "a", "units": 4}),
        event("receipt", 800, point="spb-1", attrs={"operation": "sale", "customer": "b"}),
        event("receipt", -50, point="spb-1", attrs={"operation": "refund"}),
        event("receipt", 20, point="spb-1", attrs={"operation": "refund"}),
    )
    expected = {
        "receipts": 3,
        "sales": 1200,
        "revenue": 1130,
        "average_receipt": 400,
        "median_receipt": 300,
        "units_per_receipt": 3,
        "refunds": 2,
        "refund_amount": -30,
        "customers": 2,
        "repeat_rate": 0.5,
    }
    for code, value in expected.items():
        assert the_row(api(f"indicators/{code}/values", **SPAN))["value"] == value, code


def test_sealed_days_say_the_same_as_events(api):
    send(*ratings([5, 4, 1], point="spb-1"), *ratings([9, 2], "nps", point="msk-1"), served(9, place="spb"))
    codes = ("support", "nps", "ratings", "served", "mean_score")
    before = {code: api(f"indicators/{code}/values", by="place", **SPAN) for code in codes}
    store = get_store()
    store.seal(force=True)
    with store.reader() as reader:
        assert StoreRecord(reader).relations(set(day_columns())).days is not None
    send(*ratings([5], point="psk-1"))
    assert the_row(api("indicators/ratings/values", place="psk", subject="smile", **SPAN))["value"] == 1
    for code in codes:
        status, body = api(f"indicators/{code}/values", by="place", **SPAN)
        body["rows"] = [row for row in body["rows"] if row["place"] != "psk"]
        assert (status, body) == before[code], code


def test_a_damaged_file_leaves_the_rest_served(api):
    send(*ratings([5], "csat", point="spb-1", day=-40))
    store = get_store()
    store.seal(force=True)
    send(*ratings([1], "csat", point="spb-1"))
    store.seal(force=True)
    with store.reader() as reader:
        name = reader.segments[0].name
    (store.root / "segments" / name).write_bytes(b"not parquet")
    status, body = api("events", **{**SPAN, "from": "2026-01-01"})
    assert (status, [one["value"] for one in body["events"]]) == (200, [1])


def test_withdrawn_events_leave_the_value(api):
    bad = event("rating", 1, subject="csat", point="spb-1")
    send(*ratings([5], "csat", point="spb-1"), bad)
    send(event("withdrawal", point="spb-1", attrs={"target": bad.id}))
    assert the_row(api("indicators/csat/values", **SPAN))["value"] == 1


def test_compare_periods_and_conditions(api):
    send(
        *ratings([10] * 30 + [0] * 10, "nps", point="spb-1", day=7),
        *ratings([10] * 10 + [0] * 30, "nps", point="spb-1"),
    )
    second = {"from": str(DAY + dt.timedelta(days=7)), "to": str(DAY + dt.timedelta(days=13))}
    status, body = api("indicators/nps/compare", **second)
    assert status == 200, body
    assert (body["this"]["value"], body["other"]["value"], body["delta"]) == (50, -50, 100)
    assert body["other"]["from"] == str(DAY)
    assert body["verdict"] == "better"
    assert body["p_value"] < 0.001
    _, body = api("indicators/nps/compare", other_place="msk", **second)
    assert (body["other"]["value"], body["verdict"]) == (None, "unknown")


def test_explain_shows_formula_measures_and_events(api):
    send(*ratings([5, 1], "csat", point="spb-1"), event("visit", point="spb-1", attrs={"duration": 5}))
    status, body = api("indicators/csat/explain", **SPAN)
    assert status == 200
    assert body["formula"]
    assert {measure["name"] for measure in body["measures"]} == {"n", "top", "bottom"}
    assert [one["code"] for one in body["questions"]] == ["csat"]
    assert {one["kind"] for one in body["events"]} == {"rating"}
    assert (body["result"]["value"], len(body["events"])) == (0.5, 2)
    assert "SELECT" not in str(body)


def test_the_link_of_an_explanation_leads_to_its_very_events(api, client):
    send(*ratings([5, 1], "csat", point="spb-1"), *ratings([4], "csat", point="msk-1"))
    _, body = api("indicators/csat/explain", place="spb", where="value>=2", **SPAN)
    path, _, query = body["events_link"].removeprefix("/api/v1/").partition("?")
    _, found = api(path, **dict(parse_qsl(query)))
    assert [one["id"] for one in found["events"]] == [one["id"] for one in body["events"]]
    assert len(body["events"]) == 1


def test_a_split_that_is_too_fine_is_refused_before_it_hurts(api, monkeypatch):
    monkeypatch.setattr("otklik.metrics.asking.MAX_ROWS", 2)
    send(*(one for day in range(3) for one in ratings([5], "csat", point="spb-1", day=day)))
    status, body = api("indicators/csat/values", grain="day", **SPAN)
    assert (status, body["detail"][0]["field"]) == (422, "by")
    assert len(api("indicators/csat/values", **SPAN)[1]["rows"]) == 1


def test_events_are_paged(api):
    send(
        *ratings([1, 2, 3, 4, 5], point="spb-1", employee="anna"),
        event("visit", point="spb-1", attrs={"duration": 5}),
    )
    _, first = api("events", limit=2, kind="rating", **SPAN)
    assert [one["value"] for one in first["events"]] == [5, 4]
    assert first["events"][0]["at"] == "2026-03-02T12:00:00+03:00"
    assert (first["events"][0]["point"], first["events"][0]["employee"]) == ("spb-1", "anna")
    _, second = api("events", limit=3, kind="rating", cursor=first["cursor"], **SPAN)
    assert [one["value"] for one in second["events"]] == [3, 2, 1]
    assert second["cursor"] is None


# --- access: the owner of everything, a colleague of the south, a stranger


def test_each_reader_sees_their_part(api, client):
    send(*ratings([5, 5], point="spb-1"), *ratings([5], point="msk-1"))
    owner, south, stranger = (
        make_user(name, where=where) for name, where in (("o", None), ("c", "south"), ("s", "nowhere"))
    )
    for user, seen in ((owner, 3), (south, 1), (stranger, None)):
        client.force_login(user)
        row = the_row(api("indicators/ratings/values", key=None, subject="smile", **SPAN))
        assert row["value"] == seen
    client.force_login(south)
    for params in ({"place": "spb"}, {"point": "spb-1"}, {"employee": "anna"}, {"place": "nowhere"}):
        status, body = api("indicators/ratings/values", key=None, **params, **SPAN)
        assert status == 404, params
        assert body["detail"][0]["message"]
    _, body = api("events", key=None, **SPAN)
    assert {one["place"] for one in body["events"]} == {"msk"}
    assert api("indicators/ratings/explain", key=None, place="spb", **SPAN)[0] == 404
    assert api("indicators/ratings/compare", key=None, other_place="spb", **SPAN)[0] == 404


def test_keys_need_the_scope_and_keep_to_their_place(api):
    send(*ratings([5, 5], point="spb-1"), *ratings([5], point="msk-1"))
    assert api("indicators", key="otk_wrong_key")[0] == 401
    assert api("indicators", key=make_key(Scope.INGEST))[0] == 401
    assert api("indicators", key=None)[0] == 401
    mine = make_key(Scope.READ, where="south")
    assert the_row(api("indicators/ratings/values", key=mine, subject="smile", **SPAN))["value"] == 1


# --- refusals


@pytest.mark.parametrize(
    ("params", "field"),
    [
        ({"from": "yesterday"}, "from"),
        ({"from": "2026-03-05", "to": "2026-03-01"}, "from"),
        ({"from": "1826-03-05", "to": "2026-03-01"}, "to"),
        ({"from": "2025-03-05", "to": "2026-03-01", "grain": "hour"}, "to"),
        ({"grain": "minute"}, "grain"),
        ({"by": "colour"}, "by"),
        ({"by": "place,point,employee,kind"}, "by"),
        ({"subject": "unheard"}, "subject"),
        ({"where": "colour=red"}, "where"),
        ({"where": "value>many"}, "where"),
        ({"where": "{"}, "where"),
        ({"where": "whatever"}, "where"),
        ({"weighted": "a b"}, "weighted"),
        ({"params": "[1]"}, "params"),
        ({"params": '{"boxes": 0}'}, "params"),
        ({"params": '{"colour": 1}'}, "params"),
        ({"place": "x" * 65}, "place"),
    ],
)
def test_bad_parameters_are_named_in_a_sentence(api, params, field):
    status, body = api("indicators/csat/values", **params)
    assert status == 422, body
    assert body["detail"][0]["field"].startswith(field)
    assert body["detail"][0]["message"].endswith((".", "}")), body


def test_an_unknown_indicator_is_not_found(api):
    for path in ("indicators/x", "indicators/x/values", "indicators/x/explain", "indicators/x/compare"):
        status, body = api(path)
        assert status == 404
        assert "x" in body["detail"][0]["message"]


# --- versions and thresholds


def test_thresholds_of_the_nearest_place_colour_the_value(api):
    from otklik.company.models import Place

    send(*ratings([5, 5, 1, 1], "csat", point="spb-1"), *ratings([5, 1], "csat", point="msk-1"))
    set_threshold("csat", Limits(0.9, 0.8), acting_user=None)
    set_threshold("csat", Limits(0.5, 0.4), place=Place.objects.get(code="north"), acting_user=None)
    _, body = api("indicators/csat/values", by="place", **SPAN)
    assert {row["place"]: row["colour"] for row in body["rows"]} == {"spb": "green", "msk": "red"}
    assert the_row(api("indicators/csat/values", place="north", **SPAN))["colour"] == "green"


def test_a_change_is_a_new_version(api):
    send(*ratings([5, 4], "csat", point="spb-1"))
    changed = Definition(
        "csat", "box_share", Unit.SHARE, Direction.HIGHER, {"boxes": 1}, ("csat",), relevance=True
    )
    save_definition(changed, name_ru="CSAT строгий", acting_user=None)
    row = the_row(api("indicators/csat/values", **SPAN))
    assert (row["value"], row["version"]) == (0.5, 2)
    assert api("indicators/csat")[1]["name"] == "CSAT строгий"


def test_parameters_can_be_tried(api):
    send(*ratings([10, 9, 0], "nps", point="spb-1"), served(6, place="spb"))
    row = the_row(api("indicators/nps_adjusted/values", params='{"silent": "all_critics"}', **SPAN))
    assert row["value"] == pytest.approx(100 * (2 - 1 - 3) / 6)
    custom = '{"silent": "custom", "loyal": 0.2, "passive": 0.5, "critic": 0.4}'
    assert api("indicators/nps_adjusted/values", params=custom, **SPAN)[0] == 422
