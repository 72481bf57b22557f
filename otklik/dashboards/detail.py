"""The parts of an indicator's page: its tables by place, point, employee, hour of the week, answer; its explanation."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from otklik.company.models import Employee, Point
from otklik.dashboards import limit_words, words
from otklik.dashboards.cards import child_rows
from otklik.dashboards.faces import Row, face
from otklik.dashboards.readings import Reading, breakdown, reading_of, slicing_of
from otklik.dashboards.scope import Scope
from otklik.metrics.catalogue import Indicator, Mark
from otklik.metrics.core.results import Result, Unit
from otklik.metrics.definitions import LimitTable
from otklik.metrics.queries import values
from otklik.metrics.wording import sentence
from otklik.surveys.models import Question
from otklik.web import formats

WEEKDAYS = (
    gettext_lazy("Mon"),
    gettext_lazy("Tue"),
    gettext_lazy("Wed"),
    gettext_lazy("Thu"),
    gettext_lazy("Fri"),
    gettext_lazy("Sat"),
    gettext_lazy("Sun"),
)
MARKS = {
    Mark.SEED: gettext_lazy("as the source documents say"),
    Mark.FIELD: gettext_lazy("the field's standard"),
    Mark.OURS: gettext_lazy("our definition"),
}
SHADES = 5


@dataclass(frozen=True, slots=True)
class Tab:
    key: str
    name: Promise
    url: str


@dataclass(frozen=True, slots=True)
class Heat:
    """`shade` 0…5 by the value's place among all cells; 0 is no data."""

    text: str
    tip: str
    shade: int
    colour: str


@dataclass(frozen=True, slots=True)
class Option:
    name: str
    count: str
    share: str
    percent: float


@dataclass(frozen=True, slots=True)
class Table:
    """One breakdown: rows, or a heat map, or counts of answers; `note` says why there is nothing."""

    kind: str
    rows: list[Row] = field(default_factory=list)
    hours: list[int] = field(default_factory=list)
    heat: Sequence[tuple[Promise, list[Heat | None]]] = field(default_factory=list)
    options: list[Option] = field(default_factory=list)
    note: str = ""


def tabs(scope: Scope, one: Indicator) -> list[Tab]:
    """Breakdowns that make sense here."""
    found: list[tuple[str, Promise]] = []
    if scope.children and scope.point is None:
        found.append(("place", gettext_lazy("Places")))
    if scope.point is None:
        found.append(("point", gettext_lazy("Points of service")))
    if scope.employee is None:
        found.append(("employee", gettext_lazy("Employees")))
    found.append(("hours", gettext_lazy("Hours of the week")))
    if one.definition.asks:
        found.append(("answers", gettext_lazy("Answers")))
    return [Tab(key, name, f"?{scope.query(by=key)}") for key, name in found]


def table(one: Indicator, scope: Scope, by: str) -> Table:
    """The breakdown `by` place, point, employee, hours or answers."""
    if by == "place":
        return Table("rows", child_rows(one, scope, breakdown(one.code, scope, "place")))
    if by == "point":
        return _people(one, scope, "point", Point.objects.visible_to(scope.user).select_related("place"))
    if by == "employee":
        return _people(
            one, scope, "employee", Employee.objects.visible_to(scope.user).select_related("place")
        )
    return _hours(one, scope) if by == "hours" else _answers(one, scope)


def _people(one: Indicator, scope: Scope, name: str, allowed: Any) -> Table:
    rows = breakdown(one.code, scope, name)
    objects = allowed.in_bulk([row.keys[name] for row in rows if row.keys[name] is not None])
    limits = LimitTable()
    found = []
    for row in rows:
        item = objects.get(row.keys[name])
        if item is None:
            continue
        reading = reading_of(one, row.results[one.code], item.place, limits, span=scope.span)
        changes = {"point": item} if name == "point" else {"employee": item}
        drawn = face(reading, replace(scope, **changes))
        title = (
            f"{item.name}, {item.place.name}" if name == "point" and scope.place != item.place else item.name
        )
        found.append((_order(reading), Row(title, drawn.url, drawn)))
    found.sort(key=lambda pair: pair[0])
    note = "" if found else _("Nothing here names one in these days.")
    return Table("rows", [row for _key, row in found], note=note)


def _order(reading: Reading) -> tuple[bool, float]:
    value = reading.result.value
    sign = -1 if reading.indicator.definition.direction == "lower" else 1
    return (value is None, sign * (value or 0.0))


