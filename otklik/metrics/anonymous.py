"""Pulses of staff: answers that are shown in groups alone, so that nobody is recognised by them.

The indices of engagement and burnout look at groups of five answers or more. Everything else keeps away from these questions: lists and
files of events leave their answers out, other indicators do not count them (`core/hidden.py`), conditions and definitions do not
name them.
"""

from collections.abc import Collection

from otklik.metrics.core.filters import And, Compare, Filter, Not, Or
from otklik.metrics.declared import Indicator
from otklik.metrics.sql import quoted
from otklik.surveys.models import PULSES, Question

TYPES = PULSES


def codes() -> frozenset[str]:
    """Questions whose answers are anonymous."""
    return frozenset(Question.objects.filter(type__in=TYPES).values_list("code", flat=True))


def shown_sql() -> str:
    """SQL of the events that may stand in a list."""
    hidden = sorted(codes())
    if not hidden:
        return "true"
    return f"(subject IS NULL OR subject NOT IN ({', '.join(map(quoted, hidden))}))"


def is_pulse(one: Indicator) -> bool:
    """Whether an indicator is about pulses, and about nothing else."""
    return (
        one.definition.asks
        and bool(one.definition.question_types)
        and TYPES.issuperset(one.definition.question_types)
    )


def named_in(node: Filter, hidden: Collection[str]) -> list[str]:
    """Anonymous questions that a filter names."""
    match node:
        case Compare(field="subject"):
            values = node.value if isinstance(node.value, tuple) else (node.value,)
            return [str(one) for one in values if one in hidden]
        case And() | Or():
            return [name for part in node.parts for name in named_in(part, hidden)]
        case Not():
            return named_in(node.part, hidden)
        case _:
            return []
