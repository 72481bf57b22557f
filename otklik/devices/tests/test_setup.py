"""The fourth step of a new company: from points without anything to the first press, heard."""

import time

import pytest
from django.test import Client

from otklik.company.actions.places import create_place, create_point
from otklik.devices.models import Panel
from otklik.devices.tests.conftest import person
from otklik.surveys.models import Question


@pytest.fixture
def owner(db):
    browser = Client()
    browser.force_login(person("owner", "administrator", None))
    return browser


def make_points(*names: str):
    place = create_place(acting_user=None, code="cafe", name="Кофейня", kind="location")
    for name in names:
        create_point(acting_user=None, place=place, code=name, name=name)


def press(panel: Panel, value: int) -> None:
    now = round(time.time() * 1000)
    one = {"id": "press-000001", "at": now, "value": value, "question": panel.question.code}
    report = {"sentAt": now, "presses": [one]}
    answer = Client().post(f"/p/{panel.token}/press", report, content_type="application/json")
    assert answer.json()["stored"] == ["press-000001"]


def test_a_company_without_questions_gets_panels_and_hears_its_first_client(owner):
    make_points("till-1", "till-2")
    assert "till-2" in owner.get("/setup/panel/").text
    assert owner.post("/setup/panel/", {"text": "", "smileys": 5}).status_code == 422
    made = owner.post("/setup/panel/", {"text": "Вкусно?", "smileys": 3}, follow=True)
    question = Question.objects.get()
    assert (question.text_ru, question.scale_max, question.top, question.type) == ("Вкусно?", 3, 3, "rating")
    assert {panel.point.code for panel in Panel.objects.all()} == {"till-1", "till-2"}
    panel = Panel.objects.order_by("pk").first()
    assert f"/p/{panel.token}/" in made.text
    assert '<svg class="qr"' in made.text or "qr" in made.text
    assert "Ждём первое нажатие" in owner.get("/setup/panel/?heard").text
    press(panel, 3)
    assert "Первая оценка пришла" in owner.get("/setup/panel/?heard").text


def test_the_suggested_question_speaks_every_language(owner):
    make_points("till-1")
    owner.post("/setup/panel/", {"text": "Как вас сегодня обслужили?", "smileys": 5})
    question = Question.objects.get()
    assert (question.text_ru, question.text_en) == (
        "Как вас сегодня обслужили?",
        "How did we serve you today?",
    )


def test_points_that_have_a_panel_get_no_second_one(world):
    world.panel()
    create_point(acting_user=None, place=world.shop, code="spb-1-2", name="Касса 2")
    browser = world.sign_in(world.owner)
    browser.post("/setup/panel/")
    assert sorted(Panel.objects.values_list("point__code", flat=True)) == ["spb-1-1", "spb-1-2"]
    assert Question.objects.count() == 2  # the one that is there is asked


@pytest.mark.parametrize("who", ["colleague", "manager", "stranger"])
def test_only_who_administers_everything_takes_the_step(world, who):
    browser = world.sign_in(getattr(world, who))
    assert browser.get("/setup/panel/").status_code == 404
    assert browser.post("/setup/panel/").status_code == 404
    assert not Panel.objects.exists()
