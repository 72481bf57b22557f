"""Built-in indicators of feelings, mentions, the standard, faces and conversions."""

from django.utils.translation import gettext_lazy as _

from otklik.metrics.core.definitions import Definition
from otklik.metrics.core.results import Unit
from otklik.metrics.core.thresholds import Limits
from otklik.metrics.declared import HIGHER, LOWER, NONE, SCALES, Indicator, Mark, Text, declare, of_kind

SALE = of_kind("receipt", ["attr.operation", "=", "sale"])
VISIT, VISITORS, CONSULTATION = of_kind("visit"), of_kind("visitors"), of_kind("consultation")
THANKS = of_kind("message", ["attr.tone", "=", "positive"])
COMPLAINTS = of_kind("message", ["attr.tone", "=", "negative"])
OF_SOMEBODY = ["employee", "is_null", False]


def _feeling(  # a row of the table each
    code: str,
    types: tuple[str, ...],
    name: Text,
    formula: Text,
    limits: Limits,
    *,
    relevance: bool = True,
    **params: object,
) -> Indicator:
    definition = Definition(code, "best_less_worst", Unit.POINTS, HIGHER, params, types, relevance)
    return Indicator(definition, name, formula, Mark.OURS, "questions", limits)


FEELINGS = (
    _feeling(
        "emotional_loyalty",
        ("emotion",),
        _("Emotional loyalty index"),
        _("100 · (loyal − critics) / answers; of five smileys 5 is loyal, 1–2 are critics"),
        Limits(50, 0),
    ),
    _feeling(
        "emotional_loyalty_served",
        ("emotion",),
        _("Emotional loyalty index, over clients served"),
        _("100 · (loyal − critics) / clients served or invited; the silent ones are neutral"),
        Limits(15, 0),
        relevance=False,
        over_served=True,
    ),
    _feeling(
        "like_survey",
        SCALES,
        _("Like-Index of a survey"),
        _("100 · (ratings with the best option − ratings with the two worst) / ratings"),
        Limits(50, 0),
        critic=2,
    ),
)
MENTIONS = (
    declare(
        "like_index",
        "like_index",
        Unit.POINTS,
        HIGHER,
        _("Like-Index"),
        _("100 · (thanks − complaints) / (thanks + complaints)"),
        Limits(50, 0),
        thanks=THANKS,
        complaints=COMPLAINTS,
    ),
    declare(
        "complaints_per_100",
        "per_served",
        Unit.RATIO,
        LOWER,
        _("Complaints per 100 clients"),
        _("100 · messages with a negative tone / clients served"),
        Limits(0.5, 2),
        filter=COMPLAINTS,
        k=100,
    ),
    declare(
        "thanks_per_100",
        "per_served",
        Unit.RATIO,
        HIGHER,
        _("Thanks per 100 clients"),
        _("100 · messages with a positive tone / clients served"),
        Limits(1, 0.2),
        filter=THANKS,
        k=100,
    ),
    declare(
        "thanks",
        "count",
        Unit.COUNT,
        HIGHER,
        _("Thanks"),
        _("messages with a positive tone"),
        filter=THANKS,
    ),
)
QUALITY = (
    declare(
        "standard_elements",
        "compliance",
        Unit.POINTS,
        HIGHER,
        _("Standard compliance by elements"),
        _("100 · Σ weight · met / Σ weight over the elements that applied"),
        Limits(90, 80),
        filter=of_kind("checklist_element"),
    ),
    declare(
        "smile_index",
        "smile_index",
        Unit.POINTS,
        HIGHER,
        _("Smile-Index"),
        _("100 · contact time with a smile / contact time with a usable face"),
        Limits(50, 30),
        filter=of_kind("smile"),
    ),
    declare(
        "c_value",
        "tone_index",
        Unit.POINTS,
        HIGHER,
        _("C-Value"),
        _("100 · (positive − negative) / (positive + neutral + negative) over contacts"),
        Limits(30, 0),
        filter=of_kind("emotion"),
        contacts=VISIT,
    ),
)
CONVERSIONS = (
    declare(
        "conversion_visitors",
        "per_source",
        Unit.SHARE,
        HIGHER,
        _("Conversion of visitors"),
        _("sale receipts / visitors, over days with a door counter"),
        Limits(0.3, 0.15),
        mark=Mark.FIELD,
        group="sales",
        filter=SALE,
        source=VISITORS,
    ),
    declare(
        "conversion_contacts",
        "rate",
        Unit.SHARE,
        HIGHER,
        _("Conversion of contacts"),
        _("sale receipts / contacts"),
        Limits(0.6, 0.4),
        mark=Mark.FIELD,
        group="sales",
        over=SALE,
        under=VISIT,
    ),
    declare(
        "conversion_consultations",
        "rate",
        Unit.SHARE,
        HIGHER,
        _("Conversion of consultations"),
        _("sale receipts / consultations"),
        Limits(0.6, 0.4),
        mark=Mark.FIELD,
        group="sales",
        over=SALE,
        under=CONSULTATION,
    ),
    declare(
        "consultations_sold",
        "ratio_of_counts",
        Unit.SHARE,
        HIGHER,
        _("Consultations with a purchase"),
        _("consultations that ended with a purchase / consultations whose end is known"),
        Limits(0.6, 0.4),
        group="sales",
        over=of_kind("consultation", ["attr.sold", "=", True]),
        under=of_kind("consultation", ["attr.sold", "is_null", False]),
        share=True,
    ),
    declare(
        "personal_conversion",
        "rate",
        Unit.SHARE,
        HIGHER,
        _("Personal conversion"),
        _("sale receipts of employees / contacts of employees"),
        Limits(0.6, 0.4),
        group="sales",
        over=of_kind("receipt", ["attr.operation", "=", "sale"], OF_SOMEBODY),
        under=of_kind("visit", OF_SOMEBODY),
    ),
    declare(
        "consultation_coverage",
        "per_source",
        Unit.SHARE,
        HIGHER,
        _("Coverage by consultations"),
        _("consultations / visitors, over days with a door counter"),
        Limits(0.4, 0.2),
        mark=Mark.SEED,
        filter=CONSULTATION,
        source=VISITORS,
    ),
    declare(
        "contacts_without_purchase",
        "difference",
        Unit.COUNT,
        LOWER,
        _("Contacts without a purchase"),
        _("contacts − sale receipts"),
        group="sales",
        plus=VISIT,
        minus=SALE,
    ),
    declare(
        "consultation_time",
        "mean",
        Unit.SECONDS,
        NONE,
        _("Consultation time"),
        _("mean length of a consultation"),
        mark=Mark.FIELD,
        field="attr.duration",
        filter=CONSULTATION,
    ),
)
SIGNALS: tuple[Indicator, ...] = (*FEELINGS, *MENTIONS, *QUALITY, *CONVERSIONS)
