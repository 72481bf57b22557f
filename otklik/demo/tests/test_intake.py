"""The rows that the demo prepares itself are those that the intake would have made."""

import datetime as dt

import msgspec
import pytest

from otklik.demo import founding
from otklik.demo.draft import to_json, to_rows
from otklik.demo.history import day_events
from otklik.demo.plan import make_plan
from otklik.events.directory import read_directory
from otklik.events.intake import Event, Intake, Origin
from otklik.events.row import EventRow

DAY = dt.date(2026, 6, 24)  # a Wednesday with checks, manual counts and everything else
pytestmark = pytest.mark.django_db


@pytest.fixture
def company():
    plan = make_plan(7, dt.date(2026, 7, 1))
    founding.found(plan)
    return plan


def test_every_event_of_a_day_is_valid_and_gives_the_same_row(company):
    plan = company
    founding.plan_shifts(plan, DAY - dt.timedelta(days=1), DAY)
    drafts = day_events(plan, DAY)
    rows = to_rows(plan, drafts, founding.catalogue_ids(plan), "import:demo", 0)
    intake = Intake(read_directory(), Origin("import:demo", windowed=False), waits=True)
    different = []
    for draft, ours in zip(drafts, rows, strict=True):
        event = msgspec.convert(to_json(plan, draft), Event)
        theirs = intake.row(event)
        assert isinstance(theirs, EventRow), (draft, theirs)
        if theirs._replace(received=0) != ours:
            different.append((ours, theirs))
    # Whoever is served while shifts change hands counts for the one who began.
    assert len(different) < 0.005 * len(drafts), different[:3]
    assert {ours.kind for ours, _ in different} <= {"visit", "rating", "served"}


def test_the_company_is_founded_once(company):
    with pytest.raises(founding.NotEmptyError):
        founding.found(company)
