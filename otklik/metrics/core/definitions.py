"""A definition of an indicator is data: a family of formulas and its parameters. `bind` makes the formula of it."""

from otklik.metrics.core.families import FAMILIES
from otklik.metrics.core.formula import Formula
from otklik.metrics.core.hidden import without_answers
from otklik.metrics.core.reading import NO_QUESTIONS, Context, Definition, DefinitionError, Params, Reader
from otklik.metrics.core.said import gettext_noop, said_of

__all__ = ["FAMILIES", "NO_QUESTIONS", "Context", "Definition", "DefinitionError", "Params", "Reader", "bind"]


def bind(definition: Definition, context: Context, overrides: Params | None = None) -> Formula:
    """The formula of a definition for its questions and weight. Raises DefinitionError that names the parameter."""
    family = FAMILIES.get(definition.family)
    if family is None:
        raise DefinitionError("family", gettext_noop("must be one of %(known)s", known=", ".join(FAMILIES)))
    params = {**definition.params, **(overrides or {})}
    if overrides and "standard" not in overrides and {"bands", "low", "high"} & set(overrides):
        params.pop("standard", None)  # own bounds speak of the question's own numbers
    for name in params:
        if name not in family.params:
            known = ", ".join(family.params) or "none"
            raise DefinitionError(
                name,
                gettext_noop(
                    "is no parameter of %(family)s; known are: %(known)s",
                    family=definition.family,
                    known=known,
                ),
            )
    try:
        read = Reader(params, definition.unit)
        if overrides and "least" in overrides and "least" in definition.params:
            held = Reader(definition.params).whole("least")
            if read.whole("least") < held:
                raise DefinitionError(  # noqa: TRY301
                    "least", gettext_noop("keeps answers private and cannot be under %(held)s", held=held)
                )
        formula = family.make(read, context)
        if context.hidden and not definition.asks:
            formula = without_answers(formula, context.hidden)
        formula.measures()  # a measure that cannot be is refused here, not when somebody looks at a dashboard
    except DefinitionError:
        raise
    except ValueError as error:
        raise DefinitionError("params", said_of(error)) from error
    return formula
