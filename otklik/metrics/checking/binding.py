"""What the core itself refuses of a definition, and a unit that its value cannot have."""

from django.utils.translation import gettext as _

from otklik.metrics.composing import may_move
from otklik.metrics.core.composed import Moving
from otklik.metrics.core.definitions import Context, Definition, DefinitionError, bind
from otklik.metrics.core.formula import Formula, Slice
from otklik.metrics.core.results import Unit
from otklik.metrics.core.scales import Questions
from otklik.metrics.issue import Fix, Issue, error
from otklik.metrics.labels import UNITS, translated
from otklik.metrics.record import question_of
from otklik.metrics.rules import RULES
from otklik.metrics.vocabulary import Vocabulary


def bound_issues(definition: Definition, known: Vocabulary) -> list[Issue]:
    """At most one: what comes after a refusal is not known."""
    try:
        formula = bind(definition, _context(definition, known))
        unit = _unit(formula, known)
    except DefinitionError as refused:
        where = "params" if refused.name == "params" else f"params.{refused.name}"
        text = _("The parameter “%(name)s” does not fit: it %(problem)s.")
        values = {"name": _label(definition, refused.name), "problem": translated(refused.problem)}
        return [error(where, text % values)]
    except (TypeError, ValueError, KeyError, AttributeError) as refused:
        return [error("params", _("The rule cannot be understood: %(problem)s.") % {"problem": refused})]
    if unit is None or unit is definition.unit:
        return []
    text = _("The value of this rule is in “%(right)s”, not in “%(wrong)s”.")
    values = {"right": str(UNITS[unit]), "wrong": str(UNITS[definition.unit])}
    return [
        error("unit", text % values, Fix(_("Take “%(word)s”") % {"word": UNITS[unit]}, "unit", unit.value))
    ]


def _context(definition: Definition, known: Vocabulary) -> Context:
    mine = [one for one in known.questions.values() if one.type in definition.question_types]
    return Context(Questions.of(question_of(one) for one in mine))


def _unit(formula: Formula, known: Vocabulary) -> Unit | None:
    """The unit of the value; None where only data tell. Raises DefinitionError for what cannot move."""
    if isinstance(formula, Moving):
        inner = known.indicators[formula.code].definition
        may_move(inner, _context(inner, known))
        return inner.unit
    try:
        return formula.result(Slice({})).unit
    except (TypeError, ValueError, KeyError, ArithmeticError):
        return None


def _label(definition: Definition, name: str) -> str:
    """What the form calls a parameter."""
    rule = RULES.get(definition.family)
    param = rule.param(name) if rule else None
    return str(param.label) if param else name
