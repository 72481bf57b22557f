"""Built-in indicators over several questions. Their questions are in `otklik/surveys/models_ready/`."""

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext_lazy as _

from otklik.metrics.core.definitions import Definition
from otklik.metrics.core.results import Direction, Unit
from otklik.metrics.core.thresholds import Limits
from otklik.metrics.declared import HIGHER, LOWER, SCALES, Indicator, Mark, Text

SERVQUAL = {
    "tangibles": range(1, 5),
    "reliability": range(5, 10),
    "responsiveness": range(10, 14),
    "assurance": range(14, 18),
    "empathy": range(18, 23),
}
RSQS = {
    "physical_aspects": range(1, 7),
    "reliability": range(7, 12),
    "personal_interaction": range(12, 21),
    "problem_solving": range(21, 24),
    "policy": range(24, 29),
}
RSQS_PARTS = {
    "appearance": range(1, 5),
    "convenience": range(5, 7),
    "promises": range(7, 9),
    "doing_it_right": range(9, 12),
    "confidence": range(12, 15),
    "courtesy": range(15, 21),
    "problem_solving": range(21, 24),
    "policy": range(24, 29),
}
GROUP_OF = 5


def _dimensions(
    numbers: Mapping[str, range], prefix: str, expectation: str | None = None
) -> Sequence[Mapping[str, object]]:
    def item(number: int) -> dict[str, object]:
        beside = {"expectation": f"{expectation}{number:02}"} if expectation else {}
        return {"code": f"{prefix}{number:02}", **beside}

    return [{"code": code, "items": [item(number) for number in span]} for code, span in numbers.items()]


def _model(  # noqa: PLR0917  # a row of the table each
    code: str,
    types: tuple[str, ...],
    unit: Unit,
    direction: Direction,
    name: Text,
    formula: Text,
    limits: Limits,
    *,
    mark: Mark = Mark.FIELD,
    group: str = "models",
    **params: object,
) -> Indicator:
    definition = Definition(code, "model", unit, direction, params, types, relevance=group == "models")
    return Indicator(definition, name, formula, mark, group, limits)


MODELS: tuple[Indicator, ...] = (
    _model(
        "csi",
        ("csat",),
        Unit.POINTS,
        HIGHER,
        _("CSI"),
        _("Σ weight · item score / Σ weight; item score is 100 · (mean − lowest) / (highest − lowest)"),
        Limits(80, 60),
        mark=Mark.OURS,
    ),
    _model(
        "factor_index",
        (*SCALES, "item"),
        Unit.POINTS,
        HIGHER,
        _("Factor index"),
        _("the mean of the questions' scores on 0–100, for any choice of questions"),
        Limits(80, 60),
        mark=Mark.OURS,
    ),
    _model(
        "servqual",
        ("item", "expectation"),
        Unit.SCORE,
        HIGHER,
        _("SERVQUAL"),
        _("mean of the five dimensions' gaps; gap is perception − expectation"),
        Limits(0, -1),
        model=_dimensions(SERVQUAL, "servqual-p-", "servqual-e-"),
        by_dimension=True,
        gap=True,
    ),
    _model(
        "servperf",
        ("item",),
        Unit.POINTS,
        HIGHER,
        _("SERVPERF"),
        _("mean of the five dimensions' scores on 0–100, perceptions only"),
        Limits(80, 60),
        model=_dimensions(SERVQUAL, "servqual-p-"),
        by_dimension=True,
    ),
    _model(
        "rsqs",
        ("item",),
        Unit.POINTS,
        HIGHER,
        _("RSQS"),
        _("mean of the five dimensions' scores on 0–100"),
        Limits(80, 60),
        model=_dimensions(RSQS, "rsqs-"),
        by_dimension=True,
    ),
    _model(
        "rsqs_parts",
        ("item",),
        Unit.POINTS,
        HIGHER,
        _("RSQS by sub-dimensions"),
        _("mean of the 28 items' scores on 0–100, with the sub-dimensions beside"),
        Limits(80, 60),
        model=_dimensions(RSQS_PARTS, "rsqs-"),
    ),
    _model(
        "engagement",
        ("engagement",),
        Unit.POINTS,
        HIGHER,
        _("Staff engagement"),
        _("mean of the questions' scores on 0–100; only groups of 5 answers or more"),
        Limits(75, 60),
        mark=Mark.OURS,
        group="staff",
        least=GROUP_OF,
    ),
    _model(
        "burnout",
        ("burnout",),
        Unit.POINTS,
        LOWER,
        _("Staff burnout"),
        _("100 − mean of the questions' scores on 0–100; only groups of 5 answers or more"),
        Limits(30, 50),
        mark=Mark.OURS,
        group="staff",
        inverted=True,
        least=GROUP_OF,
    ),
)
