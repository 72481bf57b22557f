"""Make the demo company in the catalogue, through the same actions that pages and API use."""

import datetime as dt
import secrets

from django.db import transaction

from otklik.company import actions
from otklik.company.models import Employee, Place, Point, Role
from otklik.demo.cities import CITIES, COMPANY, COMPANY_ZONE, REGIONS, City
from otklik.demo.draft import Ids, clock
from otklik.demo.plan import Location, Plan, turns
from otklik.demo.questions import QUESTIONS
from otklik.surveys.actions import create_question

SHIFTS_BACK, SHIFTS_AHEAD = 3, 6  # days around today for which the demo plans shifts
WORDS = ("klever", "ryabina", "tropinka", "kolodets", "skamya", "romashka", "kryltso", "yablonya")


class NotEmptyError(Exception):
    """The data directory holds another company."""


@transaction.atomic
def found(plan: Plan) -> dict[str, str]:
    """Create company, places, points, people, questions and users. Returns user name → password."""
    if Place.objects.exists():
        raise NotEmptyError
    actions.update_company(
        acting_user=None,
        name=COMPANY,
        timezone=COMPANY_ZONE,
        language="ru",
        served_priority=["till", "sensor", "manual"],
    )
    cities = _cities()
    locations = [_location(location, cities[location.city.code]) for location in plan.locations]
    for point in plan.points:
        actions.create_point(
            acting_user=None, place=locations[point.location], code=point.code, name=point.name
        )
    for person in plan.people:
        place = locations[person.location]
        actions.create_employee(acting_user=None, place=place, code=person.code, name=person.name)
    for question in QUESTIONS:
        create_question(acting_user=None, **question)
    return _users(cities)


def _cities() -> dict[str, Place]:
    regions = {
        code: actions.create_place(acting_user=None, code=code, name=name, kind="region")
        for code, name in REGIONS.items()
    }
    return {city.code: _city(city, regions[city.region]) for city in CITIES}


def _city(city: City, region: Place) -> Place:
    return actions.create_place(
        acting_user=None,
        parent=region,
        code=city.code,
        name=city.name,
        kind="city",
        timezone=city.zone,
        latitude=city.latitude,
        longitude=city.longitude,
    )


def _location(location: Location, city: Place) -> Place:
    start = dt.time(location.day_start) if location.day_start else None
    hours: list[list[str] | None] = [
        [_clock_face(opens), _clock_face(closes)] for opens, closes in location.hours
    ]
    return actions.create_place(
        acting_user=None,
        parent=city,
        code=location.code,
        name=location.site.address,
        kind="location",
        latitude=location.site.latitude,
        longitude=location.site.longitude,
        day_start=start,
        opening_hours=hours,
    )


def _clock_face(hour: int) -> str:
    return f"{hour % 24:02}:00"


def _users(cities: dict[str, Place]) -> dict[str, str]:
    """An administrator, the manager of one city and an analyst who sees everything."""
    passwords = {name: new_password() for name in ("admin", "manager", "analyst")}
    admin = actions.create_user(acting_user=None, username="admin", password=passwords["admin"])
    actions.create_user(
        acting_user=admin,
        username="manager",
        password=passwords["manager"],
        role=Role.MANAGER,
        place=cities["ekb"],
    )
    actions.create_user(
        acting_user=admin, username="analyst", password=passwords["analyst"], role=Role.VIEWER
    )
    return passwords


def new_password() -> str:
    """Three words that a person can type."""
    return "-".join((secrets.choice(WORDS), secrets.choice(WORDS), str(secrets.randbelow(900_000) + 100_000)))


def stream_key() -> str:
    """A new key with which the live stream sends events."""
    _, secret = actions.create_key(acting_user=None, name="Живой поток демо", scopes=["ingest"])
    return secret


@transaction.atomic
def plan_shifts(plan: Plan, first: dt.date, last: dt.date) -> int:
    """Put people on shift from `first` to `last`; returns how many shifts were planned."""
    people = list(_by_code(Employee, [person.code for person in plan.people]))
    points = list(_by_code(Point, [point.code for point in plan.points]))
    count = 0
    day = first
    while day <= last:
        for turn in turns(plan, day):
            zone = plan.locations[plan.points[turn.point].location].city.zone
            midnight = dt.datetime.fromtimestamp(clock(zone, day)[0] / 1e6, dt.UTC)
            actions.start_shift(
                acting_user=None,
                employee=people[turn.person],
                point=points[turn.point],
                start=midnight + dt.timedelta(hours=turn.start),
                end=midnight + dt.timedelta(hours=turn.end),
            )
            count += 1
        day += dt.timedelta(days=1)
    return count


def _by_code[M: (Employee, Point)](model: type[M], codes: list[str]) -> list[M]:
    found = {one.code: one for one in model.objects.select_related("place").filter(code__in=codes)}
    return [found[code] for code in codes]


def catalogue_ids(plan: Plan) -> Ids:
    """Ids of the catalogue for the plan's numbers. KeyError when a place of the plan is gone."""
    places = dict(Place.objects.values_list("code", "pk"))
    points = dict(Point.objects.values_list("code", "pk"))
    people = dict(Employee.objects.values_list("code", "pk"))
    return Ids(
        [places[location.code] for location in plan.locations],
        [*(points[point.code] for point in plan.points), None],
        [*(people[person.code] for person in plan.people), None],
    )
