"""The served-count form: one figure per place and day, whatever is typed, pasted, changed or cleared."""

import datetime as dt
import json

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from otklik.company.actions.places import create_point
from otklik.company.models import AuditEntry
from otklik.devices.figures.actions import enter_served, moment_of
from otklik.devices.figures.counts import WHY, BadCountError, parse_count
from otklik.devices.figures.known import known as known_cells
from otklik.devices.figures.sheets import served_sheet
from otklik.devices.queries import business_today
from otklik.events.intake import Event
from otklik.events.record import accept


@pytest.fixture
def shops(world):
    """Every location has a point, so that it stands on the form."""
    for number, place in enumerate((world.other_shop, world.far_shop)):
        create_point(acting_user=None, place=place, code=f"p{number}", name="Касса")
    return world


def days_ago(place, days):
    return business_today(place) - dt.timedelta(days=days)


def send(client, *cells):
    body = {"cells": [{"place": place.code, "day": str(day), "text": text} for place, day, text in cells]}
    return client.post("/entry/served/save", json.dumps(body), content_type="application/json")


def known(place, day):
    found = known_cells(served_sheet(), [place.pk], day, day).get((place.pk, day))
    return None if found is None else found.value


def test_what_is_typed_is_one_event_of_that_business_day(shops, stored):
    client, day = shops.sign_in(shops.manager), days_ago(shops.shop, 1)
    (cell,) = send(client, (shops.shop, day, "1 234")).json()["cells"]
    assert (cell["ok"], cell["value"], cell["old"]) == (True, 1234, None)
    (event,) = stored("served")
    assert (event["day"], event["place"], event["value"]) == (day, shops.shop.pk, 1234)
    assert json.loads(event["attrs"])["source"] == "manual"
    assert event["via"] == "form:manager"


def test_changing_replaces_and_clearing_withdraws(shops, stored):
    client, day = shops.sign_in(shops.manager), days_ago(shops.shop, 1)
    send(client, (shops.shop, day, "100"))
    send(client, (shops.shop, day, "120"))
    (event,) = stored("served")
    assert event["value"] == 120
    assert json.loads(event["attrs"])["replaces"]
    assert known(shops.shop, day) == 120
    (cell,) = send(client, (shops.shop, day, "")).json()["cells"]
    assert (cell["ok"], cell["value"], cell["old"]) == (True, None, 120)
    assert known(shops.shop, day) is None
    send(client, (shops.shop, day, "7"))
    assert known(shops.shop, day) == 7


def test_typing_the_same_again_changes_nothing(shops, stored):
    day = days_ago(shops.shop, 1)
    for _ in range(3):
        enter_served(acting_user=shops.manager, place=shops.shop, day=day, count=5)
    assert len(stored()) == 1
    assert AuditEntry.objects.filter(action="served.enter").count() == 1


def test_figures_imported_as_several_events_become_one(shops):
    day = days_ago(shops.shop, 2)
    at = moment_of(shops.shop, day)
    accept(
        [
            Event(id=f"old{n}", kind="served", at=at, place="spb-1", value=10.0, attrs={"source": "manual"})
            for n in range(3)
        ],
        via="import:x",
    )
    assert known(shops.shop, day) == 30
    assert enter_served(acting_user=shops.manager, place=shops.shop, day=day, count=31).old == 30
    assert known(shops.shop, day) == 31


