"""Rules over other indicators."""

from django.utils.translation import gettext_lazy as _

from otklik.metrics.core.results import Unit
from otklik.metrics.rules.specs import Example, Group, Moment, Param, Rule, Takes

RECEIPT = Moment("receipt")
SALES = (
    RECEIPT.at("10:00", 400, operation="sale", lines=2),
    RECEIPT.at("11:00", 800, operation="sale", lines=4),
)
ANY = (Unit.RATIO, Unit.SHARE, Unit.POINTS, Unit.COUNT, Unit.MONEY, Unit.SECONDS, Unit.SCORE)

COMBINING = (
    Rule(
        "formula",
        Group.COMBINING,
        "math-symbols",
        _("Formula over indicators"),
        _("Names of indicators with + − * / ( ), min, max and abs; a circle of indicators is refused."),
        Example(
            _("Sales per line of a receipt"),
            _("1,200 of sales, 3 lines per receipt, 2 receipts: 1,200 / (3 · 2)."),
            {
                "expression": "sales / (lines * receipts)",
                "parts": {"sales": "sales", "lines": "lines_per_receipt", "receipts": "receipts"},
            },
            Unit.MONEY,
            200,
            SALES,
        ),
        ANY,
        (
            Param("expression", Takes.EXPRESSION, _("Formula"), _("As in (a − b) / c."), required=True),
            Param(
                "parts",
                Takes.PARTS,
                _("What the names mean"),
                _("An indicator for each name."),
                required=True,
            ),
        ),
        words=_("%(expression)s, where %(parts)s"),
    ),
    Rule(
        "moving",
        Group.COMBINING,
        "wave-sine",
        _("Moving mean"),
        _(
            "Another indicator over the last days up to each day, which calms a jumpy line. Ratios and means are those of "
            "all events of these days; counts and sums are divided by the days that have events."
        ),
        Example(
            _("Sales of a day, over seven days"),
            _("400 and 800 were sold on the one day of the last seven that has sales: 1,200 / 1."),
            {"of": "sales", "days": 7},
            Unit.MONEY,
            1200,
            SALES,
        ),
        ANY,
        (
            Param("of", Takes.INDICATOR, _("Which indicator"), required=True),
            Param("days", Takes.WHOLE, _("Over how many days"), default=7, required=True, low=2, high=366),
        ),
        words=_("%(of)s over the last %(days)s days; counts and sums per day with events"),
    ),
)
