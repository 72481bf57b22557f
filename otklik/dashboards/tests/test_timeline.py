"""The timeline over HTTP: aligned steps, gaps, comparison, markers, kept views, and who sees what."""

import datetime as dt
import json
import re
import zoneinfo

import pytest
from django.test import Client
from django.urls import reverse

from otklik.company.actions import create_key
from otklik.company.models import AuditEntry, Grant, Role, User
from otklik.dashboards.timeline import columns as reading
from otklik.dashboards.timeline.models import SavedView, TimelineMarker

MOSCOW = zoneinfo.ZoneInfo("Europe/Moscow")
pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")


def ago(days):
    """A business day of the company, which lies in Moscow."""
    return (dt.datetime.now(MOSCOW).date() - dt.timedelta(days=days)).isoformat()


def data(client, query=""):
    answer = client.get(f"/timeline/data.json?{query}")
    assert answer.status_code == 200, answer.content[:300]
    return json.loads(answer.content)


def rest(client, path, **asked):
    answer = client.get(f"/api/v1/{path}", asked)
    return answer.status_code, json.loads(answer.content)


@pytest.fixture
def remembering(monkeypatch):
    """The database of tests lies in memory, where nothing tells whether the catalogue has changed."""
    reading.MEMORY.news()
    monkeypatch.setattr(reading.MEMORY._watch, "changed", lambda: False)


@pytest.fixture
def manager(people, company):
    """A location manager of vvo: types figures there and nothing else."""
    dora = User.objects.create_user("dora")
    Grant.objects.create(user=dora, role=Role.MANAGER, place=company["vvo"])
    people["dora"] = dora
    return dora


def test_lines_stand_on_the_same_steps_with_gaps_as_nulls(browse, tell):
    for back in (9, 8, 5):
        tell("answer", 10, subject="nps", days_ago=back)
        tell("receipt", 100.0 * back, days_ago=back, operation="sale")
    found = data(browse("anna"), f"series=nps&series=average_receipt&from={ago(9)}&to={ago(3)}&period=custom")
    assert found["steps"] == [ago(back) for back in range(9, 2, -1)]
    nps, receipt = found["lines"]
    assert nps["values"] == [100, 100, None, None, 100, None, None]
    assert nps["n"] == [1, 1, 0, 0, 1, 0, 0]
    assert receipt["values"] == [900, 800, None, None, 500, None, None]
    assert nps["colour"] != receipt["colour"]
    assert found["unfinished"] is None


def test_today_is_told_as_not_over(browse, tell):
    tell("answer", 10, subject="nps")
    found = data(browse("anna"), "series=nps&period=7d")
    assert found["unfinished"] == 6
    assert found["steps"][-1] == found["steps"][found["unfinished"]]


def test_own_place_and_question_of_a_line(browse, tell):
    for value in (10, 10, 0, 0):
        tell("answer", value, subject="nps", point="arbat-1", days_ago=2)
    tell("answer", 10, subject="nps", point="vvo-1", days_ago=2)
    found = data(
        browse("anna"),
        f"series=nps&series=nps,place:vvo&series=nps,point:arbat-1,subject:nps&grain=day&period=custom&from={ago(2)}&to={ago(2)}",
    )
    assert [line["values"] for line in found["lines"]] == [[20], [100], [0]]
    assert [line["about"] for line in found["lines"]] == ["", "vvo", "Порекомендуете? · arbat · arbat-1"]
    assert len({line["colour"] for line in found["lines"]}) == 3


def test_compared_with_the_days_before_a_year_before_and_another_place(browse, tell):
    tell("answer", 10, subject="nps", point="arbat-1", days_ago=2)
    tell("answer", 0, subject="nps", point="arbat-1", days_ago=5)
    tell("answer", 0, subject="nps", point="arbat-1", days_ago=366)
    tell("answer", 10, subject="nps", point="vvo-1", days_ago=3)
    days = f"grain=day&period=custom&from={ago(3)}&to={ago(1)}&place=msk&series=nps"
    before = data(browse("anna"), days)
    assert before["others"] == [ago(6), ago(5), ago(4)]
    assert before["lines"][0]["other"]["values"] == [None, -100, None]
    year = data(browse("anna"), f"{days}&compare=year")
    assert year["lines"][0]["other"]["values"] == [None, -100, None]
    place = data(browse("anna"), f"{days}&against=vvo")
    assert place["lines"][0]["other"]["values"] == [100, None, None]
    assert place["compared"] == "vvo"
    assert data(browse("anna"), f"{days}&compare=none")["lines"][0]["other"] is None


