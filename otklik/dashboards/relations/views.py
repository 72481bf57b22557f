"""The pages. Each shows the state of its address; what cannot be understood is said in a sentence above an empty page."""

from collections.abc import Callable, Sequence
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from otklik.dashboards.relations import tables, words
from otklik.dashboards.relations.state import State
from otklik.metrics.asking import AskError
from otklik.metrics.core.definitions import DefinitionError
from otklik.metrics.core.filters import EVERYTHING
from otklik.metrics.definitions import LimitTable
from otklik.metrics.relations import analyses
from otklik.metrics.relations.asking import unique
from otklik.metrics.relations.drivers import Errors
from otklik.metrics.relations.elements import WAYS
from otklik.metrics.relations.prepare import Shape
from otklik.metrics.relations.series import Named
from otklik.metrics.relations.units import TIMES
from otklik.web import formats

# Shown before anything is chosen, as far as there are numbers
USUAL = (
    "support", "criticality", "csat", "nps", "ces2_mean", "contacts", "contact_time", "receipts", "average_receipt",
    "conversion_contacts", "complaints", "c_value", "smile_index", "standard_elements",
)  # fmt: skip
PAIR = ("contacts", "criticality")
DRIVERS = ("contact_time", "contacts", "conversion_contacts", "criticality")
TABLE_UNITS = (
    "day",
    "week",
    "month",
    "hour",
    "quarter",
    "place",
    "point",
    "employee",
    "place_day",
    "session",
)
UNITS = ("day", "week", "month", "place", "point", "employee", "place_day", "session")
SHOWN_FIRST = 10

type Page = Callable[[State, dict[str, Any]], None]


def _page(request: HttpRequest, template: str, fill: Page) -> HttpResponse:
    """A page whose content `fill` puts into the context; a refusal becomes a sentence."""
    state = State.of(request)
    context: dict[str, Any] = {}
    try:
        context = state.base()
        fill(state, context)
    except AskError as error:
        context["problem"] = error.message
    except DefinitionError as error:
        context["problem"] = _("The parameter “%(name)s” does not fit: it %(problem)s.") % {
            "name": error.name,
            "problem": error.problem,
        }
    if "tabs" not in context:
        context |= State(request, state.scope, state.query.__class__()).base()
    return render(request, f"dashboards/relations/{template}.html", context)


@login_required
@require_GET
def table(request: HttpRequest) -> HttpResponse:
    """Every chosen indicator with every other."""
    return _page(request, "table", _table)


def _table(state: State, context: dict[str, Any]) -> None:
    by, kind = state.text("by", "day"), state.text("kind", "pearson")
    usual = "x" not in state.query and "q" not in state.query
    chosen = state.texts("x", USUAL if usual else ())
    context |= {
        "by": by,
        "kind": "spearman" if kind == "spearman" else "pearson",
        "in_time": by in TIMES,
        "units": state.unit_choices(TABLE_UNITS, by),
        "choices": state.indicator_choices(chosen),
        "places": state.place_choices(state.texts("at")),
        "questions": state.question_choices(state.texts("q")),
        "least": state.text("least"),
        "other_kind": state.link(kind="spearman" if kind == "pearson" else None),
    }
    named = state.series(USUAL)
    unique(named, "x")
    study = state.study(by)
    if usual:
        named = analyses.changing(study, named)[:SHOWN_FIRST]
    if len(named) < 2:
        context |= {"empty": True, "usual": usual}
        return
    found = analyses.correlations(study, named, ())
    context |= {
        "found": found,
        "chips": [] if usual else _chips(state, named),
        "rows": tables.heat(found, state, by, context["kind"]),
        "strongest": tables.strongest(found),
        "tried": formats.number(found["tried"]),
        "usual": usual,
        "warnings": found["warnings"],
    }


