"""Pages on which panels are managed, for the cast of users."""

import json
import re
import time

import pytest
from django.test import Client

from otklik.devices.models import Panel

FORM = {
    "layout": "smileys",
    "languages": ["ru", "en"],
    "thanks_seconds": "3",
    "accent": "#2f55d4",
    "debounce_seconds": "5",
    "burst_limit": "12",
}


def test_an_empty_list_says_how_to_start(world):
    page = world.sign_in(world.owner).get("/settings/panels/").text
    assert "/settings/panels/add/" in page


def test_a_panel_is_made_and_opens(world):
    client = world.sign_in(world.colleague)
    form = {**FORM, "point": world.point.pk, "question": world.question.pk}
    answer = client.post("/settings/panels/add/", form)
    panel = Panel.objects.get()
    assert answer.headers["Location"] == f"/settings/panels/{panel.pk}/"
    page = client.get(answer.headers["Location"]).text
    assert f"/p/{panel.token}/" in page
    assert "<svg" in page
    assert "style=" not in page
    assert Client().get(f"/p/{panel.token}/").status_code == 200


def test_a_new_panel_offers_both_languages_unless_told_otherwise(world):
    page = world.sign_in(world.owner).get("/settings/panels/add/").text
    boxes = re.findall(r'<input type="checkbox" name="languages"[^>]*>', page)
    assert len(boxes) == 2
    assert all("checked" in box for box in boxes)


def test_errors_stand_by_their_field(world):
    form = {**FORM, "point": world.point.pk, "question": world.nps.pk, "accent": "red"}
    page = world.sign_in(world.owner).post("/settings/panels/add/", form).text
    assert 'id="id_layout' in page
    assert "Выберите числа" in page
    assert "#2f55d4." in page
    assert not Panel.objects.exists()


def test_change_reaches_the_page(world):
    panel = world.panel()
    form = {**FORM, "question": world.question.pk, "text_ru": "Ну как?"}
    world.sign_in(world.owner).post(f"/settings/panels/{panel.pk}/edit/", form)
    assert "Ну как?" in Client().get(f"/p/{panel.token}/").text


@pytest.mark.parametrize("path", ["", "edit/", "preview/", "sheet/"])
def test_others_panels_look_missing(world, path):
    panel = world.panel()
    missing = f"/settings/panels/{panel.pk + 1000}/{path}"
    assert world.sign_in(world.colleague).get(f"/settings/panels/{panel.pk}/{path}").status_code == 200
    for user in (world.stranger, world.manager):
        client = world.sign_in(user)
        assert client.get(f"/settings/panels/{panel.pk}/{path}").status_code == 404
        assert client.get(missing).status_code == 404
    assert Client().get(f"/settings/panels/{panel.pk}/{path}").status_code == 302


@pytest.mark.parametrize("path", ["rotate/", "deactivate/", "activate/"])
def test_others_panels_cannot_be_changed(world, path):
    panel = world.panel()
    assert world.sign_in(world.stranger).post(f"/settings/panels/{panel.pk}/{path}").status_code == 404
    assert Panel.objects.get().token == panel.token


def test_rotating_stops_the_old_link(world):
    panel = world.panel()
    world.sign_in(world.owner).post(f"/settings/panels/{panel.pk}/rotate/")
    assert Client().get(f"/p/{panel.token}/").status_code == 404
    assert Client().get(f"/p/{Panel.objects.get().token}/").status_code == 200


def test_switching_off_can_be_undone(world):
    panel, client = world.panel(), world.sign_in(world.owner)
    page = client.post(f"/settings/panels/{panel.pk}/deactivate/", follow=True).text
    assert Client().get(f"/p/{panel.token}/").status_code == 410
    undo = re.search(r'action="(/settings/panels/\d+/activate/)"', page)[1]
    client.post(undo)
    assert Client().get(f"/p/{panel.token}/").status_code == 200


def test_the_list_counts_todays_ratings_and_what_waits(world):
    panel = world.panel()
    now = round(time.time() * 1000)
    presses = [{"id": f"press-{n:04d}", "at": now, "value": 5, "question": "service"} for n in range(7)]
    body = {"sentAt": now, "waiting": 19, "version": "1", "presses": presses}
    Client().post(f"/p/{panel.token}/press", json.dumps(body), content_type="application/json")
    page = world.sign_in(world.owner).get("/settings/panels/").text
    cells = re.findall(r'<td class="num"[^>]*>([^<]*)</td>', page)
    assert cells == ["7", "12"]
    assert "на связи" in page


def test_the_preview_may_stand_in_our_own_page_only(world):
    answer = world.sign_in(world.owner).get(f"/settings/panels/{world.panel().pk}/preview/")
    assert "frame-ancestors 'self'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert '"preview": true' in answer.text
