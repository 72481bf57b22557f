"""What a viewer can find in the demo data: each story is a plain function of the location and the day.

All stories are told backwards from the plan's last day, so that they are always fresh.
"""

import datetime as dt
from dataclasses import dataclass

from otklik.demo.plan import Plan

WORSENING = "ekb-malysheva"  # the queue grows from the 21st day before the end
WORSENING_DAYS = 21
NEW_LOCATION = "krd-stavropol"  # opened five weeks ago
NEW_DAYS = 35
OUTAGE_CITY = "nsk"  # no device was heard of for a day and a half
OUTAGE_DAYS_AGO = 33
OUTAGE_FROM_HOUR, OUTAGE_HOURS = 12, 36
CAMPAIGN_REGIONS = ("volga", "ural")
CAMPAIGN_FROM, CAMPAIGN_TO = 45, 39  # days before the end
CAMPAIGN_LIFT = 1.45
PRICES_DAYS_AGO, PRICES_LIFT = 52, 1.07  # the whole company's prices went up
STANDARD_DAYS_AGO = 26  # a new standard of service: unfamiliar at first, better after two weeks
STANDARD_DIP, STANDARD_GAIN, STANDARD_LEARNT = -0.07, 0.07, 14
EAGER_LOCATION = "kgd-mira"  # somebody presses the best smiley again and again before closing
EAGER_DAYS_AGO = (37, 30, 25, 18, 11, 4)
STAR_LOCATION, POOR_LOCATION = "spb-nevsky", "kzn-pushkin"
STAR_SKILL, POOR_SKILL = 1.0, -1.15
MANUAL_GAPS = 0.14  # share of days on which nobody typed the number of clients served


@dataclass(frozen=True, slots=True)
class Mood:
    """How one location does on one day beside an ordinary day."""

    clients: float = 1.0
    contact: float = 1.0  # factor of the length of a contact
    satisfaction: float = 0.0  # shift of the satisfaction, in standard deviations
    loyal: float = 1.0  # factor of the share of clients who have been here before


def mood(plan: Plan, number: int, day: dt.date) -> Mood:
    location, ago = plan.locations[number], plan.days_to_end(day)
    if location.code == NEW_LOCATION:
        if ago > NEW_DAYS:
            return Mood(clients=0.0)
        return Mood(clients=min(1.15, 0.45 + 0.02 * (NEW_DAYS - ago)), satisfaction=0.25)
    if location.code == WORSENING and ago < WORSENING_DAYS:
        progress = min(1.0, (WORSENING_DAYS - ago) / WORSENING_DAYS)
        return Mood(
            clients=1.0 - 0.12 * progress,
            contact=1.0 + 0.9 * progress,
            satisfaction=-1.5 * progress,
            loyal=1.0 - 0.55 * progress,
        )
    if location.city.region in CAMPAIGN_REGIONS and CAMPAIGN_TO <= ago <= CAMPAIGN_FROM:
        return Mood(clients=CAMPAIGN_LIFT, contact=1.08, satisfaction=-0.1)
    return Mood()


def prices(plan: Plan, day: dt.date) -> float:
    """Factor of all prices on a day."""
    return PRICES_LIFT if plan.days_to_end(day) <= PRICES_DAYS_AGO else 1.0


def standard(plan: Plan, day: dt.date) -> float:
    """By how much the share of the standard that is met differs from what it was."""
    since = STANDARD_DAYS_AGO - plan.days_to_end(day)
    if since < 0:
        return 0.0
    return STANDARD_DIP + (STANDARD_GAIN - STANDARD_DIP) * min(1.0, since / STANDARD_LEARNT)


def skill(plan: Plan, person: int) -> float:
    """The employee's skill, with the outstanding and the poor one marked."""
    if person == star(plan):
        return STAR_SKILL
    if person == poor(plan):
        return POOR_SKILL
    return plan.people[person].skill


def star(plan: Plan) -> int:
    """Number of the outstanding employee: the first at the first till of the busiest place of Saint Petersburg."""
    return plan.points[plan.points_of[plan.number[STAR_LOCATION]][0]].staff[0]


def poor(plan: Plan) -> int:
    return plan.points[plan.points_of[plan.number[POOR_LOCATION]][0]].staff[0]


def devices_silent(plan: Plan, number: int, day: dt.date) -> tuple[int, int] | None:
    """Seconds of `day` (local) between which the location's devices were not heard of, or None."""
    if plan.locations[number].city.code != OUTAGE_CITY:
        return None
    since = (OUTAGE_DAYS_AGO - plan.days_to_end(day)) * 86400
    first = OUTAGE_FROM_HOUR * 3600
    start, end = max(0, first - since), first + OUTAGE_HOURS * 3600 - since
    return (start, end) if start < end else None


def eager(plan: Plan, number: int, day: dt.date) -> bool:
    """Whether somebody presses the smileys themselves on this day."""
    return plan.locations[number].code == EAGER_LOCATION and plan.days_to_end(day) in EAGER_DAYS_AGO


def typed(plan: Plan, day: dt.date, draw: float) -> bool:
    """Whether the number of clients served was typed; nobody types today's before the evening is over."""
    return draw >= MANUAL_GAPS and day < plan.end
