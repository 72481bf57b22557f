"""Typed figures as indicators and over REST."""

import datetime as dt
import json

import pytest
from django.core.exceptions import ValidationError

from otklik.company.models import Place, Role
from otklik.company.models.keys import Scope
from otklik.devices.figures.actions import save_figure
from otklik.devices.queries import business_today
from otklik.metrics.definitions import indicators
from otklik.metrics.tests.company import make_key, make_user


@pytest.fixture
def figures(company):
    save_figure(
        acting_user=None,
        code="churn",
        name_ru="Отток",
        unit="share",
        decimals=1,
        minimum=0,
        maximum=1,
        direction="lower",
        adds="mean",
    )
    return save_figure(acting_user=None, code="cards", name_ru="Карты", unit="count", minimum=0)


def put(client, key, code, *rows):
    body = [dict(zip(("place", "day", "value"), row, strict=True)) for row in rows]
    answer = client.put(
        f"/api/v1/figures/{code}",
        json.dumps(body),
        content_type="application/json",
        headers={"Authorization": f"Bearer {key}"},
    )
    return answer.status_code, answer.json()


def test_each_figure_is_an_indicator_that_adds_up_or_is_a_mean(figures, client, api):
    key = make_key(Scope.INGEST)
    rows = [("spb", "2026-03-02", 4), ("spb", "2026-03-03", 6), ("psk", "2026-03-02", 2)]
    assert put(client, key, "cards", *rows) == (200, {"stored": 3, "unchanged": 0})
    assert put(client, key, "cards", *rows) == (200, {"stored": 0, "unchanged": 3})
    shares = [("spb", "2026-03-02", 0.1), ("spb", "2026-03-03", "20 %"), ("psk", "2026-03-02", "6")]
    assert put(client, key, "churn", *shares)[0] == 200
    period = {"from": "2026-03-02", "to": "2026-03-08"}
    _status, cards = api("indicators/cards/values", **period)
    assert cards["rows"][0]["value"] == 12
    _status, churn = api("indicators/churn/values", **period)
    assert churn["rows"][0]["value"] == pytest.approx((0.1 + 0.2 + 0.06) / 3)
    assert churn["direction"] == "lower"
    _status, held = api("figures/churn", **period)
    assert [(row["place"], row["day"], row["value"]) for row in held] == [
        ("psk", "2026-03-02", 0.06), ("spb", "2026-03-02", 0.1), ("spb", "2026-03-03", 0.2),
    ]  # fmt: skip
    assert put(client, key, "churn", ("spb", "2026-03-02", None)) == (200, {"stored": 1, "unchanged": 0})
    _status, churn = api("indicators/churn/values", **period)
    assert churn["rows"][0]["value"] == pytest.approx(0.13)


def test_of_stocks_the_last_figure_of_each_place_counts(figures, client, api):
    save_figure(acting_user=None, code="members", name_ru="Участники", unit="count", minimum=0, adds="last")
    save_figure(
        acting_user=None, code="stock", name_ru="Наличие", unit="share", minimum=0, maximum=1, adds="last"
    )
    key = make_key(Scope.INGEST)
    rows = [
        ("spb", "2026-03-02", 4),
        ("spb", "2026-03-05", 6),
        ("psk", "2026-03-03", 2),
        ("msk", "2026-03-01", 9),
    ]
    assert put(client, key, "members", *rows)[0] == 200
    shares = [("spb", "2026-03-02", 0.5), ("spb", "2026-03-05", 0.7), ("psk", "2026-03-03", 0.9)]
    assert put(client, key, "stock", *shares)[0] == 200
    period = {"from": "2026-03-02", "to": "2026-03-08"}
    _status, found = api("indicators/members/values", **period)
    assert found["rows"][0]["value"] == 8
    _status, found = api("indicators/stock/values", **period)
    assert found["rows"][0]["value"] == pytest.approx(0.8)
    _status, found = api("indicators/members/values", by="place", **period)
    assert {row["place"]: row["value"] for row in found["rows"]} == {"spb": 6, "psk": 2}
    _status, found = api("indicators/members/values", grain="day", **period)
    assert [row["value"] for row in found["rows"] if row["value"] is not None] == [4, 2, 6]
    assert put(client, key, "members", ("spb", "2026-03-05", None))[0] == 200
    _status, found = api("indicators/members/values", **period)
    assert found["rows"][0]["value"] == 6


