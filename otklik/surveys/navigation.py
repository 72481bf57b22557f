"""What this room brings to the settings page."""

from django.utils.translation import gettext_lazy as _

from otklik.web.navigation import Entry

SETTINGS = [
    Entry(
        _("Questions"),
        "surveys:questions",
        "message-question",
        verb="view",
        order=40,
        about=_("What clients are asked, on which scale"),
    ),
]
