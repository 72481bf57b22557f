"""Figures that managers of the demo company type, and the history of its colours."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import numpy as np
from django.utils import timezone

from otklik.company.models import Place
from otklik.demo import stories
from otklik.demo.plan import Plan
from otklik.devices.figures.actions import moment_of, save_figure
from otklik.devices.figures.models import Figure
from otklik.devices.queries import business_today
from otklik.events.intake import Event
from otklik.events.record import accept
from otklik.metrics.actions import set_threshold
from otklik.metrics.core.thresholds import Limits, PeriodKind
from otklik.metrics.limits.actions import set_calendar_day
from otklik.metrics.states.recompute import recompute_many

FIGURES: tuple[dict[str, Any], ...] = (
    {
        "code": "repurchase", "name_ru": "Повторные покупки", "name_en": "Repurchase", "unit": "share", "decimals": 1,
        "minimum": 0.0, "maximum": 1.0, "direction": "higher", "adds": "mean", "position": 10,
    },
    {
        "code": "churn", "name_ru": "Отток", "name_en": "Churn", "unit": "share", "decimals": 1, "minimum": 0.0,
        "maximum": 1.0, "direction": "lower", "adds": "mean", "position": 20,
    },
    {
        "code": "loyalty_cards", "name_ru": "Выдано карт", "name_en": "Cards given out", "unit": "count", "decimals": 0,
        "minimum": 0.0, "direction": "higher", "adds": "sum", "position": 30,
    },
    {
        "code": "loyalty_members", "name_ru": "Участников программы", "name_en": "Loyalty members", "unit": "count", "decimals": 0,
        "minimum": 0.0, "direction": "higher", "adds": "last", "position": 40,
    },
)  # fmt: skip
LIMITS = {"repurchase": Limits(0.34, 0.28), "churn": Limits(0.05, 0.08), "loyalty_cards": Limits(4, 2)}
FORGOTTEN = 0.04  # of the days nobody types
MONTH_DAYS = 35  # of the history of months so far; each day of it is a question to the record
WATCHED_DAYS = 90


def bring_figures(plan: Plan, days: int) -> int:
    """The catalogue, its thresholds, and what was typed up to yesterday; how many events are new. Safe to run again."""
    for figure in FIGURES:
        if not Figure.objects.filter(code=figure["code"]).exists():
            save_figure(acting_user=None, **figure)
            if figure["code"] in LIMITS:
                set_threshold(figure["code"], LIMITS[figure["code"]], acting_user=None)
    today = timezone.localdate()
    friday = dt.date(today.year, 11, 30)
    friday -= dt.timedelta(days=(friday.weekday() - 4) % 7)  # the last Friday of November
    set_calendar_day(friday, "special", name="Чёрная пятница", acting_user=None)
    set_threshold("churn", Limits(0.08, 0.12), period="day", calendar="special", acting_user=None)
    added = 0
    places = {place.code: place for place in Place.objects.select_related("parent__parent__parent")}
    for number, location in enumerate(plan.locations):
        added += _bring(plan, number, places[location.code], days)
    return added


def _bring(plan: Plan, number: int, place: Place, days: int) -> int:
    rng = np.random.default_rng([plan.seed, 77, number])
    quality = plan.locations[number].quality
    level = {"repurchase": 0.33 + 0.12 * quality, "churn": 0.062 - 0.06 * quality}
    members, joining = _members(plan, number)
    last, events = business_today(place) - dt.timedelta(days=1), []
    for back in range(days):
        draws = rng.normal(0, 1, 3)
        forgotten = rng.random(3) < FORGOTTEN
        day = last - dt.timedelta(days=back)
        at = moment_of(place, day)
        mood = stories.mood(plan, number, day).satisfaction
        values = (
            float(np.clip(level["repurchase"] + 0.03 * mood + 0.02 * draws[0], 0.02, 0.9)),
            float(np.clip(level["churn"] - 0.02 * mood + 0.012 * draws[1], 0.005, 0.5)),
            float(max(0, round(4 + 2 * quality + mood + 1.6 * draws[2]))),
            float(max(0, round(members - joining * back))),
        )
        for code, value, left_out in zip(
            ("repurchase", "churn", "loyalty_cards", "loyalty_members"),
            values,
            (*forgotten, day.weekday() != 4 and back > 0),
            strict=True,
        ):
            if not left_out:
                event = Event(
                    id=f"demo-{code}-{place.code}-{day:%Y%m%d}"[:64],
                    kind="figure",
                    at=at,
                    place=place.code,
                    subject=code,
                    value=round(value, 3),
                )
                events.append(event)
    return accept(events, via="form:demo").accepted


def _members(plan: Plan, number: int) -> tuple[float, float]:
    """Members of a location's loyalty programme yesterday, counted on Fridays, and how many join a day."""
    rng = np.random.default_rng([plan.seed, 78, number])
    return float(rng.uniform(900, 2_600)), float(rng.uniform(1.5, 5))


def bring_colours(progress: Callable[[int, int], None]) -> int:
    """What the colours of the last days were; how many changes there are."""
    today = timezone.localdate()
    first, month = today - dt.timedelta(days=WATCHED_DAYS), today - dt.timedelta(days=MONTH_DAYS)
    days = recompute_many(None, first, progress, periods=(PeriodKind.DAY,))
    return days + recompute_many(None, month, progress, periods=(PeriodKind.MONTH,))