@pytest.mark.parametrize(
    ("grain", "first", "steps"),
    [
        ("week", "2026-01-07", ["2026-01-05", "2026-01-12"]),
        ("month", "2025-12-20", ["2025-12-01", "2026-01-01"]),
        ("quarter", "2025-09-30", ["2025-07-01", "2025-10-01", "2026-01-01"]),
        ("year", "2024-12-31", ["2024-01-01", "2025-01-01", "2026-01-01"]),
    ],
)
def test_steps_are_whole_at_every_grain(browse, grain, first, steps):
    found = data(browse("anna"), f"series=nps&grain={grain}&period=custom&from={first}&to=2026-01-15")
    assert found["steps"] == steps
    assert found["grain"] == grain


def test_hours_of_a_day(browse, tell):
    tell("answer", 10, subject="nps", days_ago=1)
    found = data(browse("anna"), "series=nps&period=yesterday")
    assert found["grain"] == "hour"
    assert all("T" in step for step in found["steps"])
    assert sum(value is not None for value in found["lines"][0]["values"]) == 1


def test_live_refresh_brings_the_last_steps_alone_until_old_days_change(browse, tell, remembering):
    client = browse("anna")
    for back in range(60):
        tell("answer", 10, subject="nps", days_ago=back)
    whole = data(client, "series=nps&period=90d")
    assert whole["tail"] > 70
    ask = f"series=nps&period=90d&settled={whole['settled']}&after={whole['tail']}"
    tell("answer", 0, subject="nps")
    part = data(client, ask)
    assert part["first"] == whole["tail"]
    assert len(part["steps"]) == len(whole["steps"]) - whole["tail"]
    assert part["lines"][0]["values"][-1] == 0
    tell("answer", 0, subject="nps", days_ago=40)
    again = data(client, ask)
    assert again["first"] == 0
    assert 0 in again["lines"][0]["values"][:-1]


def test_viewer_sees_own_places_alone_and_a_strange_line_is_left_out(browse, tell):
    tell("answer", 0, subject="nps", point="arbat-1", days_ago=1)
    tell("answer", 10, subject="nps", point="vvo-1", days_ago=1)
    found = data(browse("boris"), "series=nps&series=nps,place:arbat&period=7d")
    (line,) = found["lines"]
    assert [value for value in line["values"] if value is not None] == [100]
    assert found["problems"] == ["Места «arbat» нет."]
    for path in (
        "/timeline/?place=arbat",
        "/timeline/data.json?place=arbat",
        "/timeline/data.json?against=arbat",
    ):
        assert browse("boris").get(path).status_code == 404
    assert browse("boris").get("/timeline/people.json?place=arbat").status_code == 404
    status, body = rest(browse("boris"), "timeline", series="nps,place:arbat")
    assert (status, body["detail"][0]["message"]) == (404, "Места «arbat» нет.")


def test_page_stands_in_both_languages_without_inline_code(browse, tell):
    tell("answer", 10, subject="nps", days_ago=1)
    for language, title in (("ru", "Динамика"), ("en", "Timeline")):
        client = browse("anna")
        client.cookies["otklik_language"] = language
        page = client.get("/timeline/?series=nps&period=5y").text
        assert f"<h1>{title}</h1>" in page
        assert " style=" not in page
        assert "<style" not in page
        assert " onclick" not in page
    assert "Вам пока не открыто" in browse("clara").get("/timeline/").text
    assert Client().get("/timeline/").headers["Location"].startswith("/accounts/login/")


