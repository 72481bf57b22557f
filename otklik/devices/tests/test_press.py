"""Presses become events exactly once, at the right time, with honest marks."""

import datetime as dt
import json
import time
import zoneinfo

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from otklik.devices import public
from otklik.devices.actions import deactivate_panel, rotate_panel, update_panel
from otklik.devices.hours import is_open
from otklik.devices.limits import Limiter
from otklik.devices.models import Panel
from otklik.devices.presses import Press, corrected

MOSCOW = zoneinfo.ZoneInfo("Europe/Moscow")


def now_ms() -> int:
    return round(time.time() * 1000)


def press(number: int = 0, **fields):
    return {"id": f"press-{number:06d}", "at": now_ms(), "value": 5, "question": "service", **fields}


def send(panel: Panel, *presses, **fields):
    body = {"sentAt": now_ms(), "waiting": len(presses), "version": "1", "presses": list(presses), **fields}
    return Client().post(f"/p/{panel.token}/press", json.dumps(body), content_type="application/json")


def attrs(event) -> dict:
    return json.loads(event["attrs"])


def test_a_press_is_a_rating_at_the_point(world, stored):
    panel = world.panel()
    answer = send(panel, press(value=4, language="ru")).json()
    assert answer["stored"] == ["press-000000"]
    assert answer["refused"] == []
    (event,) = stored()
    assert (event["kind"], event["subject"], event["value"]) == ("rating", "service", 4)
    assert (event["place"], event["point"]) == (world.shop.pk, world.point.pk)
    assert event["via"] == "panel:spb-1-1"
    assert attrs(event)["panel"] == str(panel.pk)
    assert attrs(event)["language"] == "ru"


def test_sending_again_stores_once_and_is_accepted_again(world, stored):
    panel = world.panel()
    presses = [press(number, value=1 + number % 5) for number in range(30)]
    assert len(send(panel, *presses).json()["stored"]) == 30
    assert len(send(panel, *presses[10:], press(99)).json()["stored"]) == 21
    assert len(stored()) == 31


def test_two_panels_may_use_the_same_id(world, stored):
    one, other = world.panel(), world.panel(name="second")
    send(one, press(1))
    send(other, press(1))
    assert len(stored("rating")) == 2


def test_the_time_is_corrected_by_the_clock_of_the_server(world, stored):
    panel = world.panel()
    ahead = 3 * 3600 * 1000
    before = now_ms()
    send(panel, press(at=now_ms() + ahead - 60_000), sentAt=now_ms() + ahead)
    (event,) = stored()
    at = event["at"].replace(tzinfo=dt.UTC).timestamp() * 1000
    assert abs(at - (before - 60_000)) < 5_000
    assert abs(attrs(event)["clock_skew"] - 3 * 3600) <= 5


def test_a_right_clock_leaves_no_mark(world, stored):
    send(world.panel(), press())
    assert "clock_skew" not in attrs(stored()[0])


def test_a_clock_set_between_press_and_sending_does_not_move_the_press():
    """The tablet was a year behind while pressed, and was set right before it was sent."""
    year = 365 * 86_400_000
    real = 1_800_000_000_000
    one = Press(id="12345678", at=real - year, value=5, question="q", offset=year)
    at, marks = corrected(one, sent_at=real + 3_600_000, received=real + 3_600_000, earliest=0)
    assert at == real
    assert marks["clock_skew"] == -year // 1000


def test_a_clock_that_lost_the_date_loses_no_press():
    one = Press(id="12345678", at=5_000, value=5, question="q")
    at, marks = corrected(one, sent_at=10**12, received=10**12, earliest=10**12 - 1000)
    assert at == 10**12
    assert marks["clock_lost"] is True


@given(
    st.integers(-(10**13), 10**13),
    st.integers(0, 10**9),
    st.integers(0, 10**6),
    st.none() | st.integers(-(10**12), 10**12),
)
def test_no_press_lies_in_the_future_and_a_steady_clock_keeps_its_moment(skew, waited, network, offset):
    received = 1_800_000_000_000
    sent = received - network + skew
    one = Press(id="12345678", at=sent - waited, value=1, question="q", offset=offset)
    at, _ = corrected(one, sent, received, earliest=0)
    assert at <= received
    if offset is None or abs(offset - (received - sent)) <= 60_000:
        assert at == received - waited


def test_a_second_press_too_soon_is_kept_but_is_no_rating(world, stored):
    panel = world.panel(debounce_seconds=5)
    send(panel, press(1), press(2, since=1_200), press(3, since=5_000))
    assert [event["id"][-1] for event in stored("rating")] == ["1", "3"]
    (repeat,) = stored("press")
    assert attrs(repeat)["repeat"] is True


def test_a_burst_is_marked(world, stored):
    panel = world.panel(burst_limit=3)
    start = now_ms() - 40_000
    send(panel, *(press(number, at=start + number * 5_000) for number in range(5)))
    assert [attrs(event).get("burst") for event in stored()] == [None, None, None, True, True]


