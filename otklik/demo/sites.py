"""What a location as a whole leaves behind: door counters, clients served, checks of the standard, troubles."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from otklik.demo import stories
from otklik.demo.clients import Clients, Ints, expected_clients, people_at
from otklik.demo.draft import Draft
from otklik.demo.plan import Location, Plan
from otklik.demo.questions import SERVICE, STANDARD, TROUBLES

HOURS = 30
PASSERS_BY = 0.85  # people who come in and leave, per client
CHECKED_AT = 14  # hour of the auditor's visit
TROUBLE_SHARE = 0.008
TYPED_AT = 20.9  # hour at which the manager types the number of clients served


@dataclass(frozen=True, slots=True)
class _Site:
    """One location on one day; ids of its events start with `name`."""

    rng: np.random.Generator
    plan: Plan
    clients: Clients
    number: int
    name: str

    @property
    def day(self) -> dt.date:
        return self.clients.day

    @property
    def location(self) -> Location:
        return self.plan.locations[self.number]

    def draft(self, letter: str, second: float, kind: str, **more: Any) -> Draft:
        """An event of the place as a whole unless a point is given."""
        values = {"point": -1, "person": -1, "subject": None, "value": None, "session": None, "attrs": None}
        return Draft(
            id=f"{self.name}-{letter}",
            day=self.day,
            second=second,
            location=self.number,
            kind=kind,
            **values | more,
        )

    def on_duty(self, point: int, second: float) -> int:
        """Who stands at the point then; -1 for nobody, as for the whole place."""
        if point < 0:
            return -1
        return int(people_at(self.plan, self.day, np.array([point]), np.array([second]))[0])

    def silent(self, hour: int) -> bool:
        """Whether the devices are not heard of at this hour."""
        silent = stories.devices_silent(self.plan, self.number, self.day)
        return silent is not None and silent[0] <= hour * 3600 < silent[1]


def site_events(rng: np.random.Generator, plan: Plan, clients: Clients, prefix: str) -> list[Draft]:
    """Everything of one day that belongs to places rather than to one client."""
    points = np.zeros((len(plan.points), HOURS), dtype=np.int64)
    np.add.at(points, (clients.point, (clients.second // 3600).astype(np.int64)), 1)
    drafts: list[Draft] = []
    for number in range(len(plan.locations)):
        if expected_clients(plan, number, clients.day) == 0:
            continue
        site, hourly = _Site(rng, plan, clients, number, f"{prefix}{number}"), points[plan.points_of[number]]
        drafts += _visitors(site, hourly.sum(axis=0).tolist())
        drafts += _served(site, hourly)
        drafts += _check(site)
        drafts += _trouble(site)
        drafts += _presses(site)
    return drafts


def _visitors(site: _Site, hourly: list[int]) -> Iterator[Draft]:
    extra = site.rng.poisson([PASSERS_BY * clients for clients in hourly]).tolist()
    opens, closes = site.location.hours[site.day.weekday()]
    for hour, clients in enumerate(hourly):
        people = clients + extra[hour]
        if (people or opens <= hour < closes) and not site.silent(hour):  # nobody came is a reading, too
            second = hour * 3600 + 3599.0
            yield site.draft(f"d{hour}", second, "visitors", value=float(people), attrs='{"duration":3600}')


def _served(site: _Site, points: Ints) -> Iterator[Draft]:
    """Hourly per point from the till, hourly for the whole place from the sensor, one figure a day by hand."""
    source = site.location.served
    total, draw = points.sum(axis=0), site.rng.random()
    attrs = f'{{"source":"{source}"}}'
    if source == "manual":
        if stories.typed(site.plan, site.day, draw):
            yield site.draft("s", TYPED_AT * 3600, "served", value=float(total.sum()), attrs=attrs)
        return
    rows = [(-1, total)]
    if source == "till":
        rows = [(point, points[order]) for order, point in enumerate(site.plan.points_of[site.number])]
    for point, row in rows:
        for hour in np.flatnonzero(row).tolist():
            if source == "sensor" and site.silent(hour):
                continue
            second, value = hour * 3600 + 3598.0, float(row[hour])
            person = site.on_duty(point, second)
            yield site.draft(
                f"s{point}-{hour}", second, "served", point=point, person=person, value=value, attrs=attrs
            )


def _check(site: _Site) -> Iterator[Draft]:
    """An auditor's check of the standard, once a week."""
    if (site.day.toordinal() + site.number) % 7:
        return
    mood = stories.mood(site.plan, site.number, site.day)
    met = 0.88 + 0.18 * site.location.quality + 0.04 * mood.satisfaction
    met += stories.standard(site.plan, site.day)
    draws = site.rng.random(len(STANDARD))
    for order, (element, (_, critical)) in enumerate(STANDARD.items()):
        value = float(draws[order] < met + (0.08 if critical else 0))
        attrs = '{"source":"auditor","critical":true}' if critical else '{"source":"auditor"}'
        yield site.draft(
            f"k{order}",
            CHECKED_AT * 3600 + 20.0 * order,
            "checklist_element",
            subject=element,
            value=value,
            session=f"{site.name}-k",
            attrs=attrs,
        )


def _trouble(site: _Site) -> Iterator[Draft]:
    draw, hour, text = site.rng.random(), site.rng.uniform(11, 19), int(site.rng.integers(len(TROUBLES)))
    if draw < TROUBLE_SHARE:
        yield site.draft("x", hour * 3600, "force_majeure", attrs=f'{{"text":"{TROUBLES[text]}"}}')


def _presses(site: _Site) -> Iterator[Draft]:
    """The over-eager employee: half an hour before closing the best smiley is pressed every twenty seconds."""
    if not stories.eager(site.plan, site.number, site.day):
        return
    here = site.clients.location == site.number
    point = site.plan.points_of[site.number][0]
    person = int(site.clients.person[here][-1]) if here.any() else -1
    count = int(1.05 * here.sum()) + int(site.rng.integers(5, 15))
    closes = site.location.hours[site.day.weekday()][1] * 3600
    for order, second in enumerate((closes - 1800 + np.sort(site.rng.random(count)) * 1700).tolist()):
        yield site.draft(
            f"o{order}", second, "rating", point=point, person=person, subject=SERVICE, value=5.0
        )