def test_address_that_makes_no_sense_is_said_and_the_rest_is_shown(browse):
    lines = "&".join(
        f"series={code}"
        for code in ["nps,what:ever", "nothing", *(f"nps,colour:{n}" for n in range(9)), "csat", "ces2"]
    )
    found = data(browse("anna"), f"{lines}&grain=hour&period=1y")
    assert len(found["lines"]) == 9
    assert found["grain"] == "day"
    said = " ".join(found["problems"])
    for word in ("nps,what:ever", "nothing", "10", "длиннее"):
        assert word in said


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"series": "nps,what:x"}, "series"),
        ({}, "series"),
        ({"series": "nps", "grain": "hour", "from": "2024-01-01", "to": "2024-12-31"}, "to"),
        ({"series": "nps", "from": "1990-01-01", "to": "2024-12-31"}, "grain"),
        ({"series": "nps", "grain": "century"}, "grain"),
    ],
)
def test_rest_names_what_it_cannot_understand(browse, asked, field):
    status, body = rest(browse("anna"), "timeline", **asked)
    assert status == 422
    assert body["detail"][0]["field"] == field


def test_rest_gives_shares_as_they_are_with_limits_and_markers(browse, tell, people, company):
    tell("served", 10, days_ago=1, source="manual")
    for _ in range(4):
        tell("rating", 5, subject="service", days_ago=1)
    TimelineMarker.objects.create(text_ru="Акция", kind="campaign", first_day=ago(1))
    TimelineMarker.objects.create(text_ru="Давно", kind="price", first_day=ago(100))
    status, found = rest(
        browse("anna"), "timeline", series="support", **{"from": ago(2), "to": ago(1)}, compare="previous"
    )
    assert status == 200
    (line,) = found["series"]
    assert line["values"] == [None, 0.4]
    assert line["limits"]["good"] > line["limits"]["acceptable"]
    assert line["reasons"] == []
    assert found["compared_with"]["steps"] == [ago(4), ago(3)]
    assert [one["text_ru"] for one in found["markers"]] == ["Акция"]
    tell("rating", 5, subject="service", days_ago=2)
    _, found = rest(browse("anna"), "timeline", series="support", **{"from": ago(2), "to": ago(1)})
    (line,) = found["series"]
    assert line["reasons"] == ["no_served"]
    assert line["reason"] == [0, None]


def send(client, method, path, **body):
    answer = getattr(client, method)(f"/api/v1/markers{path}", body, content_type="application/json")
    return answer.status_code, json.loads(answer.content) if answer.content else None


def test_markers_are_added_changed_and_removed_with_a_trace(browse, company):
    client = browse("anna")
    status, made = send(
        client, "post", "", text_ru=" Новый стандарт ", kind="standard", first_day=ago(5), place="msk"
    )
    assert status == 201
    assert made["text_ru"] == "Новый стандарт"
    status, changed = send(client, "patch", f"/{made['id']}", last_day=ago(3), place="")
    assert (status, changed["last_day"], changed["place"]) == (200, ago(3), None)
    assert data(client, "series=nps&period=7d")["markers"][0]["kindName"] == "новый стандарт"
    assert send(client, "delete", f"/{made['id']}") == (204, None)
    assert not TimelineMarker.objects.exists()
    actions = AuditEntry.objects.filter(action__startswith="marker").order_by("pk")
    assert [one.action for one in actions] == ["marker.create", "marker.change", "marker.delete"]
    assert actions[1].old["place"] == "msk"


def test_marker_that_makes_no_sense_is_refused_by_field(browse):
    client = browse("anna")
    for body, field in (
        ({"first_day": ago(1)}, "text_ru"),
        ({"text_ru": "x", "first_day": ago(1), "last_day": ago(2)}, "last_day"),
        ({"text_ru": "x"}, "first_day"),
        ({"text_ru": "x", "first_day": ago(1), "kind": "party"}, "kind"),
    ):
        status, answer = send(client, "post", "", **body)
        assert status == 422
        assert answer["detail"][0]["field"].endswith(field)
    assert not TimelineMarker.objects.exists()