def test_the_till_goes_before_what_is_typed(shops):
    day = days_ago(shops.shop, 1)
    at = moment_of(shops.shop, day)
    accept(
        [Event(id="t1", kind="served", at=at, point="spb-1-1", value=312.0, attrs={"source": "till"})],
        via="api:x",
    )
    client = shops.sign_in(shops.manager)
    (cell,) = send(client, (shops.shop, day, "5")).json()["cells"]
    assert not cell["ok"]
    assert "312" in cell["error"]
    page = client.get(f"/entry/served/?week={day}").text
    assert "312<small>касса</small>" in page


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("abc", "не число"),
        ("-5", "меньше нуля"),
        ("12,5", "без дробной"),
        ("1,234", "тысяча"),
        ("99999999", "миллиона"),
    ],
)
def test_a_wrong_number_is_refused_with_place_day_and_what_to_do(shops, stored, text, words):
    client, day = shops.sign_in(shops.manager), days_ago(shops.shop, 1)
    answers = send(client, (shops.shop, day, text), (shops.shop, days_ago(shops.shop, 2), "8")).json()[
        "cells"
    ]
    assert [one["ok"] for one in answers] == [False, True]
    assert shops.shop.name in answers[0]["error"]
    assert words in answers[0]["error"]
    assert str(day.day) in answers[0]["error"]
    assert len(stored()) == 1


def test_a_day_that_has_not_come_is_refused(shops, stored):
    client = shops.sign_in(shops.manager)
    (cell,) = send(client, (shops.shop, days_ago(shops.shop, -1), "5")).json()["cells"]
    assert "ещё не наступил" in cell["error"]
    assert stored() == []


def test_today_is_the_places_own_business_day(shops, stored):
    day = business_today(shops.far_shop)
    enter_served(acting_user=None, place=shops.far_shop, day=day, count=3)
    (event,) = stored()
    assert event["day"] == day
    assert event["at"].replace(tzinfo=dt.UTC) <= timezone.now()


def test_only_places_of_ones_own_are_shown_and_taken(shops, stored):
    day = days_ago(shops.shop, 1)
    for user, visible in ((shops.manager, 1), (shops.colleague, 2), (shops.owner, 3), (shops.stranger, 1)):
        assert shops.sign_in(user).get("/entry/served/").text.count("data-place=") == visible
    (cell,) = send(shops.sign_in(shops.stranger), (shops.shop, day, "5")).json()["cells"]
    missing = send(shops.sign_in(shops.stranger), (shops.region, day, "5")).json()["cells"][0]
    assert cell["error"].replace("spb-1", "X") == missing["error"].replace("spb", "X")
    assert stored() == []


def test_strangers_to_the_company_are_asked_to_sign_in(client, db):
    assert client.get("/entry/served/").status_code == 302


def test_the_log_says_who_when_and_what(shops):
    client, day = shops.sign_in(shops.manager), days_ago(shops.shop, 1)
    send(client, (shops.shop, day, "100"))
    send(client, (shops.shop, day, "90"))
    log = client.get(f"/entry/served/log/?week={day}").text
    assert "manager" in log
    assert "100 → 90" in log


def test_missing_days_are_marked(shops):
    day = days_ago(shops.shop, 7)
    page = shops.sign_in(shops.manager).get(f"/entry/served/?week={day}").text
    assert page.count("sheet-cell sheet-missing") >= 6


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", None), (" ", None), ("0", 0), ("007", 7), ("1 234", 1234), ("1\u00a0234", 1234), ("1\u202f234", 1234),
        ("1'234", 1234), ("1.234.567", None), ("12,0", 12), ("12.", 12), ("１２", 12),
    ],
)  # fmt: skip
def test_counts_as_people_write_them(text, count):
    if text == "1.234.567":
        with pytest.raises(BadCountError) as refused:
            parse_count(text)
        assert refused.value.why == "large"
        return
    assert parse_count(text) == count


@given(st.integers(0, 1_000_000))
def test_grouping_never_changes_a_count(count):
    for space in (" ", "\u00a0", "\u202f"):
        assert parse_count(f"{count:,}".replace(",", space)) == count


@given(st.text(max_size=30))
def test_any_text_is_a_count_or_a_named_refusal(text):
    try:
        count = parse_count(text)
    except BadCountError as bad:
        refusal = bad.why
    else:
        refusal = None
        assert count is None or 0 <= count <= 1_000_000
    assert refusal is None or refusal in WHY