def _hours(one: Indicator, scope: Scope) -> Table:
    rows = {
        row.keys["hour_of_week"]: row.results[one.code] for row in breakdown(one.code, scope, "hour_of_week")
    }
    known = {key: result for key, result in rows.items() if result.value is not None}
    if not known:
        reasons = [words.missing_text(result) for result in rows.values()]
        return Table("heat", note=reasons[0] if reasons else _("nothing happened in these days"))
    hours = sorted({key % 24 for key in rows})
    hours = list(range(hours[0], hours[-1] + 1))
    ranked = sorted(result.value for result in known.values() if result.value is not None)
    heat = [
        (WEEKDAYS[day], [_heat(one, scope, rows.get(day * 24 + hour), ranked) for hour in hours])
        for day in range(7)
    ]
    return Table("heat", hours=hours, heat=heat)


def _heat(one: Indicator, scope: Scope, result: Result | None, ranked: list[float]) -> Heat | None:
    if result is None:
        return None
    drawn = face(reading_of(one, result, scope.place, LIMITS_OFF), scope)
    if result.value is None:
        return Heat("", drawn.missing, 0, "none")
    low, high = ranked[0], ranked[-1]
    shade = 1 + round((SHADES - 1) * (result.value - low) / (high - low)) if high > low else 3
    plain = words.shown(result.value, result.unit)
    text = (
        formats.number(plain) if abs(plain) >= 10 or result.unit is Unit.COUNT else formats.number(plain, 1)
    )
    return Heat(text, f"{drawn.value} {drawn.half_width} · {drawn.base}", shade, drawn.colour)


class _NoLimits:
    def of(self, one: Indicator, ancestors: list[int], when: object = None) -> None:
        del one, ancestors, when


LIMITS_OFF: Any = _NoLimits()


def _answers(one: Indicator, scope: Scope) -> Table:
    result = values([one.code], slicing_of(scope, scope.span, scope.subject, detail=True))[0].results[
        one.code
    ]
    counts = result.parts.get("counts")
    if not isinstance(counts, dict) or not counts:
        return Table("options", note=_("Choose one question to see its answers."))
    labels = answer_labels(one, scope)
    total = sum(value or 0 for value in counts.values())
    options = [
        Option(
            labels.get(key, key),
            formats.number(count),
            formats.percent((count or 0) / total if total else None, 1),
            round(100 * (count or 0) / total, 2) if total else 0,
        )
        for key, count in sorted(counts.items(), key=lambda item: -_as_number(item[0]))
    ]
    return Table("options", options=options)


def _as_number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return float("-inf")


def answer_labels(one: Indicator, scope: Scope) -> dict[str, str]:
    found = questions(one, scope)
    if len(found) != 1 and not scope.subject:
        return {}
    question = Question.objects.filter(code=scope.subject or found[0]["code"]).first()
    language = "ru" if formats.is_russian() else "en"
    held = question.labels if question else {}
    return {key: f"{key} · {text[language]}" for key, text in held.items() if text.get(language)}


def questions(one: Indicator, scope: Scope) -> list[dict[str, str]]:
    """Questions that the indicator can be narrowed to."""
    if not one.definition.asks:
        return []
    rows = Question.objects.filter(type__in=one.definition.question_types, active=True)
    return [
        {
            "code": row.code,
            "text": row.text,
            "query": scope.query(subject=row.code),
            "current": str(row.code == scope.subject),
        }
        for row in rows
    ]


def facts(one: Indicator, reading: Reading, scope: Scope) -> list[tuple[str, str]]:
    """The explanation: formula, parts, interval, bounds and why these, definition."""
    result, definition = reading.result, one.definition
    found = [(_("Formula"), str(one.formula))]
    if not one.built_in and (said := sentence(definition)):
        found.append((_("In words"), said))
    if result.numerator is not None and result.denominator is not None:
        parts = f"{formats.trimmed(result.numerator, 2)} / {formats.trimmed(result.denominator, 2)}"
        found.append((_("Numbers in it"), parts))
    if result.interval is not None:
        places = max(words.digits(result), 1)
        low, high = (words.value_text(bound, result.unit, places) for bound in result.interval)
        found.append((_("95 % interval"), f"{low} … {high}"))
    found.append((_("Base"), words.base_text(result)))
    if coverage := words.coverage_text(result):
        found.append((_("Coverage"), coverage))
    if reading.limits is not None:
        good, acceptable = (
            words.goal_text(bound, result.unit, definition.direction)
            for bound in (reading.limits.good, reading.limits.acceptable)
        )
        found.append(
            (
                _("Thresholds"),
                _("good %(good)s, acceptable %(acceptable)s") % {"good": good, "acceptable": acceptable},
            )
        )
        found.append((_("Why these thresholds"), limit_words.why(one, scope)))
    version = _("version %s") % definition.version
    found.append((_("Definition"), f"{MARKS[one.mark]}, {version}"))
    found.append(
        (
            _("In the API"),
            f"{reverse('api:openapi-json').removesuffix('openapi.json')}indicators/{one.code}/values",
        )
    )
    return found
