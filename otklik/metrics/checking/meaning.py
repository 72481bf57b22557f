"""Parameters that are each right and together mean nothing.

Shares that do not sum to 1, bands that overlap, a scale reversed, a unit that cannot be, a circle of indicators.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from typing import Any

from django.utils.translation import gettext as _

from otklik.metrics.anonymous import TYPES
from otklik.metrics.catalogue_models import GROUP_OF
from otklik.metrics.core.definitions import Definition
from otklik.metrics.core.expression import ExpressionError, parsed
from otklik.metrics.core.results import Unit
from otklik.metrics.issue import Fix, Issue, Issues, Severity, among, error, instead, meant, warning
from otklik.metrics.vocabulary import Vocabulary
from otklik.surveys.models import Question, QuestionType
from otklik.web import formats

SHARES = ("loyal", "passive", "critic")
TOLERANCE = 1e-6


def meaning_issues(definition: Definition, known: Vocabulary) -> Issues:
    """Problems that several parameters make together. Parameters of a wrong sort are left to others."""
    params = definition.params
    match definition.family:
        case "nps":
            yield from _silent(params)
            yield from _breaks(params)
        case "range_share":
            yield from _range(definition, known)
        case "net_index":
            yield from _bands(definition, known)
        case "box_share":
            yield from _boxes(definition, known)
        case "model":
            yield from _model(params, known)
        case "formula":
            yield from _names(definition, known)
            yield from circle_issues(definition, known)
        case "moving":
            yield from circle_issues(definition, known)
    yield from _questions(definition, known)


def _numbers(params: Mapping[str, Any], *names: str) -> list[float] | None:
    found = [params.get(name) for name in names]
    right = [one for one in found if isinstance(one, int | float) and not isinstance(one, bool)]
    return [float(one) for one in right] if len(right) == len(names) else None


def _silent(params: Mapping[str, Any]) -> Issues:
    if params.get("silent") != "custom":
        return
    for name in SHARES:
        if params.get(name) is None:
            yield error(f"params.{name}", _("Say all three shares of the silent ones."))
    shares = _numbers(params, *SHARES)
    if shares is None:
        return
    whole = math.fsum(shares)
    if abs(whole - 1) > TOLERANCE:
        text = _("The shares of the silent ones sum to %(sum)s; they must sum to 1.") % {
            "sum": formats.trimmed(whole, 3)
        }
        fix = None
        last = round(1 - shares[0] - shares[1], 6)
        if 0 <= last <= 1:
            label = _("Take %(value)s for the critics") % {"value": formats.trimmed(last, 3)}
            fix = Fix(label, "params.critic", last)
        yield error("params.critic", text, fix)


def _breaks(params: Mapping[str, Any]) -> Issues:
    said = [name for name in ("detractor_max", "passive_max") if params.get(name) is not None]
    if len(said) == 1:
        other = "passive_max" if said[0] == "detractor_max" else "detractor_max"
        yield error(f"params.{other}", _("Say both borders of the scale or none."))
    borders = _numbers(params, "detractor_max", "passive_max")
    if borders is not None and borders[1] < borders[0]:
        yield error("params.passive_max", _("Passives end below detractors: the borders are swapped."))


def _scales(definition: Definition, known: Vocabulary) -> list[Question]:
    return [one for one in known.questions.values() if one.type in definition.question_types]


def _range(definition: Definition, known: Vocabulary) -> Issues:
    ends = _numbers(definition.params, "low", "high")
    if ends is None:
        return
    low, high = ends
    if low > high:
        fix = Fix(_("Swap them"), "params", {**definition.params, "low": high, "high": low})
        values = {"low": formats.trimmed(low, 2), "high": formats.trimmed(high, 2)}
        text = _("The scale is reversed: “from” %(low)s is above “to” %(high)s.") % values
        yield error("params.low", text, fix)
        return
    yield from _outside(definition, known, low, high, "params.high")


def _outside(definition: Definition, known: Vocabulary, low: float, high: float, where: str) -> Issues:
    questions = _scales(definition, known)
    if questions and all(high < one.scale_min or low > one.scale_max for one in questions):
        one = questions[0]
        text = _("The scale of “%(question)s” runs from %(low)s to %(high)s, so nothing ever falls in here.")
        yield error(
            where, text % {"question": one.text or one.code, "low": one.scale_min, "high": one.scale_max}
        )


def _bands(definition: Definition, known: Vocabulary) -> Issues:
    bands = _listed(definition.params.get("bands"))
    right: list[tuple[int, float, float]] = []
    signs = set()
    for number, band in enumerate(bands):
        ends = _numbers(band, "low", "high") if isinstance(band, Mapping) else None
        if ends is None:
            continue
        low, high = ends
        sign = _numbers(band, "sign")
        signs.add(math.copysign(1, sign[0]) if sign and sign[0] else 0)
        at = f"params.bands[{number}]"
        if low > high:
            fix = Fix(_("Swap them"), at, {**band, "low": high, "high": low})
            values = {"low": formats.trimmed(low, 2), "high": formats.trimmed(high, 2)}
            text = _("The scale is reversed: “from” %(low)s is above “to” %(high)s.") % values
            yield error(f"{at}.low", text, fix)
            continue
        right.append((number, low, high))
        yield from _outside(definition, known, low, high, f"{at}.high")
    for (_one, low, high), (number, other_low, other_high) in combinations(right, 2):
        if low <= other_high and other_low <= high:
            text = _("This band overlaps another one: options from %(low)s to %(high)s would count twice.")
            values = {
                "low": formats.trimmed(max(low, other_low), 2),
                "high": formats.trimmed(min(high, other_high), 2),
            }
            yield error(f"params.bands[{number}].low", text % values)
    if right and not signs & {1, -1}:
        yield warning("params.bands", _("No band counts as good or bad, so the index is always 0."))


def _boxes(definition: Definition, known: Vocabulary) -> Issues:
    boxes = definition.params.get("boxes", 2)
    questions = _scales(definition, known)
    if not isinstance(boxes, int) or isinstance(boxes, bool) or not questions:
        return
    shortest = min(questions, key=lambda one: one.scale_max - one.scale_min)
    options = shortest.scale_max - shortest.scale_min + 1
    if boxes >= options:
        text = _("“%(question)s” has only %(options)s options, so the share is always 100 %%.")
        yield warning("params.boxes", text % {"question": shortest.text or shortest.code, "options": options})


def _listed(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _items(params: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for number, dimension in enumerate(_listed(params.get("model"))):
        items = dimension.get("items") if isinstance(dimension, Mapping) else None
        for place, item in enumerate(_listed(items)):
            if isinstance(item, Mapping):
                yield f"params.model[{number}].items[{place}]", item


def _model(params: Mapping[str, Any], known: Vocabulary) -> Issues:
    codes = [one.get("code") for one in _listed(params.get("model")) if isinstance(one, Mapping)]
    yield from _dimensions(params, codes)
    seen: set[str] = set()
    for at, item in _items(params):
        yield from _item_codes(at, item, known, gap=params.get("gap") is True)
        if str(item.get("code")) in seen:
            yield error(f"{at}.code", _("The question stands in the model twice."))
        seen.add(str(item.get("code")))
        weight = item.get("weight", 1)
        if isinstance(weight, bool) or not isinstance(weight, int | float) or not weight > 0:
            yield error(f"{at}.weight", _("A weight must be above zero."))
    weights = params.get("weights")
    for name in weights if isinstance(weights, Mapping) else ():
        if name not in codes:
            text = _("There is no dimension “%(name)s” in the model.") % {"name": name}
            yield error(f"params.weights.{name}", text)


def _dimensions(params: Mapping[str, Any], codes: Sequence[object]) -> Issues:
    for number, dimension in enumerate(_listed(params.get("model"))):
        at = f"params.model[{number}]"
        if not isinstance(dimension, Mapping):
            yield error(at, _("A dimension has a code and items."))
            continue
        if not dimension.get("code"):
            yield error(f"{at}.code", _("Give the dimension a name."))
        elif codes.count(dimension["code"]) > 1:
            text = _("Two dimensions are called “%(name)s”.")
            yield error(f"{at}.code", text % {"name": dimension["code"]})
        if not dimension.get("items"):
            yield error(f"{at}.items", _("The dimension has no questions yet."))


def _item_codes(at: str, item: Mapping[str, Any], known: Vocabulary, *, gap: bool) -> Issues:
    for name in ("code", "expectation", "importance"):
        code = item.get(name)
        if code is not None and code != "":
            if not among(code, known.questions):
                hint, near = meant(str(code), known.questions)
                fix = instead(f"{at}.{name}", near) if near else None
                yield error(
                    f"{at}.{name}", _("There is no question “%(word)s”.") % {"word": code} + hint, fix
                )
        elif name == "code":
            yield error(f"{at}.code", _("Choose a question."))
        elif name == "expectation" and gap:
            yield error(f"{at}.expectation", _("A gap needs a question about the expectation."))


def _questions(definition: Definition, known: Vocabulary) -> Issues:
    from otklik.metrics.rules import RULES

    rule = RULES.get(definition.family)
    if rule is None:
        return
    types = set(QuestionType.values)
    for number, one in enumerate(definition.question_types):
        if one not in types:
            hint, near = meant(str(one), types)
            fix = instead(f"questions[{number}]", near) if near else None
            text = _("There is no type of question “%(word)s”.") % {"word": one}
            yield error(f"questions[{number}]", text + hint, fix)
    if rule.asks and TYPES.intersection(definition.question_types):
        yield from _pulse(definition)
    if rule.asks and not definition.question_types:
        yield error("questions", _("Choose which questions it is about."))
    elif rule.asks and not _scales(definition, known):
        yield warning("questions", _("There is no question of these types yet, so there is no value either."))
    elif not rule.asks and definition.question_types:
        yield error("questions", _("This rule is not about questions; describe them in the conditions."))


def _pulse(definition: Definition) -> Issues:
    """Pulses of staff are shown in groups alone."""
    if not TYPES.issuperset(definition.question_types):
        yield error(
            "questions", _("Pulses of staff are not mixed with other questions: their answers are anonymous.")
        )
    least = definition.params.get("least")
    if not isinstance(least, int | float) or least < GROUP_OF:
        text = _(
            "Pulses of staff are shown for groups of %(count)s answers or more: take an index of several questions with “least” of %(count)s."
        )
        yield error("params.least", text % {"count": GROUP_OF})


def _names(definition: Definition, known: Vocabulary) -> Issues:
    """A name without a meaning of its own is the code of an indicator; the definition's own code is a circle."""
    parts = definition.params.get("parts")
    for name in _named(definition.params):
        if name not in {definition.code, *known.indicators} and name not in (
            parts if isinstance(parts, Mapping) else ()
        ):
            text = _("Say which indicator “%(name)s” is: there is none with this code.")
            yield error(f"params.parts.{name}", text % {"name": name})


