"""Arithmetic over indicators: + − * / ( ), numbers, names, min, max, abs. Parsed by Python's own parser, evaluated by hand.

A value that is missing, a division by zero or a result that is not finite makes the whole missing: never 0, never an exception.
"""

import ast
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from otklik.metrics.core.said import gettext_noop

LONGEST, DEEPEST = 500, 30
FUNCTIONS: dict[str, Callable[[list[float]], float]] = {
    "min": min,
    "max": max,
    "abs": lambda values: abs(values[0]),
}
SIGNS = {"−": "-", "–": "-", "×": "*", "·": "*", "÷": "/", ":": "/"}


class ExpressionError(ValueError):
    """An expression that means nothing; the message is a sentence about it."""


@dataclass(frozen=True, slots=True)
class Expression:
    """`text` as it was written; `tree` is checked: nothing but arithmetic is in it."""

    text: str
    tree: ast.expr

    @property
    def names(self) -> tuple[str, ...]:
        found = [
            node.id for node in ast.walk(self.tree) if isinstance(node, ast.Name) and node.id not in FUNCTIONS
        ]
        return tuple(dict.fromkeys(found))

    def value(self, values: Mapping[str, float | None]) -> float | None:
        """The value; None when a name has none, or it is not finite."""
        try:
            found = _value(self.tree, values)
        except (ZeroDivisionError, OverflowError):
            return None
        return found if found is not None and math.isfinite(found) else None


def parsed(text: str) -> Expression:
    """Raises ExpressionError with a sentence."""
    if len(text) > LONGEST:
        raise ExpressionError(gettext_noop("is longer than %(count)s characters", count=LONGEST))
    plain = text
    for sign, ours in SIGNS.items():
        plain = plain.replace(sign, ours)
    try:
        tree = ast.parse(plain.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise ExpressionError(gettext_noop("is no arithmetic; write as in (a - b) / c * 100")) from error
    _check(tree, 0)
    found = Expression(text, tree)
    if not found.names:
        raise ExpressionError(gettext_noop("names no indicator"))
    return found


def _check(node: ast.expr, depth: int) -> None:  # noqa: C901  # one case a kind of node
    if depth > DEEPEST:
        raise ExpressionError(gettext_noop("is nested deeper than %(count)s levels", count=DEEPEST))
    match node:
        case ast.Constant(value=int() | float() as value) if not isinstance(value, bool):
            if not math.isfinite(value):
                raise ExpressionError(gettext_noop("holds a number that is not finite"))
        case ast.Name(id=name):
            if name in FUNCTIONS:
                raise ExpressionError(gettext_noop("uses %(name)s without brackets", name=name))
        case ast.UnaryOp(op=ast.USub() | ast.UAdd(), operand=inner):
            _check(inner, depth + 1)
        case ast.BinOp(op=ast.Div(), right=ast.Constant(value=0)):
            raise ExpressionError(gettext_noop("divides by zero"))
        case ast.BinOp(op=ast.Add() | ast.Sub() | ast.Mult() | ast.Div(), left=left, right=right):
            _check(left, depth + 1)
            _check(right, depth + 1)
        case ast.Call(func=ast.Name(id=name), args=args, keywords=[]) if name in FUNCTIONS:
            if not args or (name == "abs" and len(args) != 1):
                raise ExpressionError(gettext_noop("gives %(name)s the wrong number of values", name=name))
            for inner in args:
                _check(inner, depth + 1)
        case _:
            raise ExpressionError(
                gettext_noop("holds something else than + - * / ( ), numbers, names, min, max and abs")
            )


def _value(node: ast.expr, values: Mapping[str, float | None]) -> float | None:
    match node:
        case ast.Constant(value=int() | float() as number):
            return float(number)
        case ast.Name(id=name):
            return values.get(name)
        case ast.UnaryOp(op=op, operand=inner):
            found = _value(inner, values)
            return None if found is None else -found if isinstance(op, ast.USub) else found
        case ast.BinOp(op=op, left=left, right=right):
            one, other = _value(left, values), _value(right, values)
            return None if one is None or other is None else _combined(op, one, other)
        case ast.Call(func=ast.Name(id=name), args=args):
            known = [found for inner in args if (found := _value(inner, values)) is not None]
            return FUNCTIONS[name](known) if len(known) == len(args) else None
        case _:
            raise TypeError("the expression was not checked")


def _combined(op: ast.operator, one: float, other: float) -> float:
    match op:
        case ast.Add():
            return one + other
        case ast.Sub():
            return one - other
        case ast.Mult():
            return one * other
        case _:
            return one / other
