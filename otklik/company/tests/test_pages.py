"""What the management pages do: forms with errors beside the fields, undo, the tree, the week, the log, the import."""

import re
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from otklik.company import actions, audit, audit_words
from otklik.company.models import AuditEntry, Place, Point, Shift

CSV = "code,name,parent,kind\nnew,New shop,spb,location\nnew-1,Till,new,point\n"


@pytest.fixture
def browser(cast):
    return cast.browser("regional")


def test_a_place_is_added_changed_moved_and_taken_out_of_use_with_undo(cast, browser):
    data = {
        "name": "Sadovaya",
        "code": "sad",
        "parent": cast.city.pk,
        "kind": "location",
        "opening_hours_inherit": "on",
    }
    assert browser.post("/settings/places/new/", data).status_code == 302
    place = Place.objects.get(code="sad")
    edit = {
        **data,
        "name": "Sadovaya, 2",
        "latitude": "59.9386, 30.3141",
        "longitude": "",
        "day_start": "06:00",
    }
    edit |= {"opening_hours_0_open": "on", "opening_hours_0_start": "09:00", "opening_hours_0_end": "21:00"}
    del edit["opening_hours_inherit"]
    assert browser.post(f"/settings/places/{place.pk}/edit/", edit).status_code == 302
    place.refresh_from_db()
    assert (place.latitude, place.longitude) == (59.9386, 30.3141)
    assert place.opening_hours == [["09:00", "21:00"]] + [None] * 6
    browser.post(f"/settings/places/{place.pk}/move/", {"parent": cast.north.pk})
    assert Place.objects.get(code="sad").path == f"{cast.north.path}{place.pk}/"
    answer = browser.post(f"/settings/places/{place.pk}/state/", {"active": "0"}, follow=True)
    assert not Place.objects.get(code="sad").active
    undo = re.search(
        rf'action="(/settings/places/{place.pk}/state/)">[^<]*<input[^>]*><button class="btn-plain"',
        answer.text,
    )
    assert undo
    browser.post(undo[1])
    assert Place.objects.get(code="sad").active


def test_errors_stand_beside_their_fields_and_nothing_is_saved(cast, browser):
    data = {
        "name": "",
        "code": "north",
        "parent": cast.south.pk,
        "kind": "city",
        "timezone": "Mars",
        "latitude": "x",
    }
    answer = browser.post("/settings/places/new/", data)
    assert answer.status_code == 422
    for field in ("name", "parent", "timezone", "latitude"):
        assert f'id="id_{field}_error"' in answer.text, field
    again = browser.post(
        "/settings/places/new/",
        {"name": "X", "code": "north", "parent": cast.city.pk, "kind": "city", "opening_hours_inherit": "on"},
    )
    assert "Another place has this code already" in again.text


def test_the_tree_shows_two_levels_and_unfolds_the_rest(cast, browser):
    page = browser.get("/settings/places/").text
    assert "Петербург" in page
    assert "Невский, 1" not in page
    assert "Невский, 1" in browser.get(f"/settings/places/?in={cast.city.pk}").text
    assert browser.get(f"/settings/places/?in={cast.south.pk}").status_code == 404


@pytest.mark.parametrize("query", ["невский", "НЕВ", "spb-1", "(1", "1"])
def test_search_knows_no_capital_letters_and_no_patterns(cast, browser, query):
    page = browser.get("/settings/places/", {"q": query}).text
    assert ("Невский, 1" in page) == (query != "(1")


def test_a_clerk_plans_the_week(cast):
    clerk = cast.browser("clerk")
    page = clerk.get(f"/settings/shifts/?point={cast.till.pk}&week=2026-W10").text
    assert "09:00–21:00" in page
    data = {"employee": cast.anna.pk, "start": "2026-03-03T09:00", "end": ""}
    assert clerk.post(f"/settings/points/{cast.till.pk}/shifts/new/", data).status_code == 302
    clash = clerk.post(f"/settings/points/{cast.till.pk}/shifts/new/", data | {"start": "2026-03-04T09:00"})
    assert clash.status_code == 422
    assert "Анна already has a shift" in clash.text
    shift = Shift.objects.get(end=None)
    clerk.post(f"/settings/shifts/{shift.pk}/end/")
    shift.refresh_from_db()
    assert shift.end is not None
    clerk.post(f"/settings/shifts/{shift.pk}/delete/")
    assert not Shift.objects.filter(pk=shift.pk).exists()


