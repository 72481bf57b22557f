"""Reads for the pages about panels."""

import datetime as dt
from collections import Counter
from collections.abc import Sequence

from django.utils import timezone

from otklik.company.models import Place
from otklik.devices.models import Panel
from otklik.events.record import get_store

EPOCH = dt.date(1970, 1, 1)


def business_today(place: Place) -> dt.date:
    """The business day that runs at the place now."""
    start = place.business_day_start
    local = timezone.now().astimezone(place.zone)
    return (local - dt.timedelta(hours=start.hour, minutes=start.minute)).date()


def ratings_today(panels: Sequence[Panel]) -> dict[int, int]:
    """How many ratings each panel has given in the business day that runs at its place, by panel id."""
    if not panels:
        return {}
    days = {panel.pk: business_today(panel.point.place) for panel in panels}
    numbers = [(day - EPOCH).days for day in days.values()]
    with get_store().reader(min(numbers), max(numbers)) as reader:
        rows = reader.execute(
            f"SELECT json_extract_string(attrs, '$.panel'), day, count(*) FROM {reader.events()} "  # noqa: S608  # no input
            "WHERE kind = 'rating' AND via LIKE 'panel:%' GROUP BY ALL"
        )
    counted = Counter({(panel, day): count for panel, day, count in rows})
    return {pk: counted[str(pk), day] for pk, day in days.items()}
