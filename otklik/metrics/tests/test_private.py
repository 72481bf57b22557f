"""Nobody finds out by asking what they may not read: conditions, splits and parameters that look into words of clients."""

import json

import pytest

from otklik.company.models import Grant, Place, Role
from otklik.company.models.keys import Scope
from otklik.metrics.actions import save_definition
from otklik.metrics.core.definitions import Definition
from otklik.metrics.core.results import Direction, Unit
from otklik.metrics.tests.company import event, make_key, make_user, send

SPAN = {"from": "2026-03-02", "to": "2026-03-08"}
TEXT = json.dumps(["attr.text", "=", "Мария, 8-900"])
ASKED = [
    ("indicators/said/values", {"where": "attr.text=Мария, 8-900"}, "where"),
    ("indicators/said/values", {"where": f'{{"not": {TEXT}}}'}, "where"),
    ("indicators/said/values", {"where": "attr.Text=Мария, 8-900"}, "where"),
    ("indicators/said/values", {"by": "attr.customer"}, "by"),
    ("indicators/said/values", {"params": f'{{"filter": {TEXT}}}'}, "params"),
    ("indicators/said/values", {"weighted": "phone"}, "weighted"),
    ("relations/correlations", {"by": "day", "x": ["said;weighted=phone", "ratings"]}, "x"),
    ("indicators/said/explain", {"where": "attr.text=Мария, 8-900"}, "where"),
    ("exports/indicators/said", {"by": "attr.customer", "format": "csv"}, "by"),
    ("events", {"where": "attr.text=Мария, 8-900"}, "where"),
    ("relations/correlations", {"by": "attr.customer", "x": ["said", "ratings"]}, "by"),
    ("relations/correlations", {"by": "day", "x": ["said;where=attr.text=Мария", "ratings"]}, "x"),
    ("relations/correlations", {"by": "day", "x": ["said", "ratings"], "where": "attr.phone=1"}, "x"),
]


@pytest.fixture
def words(company):
    counted = {"filter": ["kind", "=", "message"]}
    definition = Definition("said", "count", Unit.COUNT, Direction.NONE, counted)
    save_definition(definition, name_ru="Сообщения", acting_user=None)
    text = {"text": "Мария, 8-900", "customer": "c-7", "phone": "1"}
    send(
        *(
            event("message", day=day, point=point, attrs=text)
            for day in range(4)
            for point in ("spb-1", "msk-1")
        )
    )


def told(answer):
    assert answer[0] == 422, answer
    return {one["field"].split(".")[-1] for one in answer[1]["detail"]}, answer[1]["detail"][0]["message"]


@pytest.mark.parametrize("asked", ASKED)
def test_a_viewer_is_refused_in_a_sentence(words, api, client, asked):
    address, params, field = asked
    client.force_login(make_user("viewer", Role.VIEWER))
    fields, message = told(api(address, key=None, **params, **SPAN))
    assert fields == {field}
    assert "работает с сообщениями" in message


@pytest.mark.parametrize("asked", [one for one in ASKED if not one[0].startswith("exports")])
def test_who_works_on_messages_of_all_places_may_ask(words, api, client, asked):
    address, params, _field = asked
    client.force_login(make_user("manager", Role.MANAGER))
    status, answer = api(address, key=None, **params, **SPAN)
    assert status == 200, answer


def test_at_places_of_ones_own_only(words, api, client):
    user = make_user("mixed", Role.VIEWER)
    Grant.objects.create(user=user, role=Role.MANAGER, place=Place.objects.get(code="north"))
    client.force_login(user)
    asked = {"where": "attr.text=Мария, 8-900", **SPAN}
    told(api("indicators/said/values", key=None, **asked))
    told(api("indicators/said/values", key=None, place="msk", **asked))
    status, found = api("indicators/said/values", key=None, place="spb", **asked)
    assert (status, found["rows"][0]["value"]) == (200, 4)


def test_a_series_of_another_place_is_not_a_way_round(words, api, client):
    user = make_user("mixed", Role.VIEWER)
    Grant.objects.create(user=user, role=Role.MANAGER, place=Place.objects.get(code="north"))
    client.force_login(user)
    for params in (
        {"by": "attr.phone", "place": "spb", "x": "said;place=msk", "y": "ratings;place=msk"},
        {"by": "attr.customer", "place": "spb", "y": "said;place=msk", "x": "ratings"},
    ):
        told(api("relations/scatter", key=None, **params, **SPAN))
    params = {"place": "spb", "target": "said;place=msk", "check_where": "attr.text=Мария"}
    told(api("relations/elements", key=None, **params, **SPAN))


def test_the_weight_of_a_group_is_a_field_too(words, api, client):
    params = {
        "key": ["session"],
        "filter": ["kind", "=", "message"],
        "inner": {"take": "count"},
        "outer": {"take": "mean"},
    }
    definition = Definition("group", "per_key", Unit.RATIO, Direction.NONE, params)
    save_definition(definition, name_ru="Группа", acting_user=None)
    client.force_login(make_user("viewer", Role.VIEWER))
    tried = {
        "inner": {"take": "weighted_mean", "field": "value", "weight": "phone"},
        "outer": {"take": "pooled"},
    }
    told(api("indicators/group/values", key=None, params=json.dumps(tried), **SPAN))


def test_a_key_reads_all_of_its_places(words, api):
    key = make_key(Scope.READ)
    status, found = api("indicators/said/values", key=key, where="attr.text=Мария, 8-900", **SPAN)
    assert (status, found["rows"][0]["value"]) == (200, 8)
