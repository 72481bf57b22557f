"""The days of the demo company. A day depends on the plan and its date alone, so any day can be made anew."""

import datetime as dt
from collections.abc import Iterator

import numpy as np

from otklik.demo.clients import arrivals, simulate
from otklik.demo.draft import Draft
from otklik.demo.plan import Plan
from otklik.demo.sites import site_events
from otklik.demo.standard import heard_standard
from otklik.demo.traces import traces

DEFAULT_DAYS = 90
DEFAULT_SEED = 7


def history_days(plan: Plan, days: int) -> Iterator[dt.date]:
    """The business days of the history, the plan's last day included."""
    for ago in range(days - 1, -1, -1):
        yield plan.end - dt.timedelta(days=ago)


def day_events(plan: Plan, day: dt.date) -> list[Draft]:
    """All events of one business day at every location, in no order."""
    rng = np.random.default_rng([plan.seed, 3, day.toordinal()])
    prefix = f"d{day:%y%m%d}-"
    location, second = arrivals(rng, plan, day)
    clients = simulate(rng, plan, day, location, second)
    found = traces(rng, plan, clients, prefix) + site_events(rng, plan, clients, f"{prefix}p")
    return [*found, *heard_standard(plan, clients, prefix)]
