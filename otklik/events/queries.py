"""Reads about kinds of events. Reads of events themselves go through the store's reader."""

from otklik.events.models import EventKind
from otklik.events.vocabulary import DECLARED, Kind


def kinds(*, inactive: bool = False) -> dict[str, Kind]:
    """Every kind by code: the declared ones, then the installation's own in order of code."""
    rows = EventKind.objects.all() if inactive else EventKind.objects.filter(active=True)
    return {**DECLARED, **{row.code: row.as_kind() for row in rows}}
