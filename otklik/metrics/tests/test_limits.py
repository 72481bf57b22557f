"""Thresholds by period, calendar and dates: as they are set, sent, brought in and explained."""

import datetime as dt
import json

import pytest
import yaml
from django.core.exceptions import ValidationError

from otklik.company.importing.tables import BadFile
from otklik.company.models import Place, Role
from otklik.company.models.keys import Scope
from otklik.metrics.actions import remove_threshold, set_threshold
from otklik.metrics.core.coverage import told
from otklik.metrics.core.served import Figure, served_of_unit
from otklik.metrics.core.thresholds import DayKind, Limits
from otklik.metrics.definitions import LimitTable, indicator
from otklik.metrics.limits.actions import set_calendar_day, set_country
from otklik.metrics.limits.calendar import Calendar
from otklik.metrics.limits.files import export_thresholds, import_thresholds
from otklik.metrics.models import Threshold
from otklik.metrics.tests.company import make_key, make_user, ratings, send, served

D = dt.date


def held(code, first, last=None, place=None):
    table, one = LimitTable(), indicator(code)
    path = Place.objects.get(code=place).ancestor_ids() if place else []
    return table.of(one, path, table.when(first, last or first))


@pytest.mark.parametrize(
    ("day", "kind"),
    [
        ("2026-01-09", "holiday"),  # moved by decree
        ("2025-11-01", "workday"),  # a Saturday worked for the Monday after
        ("2026-11-25", "workday"), ("2026-11-28", "weekend"), ("2026-11-04", "holiday"),
    ],
)  # fmt: skip
def test_the_russian_calendar_knows_moved_days(db, day, kind):
    assert Calendar().kind(D.fromisoformat(day)) is DayKind(kind)


def test_own_days_go_before_the_country(db):
    set_calendar_day(D(2026, 11, 27), "special", name="Чёрная пятница", acting_user=None)
    set_calendar_day(D(2026, 11, 4), "workday", acting_user=None)
    assert Calendar().kind(D(2026, 11, 27)) is DayKind.SPECIAL
    assert Calendar().kind(D(2026, 11, 4)) is DayKind.WORKDAY
    set_country("", acting_user=None)
    assert Calendar().kind(D(2026, 1, 9)) is DayKind.WORKDAY
    with pytest.raises(ValidationError) as refused:
        set_country("XX", acting_user=None)
    assert "XX" in refused.value.messages[0]


def test_a_new_start_does_not_repaint_the_past(db):
    set_threshold("support", Limits(0.5, 0.4), acting_user=None)
    set_threshold("support", Limits(0.6, 0.5), valid_from=D(2026, 6, 1), acting_user=None)
    assert held("support", D(2026, 5, 31)).good == 0.5
    assert held("support", D(2026, 6, 1)).good == 0.6
    set_threshold("support", Limits(0.7, 0.5), valid_from=D(2026, 6, 1), acting_user=None)
    assert Threshold.objects.count() == 2
    assert held("support", D(2026, 6, 1)).good == 0.7
    remove_threshold("support", valid_from=D(2026, 6, 1), acting_user=None)
    assert held("support", D(2026, 6, 1)).good == 0.5


def test_weekends_and_months_have_their_own(company):
    set_threshold("support", Limits(0.5, 0.4), acting_user=None)
    set_threshold("support", Limits(0.3, 0.2), calendar="off", acting_user=None)
    set_threshold(
        "support", Limits(0.6, 0.5), period="month", place=Place.objects.get(code="north"), acting_user=None
    )
    assert held("support", D(2026, 11, 28)).good == 0.3
    assert held("support", D(2026, 11, 27)).good == 0.5
    assert held("support", D(2026, 11, 1), D(2026, 11, 28)).good == 0.5
    assert held("support", D(2026, 11, 1), D(2026, 11, 28), "spb").good == 0.6
    assert held("support", D(2026, 11, 28), place="spb").good == 0.3


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"limits": Limits(0.4, 0.5)}, "не ниже|на уровне|выше"),
        ({"limits": Limits(0.5, 0.5)}, "различаться|отличаться"),
        ({"valid_from": D(2026, 2, 1), "valid_to": D(2026, 1, 1)}, "раньше первого"),
        ({"period": "month", "calendar": "weekend"}, "одного дня"),
    ],
)
def test_what_makes_no_sense_is_refused_with_a_sentence(db, changes, words):
    values = {"limits": Limits(0.5, 0.4), **changes}
    with pytest.raises(ValidationError) as refused:
        set_threshold("support", values.pop("limits"), acting_user=None, **values)
    assert any(word in " ".join(refused.value.messages) for word in words.split("|")), refused.value.messages


