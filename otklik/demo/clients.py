"""Who came, when, to whom, and how it went: the clients of a day as columns, before anything is written down."""

import datetime as dt
import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from otklik.demo import stories
from otklik.demo.plan import NIGHT_FROM, NIGHT_TO, Plan, on_shift

type Floats = NDArray[np.float64]
type Ints = NDArray[np.int64]
type Bools = NDArray[np.bool_]

ORDINARY_CLIENTS = 64  # a day at a location of size 1
WEEKDAY = (0.92, 0.9, 0.95, 1.0, 1.14, 1.22, 0.98)
_H = {
    9: 0.5,
    10: 0.7,
    11: 0.9,
    12: 1.15,
    13: 1.2,
    14: 1.0,
    15: 0.9,
    16: 1.0,
    17: 1.25,
    18: 1.4,
    19: 1.2,
    20: 0.7,
}
_W = {
    9: 0.3,
    10: 0.6,
    11: 0.9,
    12: 1.2,
    13: 1.35,
    14: 1.4,
    15: 1.4,
    16: 1.3,
    17: 1.1,
    18: 0.9,
    19: 0.7,
    20: 0.4,
}
WORKDAY_HOURS = np.array([_H.get(hour, 0.15) for hour in range(30)])
WEEKEND_HOURS = np.array([_W.get(hour, 0.15) for hour in range(30)])
ROLE = {"till": 0, "desk": 1, "self": 2}
ROLE_SHARE = np.array([0.5, 0.3, 0.32])
CONTACT = np.array([135.0, 250.0, 95.0])  # seconds, median
BUYING = np.array([0.78, 0.52, 0.9])


@dataclass(slots=True)
class Clients:
    """Columns over clients. `second` is local time from the day's midnight; `feeling` in standard deviations."""

    day: dt.date
    location: Ints
    point: Ints
    role: Ints
    person: Ints
    second: Floats
    contact: Floats
    wait: Floats
    feeling: Floats
    bought: Bools
    customer: Ints  # number in the loyalty programme, 0 without a card

    def __len__(self) -> int:
        return len(self.location)


def weather(plan: Plan, city: str, day: dt.date) -> float:
    """A slow wave per city and a jolt per day: people stay at home when it pours."""
    phase = sum(map(ord, city)) % 7
    wave = 0.07 * math.sin((day.toordinal() + phase * 3) / 5.3)
    jolt = np.random.default_rng([plan.seed, 2, day.toordinal(), phase]).normal(0, 0.06)
    return 1.0 + wave + float(jolt)


def expected_clients(plan: Plan, number: int, day: dt.date) -> float:
    location = plan.locations[number]
    factor = WEEKDAY[day.weekday()] * weather(plan, location.city.code, day)
    mood = stories.mood(plan, number, day)
    return max(0.0, ORDINARY_CLIENTS * location.site.size * factor * mood.clients)


def hour_weights(plan: Plan, number: int, day: dt.date) -> Floats:
    """Weights of the hours 0…29 of the business day, zero while closed."""
    opens, closes = plan.locations[number].hours[day.weekday()]
    weights = np.where(day.weekday() < 5, WORKDAY_HOURS, WEEKEND_HOURS).copy()
    weights[:opens] = 0
    weights[closes:] = 0
    return weights


def arrivals(rng: np.random.Generator, plan: Plan, day: dt.date) -> tuple[Ints, Floats]:
    """Locations and local seconds of everyone who came on `day`."""
    locations, seconds = [], []
    for number in range(len(plan.locations)):
        count = int(rng.poisson(expected_clients(plan, number, day)))
        weights = hour_weights(plan, number, day)
        hours = np.searchsorted(np.cumsum(weights) / weights.sum(), rng.random(count), side="right")
        locations.append(np.full(count, number, dtype=np.int64))
        seconds.append(np.sort(hours * 3600.0 + rng.random(count) * 3599))
    return np.concatenate(locations), np.concatenate(seconds)


