"""What an indicator is defined by, and typed reading of its parameters."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from otklik.metrics.core.filters import EVERYTHING, Filter, FilterError, from_data
from otklik.metrics.core.results import Direction, Unit
from otklik.metrics.core.said import gettext_noop
from otklik.metrics.core.scales import Questions

NO_QUESTIONS = Questions(())

type Params = Mapping[str, object]


class DefinitionError(ValueError):
    """A parameter that is wrong; `name` says which one."""

    def __init__(self, name: str, problem: str) -> None:
        super().__init__(f"{name}: {problem}")
        self.name, self.problem = name, problem


@dataclass(frozen=True, slots=True)
class Definition:
    """One version of an indicator. `question_types` are the types of questions that it takes by default."""

    code: str
    family: str
    unit: Unit
    direction: Direction
    params: Params = field(default_factory=dict)
    question_types: tuple[str, ...] = ()
    relevance: bool = False
    version: int = 1

    @property
    def asks(self) -> bool:
        """Whether the indicator is about questions."""
        return bool(self.question_types)


@dataclass(frozen=True, slots=True)
class Context:
    """What a definition is bound to. `hidden`: questions whose answers are not looked at unless they are asked for."""

    questions: Questions = NO_QUESTIONS
    weight: str | None = None
    priority: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()


class Reader:
    """Typed access to parameters; each error names its parameter."""

    def __init__(self, params: Params, unit: Unit = Unit.SCORE) -> None:
        self.params, self.unit = params, unit

    def number(self, name: str, default: float | None = None) -> float:
        value = self.params.get(name, default)
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            raise DefinitionError(name, gettext_noop("must be a number"))
        return value

    def whole(self, name: str, default: int | None = None) -> int:
        value = self.number(name, default)
        if value != int(value):
            raise DefinitionError(name, gettext_noop("must be a whole number"))
        return int(value)

    def flag(self, name: str) -> bool:
        value = self.params.get(name, False)
        if not isinstance(value, bool):
            raise DefinitionError(name, gettext_noop("must be true or false"))
        return value

    def text(self, name: str, default: str | None = None) -> str:
        value = self.params.get(name, default)
        if not isinstance(value, str):
            raise DefinitionError(name, gettext_noop("must be a text"))
        return value

    def choice[E: StrEnum](
        self, name: str, kind: type[E], default: E | None = None, *, among: frozenset[E] | None = None
    ) -> E:
        given = self.params.get(name, default)
        known = [one for one in kind if among is None or one in among]
        if isinstance(given, str) and given in known:
            return kind(given)
        raise DefinitionError(name, gettext_noop("must be one of %(known)s", known=", ".join(known)))

    def any_taken(self, name: str = "filter") -> Filter:
        """As `taken`; every event when nothing is said."""
        return EVERYTHING if self.params.get(name) is None else self.taken(name)

    def taken(self, name: str = "filter") -> Filter:
        try:
            return from_data(self.params.get(name))
        except FilterError as error:
            raise DefinitionError(f"{name}.{error.where}".rstrip("."), error.problem) from error