def _named(params: Mapping[str, Any]) -> tuple[str, ...]:
    try:
        return parsed(str(params.get("expression") or "")).names
    except ExpressionError:
        return ()  # said where the rule is bound


def circle_issues(definition: Definition, known: Vocabulary) -> Issues:
    """A definition that leads back to itself through others."""
    way = _circle(definition, known)
    if way:
        names = " → ".join(str(known.indicators[one].name) if one in known.indicators else one for one in way)
        where = "params.of" if definition.family == "moving" else "params.parts"
        yield error(where, _("The indicators go round in a circle: %(way)s.") % {"way": names})


def references(definition: Definition) -> list[str]:
    """Codes of the indicators that a definition is made of."""
    params = definition.params
    parts = params.get("parts")
    meant = dict(parts) if isinstance(parts, Mapping) else {}
    found = [str(code) for code in ({name: name for name in _named(params)} | meant).values()]
    of = params.get("of")
    return [*found, *([of] if isinstance(of, str) else [])]


def _circle(definition: Definition, known: Vocabulary) -> list[str]:
    ways = [[definition.code, code] for code in references(definition)]
    seen: set[str] = set()
    while ways:
        way = ways.pop()
        code = way[-1]
        if code == definition.code:
            return way
        if code in seen:
            continue
        seen.add(code)
        held = known.indicators.get(code)
        if held is not None:
            ways += [[*way, one] for one in references(held.definition)]
    return []