def test_markers_are_seen_where_they_hold_and_added_where_figures_are_typed(browse, company, manager):
    whole = TimelineMarker.objects.create(text_ru="везде", first_day=ago(1))
    there = TimelineMarker.objects.create(text_ru="арбат", first_day=ago(1), place=company["arbat"])
    TimelineMarker.objects.create(text_ru="влад", first_day=ago(1), place=company["vvo"])
    assert {one["text"] for one in data(browse("anna"), "period=7d")["markers"]} == {"везде", "арбат", "влад"}
    assert {one["text"] for one in data(browse("anna"), "period=7d&place=arbat")["markers"]} == {
        "везде",
        "арбат",
    }
    assert {one["text"] for one in data(browse("boris"), "period=7d")["markers"]} == {"везде", "влад"}
    viewer, dora = browse("boris"), browse("dora")
    assert send(viewer, "post", "", text_ru="x", first_day=ago(1), place="vvo")[0] == 404
    assert send(dora, "post", "", text_ru="x", first_day=ago(1), place="vvo")[0] == 201
    assert send(dora, "post", "", text_ru="x", first_day=ago(1), place="arbat")[0] == 404
    assert send(dora, "post", "", text_ru="x", first_day=ago(1))[0] == 422
    assert send(dora, "patch", f"/{whole.pk}", text_ru="x")[0] == 404
    assert send(dora, "delete", f"/{there.pk}")[0] == 404
    assert TimelineMarker.objects.filter(text_ru="x").count() == 1
    assert "data-tl-marker-form" not in viewer.get("/timeline/").text


def test_keys_mark_events_too(company):
    _, secret = create_key(acting_user=None, name="crm", scopes=["manage"], place=company["vvo"])
    _, reader = create_key(acting_user=None, name="reader", scopes=["read"])
    client = Client(headers={"Authorization": f"Bearer {secret}"})
    assert send(client, "post", "", text_ru="x", first_day=ago(1), place="vvo")[0] == 201
    assert send(client, "post", "", text_ru="x", first_day=ago(1), place="msk")[0] == 404
    assert send(client, "post", "", text_ru="x", first_day=ago(1))[0] == 422
    stranger = Client(headers={"Authorization": f"Bearer {reader}"})
    assert send(stranger, "post", "", text_ru="x", first_day=ago(1), place="vvo")[0] == 401
    assert AuditEntry.objects.get(action="marker.create").actor.startswith("api:")


def test_views_are_kept_for_oneself_and_for_everybody(browse, people):
    anna, boris = browse("anna"), browse("boris")
    kept = {"name": "Цены", "query": "?series=nps,place:vvo&period=1y&next=//evil", "shared": "1"}
    answer = anna.post("/timeline/views/", kept)
    assert answer.headers["Location"] == "/timeline/?series=nps%2Cplace%3Avvo&period=1y"
    assert "Цены" in boris.get("/timeline/").text
    assert boris.post("/timeline/views/", {**kept, "name": "Чужое"}).status_code == 404
    assert boris.post("/timeline/views/", {"name": "Моё", "query": "series=csat"}).status_code == 302
    assert "Моё" not in anna.get("/timeline/").text
    shared, own = SavedView.objects.get(name="Цены"), SavedView.objects.get(name="Моё")
    assert boris.post(f"/timeline/views/{shared.pk}/remove/").status_code == 404
    assert anna.post(f"/timeline/views/{own.pk}/remove/").status_code == 404
    assert anna.post("/timeline/views/", {**kept, "query": "series=ces2"}).status_code == 302
    assert SavedView.objects.get(name="Цены").query == "series=ces2"
    assert anna.post(f"/timeline/views/{shared.pk}/remove/").status_code == 302
    assert not SavedView.objects.filter(name="Цены").exists()


def test_missing_readings_of_a_counter_are_told(browse, tell, company):
    for back in (6, 5, 3):
        tell("visitors", 7, days_ago=back, point=None, place="arbat") if False else tell(
            "visitors", 7, days_ago=back
        )
    answer = browse("anna").get(
        f"/timeline/gaps.json?series=visitors&series=nps&period=custom&from={ago(6)}&to={ago(3)}"
    )
    (line,) = json.loads(answer.content)["lines"]
    assert line["key"] == "visitors"
    assert set(line["steps"]) == {"0", "1", "2", "3"}
    assert line["steps"]["2"] == 24
    assert line["steps"]["3"] == 23
    assert "нет показаний" in line["text"]