def test_a_file_is_looked_at_before_it_is_taken_in(cast, browser):
    page = browser.post("/settings/places/import/", {"file": SimpleUploadedFile("new.csv", CSV.encode())})
    assert page.status_code == 200
    assert "New shop" in page.text
    assert not Place.objects.filter(code="new").exists()
    sent = dict(re.findall(r'name="(seal|content)" value="([^"]+)"', page.text))
    assert browser.post("/settings/places/import/", sent | {"confirmed": "1"}).status_code == 302
    assert Point.objects.get(code="new-1").place.code == "new"
    assert AuditEntry.objects.filter(actor="import:new.csv", action="point.create").exists()
    forged = browser.post("/settings/places/import/", sent | {"confirmed": "1", "seal": "x"})
    assert forged.status_code == 422


def test_a_bad_file_shows_every_error(cast, browser):
    bad = "code,name,parent,kind\n,A,spb,city\nb,B,south,city\nc,C,spb,shop\n"
    page = browser.post(
        "/settings/places/import/", {"file": SimpleUploadedFile("bad.csv", bad.encode("cp1251"))}
    )
    assert page.status_code == 422
    assert "3 things are wrong" in page.text
    assert browser.post("/settings/places/import/", {}).status_code == 422


def test_the_log_says_what_was_before(cast):
    owner = cast.browser("owner")
    owner.post(f"/settings/places/{cast.shop.pk}/move/", {"parent": cast.south.pk})
    page = owner.get("/settings/audit/", {"action": "place.move"}).text
    assert re.search(r"<del>spb</del> → <ins>south</ins>", page)
    assert "place moved" in page
    for query in ({"q": "невский"}, {"who": str(cast.owner.pk)}, {"from": "2020-01-01", "to": "2099-01-01"}):
        assert "Невский, 1" in owner.get("/settings/audit/", {"action": "place.move"} | query).text
    assert (
        "Невский, 1" not in owner.get("/settings/audit/", {"action": "place.move", "to": "2020-01-01"}).text
    )
    assert owner.get("/settings/audit/", {"from": "yesterday", "who": "x", "page": "999"}).status_code == 200


def test_every_action_stands_in_the_log_in_words():
    package = Path(actions.__file__).parents[2]
    named = set()
    for file in package.rglob("actions*/**/*.py"):
        named |= set(re.findall(r'"([a-z]+\.[a-z_]+)"', file.read_text()))
    for file in (*package.rglob("actions.py"), package / "devices/figures/sheets.py"):
        named |= set(re.findall(r'"([a-z]+\.[a-z_]+)"', file.read_text()))
    assert {"served.enter", "place.create", "panel.rotate", "widget.add"} <= named
    assert sorted(named - set(audit_words.actions())) == []


def test_the_log_names_scopes_and_ways_in_words(cast):
    owner = cast.browser("owner")
    with audit.through("cli"):
        actions.create_key(acting_user=None, name="Till", scopes=["ingest"])
    page = owner.get("/settings/audit/", {"action": "apikey.create", "q": "Till"}).text
    assert "send events" in page
    assert "command line" in page


def test_the_palette_finds_only_what_one_sees(cast):
    def found(name):
        return {
            line["title"] for line in cast.browser(name).get("/search.json", {"q": "мор"}).json()["found"]
        }

    assert "Морская" in found("stranger")
    assert "Морская" not in found("clerk")


def test_roles_are_given_and_taken_on_the_page_of_the_user(cast):
    chief = cast.browser("chief")
    chief.post(f"/settings/users/{cast.clerk.pk}/roles/", {"role": "viewer", "place": cast.north.pk})
    grant = cast.clerk.grants.get(place=cast.north)
    page = chief.post(
        f"/settings/users/{cast.clerk.pk}/roles/", {"role": "viewer", "place": cast.north.pk}, follow=True
    )
    assert "given here already" in page.text
    chief.post(f"/settings/roles/{grant.pk}/take/")
    assert cast.clerk.grants.count() == 1
    refused = chief.post(
        f"/settings/users/{cast.clerk.pk}/roles/", {"role": "viewer", "place": cast.south.pk}
    )
    assert refused.status_code == 302
    assert cast.clerk.grants.count() == 1