def simulate(rng: np.random.Generator, plan: Plan, day: dt.date, location: Ints, second: Floats) -> Clients:
    """How each arrival went. Columns of equal length, in the order given."""
    count = len(location)
    point = _points(rng, plan, location, second)
    role = np.array([ROLE[plan.points[number].role] for number in range(len(plan.points))])[point]
    person = people_at(plan, day, point, second)
    moods = [stories.mood(plan, number, day) for number in range(len(plan.locations))]
    slow = np.array([mood.contact for mood in moods])[location]
    skills = np.array([stories.skill(plan, number) for number in range(len(plan.people))] + [-0.1])[person]
    contact = np.round(CONTACT[role] * slow * np.exp(rng.normal(0, 0.45, count) - 0.12 * skills))
    rush = np.where((second >= 17 * 3600) & (second < 20 * 3600), 1.5, 1.0)
    wait = np.round(rng.exponential(55.0, count) * slow**2 * rush)
    shift = np.array([mood.satisfaction for mood in moods]) + np.array(
        [one.quality for one in plan.locations]
    )
    feeling = 0.85 + shift[location] + skills - wait / 480 + rng.normal(0, 1, count)
    selling = np.array([person.selling for person in plan.people] + [0.0])[person]
    bought = rng.random(count) < np.clip(BUYING[role] + selling + 0.04 * skills - wait / 3000, 0.05, 0.97)
    return Clients(
        day, location, point, role, person, second, contact, wait, feeling, bought,
        _customers(rng, plan, moods, location),
    )  # fmt: skip


def _points(rng: np.random.Generator, plan: Plan, location: Ints, second: Floats) -> Ints:
    """A point of the location for everyone; at night only the first one works."""
    widest = max(len(numbers) for numbers in plan.points_of)
    table = np.zeros((len(plan.locations), widest), dtype=np.int64)
    shares = np.zeros((len(plan.locations), widest))
    for number, points in enumerate(plan.points_of):
        table[number, : len(points)] = points
        shares[number, : len(points)] = ROLE_SHARE[[ROLE[plan.points[point].role] for point in points]]
    bounds = np.cumsum(shares / shares.sum(axis=1, keepdims=True), axis=1)
    chosen = (rng.random(len(location))[:, None] >= bounds[location][:, :-1]).sum(axis=1)
    return np.asarray(table[location, np.where(is_night(second), 0, chosen)])


def is_night(second: Floats) -> Bools:
    hour = (second // 3600) % 24
    return np.asarray((hour >= NIGHT_FROM + 1) | (hour < NIGHT_TO))


def people_at(plan: Plan, day: dt.date, point: Ints, second: Floats) -> Ints:
    """Who stood there: before eight in the morning it is still the night shift of the day before."""
    eve = day - dt.timedelta(days=1)
    by_day = np.array([on_shift(one.staff, day, number) for number, one in enumerate(plan.points)])
    by_night = np.array([on_shift(one.night, day, number) for number, one in enumerate(plan.points)])
    before = np.array([on_shift(one.night, eve, number) for number, one in enumerate(plan.points)])
    hour = second / 3600
    person = np.where((hour >= NIGHT_FROM) & (by_night[point] >= 0), by_night[point], by_day[point])
    return np.where((hour < NIGHT_TO) & (before[point] >= 0), before[point], person)


def _customers(rng: np.random.Generator, plan: Plan, moods: list[stories.Mood], location: Ints) -> Ints:
    """Loyalty cards: a few hundred regulars per location, the rest come once."""
    count = len(location)
    loyal = np.array([mood.loyal for mood in moods])[location]
    size = np.array([one.site.size for one in plan.locations])[location]
    regular = 1 + (rng.random(count) ** 1.6 * 420 * size).astype(np.int64)
    once = rng.integers(10_000, 10_000_000, count)
    card = np.where(rng.random(count) < 0.62 * loyal, regular, once)
    return np.where(rng.random(count) < 0.55, card, 0)