def _chips(state: State, named: Sequence[Named]) -> list[dict[str, str]]:
    """What was chosen, each with the address of the page without it."""
    texts, places, questions = (state.texts(name) for name in ("x", "at", "q"))
    found = []
    for one in named:
        if one.key in questions:
            link = state.link(q=[code for code in questions if code != one.key], x=texts or "")
        elif one.key in texts:
            link = state.link(x=[text for text in texts if text != one.key])
        else:
            left = [other.key for other in named if other is not one and other.key not in questions]
            link = state.link(x=left, at=None if places else "")
        found.append({"name": one.label, "url": link})
    return found


@login_required
@require_GET
def pair(request: HttpRequest) -> HttpResponse:
    """Two series: scatter of units, and who goes before whom."""
    return _page(request, "pair", _pair)


def _pair(state: State, context: dict[str, Any]) -> None:
    by = state.text("by", "day")
    texts = [
        _at(state.text("x", PAIR[0]), state.text("x_at")),
        _at(state.text("y", PAIR[1]), state.text("y_at")),
    ]
    longest = min(max(int(state.number("k") or 14), 1), 60)
    context |= {
        "by": by,
        "in_time": by in TIMES,
        "units": state.unit_choices(TABLE_UNITS, by),
        "x_choices": state.indicator_choices([texts[0]], questions=True),
        "y_choices": state.indicator_choices([texts[1]], questions=True),
        "places": state.place_choices([]),
        "longest": longest,
        "least": state.text("least"),
        "swap": state.link(x=texts[1], y=texts[0], x_at=None, y_at=None),
    }
    x, y = state.reader.one(texts[0], "x"), state.reader.one(texts[1], "y")
    study = state.study(by)
    found = analyses.scatter(study, x, y)
    one = found["pair"]
    context |= {
        "x": x,
        "y": y,
        "found": found,
        "r": words.r_text(one["r"]),
        "strength": words.strength_text(one["r"]) if one["r"] is not None else "",
        "chance": one["p"] is not None and one["p"] >= words.SIGNIFICANT,
        "facts": _pair_facts(one),
        "scatter": {
            **tables.scatter_data(found, state, by),
            "language": translation.get_language(),
            "texts": _texts(),
        },
        "points": found["units"],
        "warnings": found["warnings"],
    }
    if study.frame.unit.in_time and one["r"] is not None:
        lags = analyses.lag_search(study, x, y, range(-longest, longest + 1))
        context |= {
            "lags": lags,
            "lag_chart": {
                **tables.lag_data(lags, by),
                "language": translation.get_language(),
                "texts": _texts(),
            },
            "lag_text": _lag_text(lags, by, x, y),
        }


def _at(text: str, place: str) -> str:
    return f"{text};place={place}" if place and not text.startswith("{") and ";place=" not in text else text


def _pair_facts(one: dict[str, Any]) -> list[tuple[str, str]]:
    spearman = one["spearman"]
    found = [
        (_("Pearson"), " · ".join(part for part in (words.r_text(one["r"]), words.p_text(one["p"])) if part)),
        (_("95 % interval"), words.interval_text(one["ci95"])),
        (
            _("Spearman"),
            " · ".join(part for part in (words.r_text(spearman["r"]), words.p_text(spearman["p"])) if part),
        ),
        (_("Common units"), words.n_text(one["n"])),
    ]
    return [(name, text) for name, text in found if text]


def _lag_text(lags: dict[str, Any], by: str, x: Named, y: Named) -> str:
    best = lags["best"]
    if best is None:
        return ""
    text = words.lag_text(best["lag"], by, x.label, y.label)
    corrected = _("corrected for the number of lags %(p)s") % {"p": words.p_text(best["p_holm"])}
    said = (
        f"r{formats.SPACE}={formats.SPACE}{words.r_text(best['r'])}, {words.n_text(best['n'])}, {corrected}"
    )
    if best["p_holm"] is not None and best["p_holm"] >= words.SIGNIFICANT:
        return _("No lag stands out: even the strongest (%(said)s) may be chance.") % {"said": said}
    return f"{text} {said}"


@login_required
@require_GET
def drivers(request: HttpRequest) -> HttpResponse:
    """Which series explain a target."""
    return _page(request, "drivers", _drivers)


