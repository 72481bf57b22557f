"""Pages of colours, thresholds, calendar and sources: who sees what, in both languages, with data and without."""

import datetime as dt
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from otklik.company.models import Company, Grant, Role
from otklik.metrics.actions import set_threshold
from otklik.metrics.core.thresholds import Limits
from otklik.metrics.models import CalendarDay, Threshold
from otklik.metrics.states.actions import watch
from otklik.metrics.states.evaluator import Evaluator
from otklik.metrics.states.models import State, StateChange, WatchSettings

PAGES = {
    "/states/": {"anna", "boris", "clara"},
    "/indicators/support/colours/": {"anna", "boris", "clara"},
    "/entry/sources/": {"anna", "boris"},
    "/settings/thresholds/": {"anna"},
    "/settings/thresholds/support/": {"anna"},
    "/settings/thresholds/import/": {"anna"},
    "/settings/thresholds/export.yaml": {"anna"},
    "/settings/calendar/": {"anna"},
    "/settings/colours/": {"anna"},
}


@pytest.fixture
def coloured(company, tell):
    """Support is red in arbat and green in vvo today."""
    watch(acting_user=None, periods=["day"], indicator_codes=["support"], least_n=0, minutes=0)
    set_threshold("support", Limits(0.5, 0.3), acting_user=None)
    looking = Evaluator()
    looking.run_pass()
    for point, values in (("arbat-1", [1, 1, 5, 1]), ("vvo-1", [5, 5, 5, 1])):
        for value in values:
            tell("rating", value, point=point, subject="service")
        tell("served", 4, point=point, source="till")
    looking.run_pass()
    return company


def test_who_sees_which_page(coloured, browse):
    for path, allowed in PAGES.items():
        for name in ("anna", "boris", "clara"):
            status = browse(name).get(path).status_code
            assert (path, name, status) == (path, name, 200 if name in allowed else 404)


@pytest.mark.parametrize("language", ["ru", "en"])
def test_pages_stand_in_both_languages_without_inline_code(coloured, browse, language):
    client = browse("anna")
    client.cookies["otklik_language"] = language
    for path in (*PAGES, "/states/?place=arbat", "/indicators/support/?place=arbat"):
        text = client.get(path).text
        for sign in (" style=", "<style", " onclick", "None"):
            assert sign not in text, (path, sign)
        if "<html" in text:
            assert f'lang="{language}"' in text


def test_the_worst_place_stands_first_and_strangers_places_are_not_there(coloured, browse):
    text = browse("anna").get("/states/?indicator=support").text.partition("table-rows strips")[2]
    assert text.index(">arbat<") < text.index(">vvo<")
    assert "strip-bad" in text
    assert "новые события" in text or "замечен впервые" in text
    assert ">arbat<" not in browse("boris").get("/states/?indicator=support").text
    assert ">vvo<" in browse("boris").get("/states/?indicator=support").text


def test_a_location_shows_all_its_indicators(coloured, browse):
    text = browse("anna").get("/states/?place=arbat").text
    assert "Индекс Поддержки Клиентов" in text
    fragment = browse("anna").get("/indicators/support/colours/?place=arbat").text
    assert 'class="strip"' in fragment
    assert "light-bad" in browse("anna").get("/indicators/support/colours/").text


def test_without_data_the_page_says_what_will_be_here(company, browse):
    assert browse("anna").get("/states/").status_code == 200
    assert "Цветов пока нет" in browse("clara").get("/states/").text


def test_query_count_does_not_grow_with_places(coloured, browse, django_assert_max_num_queries):
    with django_assert_max_num_queries(40):
        browse("anna").get("/states/?indicator=support")


def test_states_over_rest(coloured, browse):
    rows = browse("anna").get("/api/v1/states?indicator=support").json()
    assert [(row["place"], row["colour"]) for row in rows] == [("arbat", "red"), ("vvo", "green")]
    assert [row["place"] for row in browse("boris").get("/api/v1/states").json()] == ["vvo"]
    page = browse("anna").get("/api/v1/states/changes?limit=1").json()
    assert len(page["changes"]) == 1
    older = browse("anna").get(f"/api/v1/states/changes?cursor={page['cursor']}").json()["changes"]
    assert len(older) == StateChange.objects.count() - 1
    assert browse("boris").get("/api/v1/states?place=arbat").status_code == 404


