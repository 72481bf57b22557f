"""The demo's history: the same for a seed, and the stories can be found in the numbers."""

import collections
import datetime as dt
import statistics

import pytest

from otklik.demo import stories
from otklik.demo.draft import Draft, Ids, to_json, to_rows
from otklik.demo.history import day_events, history_days
from otklik.demo.plan import Plan, make_plan

END = dt.date(2026, 7, 1)


@pytest.fixture(scope="module")
def plan() -> Plan:
    return make_plan(7, END)


@pytest.fixture(scope="module")
def events(plan) -> dict[dt.date, list[Draft]]:
    return {day: day_events(plan, day) for day in history_days(plan, 60)}


def days_ago(events, first: int, last: int):
    return [draft for ago in range(last, first + 1) for draft in events.get(END - dt.timedelta(days=ago), [])]


def mean(drafts) -> float:
    return statistics.fmean(draft.value for draft in drafts)


def test_the_company_is_what_the_readme_says(plan):
    assert len(plan.locations) == 40
    assert len({location.city.code for location in plan.locations}) >= 8
    assert len({location.city.zone for location in plan.locations}) >= 5
    assert 180 <= len(plan.people) <= 230
    assert len({person.code for person in plan.people}) == len(plan.people)
    assert len({point.code for point in plan.points}) == len(plan.points)


def test_a_day_is_the_same_for_a_seed_and_different_for_another(plan):
    assert day_events(plan, END) == day_events(make_plan(7, END), END)
    assert day_events(plan, END) != day_events(make_plan(8, END), END)


def test_ids_are_unique_and_short(events):
    ids = [draft.id for drafts in events.values() for draft in drafts]
    assert len(set(ids)) == len(ids)
    assert max(map(len, ids)) <= 64


def test_the_ninety_days_are_about_six_hundred_thousand_events(events):
    per_day = statistics.fmean(len(drafts) for drafts in events.values())
    assert 400_000 < per_day * 90 < 900_000


def test_the_queue_makes_one_location_worse(plan, events):
    def there(first, last, kind):
        number = plan.number[stories.WORSENING]
        return [d for d in days_ago(events, first, last) if d.location == number and d.kind == kind]

    def contact(drafts) -> float:
        return statistics.fmean(float(d.attrs.split(":")[1].rstrip("}")) for d in drafts)

    assert mean(there(6, 0, "rating")) < mean(there(40, 22, "rating")) - 0.7
    assert contact(there(6, 0, "visit")) > 1.4 * contact(there(40, 22, "visit"))


def test_one_employee_stands_out_and_one_is_poor(plan, events):
    by_person = collections.defaultdict(list)
    for draft in days_ago(events, 59, 0):
        if draft.kind == "rating" and draft.person >= 0:
            by_person[draft.person].append(draft)
    everyone = statistics.fmean(d.value for drafts in by_person.values() for d in drafts)
    assert mean(by_person[stories.star(plan)]) > everyone + 0.25
    assert mean(by_person[stories.poor(plan)]) < everyone - 0.6


def test_devices_of_one_city_are_silent_for_a_day_and_a_half(plan, events):
    silent = [
        draft
        for draft in days_ago(events, stories.OUTAGE_DAYS_AGO - 1, stories.OUTAGE_DAYS_AGO - 1)
        if plan.locations[draft.location].city.code == stories.OUTAGE_CITY and draft.second < 86400
    ]
    kinds = collections.Counter(draft.kind for draft in silent)
    assert kinds["visit"] == kinds["rating"] == kinds["visitors"] == 0
    assert kinds["receipt"] > 100


def test_the_campaign_brings_receipts(plan, events):
    def receipts(first, last) -> float:
        found = [
            d
            for d in days_ago(events, first, last)
            if d.kind == "receipt" and plan.locations[d.location].city.region in stories.CAMPAIGN_REGIONS
        ]
        return len(found) / (first - last + 1)

    assert receipts(45, 39) > 1.25 * receipts(59, 46)


def test_somebody_presses_the_smileys_themselves(plan, events):
    number = plan.number[stories.EAGER_LOCATION]
    day = days_ago(events, stories.EAGER_DAYS_AGO[0], stories.EAGER_DAYS_AGO[0])
    ratings = sum(1 for d in day if d.location == number and d.kind == "rating")
    served = sum(d.value for d in day if d.location == number and d.kind == "served")
    contacts = sum(1 for d in day if d.location == number and d.kind == "visit")
    assert ratings > contacts
    assert served == 0 or ratings > served


def test_the_new_location_is_five_weeks_old(plan, events):
    number = plan.number[stories.NEW_LOCATION]
    assert not [d for d in days_ago(events, 59, 36) if d.location == number]
    assert [d for d in days_ago(events, 35, 35) if d.location == number]


def test_response_is_low_as_in_life(plan, events):
    drafts = days_ago(events, 59, 0)
    ratings = sum(d.kind == "rating" for d in drafts)
    contacts = sum(d.kind == "visit" for d in drafts)
    assert 0.05 < ratings / contacts < 0.25


def test_rows_and_ingest_bodies_tell_the_same(plan, events):
    drafts = events[END]
    people = [*range(1, len(plan.people) + 1), None]
    points = [*range(1, len(plan.points) + 1), None]
    rows = to_rows(plan, drafts, Ids(range(1, 41), points, people), "import:demo", 0)
    for draft, row in list(zip(drafts, rows, strict=True))[:: max(1, len(drafts) // 500)]:
        body = to_json(plan, draft)
        at = dt.datetime.fromisoformat(body["at"])
        assert int(at.timestamp() * 1000) == row.at // 1000
        assert at.utcoffset() == dt.timedelta(minutes=row.utc_offset)
        local = at.replace(tzinfo=None) - dt.timedelta(hours=plan.locations[draft.location].day_start)
        assert (local.date() - dt.date(1970, 1, 1)).days == row.day
