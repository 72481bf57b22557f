"""Relations through REST: events in, answers out; what may not be seen, and what is refused with which words."""

import json

import pytest

from otklik.metrics.tests.company import event, make_key, ratings, send
from otklik.surveys.models import Question

SPAN = {"from": "2026-03-02", "to": "2026-03-31"}
FIGURES = {"field": "value", "filter": ["kind", "=", "figure"]}


def figure(code, **more):
    return json.dumps({"indicator": "contact_time", "params": FIGURES, "subject": code, "name": code, **more})


def figures(code, values, place="spb", first=0):
    return [
        event("figure", value, day=first + day, subject=code, place=place)
        for day, value in enumerate(values)
        if value is not None
    ]


def answers(rows, point="spb-1", day=0, prefix="s"):
    """A row per respondent: {question: value}."""
    return [
        event("answer", value, subject=code, point=point, session=f"{prefix}{number}", day=day)
        for number, row in enumerate(rows)
        for code, value in row.items()
    ]


def test_days_are_correlated_with_their_gaps(api):
    send(*figures("rain", [1, 2, None, 4, 5]), *figures("queue", [2, 3, 9, 5, 9]))
    status, body = api("relations/correlations", x=[figure("rain"), figure("queue")], by="day", **SPAN)
    assert status == 200
    (pair,) = body["pairs"]
    assert (pair["x"], pair["y"], pair["n"], pair["enough"]) == ("rain", "queue", 4, False)
    assert pair["r"] == pytest.approx(16 / 287.5**0.5)  # Sxy 16, Sxx 10, Syy 28.75 over the four common days
    assert pair["p_holm"] == pair["p"]
    assert [one["missing"] for one in body["series"]] == [26, 25]
    assert body["warnings"][0]["code"] == "not_cause"
    assert "few_units" in {one["code"] for one in body["warnings"]}


def test_the_same_indicator_of_two_places_is_read_apart(api):
    send(*figures("rain", [1, 2, 3, 4]), *figures("rain", [8, 6, 4, 2], place="psk"))
    asked = [
        figure("rain", place="spb", name="spb"),
        figure("rain", place="psk", name="psk"),
        figure("rain", place="north", name="both"),
    ]
    status, body = api("relations/correlations", x=asked, by="day", **SPAN)
    assert status == 200
    found = {(pair["x"], pair["y"]): pair["r"] for pair in body["pairs"]}
    assert found["spb", "psk"] == pytest.approx(-1)
    assert found["spb", "both"] == pytest.approx(-1)  # means 4.5, 4, 3.5, 3


def test_respondents_are_split_by_session(api):
    rows = [{"csat": 5, "ease": 7}, {"csat": 4, "ease": 6}, {"csat": 2, "ease": 2}, {"csat": 1}]
    send(*answers(rows), *ratings([1], "csat", point="spb-1"))  # the last one belongs to no session
    status, body = api("relations/correlations", questions="csat,ease", by="session", **SPAN)
    assert status == 200
    assert body["units"] == 4
    assert body["pairs"][0]["n"] == 3
    status, body = api("relations/items", questions="csat,ease", **SPAN)
    assert [(one["n"], one["mean"], one["median"]) for one in body["items"]] == [(4, 3, 3), (3, 5, 6)]
    status, body = api("relations/reliability", questions=["csat", "ease"], **SPAN)
    assert (body["n"], body["left_out"]) == (3, 1)
    assert body["alpha"] == pytest.approx(2 * (1 - 28 / 52))  # variances 7/3 and 7, of the sums 52/3


def test_values_of_an_indicator_can_be_split_by_session(api):
    send(*answers([{"csat": 5}, {"csat": 1}]))
    status, body = api("indicators/csat/values", by="session", subject="csat", **SPAN)
    assert status == 200
    assert {row["session"]: row["value"] for row in body["rows"]} == {"s0": 1, "s1": 0}


def test_an_index_of_weighted_items_is_a_series(api):
    send(*answers([{"csat": 5, "ease": 7}, {"csat": 4, "ease": 1}, {"csat": 1, "ease": 2}]))
    index = json.dumps({"index": "sum", "scores": "raw", "of": [{"subject": "csat", "weight": 2}, "ease"]})
    status, body = api("relations/items", x=index, questions="csat", **SPAN)
    assert status == 200
    assert (body["items"][0]["key"], body["items"][0]["max"], body["items"][0]["min"]) == ("sum", 17, 4)


def test_only_solid_days_are_taken(api):
    send(*figures("rain", [1, 2, 3]), *figures("rain", [3], first=0), *figures("queue", [1, 5, 2]))
    status, body = api("relations/items", x=figure("rain"), by="day", least_events=2, **SPAN)
    assert (status, body["items"][0]["n"], body["items"][0]["mean"]) == (200, 1, 2)


