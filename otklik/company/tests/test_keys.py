"""API keys: shown once, found by their prefix, limited by scope and place, stopped at once."""

import json

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client, RequestFactory
from ninja.errors import HttpError

from otklik.company import actions, keys
from otklik.company.api_auth import KeyOrSession, caller_of
from otklik.company.keys import WrongKeys, authenticate, forget_keys, write_last_used, wrong_keys
from otklik.company.models import ApiKey, AuditEntry, Verb
from otklik.company.models.keys import Scope


@pytest.fixture(autouse=True)
def fresh():
    forget_keys()
    keys._wrong.clear()


@pytest.fixture
def secret(cast):
    return actions.create_key(acting_user=cast.owner, name="reader", scopes=["read"], place=cast.north)[1]


def request(method="GET", user=None, **headers):
    made = RequestFactory().generic(method, "/api/v1/x", headers=headers)
    made.user = user or AnonymousUser()
    return made


def test_a_key_opens_what_it_is_for_and_nothing_else(secret):
    assert authenticate(secret, "read").name == "reader"
    assert authenticate(secret, "ingest") is None


@pytest.mark.parametrize(
    "wrong", ["", "otk_", "otk_x_y", "a b c", "otk_" + "x" * 300, "otk_ключ_ключ", "Bearer x"]
)
def test_other_texts_open_nothing(cast, wrong):
    assert authenticate(wrong, "read") is None


def test_a_wrong_tail_opens_nothing_even_after_the_right_one(secret):
    assert authenticate(secret, "read")
    assert authenticate(secret[:-1] + ("a" if secret[-1] != "a" else "b"), "read") is None


def test_revoking_stops_a_remembered_key_at_once(cast, secret, django_capture_on_commit_callbacks):
    key = authenticate(secret, "read")
    with django_capture_on_commit_callbacks(execute=True):
        actions.revoke_key(key, acting_user=cast.owner)
    assert authenticate(secret, "read") is None


def test_the_secret_is_nowhere_in_the_database(cast, secret):
    tail = secret.split("_", 2)[2]
    stored = [list(ApiKey.objects.values_list()), list(AuditEntry.objects.values_list("old", "new"))]
    assert tail not in json.dumps(stored, default=str)


def test_the_last_use_is_kept(secret):
    authenticate(secret, "read")
    write_last_used()
    assert ApiKey.objects.get(name="reader").last_used_at is not None


def test_a_caller_sees_the_places_of_its_key(cast, secret):
    made = request(Authorization=f"Bearer {secret}")
    made.auth = KeyOrSession(Scope.READ)(made)
    assert set(caller_of(made).visible_places()) == {cast.north, cast.city, cast.shop}
    assert not caller_of(made).visible_places(Verb.MANAGE).exists()
    assert caller_of(made).user_or_none is None
    assert not caller_of(made).sees_everything()


def test_a_caller_with_a_session_sees_what_the_user_sees(cast):
    caller = KeyOrSession(Scope.READ)(request(user=cast.stranger))
    assert set(caller.visible_places()) == {cast.south, cast.southern_shop}


def test_a_session_cannot_be_used_by_another_site(cast):
    with pytest.raises(HttpError) as refusal:
        KeyOrSession(Scope.READ)(request("POST", user=cast.owner))
    assert refusal.value.status_code == 403


def test_whoever_tries_wrong_keys_must_wait_and_right_ones_pass(cast, secret):
    auth = KeyOrSession(Scope.READ)
    for _attempt in range(wrong_keys.limit):
        assert auth(request(Authorization="Bearer otk_x_y")) is None
    with pytest.raises(HttpError) as refusal:
        auth(request(Authorization="Bearer otk_x_y"))
    assert refusal.value.status_code == 429
    assert auth(request(Authorization=f"Bearer {secret}")) is not None


def test_waiting_ends():
    limit = WrongKeys(limit=1, seconds=0.0)
    assert [limit.wait("10.0.0.1") for _attempt in range(3)] == [0, 0, 0]


def test_a_key_is_shown_once_on_its_page(cast):
    browser = cast.browser("chief")
    data = {"name": "phone", "scopes": ["read"], "place": cast.city.pk}
    answer = browser.post("/settings/keys/new/", data)
    assert "otk_" in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    key = ApiKey.objects.get(name="phone")
    shown = answer.text.split(f"otk_{key.prefix}_")[1].split('"')[0]
    assert shown not in browser.get("/settings/keys/").text
    browser.post(f"/settings/keys/{key.pk}/revoke/")
    assert authenticate(f"otk_{key.prefix}_{shown}", "read") is None


def test_an_administrator_of_the_north_makes_no_key_of_the_south(cast):
    answer = cast.browser("chief").post(
        "/settings/keys/new/", {"name": "x", "scopes": ["read"], "place": cast.south.pk}
    )
    assert answer.status_code == 422
    assert not ApiKey.objects.filter(name="x").exists()


def test_pages_know_no_keys(secret):
    assert Client(headers={"Authorization": f"Bearer {secret}"}).get("/settings/places/").status_code == 302
