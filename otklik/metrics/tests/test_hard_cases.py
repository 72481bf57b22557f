"""Small event sets that break numbers elsewhere, through REST, with expectations computed by hand."""

import datetime as dt

import pytest

from otklik.company.models import Place, Point
from otklik.metrics.tests.company import answers, at, event, place, question, ratings, send, served
from otklik.surveys.models import Question, QuestionType

DAYS = {"from": "2026-03-02", "to": "2026-03-08"}
MSK = dt.timezone(dt.timedelta(hours=3))


# --- zero denominators ---------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "code",
    [
        "support", "criticality", "response_rate", "nps", "nps_adjusted", "csat", "csat_mean", "ces2", "net_easy",
        "emotional_loyalty", "emotional_loyalty_served", "like_index", "like_survey", "complaints_per_100",
        "csi", "standard_elements", "standard_compliance", "emotional_nps", "reaction_time", "staff_load",
        "time_between_contacts", "cases_in_time", "contacts_with_receipt", "smile_index", "c_value",
        "conversion_visitors", "conversion_contacts", "conversion_consultations", "personal_conversion",
        "consultation_coverage", "contacts_without_purchase", "average_receipt", "items_per_receipt", "repeat_rate",
        "revenue", "receipts", "visitors", "contact_time",
    ],
)  # fmt: skip
def test_without_events_every_indicator_is_empty_with_a_reason(value, code):
    row = value(code)
    assert row["value"] is None
    assert row["reason"]
    assert row["reason_text"]
    assert row["colour"] == "grey"


def test_served_zero_is_no_division(value):
    send(*ratings([5, 1], point="spb-1"), served(0, point="spb-1"))
    row = value("support")
    assert (row["value"], row["reason"]) == (None, "served_is_zero")
    assert row["parts"]["ratings"] == 2


def test_day_without_a_served_count_leaves_both_parts(value):
    """Day 0: 2 of 4 served rated 5; day 1: three ratings, nobody counted. 2 / 4, known for 1 of 2 days."""
    send(*ratings([5, 5], point="spb-1"), served(4, point="spb-1"))
    send(*ratings([1, 1, 1], point="spb-1", day=1))
    row = value("support")
    assert (row["value"], row["numerator"], row["denominator"]) == (0.5, 2, 4)
    assert row["coverage"] == {"known": 1, "units": 2}
    assert "partial_coverage" in row["flags"]
    assert value("criticality")["value"] == 0


def test_support_and_criticality_make_the_response_even_over_one(value):
    """3 ratings of 2 served: never clamped."""
    send(*ratings([5, 2, 1], point="spb-1"), served(2, point="spb-1"))
    support, criticality, response = (
        value(code)["value"] for code in ("support", "criticality", "response_rate")
    )
    assert (support, criticality, response) == (0.5, 1.0, 1.5)
    assert support + criticality == response
    assert "ratings_exceed_served" in value("response_rate")["flags"]


def test_served_sources_are_never_added_and_the_whole_place_competes(value):
    """Till 10 beats manual 7 at one point; a sensor's 50 of the whole place is worse than tills at every point: 10 + 20."""
    send(
        served(10, "till", point="spb-1"),
        served(7, "manual", point="spb-1"),
        served(20, "till", point="spb-2"),
        served(50, "sensor", place="spb"),
    )
    assert value("served", place="spb")["value"] == 30


def test_pools_never_average_the_ratios_of_places(value):
    """Spb 1/2, Psk 1/100: 2/102 and not the mean 0.255."""
    send(*ratings([5], point="spb-1"), served(2, point="spb-1"))
    send(*ratings([5], point="psk-1"), served(100, point="psk-1"))
    assert value("support")["value"] == pytest.approx(2 / 102)