def test_lags_say_who_goes_first(api):
    lead = [3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8, 9, 7, 9]
    send(*figures("lead", lead), *figures("sales", lead, first=2))
    asked = {"x": figure("lead"), "y": figure("sales"), "first_lag": -4, "last_lag": 4}
    status, body = api("relations/lags", **asked, **SPAN)
    assert status == 200
    assert (body["best_lag"], body["best"]["n"], body["best"]["r"]) == (2, 15, pytest.approx(1))
    status, body = api("relations/lags", x=figure("lead"), first_lag=-2, last_lag=3, **SPAN)
    assert [one["lag"] for one in body["lags"]] == [1, 2, 3]


def test_a_scatter_names_its_units(api):
    send(*figures("rain", [1, 2, 3]), *figures("queue", [2, 4, 6]))
    status, body = api("relations/scatter", x=figure("rain"), y=figure("queue"), by="day", **SPAN)
    assert status == 200
    assert body["units"][0] == {"period": "2026-03-02", "x": 1, "y": 2, "n_x": 1, "n_y": 1}
    assert body["line"] == {"slope": pytest.approx(2), "intercept": pytest.approx(0)}
    status, body = api("relations/scatter", x=figure("rain"), y=figure("queue"), by="place", **SPAN)
    assert body["units"][0]["place_name"] == "Spb"
    assert body["pair"]["reason"] == "too_few"


def test_drivers_refuse_when_there_is_too_little(api):
    send(*figures("rain", [1, 2, 3]), *figures("queue", [2, 4, 6]))
    status, body = api("relations/drivers", target=figure("queue"), x=figure("rain"), **SPAN)
    assert (status, body["reason"], body["needed"], body["drivers"]) == (200, "too_few_for_model", 20, [])
    assert body["reason_text"]


def test_drivers_tell_the_factor_from_noise(api):
    rain = [(7 * day) % 11 for day in range(30)]
    moon = [(5 * day) % 7 for day in range(30)]
    queue = [2 * one + day % 2 for day, one in enumerate(rain)]
    send(*figures("rain", rain), *figures("moon", moon), *figures("queue", queue))
    status, body = api(
        "relations/drivers", target=figure("queue"), x=[figure("moon"), figure("rain")], **SPAN
    )
    assert status == 200
    first, second = body["drivers"]
    assert (first["key"], first["significant"], second["significant"]) == ("rain", True, False)
    assert first["slope"] == pytest.approx(2, abs=0.05)
    assert first["share"] + second["share"] == pytest.approx(1)


def checks(values, day=0, element="greeting", **more):
    return [
        event("checklist_element", value, subject=element, session=f"s{number}", day=day, place="spb", **more)
        for number, value in enumerate(values)
    ]


def test_elements_of_the_standard_by_contact(api):
    """Met by the first six: CSAT 5 of 6; not met by the others: 1 of 6."""
    rows = [{"csat": value} for value in (5, 5, 4, 5, 5, 2, 1, 2, 3, 1, 5, 2)]
    send(
        *answers(rows), *checks([1, 1, 1, 0.5, 1, 1, 0, 0, 0.4, 0, 0, 0]), *checks([1] * 12, element="badge")
    )
    status, body = api("relations/elements", target="csat;subject=csat", **SPAN)
    assert status == 200
    assert body["joined_by"] == "session"
    found = {one["element"]: one for one in body["elements"]}
    greeting = found["greeting"]
    assert greeting["with"] == {"n": 6, "base": 6, "value": pytest.approx(5 / 6)}
    assert greeting["difference"] == pytest.approx(4 / 6)
    assert greeting["method"] == "newcombe"
    assert greeting["ci95"][0] > 0
    assert found["badge"]["reason"] == "one_sided"
    status, body = api("relations/elements", target="csat;subject=csat", met_from=0.6, **SPAN)
    assert body["elements"][0]["with"]["n"] == 5 or body["elements"][1]["with"]["n"] == 5


def test_elements_are_joined_by_day_where_contacts_do_not_meet(api):
    events = []
    for day in range(14):
        events += answers([{"csat": 5 if day % 2 else 1}, {"csat": 4}], day=day, prefix=f"d{day}-")
        events += checks([day % 2], day=day, attrs={"source": "mystery"})
    send(*events)
    status, body = api("relations/elements", target="csat;subject=csat", **SPAN)
    assert (status, body["joined_by"]) == (200, "place_day")
    assert [one["way"] for one in body["tried"]] == ["session", "employee_day", "place_day"]
    (one,) = body["elements"]
    assert (one["with"]["value"], one["without"]["value"], one["with"]["base"]) == (1, 0.5, 14)
    assert "not_same_contact" in {remark["code"] for remark in body["warnings"]}
    status, body = api(
        "relations/elements", target="csat;subject=csat", check_where="attr.source=auditor", **SPAN
    )
    assert (body["joined_by"], body["elements"]) == (None, [])


