"""Numbers of the report: per question a line per group, and the total of everything (kpi: served-based indices)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from otklik.dashboards.readings import children_map, rows_of, slicing_of
from otklik.dashboards.scope import Scope
from otklik.metrics.core.results import Coverage, Flag, Result
from otklik.metrics.definitions import indicators
from otklik.metrics.dimensions import Grain
from otklik.metrics.queries import Row
from otklik.surveys.models import Question, SurveyType

RATING = ("support", "criticality", "response_rate")
# The indicator that speaks for a type of question; pulses of staff have pages of their own.
MAIN = {
    "rating": "support",
    "nps": "nps",
    "csat": "csat",
    "ces1": "ces1",
    "ces2": "ces2",
    "net_easy": "net_easy",
    "emotion": "emotional_loyalty",
    "item": "factor_index",
}
GROUPS: dict[str, Promise] = {
    "place": _("Places"),
    "location": _("Every location"),
    "point": _("Points of service"),
    "employee": _("Employees"),
    "total": _("All together"),
}
GRAINS: dict[str, Promise] = {
    Grain.TOTAL: _("Whole period"),
    Grain.DAY: _("By day"),
    Grain.WEEK: _("By week"),
    Grain.MONTH: _("By month"),
    Grain.QUARTER: _("By quarter"),
}
DIMENSIONS = {"place": "child", "location": "place", "point": "point", "employee": "employee"}
RELEVANT_FROM = 0.6


@dataclass(frozen=True, slots=True)
class Line:
    """One group of one question. `key` is the id of the place, point or employee; `period` the first day of a step."""

    key: int | None
    period: Any
    counts: Mapping[float, float]
    mean: float | None
    support: float | None
    criticality: float | None
    response: float | None
    served: float | None
    rated_with_served: float | None  # ratings of the days whose served count is known
    coverage: Coverage | None
    relevant: bool | None  # None: not known, or the rule does not hold here
    main: Result

    @property
    def n(self) -> float:
        return sum(self.counts.values())


@dataclass(frozen=True, slots=True)
class Block:
    """One question: its lines, their total."""

    question: Question
    lines: list[Line]
    total: Line | None

    @property
    def spontaneous(self) -> bool:
        return self.question.survey_type == SurveyType.SPONTANEOUS


def questions() -> list[Question]:
    """Questions that the report can be about."""
    known = indicators()
    usable = [kind for kind, code in MAIN.items() if code in known]
    return list(Question.objects.filter(type__in=usable).order_by("-active", "pk"))


def blocks(scope: Scope, by: str, grain: Grain, asked: Sequence[Question]) -> list[Block]:
    """The report; two statements whatever the number of groups and questions."""
    if not asked:
        return []
    codes = list(dict.fromkeys(code for one in asked for code in _codes(one)))
    lines = _read(codes, scope, by, grain)
    whole = _read(codes, scope, "total", Grain.TOTAL) if by != "total" or grain is not Grain.TOTAL else lines
    found = []
    for question in asked:
        mine = [line for row in lines.get(question.code, ()) if (line := _line(question, row, by))]
        total = [line for row in whole.get(question.code, ()) if (line := _line(question, row, "total"))]
        if total:
            found.append(Block(question, mine, total[0]))
    return found


def _codes(question: Question) -> tuple[str, ...]:
    return RATING if question.type == "rating" else (MAIN[question.type],)


def _read(codes: Sequence[str], scope: Scope, by: str, grain: Grain) -> dict[str, list[Row]]:
    more: dict[str, Any] = {"grain": grain, "detail": True}
    more["by"] = (DIMENSIONS[by], "subject") if by in DIMENSIONS else ("subject",)
    if by == "place":
        more["children"] = children_map(scope)
        if not more["children"]:
            return {}
    found: dict[str, list[Row]] = {}
    for row in rows_of(codes, slicing_of(scope, scope.span, "", **more), indicators()):
        found.setdefault(row.keys["subject"], []).append(row)
    return found


def _line(question: Question, row: Row, by: str) -> Line | None:
    main = row.results.get(MAIN[question.type])
    if main is None:
        return None
    counts = main.parts.get("counts")
    held = (
        {float(key): float(value or 0) for key, value in counts.items()} if isinstance(counts, dict) else {}
    )
    if not sum(held.values()):
        return None
    mean = main.parts.get("mean")
    told = _rating(row, question) if question.type == "rating" else _beside(main)
    return Line(
        key=row.keys.get(DIMENSIONS.get(by, "")),
        period=row.keys.get("period"),
        counts=held,
        mean=mean if isinstance(mean, float | int) else None,
        main=main,
        **told,
    )


def _rating(row: Row, question: Question) -> dict[str, Any]:
    support, criticality, response = (row.results[code] for code in RATING)
    known = support.coverage is not None and support.coverage.known > 0
    relevant = None
    if question.survey_type == SurveyType.SPONTANEOUS and response.value is not None:
        relevant = response.value >= RELEVANT_FROM
    return {
        "support": support.value,
        "criticality": criticality.value,
        "response": response.value,
        "served": support.parts.get("served") if known else None,
        "rated_with_served": support.parts.get("ratings") if known else None,
        "coverage": support.coverage,
        "relevant": relevant,
    }


def _beside(main: Result) -> dict[str, Any]:
    """What a result of another family knows of support and response."""
    beside = main.parts.get("beside")
    held: Mapping[str, Any] = beside if isinstance(beside, dict) else {}
    relevant = None
    if Flag.NOT_RELEVANT in main.flags:
        relevant = False
    elif held.get("response_rate") is not None:
        relevant = True
    return {
        "support": held.get("support"),
        "criticality": held.get("criticality"),
        "response": held.get("response_rate"),
        "served": None,
        "rated_with_served": None,
        "coverage": None,
        "relevant": relevant,
    }
