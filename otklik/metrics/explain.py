"""A number explained on the spot: the formula in words, its measures with their conditions, the events behind it."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from otklik.metrics.catalogue import Indicator
from otklik.metrics.core.composed import Composed, Moving
from otklik.metrics.core.filters import Filter, either, to_data
from otklik.metrics.core.formula import Formula
from otklik.metrics.core.measures import Measure
from otklik.metrics.labels import MARKS
from otklik.metrics.queries import Slicing, behind, bound, questions_for
from otklik.metrics.wording import sentence


def explained(one: Indicator, slicing: Slicing) -> dict[str, Any]:
    """Everything but the value and the events."""
    formula = bound(one, slicing)
    definition = one.definition
    return {
        "indicator": one.code,
        "version": definition.version,
        "name": str(one.name),
        "formula": str(one.formula),
        "words": None if one.built_in else sentence(definition),
        "whose": {"code": one.mark.value, "text": str(MARKS[one.mark])},
        "family": definition.family,
        "params": {**definition.params, **slicing.params},
        "measures": [
            _measure(name, measure)
            for each in behind(one, slicing)
            for name, measure in each.measures().items()
        ],
        "made_of": list(_made_of(formula)),
        "served_sources": [source.code for source in formula.sources],
        "questions": [
            {
                "code": question.code,
                "type": question.type,
                "scale": [question.scale.minimum, question.scale.maximum],
                "best": question.scale.top,
                "spontaneous": question.spontaneous,
            }
            for question in questions_for(one, slicing).items
        ],
        "rules": _rules(one, formula),
        "docs": one.anchor,
    }


def _made_of(formula: Formula) -> tuple[str, ...]:
    """Codes of the indicators that it is made of."""
    match formula:
        case Composed():
            return formula.codes
        case Moving():
            return (formula.code,)
        case _:
            return ()


def taken_by(formulas: Iterable[Formula]) -> Filter:
    """Events that any measure or served source of the formulas takes."""
    filters = []
    for formula in formulas:
        filters += [measure.takes for measure in formula.measures().values()]
        filters += [source.filter for source in formula.sources]
    return either(*dict.fromkeys(filters)) if filters else either()


def _measure(name: str, measure: Measure) -> dict[str, Any]:
    found = {
        "name": name,
        "key": measure.key,
        "takes": measure.agg.value,
        "of": measure.field,
        "where": to_data(measure.filter),
        "weight": measure.weight,
        "q": measure.q,
        "at_least": measure.min_count,
        "adds_up": measure.additive,
    }
    return {key: value for key, value in found.items() if value is not None}


def _rules(one: Indicator, formula: Formula) -> list[str]:
    found = [_("Nothing is averaged twice: numerators and denominators are summed first, then divided.")]
    if formula.sources:
        found.append(
            _("Per point and day one source of the served count holds, by priority; sources are never added.")
        )
        found.append(_("A day without a served count leaves both parts of the ratio."))
    if one.definition.relevance:
        found.append(
            _("In a spontaneous poll with a response under 60 % the value is marked as not relevant.")
        )
    if one.definition.asks:
        found.append(_("Skipped answers, “don't know” and values off the scale are not ratings."))
    return found