# --- scales ---------------------------------------------------------------------------------------------------------
def test_reversed_scale_turns_csat_and_its_mean(value):
    """1 is best of 1–5: answers 1, 2, 5 → 2 of 3 in the two best, mean of scores (100 + 75 + 0) / 3."""
    Question.objects.filter(code="csat").delete()
    question("turned", QuestionType.CSAT, 1, 5, 1)
    send(*answers([1, 2, 5], "turned"))
    assert value("csat")["value"] == pytest.approx(2 / 3)
    assert value("csat_mean")["value"] == pytest.approx(175 / 3)
    assert value("dissatisfied")["value"] == pytest.approx(1 / 3)


def test_dont_know_and_values_off_the_scale_leave_n(value):
    Question.objects.filter(code="csat").update(dont_know=99)
    send(*answers([5, 1, 99, 99], "csat"))
    row = value("csat")
    assert (row["value"], row["n"]) == (0.5, 2)
    send(*answers([99], "csat", day=1))
    row = value("csat", **{"from": "2026-03-03"})
    assert (row["value"], row["reason"], row["n"]) == (None, "no_ratings", 0)


def test_nps_of_a_reversed_question_is_refused_and_not_turned_by_guess(value):
    Question.objects.filter(code="nps").update(top=0)
    send(*answers([10, 0], "nps"))
    assert value("nps")["reason"] == "no_break_points"


def test_nps_interval_is_the_adjusted_one(value):
    """8 promoters, 1 passive, 1 detractor; adjusted: p = 8.75/13, d = 1.75/13."""
    send(*answers([10] * 8 + [7, 0], "nps"))
    row = value("nps")
    p, d = 8.75 / 13, 1.75 / 13
    half = 1.959963984540054 * 100 * ((p + d - (p - d) ** 2) / 13) ** 0.5
    assert row["value"] == pytest.approx(70)
    assert row["standard_error"] == pytest.approx(100 * ((0.8 + 0.1 - 0.49) / 10) ** 0.5)
    assert row["interval"] == pytest.approx([100 * (p - d) - half, 100 * (p - d) + half])
    assert "low_base" in row["flags"]


def test_one_silent_preset_after_another(value):
    """S = 10, P = 4, D = 1, R = 6, M = 4: passive 100·(4 − 1)/10, half 100·(4 − 1 − 2)/10, critics 100·(4 − 1 − 4)/10."""
    send(*answers([10] * 4 + [8, 0], "nps"), served(10, point="spb-1"))
    expected = {
        "all_passive": 30, "half_passive_half_critic": 10, "all_critics": -10, "as_responders": 50,
    }  # fmt: skip
    for preset, adjusted in expected.items():
        row = value("nps_adjusted", params=f'{{"silent": "{preset}"}}')
        assert row["value"] == pytest.approx(adjusted), preset
    row = value("nps_adjusted")
    assert row["parts"]["silent"] == 4
    assert row["parts"]["classic"] == pytest.approx(50)


def test_shares_of_the_silent_that_do_not_make_one_are_refused(api):
    status, answer = api(
        "indicators/nps_adjusted/values", params='{"silent": "custom", "shares": [0.5, 0.4, 0.2]}', **DAYS
    )
    assert status == 422
    assert answer["detail"][0]["field"] == "params"


def test_more_answers_than_asked_leave_the_adjusted_nps_empty(value):
    send(*answers([10, 10, 0], "nps"), served(2, point="spb-1"))
    row = value("nps_adjusted")
    assert (row["value"], row["reason"]) == (None, "more_responders_than_invited")
    assert "responders_exceed_invited" in row["flags"]


# --- weights --------------------------------------------------------------------------------------------------------
def test_weights_move_the_value_and_shrink_the_base(value):
    """Weights 3 (top) and 1 (bottom): 0.75; Kish 16/10 = 1.6 answers."""
    send(event("answer", 5, subject="csat", point="spb-1", attrs={"weight": 3}))
    send(event("answer", 1, subject="csat", point="spb-1", attrs={"weight": 1}))
    row = value("csat", weighted="true")
    assert (row["value"], row["n"]) == (0.75, 2)
    assert row["standard_error"] == pytest.approx((0.75 * 0.25 / 1.6) ** 0.5)


