"""What kind of day a date is: the company's own days, public holidays of its country, weekends."""

import datetime as dt
import unicodedata
from functools import lru_cache
from typing import Any

from otklik.metrics.core.thresholds import DayKind
from otklik.metrics.models import CalendarDay, CalendarSettings

WEEKEND = {5, 6}


class Calendar:
    """The calendar as it is now; read once, asked often. Public holidays are looked up at the first question."""

    def __init__(self) -> None:
        self._country = CalendarSettings.current().country
        self._own = {day: DayKind(kind) for day, kind in CalendarDay.objects.values_list("day", "kind")}

    def kind(self, day: dt.date) -> DayKind:
        own = self._own.get(day)
        if own is not None:
            return own
        public = public_days(self._country)
        if public is None:
            return DayKind.WEEKEND if day.weekday() in WEEKEND else DayKind.WORKDAY
        if day in public:
            return DayKind.HOLIDAY
        return DayKind.WORKDAY if public.is_working_day(day) else DayKind.WEEKEND


@lru_cache(maxsize=4)
def public_days(country: str) -> Any:
    """Public holidays of a country (ISO code), with working days moved to weekends; None where none are known."""
    if not country:
        return None
    import holidays

    try:
        return holidays.country_holidays(country)
    except NotImplementedError:
        return None


def countries(language: str) -> list[tuple[str, str]]:
    """(ISO code, name in `language`) of countries whose holidays are known, by name."""
    import holidays
    from babel import Locale

    names = Locale.parse(language, sep="-").territories
    known = [code for code in holidays.list_supported_countries() if len(code) == 2]
    return sorted(
        ((code, names.get(code, code)) for code in known),
        key=lambda one: unicodedata.normalize("NFD", one[1]),
    )


def public_names(country: str, year: int, language: str) -> dict[dt.date, str]:
    """Public holidays of a year with their names, in `language` where the country has them in it."""
    if not country:
        return {}
    import holidays

    try:
        known = holidays.country_holidays(country, years=year)
        if language in known.supported_languages:
            known = holidays.country_holidays(country, years=year, language=language)
        elif language == "en" and "en_US" in known.supported_languages:
            known = holidays.country_holidays(country, years=year, language="en_US")
    except NotImplementedError:
        return {}
    return dict(sorted(known.items()))
