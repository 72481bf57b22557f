"""Time zones by their IANA names."""

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
