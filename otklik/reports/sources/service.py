"""The base service-quality report as a file: a sheet per question."""

from django.utils.translation import gettext as _

from otklik.metrics.dimensions import Grain
from otklik.reports.exports import Ask, export
from otklik.reports.service.asked import Asked
from otklik.reports.service.data import GRAINS, GROUPS, blocks
from otklik.reports.service.shown import names, table
from otklik.reports.table import Report


@export("service")
def service(ask: Ask) -> Report:
    asked = Asked.of(ask.query)
    scope = ask.scope
    found = blocks(scope, asked.by, asked.grain, asked.chosen)
    known = names(scope, asked.by, found)
    tables = [table(block, asked.by, asked.grain, known) for block in found]
    facts = [
        (_("Lines"), str(GROUPS[asked.by])),
        (_("Steps of time"), str(GRAINS[asked.grain])),
        (_("Customer support index"), _("highest ratings / clients served")),
        (_("Customer criticality index"), _("all other ratings / clients served")),
        (_("Response"), _("ratings / clients served or invited; support + criticality = response")),
        (
            _("Relevance"),
            _(
                "in a spontaneous poll with a response under 60 % means and shares of ratings are not relevant"
            ),
        ),
    ]
    notes = [
        _(
            "A day without a served count leaves both parts of support, criticality and response, not the counts."
        ),
        _("“Don't know” and skipped answers are not ratings."),
    ]
    if asked.grain is not Grain.TOTAL:
        notes.append(_("The first and the last step hold only the days of the period."))
    return ask.report(_("Service quality"), *tables, facts=tuple(facts), notes=tuple(notes))
