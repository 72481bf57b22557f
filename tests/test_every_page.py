"""Every page × every member of the cast: who may see it gets it, everybody else gets 404, and nothing leaks."""

import json
import os
from pathlib import Path

import pytest
from django.test import Client
from django.urls import get_resolver, reverse

from otklik.company import actions
from otklik.company.tests.cast import make_cast
from otklik.events.actions import create_kind
from otklik.surveys.actions import create_question

COUNTS = Path(__file__).parent / "query_counts.json"

ALL = {"owner", "regional", "chief", "clerk", "stranger"}
ADMINS = {"owner", "chief", "stranger"}
NORTH = {"owner", "regional", "chief"}

# name of the page -> (what its address needs, who may see it)
PAGES = {
    "company:places": ({}, ALL),
    "company:place_add": ({}, {*NORTH, "stranger"}),
    "company:places_import": ({}, {*NORTH, "stranger"}),
    "company:place": ({"pk": "shop"}, {*NORTH, "clerk"}),
    "company:place_edit": ({"pk": "shop"}, NORTH),
    "company:place_move": ({"pk": "shop"}, NORTH),
    "company:point_add": ({"pk": "shop"}, NORTH),
    "company:point": ({"pk": "till"}, NORTH),
    "company:shift_add": ({"pk": "till"}, {*NORTH, "clerk"}),
    "company:employees": ({}, ALL),
    "company:employee_add": ({}, {*NORTH, "stranger"}),
    "company:employees_import": ({}, {*NORTH, "stranger"}),
    "company:employee": ({"pk": "anna"}, NORTH),
    "company:shifts": ({}, ALL),
    "company:shifts_import": ({}, ALL),
    "company:shift": ({"pk": "shift"}, {*NORTH, "clerk"}),
    "company:users": ({}, ADMINS),
    "company:user_add": ({}, ADMINS),
    "company:user": ({"pk": "clerk"}, {"owner", "chief"}),
    "company:groups": ({}, {"owner"}),
    "company:group_add": ({}, {"owner"}),
    "company:group": ({"pk": "group"}, {"owner"}),
    "company:keys": ({}, ADMINS),
    "company:key_add": ({}, ADMINS),
    "company:audit": ({}, ADMINS),
    "company:company": ({}, {"owner"}),
    "company:map_source": ({}, {"owner"}),
    "company:profile": ({}, {*ALL, "nobody"}),
    "company:setup": ({}, {"owner"}),
    "company:setup_step": ({"step": "points"}, {"owner"}),
    "events:kinds": ({}, ALL),
    "events:kind_add": ({}, {"owner"}),
    "events:kind": ({"pk": "kind"}, {"owner"}),
    "surveys:questions": ({}, ALL),
    "surveys:question_add": ({}, {"owner"}),
    "surveys:questions_import": ({}, {"owner"}),
    "surveys:question": ({"pk": "question"}, {"owner"}),
}
# name -> (what its address needs, who may do it); the others must get 404 and change nothing
DEEDS = {
    "company:place_state": ({"pk": "shop"}, NORTH),
    "company:point_state": ({"pk": "till"}, NORTH),
    "company:shift_end": ({"pk": "shift"}, {*NORTH, "clerk"}),
    "company:shift_delete": ({"pk": "shift"}, {*NORTH, "clerk"}),
    "company:user_state": ({"pk": "clerk"}, {"owner", "chief"}),
    "company:user_invitation": ({"pk": "clerk"}, {"owner", "chief"}),
    "company:user_role": ({"pk": "clerk"}, {"owner", "chief"}),
    "company:role_take": ({"pk": "clerk_grant"}, {"owner", "chief"}),
    "company:group_role": ({"pk": "group"}, {"owner"}),
    "company:group_delete": ({"pk": "group"}, {"owner"}),
    "company:key_revoke": ({"pk": "key"}, {"owner", "chief"}),
    "surveys:question_preview": ({}, {*NORTH, "stranger"}),
}
EVERYBODY = ["owner", "regional", "chief", "clerk", "stranger", "nobody"]


@pytest.fixture
def stage(db):
    cast = make_cast()
    cast.extra["group"] = actions.create_group(acting_user=cast.owner, name="Night shift")
    cast.extra["kind"] = create_kind(acting_user=cast.owner, code="fire_drill", name_ru="Тревога")
    cast.extra["clerk_grant"] = cast.clerk.grants.get()
    cast.extra["question"] = create_question(
        acting_user=cast.owner, code="service", text_ru="Как вас обслужили?"
    )
    return cast


