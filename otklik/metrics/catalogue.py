"""The indicators that come with Otklik, declared as data. `docs/indicators.md` and the API are made from them.

To add one see docs/developers/add-an-indicator.md.
"""

from functools import partial

from django.utils.translation import gettext_lazy as _

from otklik.metrics.catalogue_models import MODELS
from otklik.metrics.catalogue_rules import RULES
from otklik.metrics.catalogue_signals import SIGNALS
from otklik.metrics.core.definitions import Definition
from otklik.metrics.core.results import Direction, Unit
from otklik.metrics.core.thresholds import Limits
from otklik.metrics.declared import HIGHER, LOWER, NONE, SCALES, Indicator, Mark, Text, declare, of_kind

SALE = of_kind("receipt", ["attr.operation", "=", "sale"])
REFUND = of_kind("receipt", ["attr.operation", "=", "refund"])
SALE_OR_ADJUSTMENT = of_kind("receipt", ["attr.operation", "in", ["sale", "adjustment"]])
VISIT = of_kind("visit")
VISITORS = of_kind("visitors")
CONSULTATION = of_kind("consultation")


def _served(  # noqa: PLR0917  # a row of the table each
    code: str, name: Text, formula: Text, direction: Direction, mark: Mark, limits: Limits
) -> Indicator:
    index = {"response_rate": "response"}.get(code, code)
    definition = Definition(code, "served_index", Unit.SHARE, direction, {"index": index}, ("rating",))
    return Indicator(definition, name, formula, mark, "served", limits)


def _question(  # noqa: PLR0917  # a row of the table each
    code: str,
    family: str,
    types: tuple[str, ...],
    unit: Unit,
    direction: Direction,
    name: Text,
    formula: Text,
    *,
    limits: Limits | None = None,
    mark: Mark = Mark.FIELD,
    relevance: bool = True,
    **params: object,
) -> Indicator:
    definition = Definition(code, family, unit, direction, params, types, relevance)
    return Indicator(definition, name, formula, mark, "questions", limits)


_process = partial(declare, mark=Mark.FIELD)

