"""What happened in the demo company, marked on its timeline: each story of `stories.py` that has a date."""

import datetime as dt
from typing import NamedTuple

from django.db import transaction

from otklik.company.models import Place
from otklik.dashboards.timeline.actions import add_marker, keep_view
from otklik.dashboards.timeline.models import SavedView, TimelineMarker
from otklik.demo import stories
from otklik.demo.plan import Plan


class Mark(NamedTuple):
    kind: str
    first: int  # days before the end
    last: int | None
    place: str  # "" is the whole company
    text_ru: str
    text_en: str


MARKS = (
    *(
        Mark(
            "campaign", stories.CAMPAIGN_FROM, stories.CAMPAIGN_TO, region,
            "Акция: второй товар за полцены", "Campaign: the second item at half price",
        )
        for region in stories.CAMPAIGN_REGIONS
    ),
    Mark("price", stories.PRICES_DAYS_AGO, None, "", "Цены выросли на 7 %", "Prices went up by 7%"),
    Mark("standard", stories.STANDARD_DAYS_AGO, None, "", "Новый стандарт обслуживания", "New standard of service"),
    Mark(
        "staff", stories.WORSENING_DAYS, None, stories.WORSENING,
        "Вторая касса закрыта: ушли два кассира", "The second till is closed: two cashiers left",
    ),
    Mark("works", stories.NEW_DAYS, None, stories.NEW_LOCATION, "Открытие магазина", "The shop opens"),
    Mark(
        "failure", stories.OUTAGE_DAYS_AGO, stories.OUTAGE_DAYS_AGO - 1, stories.OUTAGE_CITY,
        "Не было связи: пульты и датчики молчали", "No connection: panels and sensors were silent",
    ),
)  # fmt: skip
VIEW = "Цены, чеки и поддержка"
VIEW_QUERY = "series=average_receipt&series=receipts&series=support&series=standard_elements&period=90d"


@transaction.atomic
def mark(plan: Plan) -> int:
    """Put the markers and a shared view; returns how many markers are new. Safe to run again."""
    if TimelineMarker.objects.exists():
        return 0
    places = {one.code: one for one in Place.objects.filter(code__in=[mark.place for mark in MARKS])}
    for one in MARKS:
        add_marker(
            acting_user=None,
            kind=one.kind,
            first_day=plan.end - dt.timedelta(days=one.first),
            last_day=None if one.last is None else plan.end - dt.timedelta(days=one.last),
            place=places.get(one.place),
            text_ru=one.text_ru,
            text_en=one.text_en,
        )
    if not SavedView.objects.exists():
        keep_view(acting_user=None, name=VIEW, query=VIEW_QUERY, shared=True)
    return len(MARKS)