def _drivers(state: State, context: dict[str, Any]) -> None:
    by, target = state.text("by", "day"), state.text("target", "average_receipt")
    chosen = state.texts("x", DRIVERS)
    errors = state.text("errors", Errors.CLASSIC)
    kind = Errors(errors) if errors in list(Errors) else Errors.CLASSIC
    context |= {
        "by": by,
        "in_time": by in TIMES,
        "units": state.unit_choices(UNITS, by),
        "targets": state.indicator_choices([target], questions=True),
        "choices": state.indicator_choices(chosen),
        "questions": state.question_choices(state.texts("q")),
        "errors": [(one.value, text, one is kind) for one, text in _errors()],
        "least": state.text("least"),
    }
    aim = state.reader.one(target, "target")
    named = [one for one in state.reader.all(chosen, state.texts("q")) if one.key != aim.key]
    unique([aim, *named], "x")
    if not named:
        context["empty"] = True
        return
    found = analyses.driver_model(state.study(by), aim, named, kind)
    rows = tables.driver_rows(found)
    names = {one["key"]: one["name"] for one in found["series"]}
    context |= {
        "found": found,
        "aim": aim,
        "rows": rows,
        "culprits": [names[key] for key in found["culprits"]],
        "r2": formats.percent(found["r2"]) if found["r2"] is not None else "",
        "adjusted": formats.percent(found["adjusted_r2"]) if found["adjusted_r2"] is not None else "",
        "n": words.n_text(found["n"]),
        "warnings": found["warnings"],
        "forest": {
            "rows": tables.forest_data(rows),
            "zero": 0,
            "unit": "",
            "language": translation.get_language(),
            "texts": _texts(),
        },
        "series": [{**one, "n_text": formats.number(one["n"])} for one in found["series"]],
    }


def _errors() -> list[tuple[Errors, str]]:
    return [
        (Errors.CLASSIC, _("ordinary")),
        (Errors.ROBUST, _("robust to unequal spread (HC3)")),
        (Errors.HAC, _("for steps of time (Newey–West)")),
    ]


@login_required
@require_GET
def standard(request: HttpRequest) -> HttpResponse:
    """The target with and without each element of the standard."""
    return _page(request, "standard", _standard)


def _standard(state: State, context: dict[str, Any]) -> None:
    target, join = state.text("target") or state.first_question(), state.text("join", "auto")
    met = state.number("met") or 0.5
    if not 0 < met <= 1:
        raise AskError("met", _("An element is met from a value above 0, at most 1."))
    joins = [
        ("auto", _("the nearest that works")),
        ("session", _("by contact")),
        ("employee_day", _("by employee and day")),
        ("place_day", _("by place and day")),
    ]
    context |= {
        "targets": state.indicator_choices([target], questions=True),
        "joins": [(value, text, value == join) for value, text in joins],
        "met": state.text("met"),
    }
    aim = state.reader.one(target, "target")
    ways = (join,) if join in WAYS else WAYS
    study = state.study("day")
    study = analyses.Study(study.frame, Shape(), study.tree)
    if not hasattr(aim.what, "code"):
        raise AskError("target", _("The target is one indicator, not an index of several."))
    found = analyses.element_table(
        study, aim, state.reader.indicator(aim), EVERYTHING, ways=ways, threshold=met
    )
    every = tables.element_rows(found)
    rows = [row for row in every if row["with"]["n"] + row["without"]["n"]]
    context |= {
        "found": found,
        "aim": aim,
        "rows": rows,
        "warnings": found["warnings"],
        "empty": not rows,
        "apart": [row["element"] for row in every if row not in rows],
        "nothing_checked": not any(one["checked"] for one in found["tried"]),
        "forest": {
            "rows": tables.effect_data(rows, found["target"]["unit"]),
            "zero": 0,
            "unit": _("p.p.") if found["target"]["unit"] == "share" else "",
            "language": translation.get_language(),
            "texts": _texts(),
        },
    }


@login_required
@require_GET
def quadrants(request: HttpRequest) -> HttpResponse:
    """Double TOLK: reason against feeling."""
    return _page(request, "quadrants", _quadrants)