def test_one_statement_reads_all_limits(db, django_assert_num_queries):
    for number in range(20):
        set_threshold("support", Limits(0.5, 0.4), valid_from=D(2026, 1, 1 + number), acting_user=None)
    with django_assert_num_queries(1):
        table = LimitTable()
        for number in range(50):
            table.of(
                indicator("support") if number < 0 else _support(),
                [1, 2],
                table.when(D(2026, 1, 1), D(2026, 1, 9)),
            )


def _support():
    from otklik.metrics.catalogue import BUILT_IN

    return BUILT_IN["support"]


def test_the_api_colours_each_step_by_its_own_day(api):
    """Monday the 2nd and Saturday the 7th of March 2026, half of the ratings highest per client served on both."""
    for day in (0, 5):
        send(*ratings([5, 5], point="spb-1", day=day), served(4, place="spb", day=day))
    set_threshold("support", Limits(0.6, 0.55), acting_user=None)
    set_threshold("support", Limits(0.5, 0.1), calendar="weekend", acting_user=None)
    period = {"from": "2026-03-02", "to": "2026-03-08"}
    _status, found = api("indicators/support/values", grain="day", **period)
    assert [(row["period"], row["value"], row["colour"]) for row in found["rows"]] == [
        ("2026-03-02", 0.5, "red"),
        ("2026-03-07", 0.5, "green"),
    ]
    _status, found = api("indicators/support/values", **period)
    assert found["rows"][0]["limits"] == {"good": 0.6, "acceptable": 0.55}


# --- files -------------------------------------------------------------------------------------------------------


def test_what_goes_out_comes_back(company):
    set_threshold("support", Limits(0.5, 0.4), calendar="holiday", valid_from=D(2026, 1, 1), acting_user=None)
    set_threshold(
        "nps", Limits(50, 30), place=Place.objects.get(code="spb"), period="month", acting_user=None
    )
    set_calendar_day(D(2026, 11, 27), "special", name="Чёрная пятница", acting_user=None)
    text = export_thresholds()
    before = list(
        Threshold.objects.order_by("indicator").values_list(
            "indicator", "good", "period", "calendar", "valid_from"
        )
    )
    Threshold.objects.all().delete()
    plan = import_thresholds(text, acting_user=None)
    assert len(plan.steps) == 2
    assert (
        list(
            Threshold.objects.order_by("indicator").values_list(
                "indicator", "good", "period", "calendar", "valid_from"
            )
        )
        == before
    )
    assert export_thresholds() == text


def test_a_wrong_file_names_every_mistake_and_changes_nothing(company):
    said = {
        "thresholds": [
            {"indicator": "support", "good": "60 %", "acceptable": "50 %"},
            {"indicator": "nothing", "good": 1, "acceptable": 0},
            {"indicator": "support", "place": "moon", "good": "много", "acceptable": 0},
            {
                "indicator": "support",
                "period": "hour",
                "days": "sunday",
                "from": "31.12.2026",
                "good": 1,
                "acceptable": 0,
            },
            {"indicator": "support", "colour": "red", "good": 1, "acceptable": 0},
        ]
    }
    with pytest.raises(BadFile) as refused:
        import_thresholds(yaml.safe_dump(said, allow_unicode=True), acting_user=None)
    named = {(one.line, one.field) for one in refused.value.problems}
    assert {
        (2, "indicator"),
        (3, "place"),
        (3, "good"),
        (4, "period"),
        (4, "days"),
        (4, "from"),
        (5, "colour"),
    } <= named
    with pytest.raises(BadFile):
        import_thresholds(
            "thresholds:\n- {indicator: support, good: 0.1, acceptable: 0.2}\n- {indicator: nps, good: 5, acceptable: 1}\n",
            acting_user=None,
        )
    assert not Threshold.objects.exists()


