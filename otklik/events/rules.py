"""A kind of event, prepared for checking millions of events: what its subject, value and attributes must be."""

import dataclasses
import math
from typing import TYPE_CHECKING, Self

from otklik.events.problems import Problem
from otklik.events.vocabulary import COMMON, Attribute, AttributeType, Kind, SubjectRule, ValueRule

if TYPE_CHECKING:
    from otklik.events.directory import Scale

MAX_CODE = 64
MAX_TEXT = 10_000
type Scalar = str | bool | int | float | None


@dataclasses.dataclass(frozen=True, slots=True)
class KindRule:
    code: str
    subject: SubjectRule
    value: ValueRule
    required: tuple[str, ...]
    attributes: dict[str, Attribute]

    @classmethod
    def of(cls, kind: Kind) -> Self:
        return cls(
            code=kind.code,
            subject=kind.subject,
            value=kind.value,
            required=tuple(one.name for one in kind.attributes if one.required),
            attributes={one.name: one for one in (*COMMON, *kind.attributes)},
        )


def value_problem(rule: KindRule, value: float | None, scale: "Scale | None") -> Problem | None:
    """What is wrong with the number; `scale` is given for kinds about a question."""
    wanted = rule.value
    if value is None:
        absent = wanted in (ValueRule.NONE, ValueRule.OPTIONAL, ValueRule.ANSWER)
        return None if absent else Problem("value", "value_missing", {"kind": rule.code})
    if not math.isfinite(value):
        return Problem("value", "value_not_finite", {})
    if wanted is ValueRule.SCALE or wanted is ValueRule.ANSWER:
        return None if scale is None else scale_problem(scale, value)
    problem = None
    if wanted is ValueRule.NONE:
        problem = Problem("value", "value_unexpected", {"kind": rule.code})
    elif wanted is ValueRule.COUNT and (value < 0 or not value.is_integer()):
        problem = Problem("value", "value_not_whole", {"value": readable(value)})
    elif wanted is ValueRule.SHARE and not 0 <= value <= 1:
        problem = Problem("value", "value_not_share", {"value": readable(value)})
    return problem


def scale_problem(scale: "Scale", value: float) -> Problem | None:
    if scale.text_only:
        return Problem("value", "text_has_value", {"subject": scale.code})
    if (scale.low <= value <= scale.high and value.is_integer()) or value == scale.dont_know:
        return None
    params = {"value": readable(value), "subject": scale.code, "low": scale.low, "high": scale.high}
    return Problem("value", "off_scale", params)


def attribute_problems(rule: KindRule, attrs: dict[str, Scalar]) -> list[Problem]:
    """What is wrong with the attributes that are there; unknown ones may be any scalar."""
    found = []
    for name, value in attrs.items():
        if not (0 < len(name) <= MAX_CODE and name.isprintable()):
            found.append(Problem("attrs", "attribute_name", {}))
            continue
        problem = scalar_problem(f"attrs.{name}", value)
        if problem is None and value is not None and (attribute := rule.attributes.get(name)) is not None:
            problem = typed_problem(f"attrs.{name}", value, attribute)
        if problem is not None:
            found.append(problem)
    return found


def scalar_problem(field: str, value: Scalar) -> Problem | None:
    if isinstance(value, str):
        if len(value) > MAX_TEXT:
            return Problem(field, "too_long", {"limit": MAX_TEXT})
        if "\0" in value:
            return Problem(field, "not_printable", {})
    elif isinstance(value, float) and not math.isfinite(value):
        return Problem(field, "value_not_finite", {})
    elif isinstance(value, int) and not -(2**63) <= value < 2**63:
        return Problem(field, "wrong_type", {"detail": "64-bit"})
    return None


def typed_problem(field: str, value: Scalar, attribute: Attribute) -> Problem | None:
    """What is wrong with a declared attribute."""
    match attribute.type:
        case AttributeType.NUMBER:
            good = isinstance(value, int | float) and not isinstance(value, bool)
        case AttributeType.COUNT:
            if isinstance(value, int | float) and not isinstance(value, bool):
                whole = value >= 0 and float(value).is_integer()
                return None if whole else Problem(field, "value_not_whole", {"value": readable(value)})
            good = False
        case AttributeType.TEXT:
            good = isinstance(value, str)
        case AttributeType.FLAG:
            good = isinstance(value, bool)
        case AttributeType.CHOICE:
            if value not in attribute.choices:
                return Problem(field, "attribute_choice", {"choices": ", ".join(attribute.choices)})
            good = True
        case AttributeType.ID:
            if isinstance(value, str) and not 0 < len(value) <= MAX_CODE:
                return Problem(field, "too_long" if value else "empty", {"limit": MAX_CODE})
            good = isinstance(value, str)
    return None if good else Problem(field, "wrong_type", {"detail": attribute.type.value})


def readable(value: float) -> str:
    """A number as people write it: 11, not 11.0."""
    return f"{value:.15g}"
