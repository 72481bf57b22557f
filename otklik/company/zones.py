"""Time zones by their IANA names."""

import datetime as dt
import zoneinfo
from functools import cache

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _


@cache
def known_zones() -> frozenset[str]:
    return frozenset(zoneinfo.available_timezones())


def check_timezone(value: str) -> None:
    if value and value not in known_zones():
        raise ValidationError(
            _("Unknown time zone “%(value)s”. Use a name like Europe/Moscow."), params={"value": value}
        )


def usual_zones() -> list[str]:
    """Zones offered in forms: Russia's from west to east, then the neighbours'; every other one may be typed."""
    return [
        "Europe/Kaliningrad",
        "Europe/Moscow",
        "Europe/Samara",
        "Asia/Yekaterinburg",
        "Asia/Omsk",
        "Asia/Novosibirsk",
        "Asia/Krasnoyarsk",
        "Asia/Irkutsk",
        "Asia/Yakutsk",
        "Asia/Vladivostok",
        "Asia/Magadan",
        "Asia/Kamchatka",
        "Europe/Minsk",
        "Asia/Almaty",
        "Asia/Tashkent",
        "Asia/Tbilisi",
        "Asia/Yerevan",
        "Asia/Baku",
        "Asia/Bishkek",
        "UTC",
    ]


def local_moment(text: str, zone: zoneinfo.ZoneInfo) -> dt.datetime:
    """Read "2026-01-31 09:00", "2026-01-31T09:00" or "31.01.2026 09:00" on the clock of `zone`; an offset is obeyed.

    Returns UTC. Raises ValueError for what is not a time, or not one that this clock shows (a spring's missing hour).
    """
    text = text.strip()
    moment = None
    for form in ("%d.%m.%Y %H:%M", "%d.%m.%Y %H:%M:%S"):
        try:
            moment = dt.datetime.strptime(text, form)  # noqa: DTZ007  # the zone comes below
        except ValueError:
            continue
    moment = moment or dt.datetime.fromisoformat(text)
    if moment.tzinfo is None:
        local = moment.replace(tzinfo=zone)
        if local.astimezone(dt.UTC).astimezone(zone).replace(tzinfo=None) != moment:
            raise ValueError(text)
        moment = local
    return moment.astimezone(dt.UTC)