def test_a_manager_of_a_part_brings_in_for_that_part_only(company):
    user = make_user("boss", Role.QUALITY, "north")
    import_thresholds(
        "thresholds:\n- {indicator: support, place: spb, good: 60 %, acceptable: 50 %}\n", acting_user=user
    )
    assert Threshold.objects.get().good == 0.6
    for line in ("place: msk, ", ""):
        with pytest.raises(BadFile):
            import_thresholds(
                f"thresholds:\n- {{indicator: nps, {line}good: 5, acceptable: 1}}\n", acting_user=user
            )
    assert Threshold.objects.count() == 1


# --- REST --------------------------------------------------------------------------------------------------------


def put(client, key, path, body, method="put"):
    call = getattr(client, method)
    answer = call(
        f"/api/v1/{path}",
        json.dumps(body),
        content_type="application/json",
        headers={"Authorization": f"Bearer {key}"},
    )
    return answer.status_code, answer.json() if answer.content else None


def test_thresholds_are_set_over_rest_all_or_none(company, client, api):
    key = make_key(Scope.MANAGE)
    body = [
        {"indicator": "support", "good": 0.6, "acceptable": 0.5},
        {
            "indicator": "nps",
            "place": "spb",
            "period": "month",
            "from": "2026-01-01",
            "good": 50,
            "acceptable": 30,
        },
    ]
    for _ in range(2):
        assert put(client, key, "thresholds", body) == (200, {"stored": 2})
    assert Threshold.objects.count() == 2
    _status, rows = api("thresholds")
    assert rows[0]["place"] == "spb"
    assert rows[0]["from"] == "2026-01-01"
    status, answer = put(
        client,
        key,
        "thresholds",
        [
            *body,
            {"indicator": "support", "good": 0.1, "acceptable": 0.5},
            {"indicator": "no", "good": 1, "acceptable": 0},
        ],
    )
    assert status == 422
    assert {one["field"] for one in answer["detail"]} == {"[2].acceptable", "[3]"}
    assert put(client, make_key(Scope.READ), "thresholds", body)[0] == 401
    assert put(client, make_key(Scope.MANAGE, where="south"), "thresholds", body)[0] == 422
    gone = {"indicator": "nps", "place": "spb", "period": "month", "from": "2026-01-01"}
    assert put(client, key, "thresholds", gone, "delete") == (204, None)
    assert put(client, key, "thresholds", gone, "delete")[0] == 404


# --- which served source holds -----------------------------------------------------------------------------------


ORDER = ("till", "sensor", "manual")


@pytest.mark.parametrize(
    ("figures", "value", "holds", "others"),
    [
        ([], None, (), ()),
        ([(None, "manual", 10)], 10, ("manual",), ()),
        ([(None, "manual", 10), (None, "sensor", 12)], 12, ("sensor",), (("manual", 10),)),
        ([(1, "till", 5), (2, "till", 6), (None, "manual", 10)], 11, ("till",), (("manual", 10),)),
        (
            [(1, "till", 5), (2, "manual", 6), (None, "sensor", 12)],
            12,
            ("sensor",),
            (("till", 5), ("manual", 6)),
        ),
        ([(1, "till", 5), (2, "sensor", 6)], 11, ("till", "sensor"), ()),
        ([(None, "api", 10)], None, (), (("api", 10),)),
    ],
)
def test_which_source_holds(figures, value, holds, others):
    given = [Figure(*one) for one in figures]
    found = told(given, ORDER)
    assert (found.value, found.holds, found.others) == (value, holds, others)
    assert found.value == served_of_unit(given, ORDER)
