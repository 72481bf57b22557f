"""What this room brings to the settings page."""

from django.utils.translation import gettext_lazy as _

from otklik.web.navigation import Entry

SETTINGS = [
    Entry(
        _("Event kinds"),
        "events:kinds",
        "list-details",
        verb="view",
        order=45,
        about=_("What can happen at a counter, and what you add to it"),
    ),
]
