"""Built-in indicators that look at events together: time between them, chains, checks as a whole, answers beside emotions."""

from django.utils.translation import gettext_lazy as _

from otklik.metrics.core.results import Unit
from otklik.metrics.core.thresholds import Limits
from otklik.metrics.declared import HIGHER, LOWER, NONE, Indicator, Mark, declare, of_kind

SALE = of_kind("receipt", ["attr.operation", "=", "sale"])
VISIT = of_kind("visit")
CLOSED = of_kind("case_closed")


RULES: tuple[Indicator, ...] = (
    declare(
        "time_between_contacts",
        "between",
        Unit.SECONDS,
        NONE,
        _("Time between contacts"),
        _("mean time from one contact at a point to the next, within a business day"),
        mark=Mark.SEED,
        first=VISIT,
        key=["point"],
        interval="exponential",
    ),
    declare(
        "reaction_time",
        "reaction",
        Unit.SECONDS,
        LOWER,
        _("Reaction time"),
        _("mean time from a negative rating at a point to the reaction of staff, within a business day"),
        Limits(600, 1800),
        mark=Mark.SEED,
        types=("rating",),
        worst=2,
        second=of_kind("reaction"),
        key=["point"],
        max_gap=86_400,
    ),
    declare(
        "contacts_with_receipt",
        "chains",
        Unit.SHARE,
        HIGHER,
        _("Contacts that end with a receipt"),
        _("contacts followed by a sale receipt at the same point within ten minutes / contacts"),
        Limits(0.5, 0.3),
        group="sales",
        steps=[VISIT, SALE],
        key=["point"],
        window=600,
        take="share",
    ),
    declare(
        "staff_load",
        "rate_per_hour",
        Unit.RATIO,
        NONE,
        _("Staff load"),
        _("contacts of employees / hours of the clock in which they had contacts"),
        filter=of_kind("visit", ["employee", "is_null", False]),
        per="employee",
    ),
    declare(
        "cases_in_time",
        "share",
        Unit.SHARE,
        HIGHER,
        _("Cases closed in time"),
        _("closed cases that kept their term / closed cases that had one"),
        Limits(0.9, 0.75),
        mark=Mark.FIELD,
        filter=of_kind("case_closed", ["attr.in_time", "is_null", False]),
        condition=["attr.in_time", "=", True],
    ),
    declare(
        "standard_compliance",
        "compliance_total",
        Unit.POINTS,
        HIGHER,
        _("Standard-compliance index"),
        _(
            "100 · Σ weight · met / Σ weight over the elements that applied; a failed critical element makes the check 0"
        ),
        Limits(90, 80),
        filter=of_kind("checklist_element"),
        key=["session"],
        critical=True,
    ),
    declare(
        "emotional_nps",
        "emotional_nps",
        Unit.POINTS,
        HIGHER,
        _("Emotional NPS"),
        _(
            "100 · (promoters who looked positive − detractors and those who looked negative) / answers with an emotion"
        ),
        Limits(30, 0),
        group="questions",
        types=("nps",),
        relevance=True,
        filter=of_kind("emotion"),
    ),
    declare(
        "double_tolk",
        "formula",
        Unit.POINTS,
        NONE,
        _("Double TOLK"),
        _("what clients say less how they look: NPS − C-Value"),
        group="questions",
        expression="rational - emotional",
        parts={"rational": "nps", "emotional": "c_value"},
    ),
)