def test_number_of_queries_does_not_grow_with_lines(browse, tell, remembering, django_assert_max_num_queries):
    tell("answer", 10, subject="nps", days_ago=1)
    counts, client = [], browse("anna")
    for query in ("series=nps", "series=nps&series=csat&series=ces2&series=receipts&series=answers"):
        data(client, f"{query}&period=28d")
        with django_assert_max_num_queries(60) as asked:
            data(client, f"{query}&period=28d")
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_table_has_typed_columns_for_those_who_export(browse, tell, people):
    from otklik.company.api_auth import Caller
    from otklik.dashboards.periods import Span
    from otklik.dashboards.timeline.data import Wanted, read
    from otklik.dashboards.timeline.spec import Spec
    from otklik.dashboards.timeline.table import Type, table
    from otklik.metrics.dimensions import Grain

    for value in (10, 10, 0):
        tell("answer", value, subject="nps", days_ago=1)
    first, second, today = (dt.date.fromisoformat(ago(days)) for days in (2, 1, 0))
    span = Span(first, today)
    wanted = Wanted(Caller(people["anna"], None), [Spec("nps"), Spec("receipts")], span, Grain.DAY, Spec(""))
    made = table(read(wanted))
    parts = [(column.line, column.part) for column in made.columns]
    assert parts[:5] == [(None, "step"), (0, "value"), (0, "low"), (0, "high"), (0, "n")]
    assert made.columns[0].type is Type.STEP
    assert made.columns[-1].part == "note"
    assert [row[0] for row in made.rows] == [first, second, today]
    assert made.rows[1][1] == pytest.approx(100 / 3)
    assert made.rows[0][1] is None
    assert made.rows[2][-1] is not None


def test_workbook_of_what_the_address_shows(browse, tell):
    for value in (10, 10, 0):
        tell("answer", value, subject="nps", days_ago=1)
    client = browse("anna")
    address = reverse("reports:export", args=["timeline"])
    assert address in client.get("/timeline/?series=nps").text
    answer = client.post(f"{address}?series=nps&period=7d&grain=day", {"format": "csv"})
    assert answer.status_code == 200
    assert "NPS" in b"".join(answer.streaming_content).decode("utf-8", "replace") or answer.headers[
        "Content-Type"
    ].endswith("zip")
    answer = client.post(f"{address}?series=nps&period=7d", {"format": "xlsx"})
    assert b"".join(answer.streaming_content)[:2] == b"PK"
    assert browse("boris").post(f"{address}?series=nps&place=arbat", {"format": "xlsx"}).status_code == 404


def test_a_new_goal_begins_at_its_day_and_the_past_keeps_its_own(browse, tell, people, company):
    from otklik.metrics.actions import set_threshold
    from otklik.metrics.core.thresholds import Limits

    set_threshold("support", Limits(0.1, 0.05), acting_user=None)
    set_threshold("support", Limits(0.09, 0.04), valid_from=dt.date.fromisoformat(ago(1)), acting_user=None)
    for day in (1, 2, 3):
        tell("served", 10, days_ago=day, source="manual")
    anna = browse("anna")
    _, found = rest(anna, "timeline", series="support", **{"from": ago(3), "to": ago(1)})
    (line,) = found["series"]
    assert line["limits"] == {"good": 0.09, "acceptable": 0.04}
    old, new = {"good": 0.1, "acceptable": 0.05}, {"good": 0.09, "acceptable": 0.04}
    assert line["limits_from"] == [{"step": ago(3), "limits": old}, {"step": ago(1), "limits": new}]
    page = anna.get(f"/indicators/support/?period=custom&from={ago(3)}&to={ago(1)}").text
    data = json.loads(re.search(r'id="chart-data"[^>]*>(.*?)</script>', page, re.DOTALL)[1])
    assert data["limits"] == [[0, 10.0, 5.0], [2, 9.0, 4.0]]
