"""What a rule of the calculator is to a person: its title, meaning, example, and what it has to be told.

The editor's form, docs/calculator.md, `GET /api/v1/rules` and the sentences about a definition are made from these values;
a test keeps them equal to the parameters that the core knows.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext_lazy as _

from otklik.metrics.core.events import Event
from otklik.metrics.core.results import Direction, Unit
from otklik.metrics.declared import Text


class Takes(StrEnum):
    """What a parameter is, so that a form knows how to ask for it."""

    FILTER = "filter"
    FILTERS = "filters"  # filters in their order
    FIELD = "field"  # a number of events: value or attr.<name>
    ATTRIBUTE = "attribute"  # the name of an attribute
    KEY = "key"  # what makes events belong together
    KEYS = "keys"
    NUMBER = "number"
    WHOLE = "whole"
    SECONDS = "seconds"
    CHOICE = "choice"
    FLAG = "flag"
    TEXT = "text"
    RECORD = "record"  # parameters inside one
    RECORDS = "records"
    EXPRESSION = "expression"
    PARTS = "parts"  # names in an expression → codes of indicators
    INDICATOR = "indicator"
    MODEL = "model"
    WEIGHTS = "weights"


class Group(StrEnum):
    COUNTING = "counting"
    RATIOS = "ratios"
    SEQUENCES = "sequences"
    ANSWERS = "answers"
    SERVICE = "service"
    COMBINING = "combining"


GROUPS: Mapping[Group, Text] = {
    Group.COUNTING: _("How many, how much"),
    Group.RATIOS: _("Ratios and shares"),
    Group.SEQUENCES: _("Time and order of events"),
    Group.ANSWERS: _("Answers of clients"),
    Group.SERVICE: _("Standard, feelings, clients served"),
    Group.COMBINING: _("From other indicators"),
}


@dataclass(frozen=True, slots=True)
class Choice:
    value: str
    label: Text


@dataclass(frozen=True, slots=True)
class Param:
    """One parameter. `default` is what holds when it is not said; `when` shows it only for some values of another one.

    `texts`: a field of words (subject, kind, session, via) fits as well as one of numbers.
    """

    name: str
    takes: Takes
    label: Text
    help: Text = ""
    default: object = None
    required: bool = False
    choices: tuple[Choice, ...] = ()
    low: float | None = None
    high: float | None = None
    fields: tuple["Param", ...] = ()
    when: tuple[str, tuple[object, ...]] | None = None
    texts: bool = False

    def data(self) -> dict[str, Any]:
        """As JSON, in the language of the moment."""
        found: dict[str, Any] = {
            "name": self.name,
            "takes": self.takes.value,
            "label": str(self.label),
            "help": str(self.help),
            "default": self.default,
            "required": self.required,
            "choices": [{"value": one.value, "label": str(one.label)} for one in self.choices],
            "low": self.low,
            "high": self.high,
            "fields": [one.data() for one in self.fields],
            "texts": self.texts or None,
            "when": {"param": self.when[0], "values": list(self.when[1])} if self.when else None,
        }
        return {key: value for key, value in found.items() if value not in (None, "", [])}


@dataclass(frozen=True, slots=True)
class Example:
    """A small definition with the events it is worked out on; a test computes `value` anew."""

    name: Text
    told: Text
    params: Mapping[str, object]
    unit: Unit
    value: float
    events: tuple[Event, ...] = ()
    direction: Direction = Direction.HIGHER
    question_types: tuple[str, ...] = ()
    served: bool = False  # reads the served count, which comes from events of the same example


@dataclass(frozen=True, slots=True)
class Rule:
    """A family of formulas for people. `units` are those that its value can have, the likeliest first."""

    family: str
    group: Group
    icon: str
    title: Text
    meaning: Text
    example: Example
    units: tuple[Unit, ...]
    params: tuple[Param, ...] = ()
    asks: bool = False
    words: Text = ""  # the sentence; %(name)s stands for the words of a parameter

    def param(self, name: str) -> Param | None:
        return next((one for one in self.params if one.name == name), None)

    def data(self) -> dict[str, Any]:
        """As JSON, in the language of the moment."""
        example = self.example
        return {
            "rule": self.family,
            "group": self.group.value,
            "group_text": str(GROUPS[self.group]),
            "icon": self.icon,
            "title": str(self.title),
            "meaning": str(self.meaning),
            "units": [unit.value for unit in self.units],
            "asks_questions": self.asks,
            "params": [one.data() for one in self.params],
            "example": {
                "name": str(example.name),
                "told": str(example.told),
                "params": dict(example.params),
                "unit": example.unit.value,
                "direction": example.direction.value,
                "question_types": list(example.question_types),
                "value": example.value,
            },
            "docs": f"calculator.md#{self.family}",
        }


@dataclass(frozen=True, slots=True)
class Moment:
    """Makes events of an example: of one point, one business day, at times of a clock."""

    kind: str
    more: Mapping[str, Any] = field(default_factory=dict)

    def at(self, clock: str, value: float | None = None, **attrs: object) -> Event:
        hours, minutes, *rest = (int(part) for part in clock.split(":"))
        seconds = hours * 3600 + minutes * 60 + (rest[0] if rest else 0)
        return Event(
            self.kind, at=seconds * 1_000_000, place=1, point=1, value=value, attrs=attrs, **self.more
        )


def taking(name: str = "filter", label: Text = "", about: Text = "", *, required: bool = True) -> Param:
    return Param(name, Takes.FILTER, label or _("Which events"), about, {"and": []}, required)


def summed(name: str = "field", label: Text = "") -> Param:
    return Param(
        name,
        Takes.FIELD,
        label or _("Which number"),
        _("The event's own number or one of its attributes."),
        "value",
        True,
    )


def choice(name: str, label: Text, default: str, *options: tuple[str, Text], **more: Any) -> Param:
    return Param(
        name, Takes.CHOICE, label, default=default, choices=tuple(Choice(*one) for one in options), **more
    )


def times(default: float = 1) -> Param:
    return Param("k", Takes.NUMBER, _("Times"), _("100 gives “per hundred”, 1 leaves it as it is."), default)


SPREAD = choice(
    "interval",
    _("How the gaps scatter"),
    "normal",
    ("normal", _("as measured")),
    ("exponential", _("as of events that come by chance")),
)
QUANTILE = Param(
    "q",
    Takes.NUMBER,
    _("Which quantile"),
    _("From 0 to 1: 0.5 is the middle, 0.9 leaves a tenth above."),
    0.5,
    low=0,
    high=1,
)
