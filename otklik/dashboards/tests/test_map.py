"""One flag per location in the colour of its worst indicator, on the page and through REST."""

import json
import re

import pytest
from django.urls import reverse

from otklik.company.actions import create_key, update_map_source
from otklik.company.models import AuditEntry, MapSource, Place, Point
from otklik.company.models.keys import Scope
from otklik.dashboards.map.flags import badness
from otklik.dashboards.map.ground import Ground, middle_of
from otklik.dashboards.models import MapChoice
from otklik.metrics.actions import set_threshold
from otklik.metrics.core.results import Direction
from otklik.metrics.core.thresholds import Limits
from otklik.surveys.models import Question, QuestionType

PAGE = "/map/"


@pytest.fixture
def thresholds(company):
    set_threshold("nps", Limits(50, 0), acting_user=None)
    Question.objects.create(code="csat", text_ru="Довольны?", type=QuestionType.CSAT)
    set_threshold("csat", Limits(0.8, 0.5), acting_user=None)


@pytest.fixture
def shops(company, thresholds, tell):
    """Arbat: NPS 0 (yellow) and CSAT 100 % (green). Vladivostok: nothing. Both have coordinates; a third has none."""
    Place.objects.filter(code="arbat").update(latitude=55.75, longitude=37.59)
    Place.objects.filter(code="vvo").update(latitude=43.1, longitude=131.9)
    lost = Place.objects.create(code="lost", name="Потеряшка", parent=company["msk"])
    Place.objects.filter(pk=lost.pk).update(path=f"{company['msk'].path}{lost.pk}/")
    Point.objects.create(code="lost-1", name="lost-1", place=lost)
    for value in (10, 10, 0, 0):
        tell("answer", value, subject="nps", days_ago=1)
    for _ in range(3):
        tell("answer", 5, subject="csat", days_ago=1)
    return company


def flags(answer):
    data = json.loads(re.search(r'id="map-data"[^>]*>(.*?)</script>', answer.text).group(1))
    return {row[1]: row for row in data["flags"]}, data


def places(client, query="indicator=nps&indicator=csat"):
    answer = client.get(f"/api/v1/map?{query}")
    assert answer.status_code == 200, answer.text
    return {row["place"]: row for row in answer.json()["places"]}, answer.json()


def test_flag_has_the_colour_of_the_worst_indicator_and_grey_is_no_data(shops, browse):
    found, answer = places(browse("anna"))
    assert set(found) == {"arbat", "vvo", "lost"}  # the city above Arbat is no location
    assert (found["arbat"]["colour"], found["arbat"]["worst"]) == ("yellow", "nps")
    assert found["arbat"]["badness"] == pytest.approx(1.0)  # exactly on the acceptable limit
    assert found["arbat"]["values"]["nps"]["value"] == 0
    assert found["arbat"]["values"]["csat"]["colour"] == "green"
    assert (found["vvo"]["colour"], found["vvo"]["worst"], found["vvo"]["badness"]) == ("grey", None, None)
    assert answer["counts"] == {"green": 0, "yellow": 1, "red": 0, "grey": 2}
    assert (found["lost"]["latitude"], found["lost"]["longitude"]) == (None, None)


def test_page_draws_the_same_flags_and_lists_what_has_no_coordinates(shops, browse):
    answer = browse("anna").get(PAGE, {"show": "nps,csat"})
    drawn, data = flags(answer)
    assert {code: row[5] for code, row in drawn.items()} == {"arbat": 2, "vvo": 0}
    assert drawn["arbat"][3:5] == [37.59, 55.75]
    lost = Place.objects.get(code="lost")
    assert data["rest"] == {str(lost.pk): 0}
    assert f"/settings/places/{lost.pk}/edit/" in answer.text
    assert data["labels"] == [["msk", 37.59, 55.75, 1, "location"]] or data["labels"][0][0] == "msk"


def test_limits_of_a_place_count_there(shops, browse):
    set_threshold("nps", Limits(90, 80), place=shops["arbat"], acting_user=None)
    found, _ = places(browse("anna"))
    assert found["arbat"]["colour"] == "red"
    assert found["arbat"]["badness"] == pytest.approx(9.0)  # (90 − 0) / (90 − 80)


def test_lower_is_better_is_compared_in_its_own_direction():
    assert badness(0.05, Limits(0.05, 0.10), Direction.LOWER) == 0
    assert badness(0.10, Limits(0.05, 0.10), Direction.LOWER) == pytest.approx(1)
    assert badness(0.20, Limits(0.05, 0.10), Direction.LOWER) == pytest.approx(3)
    assert badness(0.70, Limits(0.8, 0.6), Direction.HIGHER) == pytest.approx(0.5)