def address(stage, name: str, needs: dict) -> str:
    def find(what: str):
        thing = stage.extra.get(what) or getattr(stage, what, what)
        return getattr(thing, "pk", thing)

    return reverse(name, kwargs={key: find(what) for key, what in needs.items()})


def test_no_address_is_forgotten():
    known = {name.split(":")[1] for name in (*PAGES, *DEEDS)}
    resolver = get_resolver()
    for room in ("company", "events", "surveys"):
        _prefix, inner = resolver.namespace_dict[room]
        names = {name for name in inner.reverse_dict if isinstance(name, str)}
        assert names - known == set()


@pytest.mark.parametrize("who", EVERYBODY)
def test_pages(stage, who):
    browser = stage.browser(who)
    for name, (needs, allowed) in PAGES.items():
        answer = browser.get(address(stage, name, needs))
        assert (name, answer.status_code) == (name, 200 if who in allowed else 404)
        if who == "stranger":
            for secret in ("Невский, 1", "Анна", "Касса 1", "clerk", "till program"):
                assert secret not in answer.text, name


@pytest.mark.parametrize("who", ["regional", "clerk", "stranger", "nobody"])
def test_deeds_of_others_are_not_there(stage, who):
    browser = stage.browser(who)
    for name, (needs, allowed) in DEEDS.items():
        if who not in allowed:
            answer = browser.post(address(stage, name, needs), {"role": "viewer", "active": "0"})
            assert (name, answer.status_code) == (name, 404)


def test_deeds_need_a_post(stage):
    browser = stage.browser("owner")
    for name, (needs, _allowed) in DEEDS.items():
        assert browser.get(address(stage, name, needs)).status_code == 405, name


def test_strangers_to_the_site_are_asked_to_sign_in(stage):
    for name, (needs, _allowed) in PAGES.items():
        assert Client().get(address(stage, name, needs)).headers["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize("language", ["ru", "en"])
def test_pages_stand_in_both_languages_without_inline_code(stage, language):
    browser = stage.browser("owner")
    browser.cookies["otklik_language"] = language
    for name, (needs, _allowed) in PAGES.items():
        text = browser.get(address(stage, name, needs)).text
        assert f'lang="{language}"' in text
        assert " style=" not in text, name
        assert "<style" not in text, name
        assert " onclick" not in text, name


LISTS = [
    "company:places",
    "company:employees",
    "company:shifts",
    "company:users",
    "company:groups",
    "company:keys",
]
LISTS += ["company:audit", "surveys:questions"]


def fill(stage, step: int) -> None:
    """Ten more of everything that a list shows."""
    for number in range(step, step + 10):
        place = actions.create_place(
            acting_user=None, parent=stage.city, code=f"more-{number}", name=f"More {number}"
        )
        actions.create_point(acting_user=None, place=place, code=f"point-{number}", name="Point")
        actions.create_employee(acting_user=None, place=place, code=f"staff-{number}", name=f"Staff {number}")
        actions.create_user(acting_user=None, username=f"user-{number}", role="viewer", place=place)
        group = actions.create_group(acting_user=None, name=f"Group {number}")
        actions.give_role(acting_user=None, group=group, role="viewer", place=place)
        actions.create_key(acting_user=stage.owner, name=f"Key {number}", scopes=["read"], place=place)
        create_question(acting_user=None, code=f"question-{number}", text_ru="?")


def test_lists_ask_the_database_as_often_as_the_file_says(stage, django_assert_max_num_queries):
    """However long a list is. `UPDATE_COUNTS=1 pytest` writes the file anew."""
    browser = stage.browser("owner")
    known = json.loads(COUNTS.read_text())
    found = {}
    for step in (0, 10):
        fill(stage, step)
        for name in LISTS:
            with django_assert_max_num_queries(1_000) as asked:
                assert browser.get(reverse(name)).status_code == 200
            assert name not in found or found[name] == len(asked), name
            found[name] = len(asked)
    if os.environ.get("UPDATE_COUNTS"):
        COUNTS.write_text(json.dumps(known | found, indent=2, sort_keys=True) + "\n")
        return
    assert found == {name: known[name] for name in LISTS}