def test_weights_of_zero_give_no_number(value):
    send(event("answer", 5, subject="csat", point="spb-1", attrs={"weight": 0}))
    row = value("csat", weighted="true")
    assert (row["value"], row["reason"]) == (None, "bad_weights")


# --- corrections ----------------------------------------------------------------------------------------------------
def test_withdrawn_and_replaced_answers(value):
    """Three answers: one withdrawn, one corrected from 0 to 10, one stays 10. NPS 100 over 2."""
    first, second, third = answers([0, 0, 10], "nps")
    send(first, second, third)
    send(event("withdrawal", attrs={"target": first.id}, point="spb-1"))
    send(event("answer", 10, subject="nps", point="spb-1", attrs={"replaces": second.id}))
    row = value("nps")
    assert (row["value"], row["n"]) == (100, 2)


def test_withdrawal_before_its_target(value):
    late = answers([0], "nps")[0]
    send(event("withdrawal", attrs={"target": late.id}, point="spb-1"))
    send(late, *answers([10], "nps"))
    assert value("nps")["n"] == 1


def test_same_event_twice_counts_once(value, company):
    from otklik.events.record import accept

    one = answers([10], "nps")[0]
    send(one)
    accept([one], via="import:again")
    assert value("nps")["n"] == 1


def test_late_event_changes_a_day_that_was_sealed(value):
    from otklik.events.record import get_store

    send(*answers([10], "nps"), served(2, point="spb-1"))
    get_store().seal(force=True)
    assert value("nps")["value"] == 100
    send(*answers([0], "nps"))
    assert (value("nps")["value"], value("nps")["n"]) == (0, 2)
    get_store().seal(force=True)
    assert (value("nps")["value"], value("nps")["n"]) == (0, 2)


# --- days and clocks ------------------------------------------------------------------------------------------------
def test_business_day_from_four_in_the_morning(api):
    """03:59 on Tuesday belongs to Monday, 04:00 to Tuesday; hours stay those of the clock."""
    where = place("bar", day_start=dt.time(4), timezone="Europe/Moscow")
    Point.objects.create(code="bar-1", name="bar", place=where)
    tuesday = dt.datetime(2026, 3, 3, 3, 59, tzinfo=MSK)
    send(at("bar-1", tuesday, 0, value=5, subject="smile"))
    send(at("bar-1", tuesday + dt.timedelta(minutes=1), 1, value=1, subject="smile"))
    status, answer = api("indicators/top_share/values", grain="day", place="bar", **DAYS)
    assert status == 200
    assert {row["period"]: row["value"] for row in answer["rows"]} == {"2026-03-02": 1, "2026-03-03": 0}
    _, answer = api("indicators/ratings/values", by="hour", place="bar", **DAYS)
    assert {row["hour"]: row["value"] for row in answer["rows"]} == {3: 1, 4: 1}


def test_hours_of_the_day_when_clocks_change(api):
    """Berlin, 29 March 2026: after 01:59 comes 03:00; the day ends at 22:00 UTC."""
    where = place("berlin", timezone="Europe/Berlin")
    Point.objects.create(code="berlin-1", name="b", place=where)
    for number, utc in enumerate(
        (
            dt.datetime(2026, 3, 29, 0, 30, tzinfo=dt.UTC),  # 01:30 winter time
            dt.datetime(2026, 3, 29, 1, 30, tzinfo=dt.UTC),  # 03:30 summer time
            dt.datetime(2026, 3, 29, 21, 59, tzinfo=dt.UTC),  # 23:59, still that day
            dt.datetime(2026, 3, 29, 22, 0, tzinfo=dt.UTC),  # midnight of the next
        )
    ):
        send(at("berlin-1", utc, number, value=5, subject="smile"))
    _, answer = api(
        "indicators/ratings/values",
        place="berlin",
        grain="hour",
        **{"from": "2026-03-29", "to": "2026-03-30"},
    )
    assert {row["period"]: row["value"] for row in answer["rows"]} == {
        "2026-03-29T01:00:00": 1, "2026-03-29T03:00:00": 1, "2026-03-29T23:00:00": 1, "2026-03-30T00:00:00": 1,
    }  # fmt: skip


