"""The layout that everybody starts with."""

from otklik.dashboards.models import Show, Size

# (indicator, show, size); indicators that the catalogue does not have are left out
LAYOUT: tuple[tuple[str, str, int], ...] = (
    ("support", Show.TREND, Size.SMALL),
    ("criticality", Show.TREND, Size.SMALL),
    ("response_rate", Show.TREND, Size.SMALL),
    ("served", Show.TREND, Size.SMALL),
    ("nps", Show.TREND, Size.SMALL),
    ("csat", Show.TREND, Size.SMALL),
    ("ces2", Show.TREND, Size.SMALL),
    ("ratings", Show.TREND, Size.SMALL),
    ("support", Show.PLACES, Size.WIDE),
    ("criticality", Show.PLACES, Size.WIDE),
)
SHARED_NAME = "Обзор"