def limit_issues(  # noqa: PLR0911  # a sentence each
    direction: str, good: float | None, acceptable: float | None, unit: Unit
) -> list[Issue]:
    """Default thresholds: both or none, in the order of the direction, different, of a size that the unit can have."""
    if good is None and acceptable is None:
        return []
    if good is None or acceptable is None:
        where = "thresholds.good" if good is None else "thresholds.acceptable"
        return [error(where, _("Say both “good” and “acceptable”, or neither."))]
    if direction == "none":
        return [
            error(
                "thresholds", _("This indicator is neither good nor bad, so it has no thresholds."),
                Fix(_("Take them away"), "thresholds", None),
            )
        ]  # fmt: skip
    if good == acceptable:
        return [
            error("thresholds.acceptable", _("Good and acceptable must differ, else nothing is ever yellow."))
        ]
    wrong = good < acceptable if direction == "higher" else good > acceptable
    if wrong:
        text = (
            _("Higher is better here, so “good” must be at or above “acceptable”.")
            if direction == "higher"
            else _("Lower is better here, so “good” must be at or below “acceptable”.")
        )
        swapped = {"good": acceptable, "acceptable": good}
        return [error("thresholds.good", text, Fix(_("Swap them"), "thresholds", swapped))]
    if unit is Unit.SHARE and max(abs(good), abs(acceptable)) > 1.5:
        hundredth = {"good": good / 100, "acceptable": acceptable / 100}
        text = _("A share runs from 0 to 1: write 0.3 for 30 %.")
        fix = Fix(_("Divide by 100"), "thresholds", hundredth)
        return [Issue("thresholds.good", text, Severity.WARNING, fix)]
    return []
