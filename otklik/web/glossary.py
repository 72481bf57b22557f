"""Words that deserve a word: shown beside the term on every page that uses it (docs/glossary.md has the long list)."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

TERMS: dict[str, tuple[Promise, Promise]] = {
    "support": (
        _("customer support index"),
        _("Of every hundred clients served, how many gave the highest rating. Higher is better."),
    ),
    "criticality": (
        _("customer criticality index"),
        _("Of every hundred clients served, how many gave any rating below the highest. Lower is better."),
    ),
    "response_rate": (_("response rate"), _("How many of the clients served left a rating.")),
    "relevance": (
        _("relevance"),
        _(
            "In a spontaneous poll with a response under 60 % those who answered may differ from those who were silent, "
            "so NPS, CSAT and the like say little. Look at support and criticality instead."
        ),
    ),
    "served": (
        _("clients served"),
        _("How many clients the place served: counted by the till, by a sensor or typed in by hand."),
    ),
    "interval": (
        _("interval"),
        _("The true value lies within these bounds 95 times out of 100. Few answers make it wide."),
    ),
    "noise": (
        _("within noise"),
        _("So small a change happens by chance with this number of answers. It is shown in grey."),
    ),
    "n": (_("n"), _("How many answers, ratings or other events the number rests on.")),
    "nps": (_("NPS"), _("Share of promoters (9–10) less share of critics (0–6), from −100 to 100.")),
    "csat": (_("CSAT"), _("Share of clients who chose one of the two best options.")),
    "ces": (_("CES"), _("How hard it was for the client to get what they came for.")),
    "our_definition": (
        _("our definition"),
        _(
            "The source gives no public formula for this indicator, so the definition is ours. The formula is shown."
        ),
    ),
    "business_day": (
        _("business day"),
        _("The local day of the place; it starts at the hour that the place has set."),
    ),
}