SERVED = (
    _served(
        "support",
        _("Customer support index"),
        _("highest ratings / clients served"),
        HIGHER,
        Mark.SEED,
        Limits(0.3, 0.15),
    ),
    _served(
        "criticality",
        _("Customer criticality index"),
        _("all other ratings / clients served"),
        LOWER,
        Mark.SEED,
        Limits(0.1, 0.2),
    ),
    _served(
        "response_rate",
        _("Response rate"),
        _("ratings / clients served or invited"),
        HIGHER,
        Mark.SEED,
        Limits(0.6, 0.3),
    ),
    Indicator(
        Definition("served", "served_count", Unit.COUNT, NONE),
        _("Clients served"),
        _("count of clients, from the best source for each point and day"),
        Mark.SEED,
        "served",
    ),
)
EASY_NET = [
    {"name": "easy", "low": 6, "high": 7, "sign": 1},
    {"name": "difficult", "low": 1, "high": 3, "sign": -1},
]
NET_EASY = [
    {"name": "easy", "low": 1, "high": 3, "sign": 1},
    {"name": "difficult", "low": 5, "high": 7, "sign": -1},
]
QUESTIONS = (
    _question(
        "nps",
        "nps",
        ("nps",),
        Unit.POINTS,
        HIGHER,
        _("NPS"),
        _("100 · (promoters − detractors) / answers"),
        limits=Limits(50, 0),
    ),
    _question(
        "nps_adjusted",
        "nps",
        ("nps",),
        Unit.POINTS,
        HIGHER,
        _("NPS with the silent ones"),
        _("100 · (promoters + a·M − detractors − c·M) / S, where M clients of S asked kept silent"),
        mark=Mark.SEED,
        limits=Limits(30, 0),
        silent="all_passive",
    ),
    _question(
        "csat",
        "box_share",
        ("csat",),
        Unit.SHARE,
        HIGHER,
        _("CSAT"),
        _("answers in the two best options / answers"),
        limits=Limits(0.8, 0.6),
        boxes=2,
    ),
    _question(
        "csat_mean",
        "mean_score",
        ("csat",),
        Unit.POINTS,
        HIGHER,
        _("CSAT, mean"),
        _("100 · (mean − lowest) / (highest − lowest)"),
        limits=Limits(80, 60),
        hundred=True,
    ),
    _question(
        "dissatisfied",
        "box_share",
        ("csat",),
        Unit.SHARE,
        LOWER,
        _("Dissatisfied"),
        _("answers in the two worst options / answers"),
        limits=Limits(0.05, 0.15),
        boxes=2,
        worst=True,
    ),
    _question(
        "ces1",
        "mean_score",
        ("ces1",),
        Unit.SCORE,
        LOWER,
        _("CES 1.0"),
        _("mean effort on 1–5"),
        limits=Limits(2, 3),
        standard="ces1",
    ),
    _question(
        "ces2",
        "range_share",
        ("ces2",),
        Unit.SHARE,
        HIGHER,
        _("CES 2.0"),
        _("answers 5–7 / answers"),
        limits=Limits(0.8, 0.6),
        low=5,
        high=7,
        standard="ces2",
    ),
    _question(
        "ces2_mean",
        "mean_score",
        ("ces2",),
        Unit.SCORE,
        HIGHER,
        _("CES 2.0, mean"),
        _("mean agreement on 1–7"),
        limits=Limits(5.5, 4.5),
        standard="ces2",
    ),
    _question(
        "ces2_net",
        "net_index",
        ("ces2",),
        Unit.POINTS,
        HIGHER,
        _("CES 2.0, net"),
        _("100 · (answers 6–7 − answers 1–3) / answers"),
        limits=Limits(50, 0),
        bands=EASY_NET,
        standard="ces2",
    ),
    _question(
        "net_easy",
        "net_index",
        ("net_easy",),
        Unit.POINTS,
        HIGHER,
        _("Net Easy"),
        _("100 · (answers 1–3 − answers 5–7) / answers"),
        limits=Limits(50, 0),
        bands=NET_EASY,
        standard="net_easy",
    ),
    _question(
        "top_share",
        "box_share",
        SCALES,
        Unit.SHARE,
        HIGHER,
        _("Highest ratings"),
        _("ratings with the best option / ratings"),
        boxes=1,
    ),
    _question(
        "mean_score",
        "mean_score",
        SCALES,
        Unit.SCORE,
        NONE,
        _("Mean rating"),
        _("sum of ratings / ratings, on the question's own scale"),
    ),
    _question(
        "ratings",
        "distribution",
        SCALES,
        Unit.COUNT,
        NONE,
        _("Ratings"),
        _("ratings on the question's scale"),
        relevance=False,
    ),
)
PROCESS = (
    _process(
        "answers",
        "count",
        Unit.COUNT,
        NONE,
        _("Answers"),
        _("ratings and answers of any kind"),
        filter=["kind", "in", ["rating", "answer"]],
    ),
    _process(
        "presses",
        "count",
        Unit.COUNT,
        NONE,
        _("Presses of buttons"),
        _("presses that are not ratings"),
        filter=["kind", "=", "press"],
    ),
    _process(
        "invited",
        "total",
        Unit.COUNT,
        NONE,
        _("Clients invited"),
        _("sum of invitations"),
        field="value",
        filter=of_kind("invitation"),
    ),
    _process(
        "visitors",
        "total",
        Unit.COUNT,
        HIGHER,
        _("Visitors"),
        _("people counted at the doors"),
        field="value",
        filter=VISITORS,
    ),
    _process(
        "contacts", "count", Unit.COUNT, NONE, _("Contacts"), _("clients who stood at a point"), filter=VISIT
    ),
    _process(
        "contact_time",
        "mean",
        Unit.SECONDS,
        NONE,
        _("Contact time"),
        _("mean length of a contact"),
        field="attr.duration",
        filter=VISIT,
    ),
    _process(
        "consultations",
        "count",
        Unit.COUNT,
        HIGHER,
        _("Consultations"),
        _("number of consultations"),
        filter=CONSULTATION,
    ),
    _process(
        "complaints",
        "count",
        Unit.COUNT,
        LOWER,
        _("Complaints"),
        _("messages with a negative tone"),
        mark=Mark.OURS,
        filter=of_kind("message", ["attr.tone", "=", "negative"]),
    ),
)
SALES = (
    _process(
        "receipts",
        "count",
        Unit.COUNT,
        HIGHER,
        _("Receipts"),
        _("sale receipts; refunds leave the count"),
        group="sales",
        filter=SALE,
    ),
    _process(
        "sales",
        "total",
        Unit.MONEY,
        HIGHER,
        _("Sales"),
        _("sum of sale receipts"),
        group="sales",
        field="value",
        filter=SALE,
    ),
    _process(
        "revenue",
        "net_total",
        Unit.MONEY,
        HIGHER,
        _("Revenue"),
        _("sum of sale receipts and adjustments less refunds"),
        group="sales",
        field="value",
        plus=SALE_OR_ADJUSTMENT,
        minus=REFUND,
    ),
    _process(
        "average_receipt",
        "mean",
        Unit.MONEY,
        HIGHER,
        _("Average receipt"),
        _("sum of sale receipts / sale receipts"),
        group="sales",
        field="value",
        filter=SALE,
    ),
    _process(
        "median_receipt",
        "quantile",
        Unit.MONEY,
        HIGHER,
        _("Median receipt"),
        _("the middle sale receipt"),
        group="sales",
        field="value",
        filter=SALE,
        q=0.5,
    ),
    _process(
        "lines_per_receipt",
        "mean",
        Unit.RATIO,
        HIGHER,
        _("Lines per receipt"),
        _("lines / sale receipts"),
        group="sales",
        field="attr.lines",
        filter=SALE,
    ),
    _process(
        "items_per_receipt",
        "mean",
        Unit.RATIO,
        HIGHER,
        _("Items per receipt"),
        _("different goods / sale receipts"),
        group="sales",
        field="attr.items",
        filter=SALE,
    ),
    _process(
        "units_per_receipt",
        "mean",
        Unit.RATIO,
        HIGHER,
        _("Units per receipt"),
        _("units of goods / sale receipts"),
        group="sales",
        field="attr.units",
        filter=SALE,
    ),
    _process(
        "refunds",
        "count",
        Unit.COUNT,
        LOWER,
        _("Refunds"),
        _("refund receipts"),
        group="sales",
        filter=REFUND,
    ),
    _process(
        "refund_amount",
        "total",
        Unit.MONEY,
        NONE,
        _("Refunds, amount"),
        _("sum of refund receipts as written"),
        group="sales",
        field="value",
        filter=REFUND,
    ),
    _process(
        "customers",
        "distinct",
        Unit.COUNT,
        HIGHER,
        _("Customers"),
        _("different customers with a sale receipt"),
        group="sales",
        key="attr.customer",
        filter=SALE,
    ),
    _process(
        "repeat_rate",
        "repeat_rate",
        Unit.SHARE,
        HIGHER,
        _("Repeat purchases"),
        _("customers with two sale receipts or more / customers"),
        group="sales",
        key="attr.customer",
        filter=SALE,
        min_count=2,
    ),
)
BUILT_IN: dict[str, Indicator] = {
    one.code: one for one in (*SERVED, *QUESTIONS, *MODELS, *SIGNALS, *PROCESS, *SALES, *RULES)
}

__all__ = ["BUILT_IN", "Indicator", "Mark", "Text"]