def _quadrants(state: State, context: dict[str, Any]) -> None:
    by = state.text("by", "point")
    by = by if by in {"point", "employee", "place"} else "point"
    texts = (state.text("x", "csat"), state.text("y", "c_value"))
    context |= {
        "by": by,
        "units": state.unit_choices(("point", "employee", "place"), by),
        "x_choices": state.indicator_choices([texts[0]], questions=True),
        "y_choices": state.indicator_choices([texts[1]], questions=True),
        "x_line": state.text("x_line"),
        "y_line": state.text("y_line"),
    }
    axes = []
    for field, text in zip(("x", "y"), texts, strict=True):
        named = state.reader.one(text, field)
        one = state.reader.indicator(named)
        if one is None:
            raise AskError(field, _("An axis is one indicator, not an index of several."))
        line = state.number(f"{field}_line")
        factor = 100 if one.definition.unit == "share" else 1
        limits = LimitTable().of(one, state.reader.root.tree.ancestors)
        axes.append(analyses.Axis(named, one, limits, None if line is None else line / factor))
    found = analyses.quadrant_table(state.study(by), axes[0], axes[1])
    rows, unknown = tables.quadrant_rows(found, state)
    lines = [words.value_text(one["line"], one["unit"]) for one in found["axes"]]
    context |= {
        "found": found,
        "rows": rows,
        "unknown": formats.number(unknown) if unknown else "",
        "axes": [{**one, "line_value": text} for one, text in zip(found["axes"], lines, strict=True)],
        "counts": [
            (found["quadrants"][key], formats.number(count), key) for key, count in found["counts"].items()
        ],
        "chart": {
            **tables.quadrant_data(found, rows),
            "language": translation.get_language(),
            "texts": _texts(),
        },
        "warnings": found["warnings"],
        "empty": not rows,
    }


@login_required
@require_GET
def questions(request: HttpRequest) -> HttpResponse:
    """Questions over respondents: statistics, reliability as a factor."""
    return _page(request, "questions", _questions)


def _questions(state: State, context: dict[str, Any]) -> None:
    chosen = state.texts("q")
    context["questions"] = state.question_choices(chosen)
    named = state.reader.all([], chosen)
    if not named:
        context["empty"] = True
        return
    study = state.study("session")
    found = analyses.items(study, named)
    context["rows"] = [
        {
            "name": one["name"],
            "n": formats.number(one["n"]),
            "reason": one["reason_text"],
            **{
                key: formats.number(one[key], 2) for key in ("mean", "sd", "median", "q1", "q3", "min", "max")
            },
        }
        for one in found["items"]
    ]
    context["warnings"] = found["warnings"]
    if len(named) > 1:
        held = analyses.reliability(study, named)
        context["reliability"] = {
            **held,
            "alpha_text": formats.number(held["alpha"], 2),
            "standardised_text": formats.number(held["alpha_standardised"], 2),
            "interval_text": words.interval_text(held["ci95"]),
            "n_text": formats.number(held["n"]),
            "word": _alpha_word(held["alpha"]),
        }
        for row, item in zip(context["rows"], held["items"], strict=True):
            row["rest"], row["without"] = words.r_text(item["rest_r"]), words.r_text(item["alpha_without"])
        context["warnings"] = held["warnings"]
        context["table_url"] = state.link(reverse("dashboards:relations"), q=chosen, by="session")


def _alpha_word(alpha: float | None) -> str:
    if alpha is None:
        return ""
    if alpha >= 0.9:
        return _("excellent")
    if alpha >= 0.8:
        return _("good, the questions measure one thing")
    return _("acceptable") if alpha >= 0.7 else _("low, the questions measure different things")


def _texts() -> dict[str, str]:
    """Words of the charts."""
    return {
        "lag": _("lag"),
        "before": _("x goes before y"),
        "after": _("y goes before x"),
        "sure": _("not by chance"),
        "unsure": _("may be chance"),
        "few": _("few answers"),
        "none": _("no data"),
        "name": _("Name"),
        "low": _("from"),
        "high": _("to"),
        "open": _("click to open"),
        "steps": _("steps"),
    }
