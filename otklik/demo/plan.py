"""The demo company as plain values: locations, points, people. The same seed gives the same company."""

import datetime as dt
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from otklik.demo.cities import CITIES, FIRST_NAMES_F, FIRST_NAMES_M, LAST_NAMES, City, Site

ROLES = {  # how many of a location's points are what, by the number of points
    1: ("till",),
    2: ("till", "desk"),
    3: ("till", "desk", "self"),
    4: ("till", "till", "desk", "self"),
}
ROLE_NAMES = {"till": "Касса", "desk": "Стойка консультаций", "self": "Касса самообслуживания"}
SERVED_SOURCES = ("till", "till", "till", "sensor", "manual")  # most trust the till
NIGHT_FROM, NIGHT_TO = 20, 8


@dataclass(frozen=True, slots=True)
class Person:
    """`skill` and `selling` are in standard deviations around an ordinary employee."""

    code: str
    name: str
    location: int
    skill: float
    selling: float


@dataclass(frozen=True, slots=True)
class PointPlan:
    """`staff`: numbers of the two employees who take turns, two days each; `night` the same for the night."""

    code: str
    name: str
    role: str
    location: int
    staff: tuple[int, ...] = ()
    night: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Location:
    """`hours`: opening and closing hour Monday to Sunday; `response` is the share of clients who press a smiley."""

    code: str
    site: Site
    city: City
    hours: tuple[tuple[int, int], ...]
    served: str
    response: float
    surveyed: bool
    smiles: bool
    quality: float

    @property
    def day_start(self) -> int:
        """The hour at which the business day starts."""
        return 5 if self.site.day_and_night else 0


@dataclass(frozen=True)
class Plan:
    """The whole company, and the day `end` on which its history stops (stories are told backwards from it)."""

    seed: int
    end: dt.date
    locations: tuple[Location, ...]
    points: tuple[PointPlan, ...]
    people: tuple[Person, ...]

    @cached_property
    def number(self) -> dict[str, int]:
        """Code of a location → its number."""
        return {location.code: number for number, location in enumerate(self.locations)}

    @cached_property
    def points_of(self) -> list[list[int]]:
        """Numbers of the points of each location."""
        found: list[list[int]] = [[] for _ in self.locations]
        for number, point in enumerate(self.points):
            found[point.location].append(number)
        return found

    @cached_property
    def person(self) -> dict[str, int]:
        return {person.code: number for number, person in enumerate(self.people)}

    def days_to_end(self, day: dt.date) -> int:
        """How many days `day` lies before the end; negative after it."""
        return (self.end - day).days


def on_shift(staff: tuple[int, ...], day: dt.date, point: int) -> int:
    """Number of the employee who works on `day`: two days on, two days off; -1 where nobody stands."""
    if not staff:
        return -1
    return staff[((day.toordinal() + point) // 2) % len(staff)]


class Turn(NamedTuple):
    """Somebody works at a point from `start` to `end`, hours of local time from midnight of the day."""

    person: int
    point: int
    start: float
    end: float


def turns(plan: "Plan", day: dt.date) -> list[Turn]:
    """Who stands where on `day`; shops are manned half an hour before they open and after they close."""
    found = []
    for number, point in enumerate(plan.points):
        location = plan.locations[point.location]
        opens, closes = location.hours[day.weekday()]
        start, end = opens - 0.5, closes + 0.5
        if location.site.day_and_night:
            start, end = float(NIGHT_TO), (NIGHT_FROM if point.night else NIGHT_FROM + 1.5)
        if point.staff:
            found.append(Turn(on_shift(point.staff, day, number), number, start, end))
        if point.night:
            found.append(Turn(on_shift(point.night, day, number), number, NIGHT_FROM, NIGHT_TO + 24))
    return found


def make_plan(seed: int, end: dt.date) -> Plan:
    rng = np.random.default_rng([seed, 1])
    locations: list[Location] = []
    points: list[PointPlan] = []
    people: list[Person] = []
    for city in CITIES:
        for site in city.sites:
            number = len(locations)
            location = _location(rng, city, site, number)
            locations.append(location)
            for place, role in enumerate(ROLES[site.points], start=1):
                points.append(_point(_Hiring(rng, location, number, people), place, role))
    return Plan(seed, end, tuple(locations), tuple(points), tuple(people))


def _location(rng: np.random.Generator, city: City, site: Site, number: int) -> Location:
    workday, sunday = ((5, 29), (5, 29)) if site.day_and_night else ((9, 21), (10, 20))
    return Location(
        code=f"{city.code}-{site.code}",
        site=site,
        city=city,
        hours=(workday,) * 6 + (sunday,),
        served=SERVED_SOURCES[number % len(SERVED_SOURCES)],
        response=round(float(rng.uniform(0.06, 0.25)), 3),
        surveyed=number % 8 == 0,
        smiles=number % 3 == 1,
        quality=round(float(rng.normal(0, 0.18)), 3),
    )


@dataclass(frozen=True, slots=True)
class _Hiring:
    rng: np.random.Generator
    location: Location
    number: int
    people: list[Person]

    def hire(self, count: int) -> tuple[int, ...]:
        """Add so many people of this location; their numbers."""
        first = len(self.people)
        self.people.extend(self._person(first + order) for order in range(count))
        return tuple(range(first, first + count))

    def _person(self, serial: int) -> Person:
        last = self._one_of(LAST_NAMES)
        woman = self.rng.random() < 0.68
        name = f"{last}а {self._one_of(FIRST_NAMES_F)}" if woman else f"{last} {self._one_of(FIRST_NAMES_M)}"
        skill, selling = (float(value) for value in self.rng.normal(0, 1, 2))
        code = f"{self.location.city.code}-{1001 + serial}"
        return Person(code, name, self.number, round(0.22 * skill, 3), round(0.1 * selling, 3))

    def _one_of(self, names: tuple[str, ...]) -> str:
        return names[int(self.rng.integers(len(names)))]


def _point(hiring: _Hiring, place: int, role: str) -> PointPlan:
    location = hiring.location
    staff: tuple[int, ...] = ()
    night: tuple[int, ...] = ()
    if role != "self":
        staff = hiring.hire(3 if role == "desk" else 2)
        if location.site.day_and_night and place == 1:
            night = hiring.hire(2)
    name = ROLE_NAMES[role] if role != "till" else f"{ROLE_NAMES[role]} {place}"
    return PointPlan(f"{location.code}-{place}", name, role, hiring.number, staff, night)