def test_a_threshold_from_a_day_on_is_set_on_the_page(coloured, browse):
    client, today = browse("anna"), timezone.localdate()
    said = {
        "place": "",
        "good": "60",
        "acceptable": "40",
        "period": "day",
        "calendar": "off",
        "valid_from": str(today),
    }
    assert client.post("/settings/thresholds/support/", said).status_code == 302
    row = Threshold.objects.get(calendar="off")
    assert (row.good, row.valid_from) == (0.6, today)
    wrong = client.post("/settings/thresholds/support/", {**said, "good": "30"})
    assert wrong.status_code == 422
    assert "field-error" in wrong.text
    assert client.post("/settings/thresholds/support/", {"remove": row.pk}).status_code == 302
    assert not Threshold.objects.filter(calendar="off").exists()


def test_the_indicator_page_says_which_thresholds_hold_and_why(coloured, browse):
    Threshold.objects.all().delete()
    client = browse("anna")
    assert "заданы изначально" in client.get("/indicators/support/").text
    set_threshold("support", Limits(0.6, 0.4), period="month", place=coloured["msk"], acting_user=None)
    assert "заданы для: msk, за месяц" in client.get("/indicators/support/?place=arbat&period=28d").text
    assert "заданы изначально" in client.get("/indicators/support/?place=arbat&period=today").text


def test_a_wrong_yaml_file_changes_nothing(coloured, browse):
    before = Threshold.objects.count()
    text = "thresholds:\n- {indicator: nps, good: 1, acceptable: 50}\n"
    answer = browse("anna").post(
        "/settings/thresholds/import/", {"file": SimpleUploadedFile("t.yaml", text.encode())}
    )
    assert answer.status_code == 422
    assert Threshold.objects.count() == before


def test_a_yaml_file_shows_what_it_would_change_before_it_does(coloured, browse):
    Threshold.objects.all().delete()
    text = "thresholds:\n- {indicator: nps, place: msk, good: 50, acceptable: 1}\ncalendar: {country: KZ}\n"
    client = browse("anna")

    def look():
        file = SimpleUploadedFile("t.yaml", text.encode())
        return client.post("/settings/thresholds/import/", {"file": file}).text

    page = look()
    assert "<ins>50</ins>" in page
    assert "<ins>KZ</ins>" in page
    assert not Threshold.objects.exists()
    sent = dict(re.findall(r'name="(seal|content)" value="([^"]+)"', page))
    assert client.post("/settings/thresholds/import/", sent | {"confirmed": "1"}).status_code == 302
    assert Threshold.objects.values_list("good", "acceptable").get() == (50, 1)
    assert "загружать нечего" in look()


def test_the_calendar_is_kept_on_its_page(coloured, browse):
    client = browse("anna")
    assert (
        client.post(
            "/settings/calendar/", {"day": "2026-11-27", "kind": "special", "name": "Пятница"}
        ).status_code
        == 302
    )
    assert "Пятница" in client.get("/settings/calendar/?year=2026").text
    assert "Новогодние каникулы" in client.get("/settings/calendar/?year=2026").text
    assert '<option value="RU" selected>Россия</option>' in client.get("/settings/calendar/").text
    client.post("/settings/calendar/", {"remove": "2026-11-27"})
    assert not CalendarDay.objects.exists()
    assert client.post("/settings/calendar/", {"day": "?", "kind": "special"}).status_code == 422


def test_what_is_watched_is_chosen_on_its_page(coloured, browse):
    client = browse("anna")
    said = {"periods": ["day", "week"], "least_n": "7", "minutes": "3", "indicators": ["nps"]}
    assert client.post("/settings/colours/", said).status_code == 302
    held = WatchSettings.current()
    assert (held.periods, held.least_n, held.minutes, held.indicators) == (["day", "week"], 7, 3, ["nps"])
    assert client.post("/settings/colours/", {"least_n": "1", "minutes": "0"}).status_code == 422


def test_sources_show_what_holds_and_are_put_in_order(coloured, browse, tell):
    client = browse("anna")
    tell("served", 9, point="arbat-1", source="manual")
    text = client.get("/entry/sources/?period=today").text
    assert "не взято: введено вручную 9" in text
    client.post("/entry/sources/order/", {"source": "manual", "do": "up"})
    order = Company.current().served_priority
    assert order.index("manual") == 5
    for _ in range(6):
        client.post("/entry/sources/order/", {"source": "manual", "do": "up"})
    assert Company.current().served_priority[0] == "manual"
    assert "не взято: касса 4" in client.get("/entry/sources/?period=today").text
    Grant.objects.create(user=browse("clara").get("/").wsgi_request.user, role=Role.QUALITY, place=None)
    assert browse("clara").post("/entry/sources/order/", {"source": "till", "do": "up"}).status_code == 404


def test_the_day_of_state_is_the_places_own(coloured):
    for state in State.objects.all():
        assert abs((state.first - timezone.localdate()) / dt.timedelta(days=1)) <= 1