def test_quadrants_of_reason_and_feeling(api):
    send(
        *answers([{"csat": 5}] * 3, point="spb-1"),
        *answers([{"csat": 1}] * 3, point="psk-1", prefix="t"),
        *[
            event("emotion", point="spb-1", attrs={"tone": tone})
            for tone in ("positive", "positive", "neutral")
        ],
        *[event("emotion", point="psk-1", attrs={"tone": "negative"})],
        *[event("emotion", point="msk-1", attrs={"tone": "negative"})],
    )
    status, body = api("relations/quadrants", x="csat", y="c_value", x_line=0.5, y_line=0, **SPAN)
    assert status == 200
    found = {one["point"]: (one["quadrant"], one["low_base"]) for one in body["units"]}
    assert found == {"spb-1": ("both", True), "psk-1": ("neither", True), "msk-1": (None, True)}
    assert body["counts"] == {"both": 1, "rational": 0, "emotional": 0, "neither": 1}
    assert [axis["line_from"] for axis in body["axes"]] == ["given", "given"]


def test_places_out_of_sight_are_neither_read_nor_named(api):
    send(*figures("rain", [1, 2, 3]), *figures("rain", [7, 8, 9], place="msk"))
    key = make_key("read", where="north")
    status, body = api("relations/items", x=figure("rain"), by="place", key=key, **SPAN)
    assert (status, body["items"][0]["n"], body["items"][0]["mean"]) == (200, 1, 2)
    hidden, absent = (
        api("relations/items", x=figure("rain", place=place), by="place", key=key, **SPAN)
        for place in ("msk", "nowhere")
    )
    assert hidden[0] == absent[0] == 404
    assert json.dumps(hidden[1]).replace("msk", "nowhere") == json.dumps(absent[1])


def test_answers_of_staff_are_not_shown_one_by_one(api):
    Question.objects.filter(code="ease").update(type="engagement")
    status, body = api("relations/scatter", x="mean_score;subject=ease", y="csat", by="session", **SPAN)
    assert (status, body["detail"][0]["field"]) == (422, "x")


@pytest.mark.parametrize(
    ("path", "asked", "field", "word"),
    [
        ("correlations", {"x": ["nope", "csat"]}, "x", "nope"),
        ("correlations", {"x": ["csat"]}, "x", "2"),
        ("correlations", {"x": ["csat", "csat"]}, "x", "csat"),
        ("correlations", {"x": ["csat", "nps"], "by": "moon"}, "by", "moon"),
        ("correlations", {"x": ["csat;colour=red", "nps"]}, "x", "colour=red"),
        ("correlations", {"x": ["csat;subject=nope", "nps"]}, "x", "nope"),
        ("correlations", {"x": ["csat", "nps"], "by": "place", "difference": "true"}, "difference", ""),
        ("correlations", {"x": ['{"indicator": "csat", "colour": 1}', "nps"]}, "x", "colour"),
        ("correlations", {"x": ['{"index": "a", "of": []}', "nps"]}, "x", ""),
        ("correlations", {"x": ["{", "nps"]}, "x", "JSON"),
        ("lags", {"x": "csat", "by": "place"}, "by", "place"),
        ("lags", {"x": "csat", "first_lag": 3, "last_lag": 1}, "first_lag", ""),
        ("elements", {"target": '{"index": "a", "of": ["csat"]}'}, "target", ""),
        ("quadrants", {"x": "nope"}, "x", "nope"),
        ("drivers", {"target": "csat", "x": ["csat"]}, "x", "csat"),
        ("items", {"x": ['{"indicator": "nps", "params": {"moon": 1}}']}, "params", "moon"),
    ],
)
def test_refusals_name_the_field_and_the_word(api, path, asked, field, word):
    status, body = api(f"relations/{path}", **asked, **SPAN)
    assert status == 422, body
    assert body["detail"][0]["field"] == field
    assert word in body["detail"][0]["message"]


def test_the_number_of_queries_does_not_grow_with_series_or_units(api, django_assert_max_num_queries):
    send(*figures("rain", range(20)), *figures("rain", range(20), place="psk"))
    api("relations/items", x=figure("rain"), **SPAN)  # the first use of a key is written down
    counts = []
    for asked in ([figure("rain")], [figure("rain"), *(figure("rain", name=str(one)) for one in range(10))]):
        with django_assert_max_num_queries(60) as found:
            status, _body = api("relations/items", x=asked, by="place_day", **SPAN)
            assert status == 200
        counts.append(len(found))
    assert counts[0] == counts[1]


def test_reliability_turns_questions_round_whose_best_option_is_the_lowest(api):
    from otklik.surveys.models import Question

    send(*answers([{"csat": a, "ease": b} for a, b in ((5, 7), (4, 6), (2, 3), (1, 2), (3, 3))]))
    _, plain = api("relations/reliability", questions=["csat", "ease"], **SPAN)
    assert [one["turned"] for one in plain["items"]] == [False, False]
    one = Question.objects.get(code="ease")
    Question.objects.filter(code="ease").update(
        top=one.scale_min if one.top == one.scale_max else one.scale_max
    )
    _, turned = api("relations/reliability", questions=["csat", "ease"], **SPAN)
    assert [one["turned"] for one in turned["items"]] == [False, True]
    assert turned["mean_r"] == pytest.approx(-plain["mean_r"])