def test_the_worse_of_two_in_one_colour_is_named(shops, browse, tell):
    """Both yellow: NPS on its acceptable limit (1.0), CSAT 3 of 5 two thirds of the way from 80 % to 50 %."""
    for _ in range(2):
        tell("answer", 1, subject="csat", days_ago=1)
    found, _ = places(browse("anna"))
    assert found["arbat"]["values"]["csat"]["colour"] == "yellow"
    assert found["arbat"]["worst"] == "nps"
    set_threshold("nps", Limits(5, -20), acting_user=None)  # now 0.2 beyond good
    assert places(browse("anna"))[0]["arbat"]["worst"] == "csat"


def test_a_reader_of_one_place_sees_that_flag_alone(shops, browse):
    assert set(places(browse("boris"))[0]) == {"vvo"}
    drawn, _ = flags(browse("boris").get(PAGE))
    assert set(drawn) == {"vvo"}
    assert browse("boris").get(reverse("dashboards:map_card", args=["arbat"])).status_code == 404
    assert browse("boris").get("/api/v1/map?place=arbat").status_code == 404
    ids = Place.objects.get(code="arbat").pk
    assert browse("boris").get(f"/map/places.json?only={ids}").json()["flags"] == []


def test_strangers_are_told_nothing(shops, client, browse):
    assert client.get(PAGE).status_code == 302
    assert client.get("/api/v1/map").status_code == 401
    assert "arbat" not in browse("clara").get(PAGE).text


def test_scope_narrows_the_map_and_stays_in_every_link(shops, browse):
    found, _ = places(browse("anna"), "place=msk&indicator=nps")
    assert set(found) == {"arbat", "lost"}
    text = browse("anna").get("/map/places/arbat/?period=7d&show=nps").text
    assert "/indicators/nps/?place=arbat&amp;period=7d" in text
    assert "n\u00a0=\u00a04" in text


def test_card_names_all_indicators_the_worst_first(shops, browse):
    text = browse("anna").get("/map/places/arbat/?show=csat,nps,support").text
    assert re.findall(r'data-indicator="(\w+)"', text) == ["nps", "csat", "support"]
    assert "ввести" in text.lower()  # the served count is missing, and the way to it is there


def test_events_inside_a_location_belong_to_its_flag(shops, browse, tell):
    """A corner of the shop that is no location and has no points: what happens there colours the shop."""
    corner = Place.objects.create(code="corner", name="corner", parent=shops["arbat"], kind="region")
    Place.objects.filter(pk=corner.pk).update(path=f"{shops['arbat'].path}{corner.pk}/", active=False)
    shelf = Place.objects.create(code="shelf", name="shelf", parent=corner, kind="location")
    Place.objects.filter(pk=shelf.pk).update(path=f"{shops['arbat'].path}{corner.pk}/{shelf.pk}/")
    ground = Ground(Place.objects.all(), everything=True)
    assert ground.flag_of[shelf.pk] == shelf.pk
    assert corner.pk not in ground.flag_of
    Place.objects.filter(pk=corner.pk).update(active=True)
    ground = Ground(Place.objects.all(), everything=True)
    assert ground.flag_of[corner.pk] == shops["arbat"].pk
    assert not ground.plain


def test_only_what_an_event_touched_is_drawn_anew(shops, browse, tell):
    arbat = Place.objects.get(code="arbat")
    tell("answer", 0, subject="nps")
    answer = browse("anna").get(f"/map/places.json?show=nps&only={arbat.pk}").json()
    assert answer["colours"] == {str(arbat.pk): 3}
    assert "light-bad" in answer["lines"][str(arbat.pk)]
    whole = browse("anna").get("/map/places.json?show=nps").json()
    assert len(whole["colours"]) == 3


def test_list_is_searched_sorted_and_filtered(shops, browse):
    def codes(**query):
        return re.findall(
            r'data-open="(\w+)"', browse("anna").get("/map/list/", {"show": "nps", **query}).text
        )

    assert codes()[0] == "arbat"
    assert codes(sort="name") == ["arbat", "vvo", "lost"]
    assert codes(q="ПОТЕР") == ["lost"]
    assert codes(colour=["none"]) == ["vvo", "lost"]
    assert codes(colour=["acceptable", "bad"]) == ["arbat"]
    assert "Подходящих мест нет" in browse("anna").get("/map/list/", {"q": "нет такого"}).text


def test_choice_is_kept_audited_and_taken_back(shops, browse, people):
    client = browse("anna")
    client.post("/map/indicators/", {"show": ["csat"], "next": "/map/?period=7d"})
    assert MapChoice.objects.get(user=people["anna"]).indicators == ["csat"]
    assert AuditEntry.objects.filter(action="map.choose").get().new == {"indicators": ["csat"]}
    assert {code: row[5] for code, row in flags(client.get(PAGE))[0].items()} == {"arbat": 1, "vvo": 0}
    assert flags(browse("boris").get(PAGE))[1]  # others keep the board's
    client.post("/map/indicators/", {"reset": "1"})
    assert {code: row[5] for code, row in flags(client.get(PAGE))[0].items()}["arbat"] == 2


