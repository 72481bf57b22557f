"""Words that the page's script shows."""

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from otklik.metrics.dimensions import Grain

GRAIN_NAMES: dict[Grain, Promise] = {
    Grain.HOUR: gettext_lazy("Hour"),
    Grain.DAY: gettext_lazy("Day"),
    Grain.WEEK: gettext_lazy("Week"),
    Grain.MONTH: gettext_lazy("Month"),
    Grain.QUARTER: gettext_lazy("Quarter"),
    Grain.YEAR: gettext_lazy("Year"),
}


def texts() -> dict[str, str]:
    return {
        "auto": _("By itself"),
        "when": _("When"),
        "value": _("Value"),
        "low": _("Lower bound"),
        "high": _("Upper bound"),
        "before": _("before"),
        "none": _("no data"),
        "unfinished": _("not over yet"),
        "good": _("good"),
        "acceptable": _("acceptable"),
        "bad": _("bad"),
        "hour": _("h"),
        "minute": _("min"),
        "second": _("s"),
        "missingShort": _("hours without readings: %s"),
        "nothing": _("Nothing was measured in these days."),
        "choose": _("Choose up to %d indicators: they will stand on one time axis."),
        "failed": _("The data did not come. Check the connection and try again."),
        "again": _("Try again"),
        "change": _("Change"),
        "remove": _("Remove"),
        "allQuestions": _("All questions"),
        "asPage": _("as on the page"),
        "noPoint": _("all points"),
        "noEmployee": _("all employees"),
        "copied": _("The link is in the clipboard."),
        "markerAdd": _("Mark an event"),
        "markerEdit": _("Change the marker"),
        "markerRemoved": _("The marker is removed."),
        "undo": _("Undo"),
        "noMarkers": _("Nothing is marked in these days."),
        "compared": _("compared with"),
        "more": _("The first %s rows are shown; zoom in to see others."),
        "allPlaces": _("no place"),
    }
