"""What a location as a whole leaves behind: door counters, clients served, checks of the standard, troubles."""

import datetime as dt
from collections.abc import Iterator

import numpy as np

from otklik.demo import stories
from otklik.demo.clients import Clients, expected_clients
from otklik.demo.draft import Draft
from otklik.demo.plan import Plan
from otklik.demo.questions import SERVICE, STANDARD, TROUBLES

HOURS = 30
PASSERS_BY = 0.85  # people who come in and leave, per client
TYPED_AT = 20.9  # hour at which the manager types the number of clients served


def site_events(rng: np.random.Generator, plan: Plan, clients: Clients, prefix: str) -> list[Draft]:
    """Everything of one day that belongs to places rather than to one client."""
    points = np.zeros((len(plan.points), HOURS), dtype=np.int64)
    np.add.at(points, (clients.point, (clients.second // 3600).astype(np.int64)), 1)
    drafts: list[Draft] = []
    for number in range(len(plan.locations)):
        if expected_clients(plan, number, clients.day) == 0:
            continue
        name, hourly = f"{prefix}{number}", points[plan.points_of[number]]
        drafts += _visitors(rng, plan, clients.day, number, hourly.sum(axis=0).tolist(), name)
        drafts += _served(rng, plan, clients.day, number, hourly, name)
        drafts += _check(rng, plan, clients.day, number, name)
        drafts += _trouble(rng, clients.day, number, name)
        drafts += _presses(rng, plan, clients, number, name)
    return drafts


def _silent(plan: Plan, number: int, day: dt.date, hour: int) -> bool:
    silent = stories.devices_silent(plan, number, day)
    return silent is not None and silent[0] <= hour * 3600 < silent[1]


def _visitors(
    rng: np.random.Generator, plan: Plan, day: dt.date, number: int, hourly: list[int], name: str
) -> Iterator[Draft]:
    extra = rng.poisson([PASSERS_BY * clients for clients in hourly]).tolist()
    for hour, clients in enumerate(hourly):
        people = clients + extra[hour]
        if people and not _silent(plan, number, day, hour):
            second = hour * 3600 + 3599.0
            yield Draft(
                f"{name}-d{hour}", day, second, number, -1, -1, "visitors", None, float(people), None,
                '{"duration":3600}',
            )  # fmt: skip


def _served(
    rng: np.random.Generator, plan: Plan, day: dt.date, number: int, points: np.ndarray, name: str
) -> Iterator[Draft]:
    """Hourly per point from the till, hourly for the whole place from the sensor, one figure a day by hand."""
    source = plan.locations[number].served
    total, draw = points.sum(axis=0), rng.random()
    attrs = f'{{"source":"{source}"}}'
    if source == "manual":
        if stories.typed(plan, number, day, draw):
            second = TYPED_AT * 3600
            yield Draft(
                f"{name}-s", day, second, number, -1, -1, "served", None, float(total.sum()), None, attrs
            )
        return
    rows = [(-1, total)]
    if source == "till":
        rows = [(point, points[order]) for order, point in enumerate(plan.points_of[number])]
    for point, row in rows:
        for hour in np.flatnonzero(row).tolist():
            if source == "sensor" and _silent(plan, number, day, hour):
                continue
            yield Draft(
                f"{name}-s{point}-{hour}", day, hour * 3600 + 3598.0, number, point, -1, "served", None,
                float(row[hour]), None, attrs,
            )  # fmt: skip


def _check(rng: np.random.Generator, plan: Plan, day: dt.date, number: int, name: str) -> Iterator[Draft]:
    """An auditor's check of the standard, once a week."""
    if (day.toordinal() + number) % 7:
        return
    met = 0.88 + 0.18 * plan.locations[number].quality + 0.04 * stories.mood(plan, number, day).satisfaction
    draws = rng.random(len(STANDARD))
    for order, (element, (_, critical)) in enumerate(STANDARD.items()):
        value = float(draws[order] < met + (0.08 if critical else 0))
        attrs = '{"source":"auditor","critical":true}' if critical else '{"source":"auditor"}'
        second = 14 * 3600 + 20.0 * order
        yield Draft(
            f"{name}-k{order}", day, second, number, -1, -1, "checklist_element", element, value,
            f"{name}-k", attrs,
        )  # fmt: skip


def _trouble(rng: np.random.Generator, day: dt.date, number: int, name: str) -> Iterator[Draft]:
    draw, hour, text = rng.random(), rng.uniform(11, 19), int(rng.integers(len(TROUBLES)))
    if draw < 0.008:
        attrs = f'{{"text":"{TROUBLES[text]}"}}'
        yield Draft(f"{name}-x", day, hour * 3600, number, -1, -1, "force_majeure", None, None, None, attrs)


def _presses(
    rng: np.random.Generator, plan: Plan, clients: Clients, number: int, name: str
) -> Iterator[Draft]:
    """The over-eager employee: half an hour before closing the best smiley is pressed every twenty seconds."""
    if not stories.eager(plan, number, clients.day):
        return
    here = clients.location == number
    point = plan.points_of[number][0]
    person = int(clients.person[here][-1]) if here.any() else -1
    count = int(1.05 * here.sum()) + int(rng.integers(5, 15))
    closes = plan.locations[number].hours[clients.day.weekday()][1] * 3600
    seconds = closes - 1800 + np.sort(rng.random(count)) * 1700
    for order, second in enumerate(seconds.tolist()):
        yield Draft(
            f"{name}-o{order}", clients.day, second, number, point, person, "rating", SERVICE, 5.0, None, None
        )