def test_unknown_indicator_is_refused_by_name(shops, browse):
    answer = browse("anna").get("/api/v1/map?indicator=zzz")
    assert answer.status_code == 422
    assert answer.json()["detail"][0]["field"] == "indicator"
    assert "zzz" in answer.json()["detail"][0]["message"]
    answer = browse("anna").post("/map/indicators/", {"show": ["zzz"]}, follow=True)
    assert "zzz" in answer.text
    assert not MapChoice.objects.exists()


def test_key_of_the_api_reads_the_board_of_everybody(shops, client):
    _, secret = create_key(acting_user=None, name="bi", scopes=[Scope.READ])
    answer = client.get("/api/v1/map?values=false", headers={"Authorization": f"Bearer {secret}"})
    assert answer.status_code == 200
    assert "nps" in answer.json()["indicators"]
    assert answer.json()["places"][0]["values"] == {}


def test_number_of_statements_does_not_grow_with_places(shops, browse, django_assert_max_num_queries):
    client = browse("anna")
    counts = []
    for step in range(2):
        for number in range(step * 20, step * 20 + 20):
            place = Place.objects.create(code=f"more{number}", name="x", parent=shops["msk"])
            Place.objects.filter(pk=place.pk).update(path=f"{shops['msk'].path}{place.pk}/")
        client.get(PAGE)
        with django_assert_max_num_queries(100) as asked:
            client.get(PAGE)
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_empty_company_says_what_will_be_here(company, browse):
    Point.objects.all().delete()
    Place.objects.all().update(active=False)
    assert "Здесь будет карта" in browse("anna").get(PAGE).text


@pytest.mark.parametrize("language", ["ru", "en"])
def test_page_stands_in_both_languages_without_inline_code(shops, browse, language):
    client = browse("anna")
    client.cookies["otklik_language"] = language
    text = client.get(PAGE, {"open": "arbat", "show": "nps"}).text
    assert f'lang="{language}"' in text
    assert " style=" not in text
    assert "<style" not in text
    assert not re.search(r" on\w+=", text)


def test_policy_is_closed_until_tiles_are_chosen_and_then_open_for_that_server_alone(shops, browse):
    client = browse("anna")
    plain = client.get("/indicators/").headers["Content-Security-Policy"]
    assert client.get(PAGE).headers["Content-Security-Policy"] == plain
    assert "http" not in plain
    update_map_source(
        acting_user=None, kind="raster", url="https://tiles.example.org:8443/{z}/{x}/{y}.png", attribution="©"
    )
    opened = client.get(PAGE).headers["Content-Security-Policy"]
    parts = dict(part.strip().split(" ", 1) for part in opened.split(";"))
    host = "https://tiles.example.org:8443"
    assert parts["img-src"] == f"'self' data: blob: {host}"
    assert parts["connect-src"] == f"'self' {host}"
    assert opened.count("http") == 2
    edit = f"/settings/places/{shops['arbat'].pk}/edit/"
    assert host in client.get(edit).headers["Content-Security-Policy"]
    assert client.get("/indicators/").headers["Content-Security-Policy"] == plain


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"kind": "yandex"}, "key"),
        ({"kind": "google", "key": "a b"}, "key"),
        ({"kind": "raster", "url": "tiles.example.org"}, "url"),
        ({"kind": "raster", "url": "https://tiles.example.org/all.png"}, "url"),
        ({"kind": "raster", "url": "https://a.org; script-src *//{z}/{x}/{y}"}, "url"),
        ({"kind": "style", "url": "javascript:alert(1)"}, "url"),
        ({"kind": "style", "url": "https://a.org/s.json", "hosts": "https://b.org *"}, "hosts"),
    ],
)
def test_wrong_background_is_refused_beside_its_field(company, browse, fields, wrong):
    answer = browse("anna").post("/settings/map/", fields)
    assert answer.status_code == 422
    assert f'id="id_{wrong}_error"' in answer.text
    assert MapSource.current().kind == "offline"


def test_only_administrators_change_the_background(company, browse):
    assert browse("boris").post("/settings/map/", {"kind": "osm"}).status_code == 404
    assert browse("anna").post("/settings/map/", {"kind": "osm"}).status_code == 302
    assert MapSource.current().origins() == ["https://tile.openstreetmap.org"]
    assert AuditEntry.objects.filter(action="map.update").count() == 1


def test_middle_is_found_over_the_antimeridian():
    longitude, latitude = middle_of([(179.0, 60.0), (-177.0, 70.0)])
    assert (longitude, latitude) == (pytest.approx(-179.0), 65.0)
