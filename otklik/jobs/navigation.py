"""What this room brings to the settings page."""

from django.utils.translation import gettext_lazy as _

from otklik.web.navigation import Entry

SETTINGS = [
    Entry(
        _("My files and jobs"),
        "jobs:jobs",
        "file-download",
        order=85,
        about=_("Exports that you asked for, how far they are, and their files"),
    ),
]