def test_one_wrong_number_keeps_all_out(figures, client, api):
    key = make_key(Scope.INGEST)
    status, answer = put(
        client,
        key,
        "churn",
        ("spb", "2026-03-02", 0.1),
        ("spb", "2026-03-03", 5),
        ("moon", "2026-03-02", 0.1),
        ("psk", "2026-03-02", "часто"),
    )
    assert status == 422
    assert [one["field"] for one in answer["detail"]] == ["[1].value", "[2].place", "[3].value"]
    assert "часто" in answer["detail"][2]["message"]
    _status, held = api("figures/churn", **{"from": "2026-03-02", "to": "2026-03-08"})
    assert held == []


def test_days_may_be_as_old_as_events_may(figures, client, settings):
    key, today = make_key(Scope.INGEST), business_today(Place.objects.get(code="spb"))
    oldest = today - dt.timedelta(days=settings.INGEST_MAX_PAST_DAYS)
    assert put(client, key, "cards", ("spb", str(oldest), 4)) == (200, {"stored": 1, "unchanged": 0})
    status, answer = put(client, key, "cards", ("spb", str(oldest - dt.timedelta(days=1)), 4))
    assert status == 422
    assert "3660" in answer["detail"][0]["message"]


def test_many_equal_errors_are_told_in_one_sentence(figures, client):
    key, day = make_key(Scope.INGEST), dt.date(1990, 1, 1)
    old = [("spb", str(day + dt.timedelta(days=n)), 4) for n in range(150)]
    status, answer = put(client, key, "cards", *old, ("spb", "2100-01-01", 4))
    assert status == 422
    assert len(answer["detail"]) == 2
    assert "149" in answer["detail"][0]["message"]
    assert len(put(client, key, "cards", *old[:100])[1]["detail"]) == 100
    nowhere = [("nowhere", "2026-03-02", 4)] * 101 + [("neither", "2026-03-02", 4)]
    detail = put(client, key, "cards", *nowhere)[1]["detail"]
    assert [one["field"] for one in detail] == ["[0].place", "[101].place"]
    assert "100" in detail[0]["message"]


def test_a_key_of_one_place_and_a_reader_write_nothing_elsewhere(figures, client):
    assert put(client, make_key(Scope.INGEST, where="south"), "churn", ("spb", "2026-03-02", 0.1))[0] == 422
    assert put(client, make_key(Scope.READ), "churn", ("spb", "2026-03-02", 0.1))[0] == 401
    assert put(client, make_key(Scope.INGEST), "nothing", ("spb", "2026-03-02", 0.1))[0] == 404


def test_served_counts_come_the_same_way(company, client, api):
    assert put(client, make_key(Scope.INGEST), "served", ("spb", "2026-03-02", 120)) == (
        200,
        {"stored": 1, "unchanged": 0},
    )
    _status, held = api("figures/served", **{"from": "2026-03-02", "to": "2026-03-02"})
    assert held == [{"place": "spb", "day": "2026-03-02", "value": 120, "source": "manual"}]


def test_the_indicator_follows_the_catalogue(figures):
    assert indicators()["cards"].definition.version == 1
    save_figure(figures, acting_user=None, adds="mean")
    assert (indicators()["cards"].definition.family, indicators()["cards"].definition.version) == ("mean", 2)
    save_figure(figures, acting_user=None, position=5)
    assert indicators()["cards"].definition.version == 2
    save_figure(figures, acting_user=None, active=False)
    assert "cards" not in indicators()
    with pytest.raises(ValidationError) as refused:
        save_figure(acting_user=None, code="support", name_ru="Занято")
    assert "code" in refused.value.message_dict


def test_the_catalogue_over_rest(company, client, api):
    key = make_key(Scope.MANAGE)
    body = [{"code": "plan", "name_ru": "План", "unit": "money", "decimals": 2}]
    headers = {"Authorization": f"Bearer {key}"}
    for _ in range(2):
        assert (
            client.put(
                "/api/v1/figures", json.dumps(body), content_type="application/json", headers=headers
            ).status_code
            == 200
        )
    _status, rows = api("figures")
    assert [(row["code"], row["unit"], row["adds"]) for row in rows] == [("plan", "money", "sum")]
    body.append({"code": "share", "name_ru": "Доля", "unit": "share", "adds": "sum"})
    answer = client.put("/api/v1/figures", json.dumps(body), content_type="application/json", headers=headers)
    assert answer.status_code == 422
    assert answer.json()["detail"][0]["field"] == "[1].adds"
    user = make_user("boss", Role.QUALITY, "north")
    client.force_login(user)
    assert client.put("/api/v1/figures", json.dumps(body), content_type="application/json").status_code in {
        403,
        404,
    }