def test_hour_that_comes_twice_holds_both_halves(api):
    """26 October 2025 in Berlin: 00:30 and 01:30 UTC are both 02:30."""
    where = place("berlin", timezone="Europe/Berlin")
    Point.objects.create(code="berlin-1", name="b", place=where)
    for number, hour in enumerate((0, 1)):
        moment = dt.datetime(2025, 10, 26, hour, 30, tzinfo=dt.UTC)
        send(at("berlin-1", moment, number, value=5, subject="smile"))
    _, answer = api(
        "indicators/ratings/values",
        place="berlin",
        grain="hour",
        **{"from": "2025-10-26", "to": "2025-10-26"},
    )
    assert [(row["period"], row["value"]) for row in answer["rows"]] == [("2025-10-26T02:00:00", 2)]


# --- several questions ----------------------------------------------------------------------------------------------
def test_item_without_answers_drops_out_and_under_half_there_is_nothing(value):
    """Two items: 100 and none → 100 with half of the weight; of three, one → no value."""
    Question.objects.filter(code="csat").delete()
    for code in ("a", "b"):
        question(code, QuestionType.CSAT, 1, 5, 5)
    send(*answers([5], "a"))
    assert value("csi")["value"] == 100
    question("c", QuestionType.CSAT, 1, 5, 5)
    row = value("csi")
    assert (row["value"], row["reason"]) == (None, "too_few_items")


def test_csi_is_the_mean_of_items_and_not_of_answers(value):
    """a: 5, 5, 5 → 100; b: 1 → 0 on 1–5, c: 10 on 0–10 → 100. (100 + 0 + 100) / 3."""
    Question.objects.filter(code="csat").delete()
    question("a", QuestionType.CSAT, 1, 5, 5)
    question("b", QuestionType.CSAT, 1, 5, 5)
    question("c", QuestionType.CSAT, 0, 10, 10)
    send(*answers([5, 5, 5], "a"), *answers([1], "b"), *answers([10], "c"))
    assert value("csi")["value"] == pytest.approx(200 / 3)


def test_pulse_of_four_people_is_not_shown(value):
    question("p1", QuestionType.ENGAGEMENT, 1, 5, 5)
    send(*answers([5, 5, 5, 5], "p1"))
    assert value("engagement")["reason"] == "group_too_small"
    send(*answers([5], "p1"))
    assert value("engagement")["value"] == 100


# --- process and sales ----------------------------------------------------------------------------------------------
def receipt(amount, operation="sale", **more):
    attrs = {"operation": operation, **more.pop("attrs", {})}
    return event("receipt", amount, point=more.pop("point", "spb-1"), attrs=attrs, **more)


def visit(**more):
    return event("visit", point="spb-1", attrs={"duration": 60}, **more)


def test_refund_leaves_the_count_and_is_netted_whatever_its_sign(value):
    send(receipt(100), receipt(50), receipt(30, "refund"), receipt(-20, "refund"))
    assert value("receipts")["value"] == 2
    assert value("revenue")["value"] == 100
    assert value("average_receipt")["value"] == 75
    assert value("refunds")["value"] == 2


def test_conversion_over_one_is_said_and_not_cut(value):
    send(receipt(1), receipt(1), receipt(1), event("visitors", 2, point="spb-1"))
    row = value("conversion_visitors")
    assert row["value"] == 1.5
    assert "over_hundred_percent" in row["flags"]
    send(visit())
    assert value("conversion_contacts")["value"] == 3
    assert value("contacts_without_purchase")["value"] == -2


