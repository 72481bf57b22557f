"""Reports in the navigation."""

from django.utils.translation import gettext_lazy as _

from otklik.web.navigation import Entry

ENTRIES = [
    Entry(
        _("Reports"),
        "reports:reports",
        "report-analytics",
        key="r",
        verb="view",
        order=60,
        about=_("Tables of service quality, comparison, hours of the week, raw events"),
        prefixes=("/reports/",),
    ),
]
