"""Rules of the calculator for people, in the order in which cards show them; `RULES` are those that the core can compute."""

from otklik.metrics.core.definitions import FAMILIES
from otklik.metrics.rules.answers import ANSWERS
from otklik.metrics.rules.combining import COMBINING
from otklik.metrics.rules.counting import COUNTING
from otklik.metrics.rules.sequences import SEQUENCES
from otklik.metrics.rules.service import SERVICE
from otklik.metrics.rules.specs import GROUPS, Choice, Example, Group, Param, Rule, Takes

__all__ = ["DECLARED", "GROUPS", "RULES", "Choice", "Example", "Group", "Param", "Rule", "Takes"]

DECLARED: dict[str, Rule] = {
    rule.family: rule for rule in (*COUNTING, *SEQUENCES, *ANSWERS, *SERVICE, *COMBINING)
}
RULES: dict[str, Rule] = {family: rule for family, rule in DECLARED.items() if family in FAMILIES}