def test_days_without_a_door_counter_leave_conversion(value):
    """Day 0: 1 receipt of 4 visitors; day 1: 9 receipts, the counter was silent."""
    send(receipt(1), event("visitors", 4, point="spb-1"))
    send(*(receipt(1, day=1) for _ in range(9)))
    row = value("conversion_visitors")
    assert row["value"] == 0.25
    assert row["coverage"] == {"known": 1, "units": 2}


def test_personal_conversion_takes_what_names_an_employee(value):
    send(receipt(1, employee="anna"), receipt(1), visit(employee="anna"))
    send(visit(employee="anna"), visit())
    assert value("personal_conversion")["value"] == 0.5
    assert value("personal_conversion", employee="anna")["value"] == 0.5


def test_like_index_stands_with_both_counts_per_hundred_served(value):
    """3 thanks, 1 complaint, 50 served: 50, and 6 and 2 per 100."""
    tones = ["positive"] * 3 + ["negative"]
    send(*(event("message", point="spb-1", attrs={"tone": tone, "text": "…"}) for tone in tones))
    send(served(50, point="spb-1"))
    row = value("like_index")
    assert row["value"] == 50
    assert row["parts"]["thanks_per_100"] == 6
    assert row["parts"]["complaints_per_100"] == 2
    assert "low_base" in row["flags"]  # 4 mentions are under 5
    assert value("complaints_per_100")["value"] == 2


def test_thanks_alone_and_complaints_of_nobody(value):
    """No complaints over 50 served is a 0, for there was something to divide by; without served it is unknown."""
    send(served(50, point="spb-1"))
    assert value("complaints_per_100")["value"] == 0
    assert value("like_index")["reason"] == "no_events"


def test_standard_leaves_out_what_did_not_apply_and_weighs_the_rest(value):
    """Weights 5·1, 3·0.5, 1·0 of 9, one not applicable: 100·6.5/9."""
    for met, weight in ((1, 5), (0.5, 3), (0, 1), (None, 7)):
        send(event("checklist_element", met, subject=f"x{weight}", point="spb-1", attrs={"weight": weight}))
    row = value("standard_elements")
    assert row["value"] == pytest.approx(100 * 6.5 / 9)
    assert row["parts"]["not_applicable"] == 1


def test_smile_index_weighs_by_usable_time(value):
    """Smile shares 1 of 10 s and 0 of 30 s usable: 25; contacts of 20 and 60 s: coverage 40/80."""
    send(event("smile", 1, point="spb-1", attrs={"usable": 10, "duration": 20}))
    send(event("smile", 0, point="spb-1", attrs={"usable": 30, "duration": 60}))
    row = value("smile_index")
    assert row["value"] == pytest.approx(25)
    assert row["parts"]["coverage"] == pytest.approx(0.5)


def test_relevance_of_a_spontaneous_poll_turns_at_sixty_per_cent(value):
    send(*ratings([5] * 6, subject="nps", point="spb-1"), served(10, point="spb-1"))
    assert "not_relevant" not in value("nps")["flags"]
    send(served(11, "till", point="spb-1"))
    row = value("nps")
    assert "not_relevant" in row["flags"]
    assert row["parts"]["beside"]["response_rate"] == pytest.approx(6 / 11)
    send(*answers([5], "csat"))
    assert "not_relevant" not in value("csat")["flags"]  # invited clients are not under this rule


def test_response_unknown_is_said(value):
    send(*ratings([10], subject="nps", point="spb-1"))
    assert "response_unknown" in value("nps")["flags"]


def test_network_is_the_sum_of_its_places(api, value):
    send(*ratings([5, 1], point="spb-1"), served(4, point="spb-1"))
    send(*ratings([5, 5, 1], point="psk-1"), served(6, point="psk-1"))
    _, answer = api("indicators/support/values", by="place", **DAYS)
    rows = answer["rows"]
    whole = value("support")
    assert whole["numerator"] == sum(row["numerator"] for row in rows) == 3
    assert whole["denominator"] == sum(row["denominator"] for row in rows) == 10
    assert (
        {row["place"] for row in rows} == {"spb", "psk"} <= set(Place.objects.values_list("code", flat=True))
    )
