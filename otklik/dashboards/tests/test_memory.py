"""A remembered number is the number computed anew."""

import datetime as dt
import zoneinfo

import pytest

from otklik.dashboards import memory
from otklik.dashboards.memory import Memory
from otklik.events import record
from otklik.events.intake import Event

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")


@pytest.fixture
def quiet(monkeypatch):
    """A memory whose catalogue never changes, so that only events count."""
    made = Memory(100)
    monkeypatch.setattr(made._watch, "changed", lambda: False)
    made.news()
    return made


TODAY = dt.datetime.now(zoneinfo.ZoneInfo("Europe/Moscow")).date()
LAST_WEEK = TODAY - dt.timedelta(days=7)


def keep(held):
    serial = held.news()
    held.put("today", TODAY + dt.timedelta(days=1), [], serial)
    held.put("last week", LAST_WEEK, [], serial)


def kept(held):
    held.news()
    return {key for key in ("today", "last week") if held.get(key) is not None}


def test_nothing_happened_nothing_is_forgotten(company, quiet):
    keep(quiet)
    assert kept(quiet) == {"today", "last week"}


def test_event_of_today_leaves_last_week(company, tell, quiet):
    keep(quiet)
    tell("rating", 5, subject="service")
    assert kept(quiet) == {"last week"}


def test_late_event_reaches_its_days(company, tell, quiet):
    keep(quiet)
    tell("rating", 5, subject="service", days_ago=10)
    assert kept(quiet) == set()


def test_withdrawal_and_correction_reach_everything(company, tell, quiet):
    old = tell("rating", 5, subject="service", days_ago=30)
    keep(quiet)
    record.accept(
        [Event(id="w", kind="withdrawal", at=dt.datetime.now(dt.UTC), place="arbat", attrs={"target": old})],
        via="test",
    )
    assert kept(quiet) == set()
    keep(quiet)
    tell("rating", 1, subject="service", replaces=tell("rating", 2, subject="service", days_ago=20))
    assert kept(quiet) == set()


def test_what_was_computed_before_the_news_is_not_kept_after_it(company, tell, quiet):
    serial = quiet.news()
    tell("rating", 5, subject="service")
    quiet.news()  # another page meanwhile
    quiet.put("today", TODAY + dt.timedelta(days=1), [], serial)
    quiet.put("last week", LAST_WEEK, [], serial)
    assert kept(quiet) == {"last week"}


def test_change_of_the_catalogue_forgets_everything(company, quiet, monkeypatch):
    keep(quiet)
    monkeypatch.setattr(quiet._watch, "changed", lambda: True)
    assert kept(quiet) == set()


def test_page_shows_a_new_event_although_it_remembers(browse, tell, monkeypatch):
    monkeypatch.setattr(memory.MEMORY._watch, "changed", lambda: False)
    client = browse("anna")
    for value in range(3):
        tell("answer", 10, subject="nps")
        page = client.get("/indicators/nps/?period=7d").text.replace("\u00a0", " ")
        assert f"n = {value + 1}<" in page
