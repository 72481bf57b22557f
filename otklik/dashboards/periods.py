"""Periods that people choose, as whole business days; pure, today is given."""

import datetime as dt
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from otklik.metrics.core.steps import DAY, Calendar, step_after, step_start
from otklik.metrics.dimensions import Grain
from otklik.metrics.gaps import calendar_steps

LONGEST = 18_263  # days: fifty years


PERIODS = {
    "today": _("Today"),
    "yesterday": _("Yesterday"),
    "7d": _("7 days"),
    "28d": _("28 days"),
    "90d": _("90 days"),
    "week": _("This week"),
    "month": _("This month"),
    "quarter": _("This quarter"),
    "1y": _("A year"),
    "2y": _("2 years"),
    "5y": _("5 years"),
    "all": _("All the time"),
    "custom": _("Other days"),
}
COMPARISONS = {
    "previous": _("with the period before"),
    "year": _("with a year before"),
    "none": _("with nothing"),
}
DEFAULT_PERIOD = "28d"
ROLLING = {"7d": 7, "28d": 28, "90d": 90, "1y": 365, "2y": 730, "5y": 1826}


@dataclass(frozen=True, slots=True)
class Span:
    """Business days from `first` to `last`, both included."""

    first: dt.date
    last: dt.date

    @property
    def length(self) -> int:
        return (self.last - self.first).days + 1

    def holds(self, day: dt.date) -> bool:
        return self.first <= day <= self.last

    def shifted(self, days: int) -> "Span":
        return Span(self.first + days * DAY, self.last + days * DAY)


def span_of(period: str, today: dt.date, since: dt.date | None = None) -> Span:
    """The days of a named period; the current week, month or quarter runs to today, “all” from the day `since`."""
    if period == "all":
        first = min(since or today, today)
        return Span(max(first, today - (LONGEST - 1) * DAY), today)
    if period == "yesterday":
        return Span(today - DAY, today - DAY)
    if period in ROLLING:
        return Span(today - (ROLLING[period] - 1) * DAY, today)
    if period in {"week", "month", "quarter"}:
        return Span(step_start(today, Calendar(period)), today)
    return Span(today, today)


def before(period: str, span: Span) -> Span:
    """The period to compare with: as many days of the week, month or quarter before, else as many days just before."""
    if period == "week":
        return span.shifted(-7)
    if period in {"month", "quarter"}:
        first = step_after(span.first, Calendar(period), -1)
        return Span(first, min(first + (span.length - 1) * DAY, span.first - DAY))
    return span.shifted(-span.length)


def year_before(span: Span) -> Span:
    """52 weeks before, so that days of the week meet."""
    return span.shifted(-364)


def grain_of(span: Span) -> Grain:
    """The step of the time axis: at most about 120 steps."""
    if span.length <= 2:
        return Grain.HOUR
    if span.length <= 120:
        return Grain.DAY
    if span.length <= 760:
        return Grain.WEEK
    return Grain.MONTH if span.length <= 3660 else Grain.YEAR


def trend_span(span: Span) -> Span:
    """What a small trend shows: the period itself, or the fortnight that ends with a period of a day or two."""
    return Span(span.last - 13 * DAY, span.last) if span.length <= 2 else span


def whole_days(span: Span, today: dt.date) -> Span:
    """Without the day that is not over: its count would look like a fall."""
    return Span(span.first, span.last - DAY) if span.last >= today and span.length > 1 else span


def steps(span: Span, grain: Grain) -> list[dt.date]:
    """First days of the steps of a day, week, month, quarter or year grain that touch the span."""
    return calendar_steps(span.first, span.last, Calendar(grain.value)).starts