def test_presses_outside_opening_hours_are_marked(world, stored):
    panel = world.panel()
    Panel.objects.filter(pk=panel.pk).update(created_at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
    yesterday = dt.datetime.now(MOSCOW) - dt.timedelta(days=1)
    noon = yesterday.replace(hour=12).timestamp() * 1000
    night = yesterday.replace(hour=3).timestamp() * 1000
    send(panel, press(1, at=round(noon)), press(2, at=round(night)))
    assert [attrs(event).get("out_of_hours") for event in stored()] == [None, True]


@pytest.mark.parametrize(
    ("hours", "weekday", "clock", "expected"),
    [
        (None, 0, "03:00", True),
        (["09:00", "21:00"], 0, "09:00", True),
        (["09:00", "21:00"], 0, "21:00", False),
        (["18:00", "02:00"], 0, "23:59", True),
        (["18:00", "02:00"], 1, "01:59", True),
        (["18:00", "02:00"], 1, "02:00", False),
        (["00:00", "24:00"], 0, "23:59", True),
        (["00:00", "24:00"], 1, "00:01", False),
    ],
)
def test_opening_hours(hours, weekday, clock, expected):
    """Hours are of Monday alone; Tuesday is closed."""
    week = None if hours is None else [hours, *[None] * 6]
    moment = dt.datetime(2026, 1, 5 + weekday, *map(int, clock.split(":")), tzinfo=MOSCOW)
    assert is_open(week, moment) is expected


def test_a_press_of_the_question_before_is_still_taken(world, stored):
    panel = world.panel()
    update_panel(panel, acting_user=None, question=world.nps, layout="numbers")
    answer = send(panel, press(1), press(2, question="nps", value=0), press(3, question="elsewhere")).json()
    assert answer["stored"] == ["press-000001", "press-000002"]
    assert [one["id"] for one in answer["refused"]] == ["press-000003"]
    assert len(stored("rating")) == 2


def test_a_value_off_the_scale_is_refused_by_name_and_spares_the_others(world, stored):
    answer = send(world.panel(), press(1, value=9), press(2)).json()
    assert answer["stored"] == ["press-000002"]
    assert "service" in answer["refused"][0]["error"]
    assert len(stored()) == 1


def test_unknown_and_changed_links_take_nothing(world, stored):
    panel = world.panel()
    old = Panel.objects.get(pk=panel.pk)
    rotate_panel(panel, acting_user=None)
    assert send(old, press()).status_code == 404
    page = Client().get(f"/p/{old.token}/")
    assert page.status_code == 404
    assert "Настройки" in page.text
    assert stored() == []


def test_presses_kept_under_the_old_link_go_through_the_new_one(world, stored):
    panel = world.panel()
    fresh = rotate_panel(panel, acting_user=None)
    assert len(send(fresh, press(1)).json()["stored"]) == 1
    assert len(stored()) == 1


def test_a_panel_out_of_use_says_so(world, stored):
    panel = deactivate_panel(world.panel(), acting_user=None)
    assert send(panel, press()).status_code == 410
    assert Client().get(f"/p/{panel.token}/").status_code == 410
    assert stored() == []


@pytest.mark.parametrize(
    "body",
    [
        "",
        "[]",
        "null",
        "{",
        '{"sentAt": "x"}',
        '{"sentAt": 1, "presses": [{"id": "x"}]}',
        '{"sentAt": 1e400}',
        "\xff",
    ],
)
def test_a_body_that_is_no_report_is_refused(world, stored, body):
    panel = world.panel()
    answer = Client().post(f"/p/{panel.token}/press", body, content_type="application/json")
    assert answer.status_code == 400
    assert stored() == []


def test_too_many_requests_are_asked_to_wait(world, monkeypatch):
    monkeypatch.setattr(public, "limiter", Limiter(clock=lambda: 0.0))
    panel = world.panel()
    codes = [send(panel).status_code for _ in range(60)]
    assert codes[0] == 200
    assert codes[-1] == 429
    assert int(send(panel).headers["Retry-After"]) >= 1


def test_a_report_without_presses_shows_the_panel_alive(world):
    panel = world.panel()
    assert not panel.is_online
    send(panel, waiting=7, version="9.9")
    panel.refresh_from_db()
    assert panel.is_online
    assert (panel.waiting, panel.app_version) == (7, "9.9")


def test_unwritable_record_asks_the_page_to_keep_its_presses(world, monkeypatch):
    from otklik.devices import presses
    from otklik.events.errors import StoreUnavailable

    def fail(*_args, **_options):
        raise StoreUnavailable("disk full")

    monkeypatch.setattr(
        presses, "accept", fail
    )  # a full disk is not at hand here; the store's own tests fill one
    answer = send(world.panel(), press())
    assert answer.status_code == 503
    assert "Retry-After" in answer.headers
