"""A definition as people and files write it, before it is a version: read without an exception, all problems at once.

code: sold_share
name: {ru: Доля продаж, en: Share sold}
rule: ratio_of_counts
params: {over: …, under: …, share: true}
unit: share
direction: higher
thresholds: {good: 0.6, acceptable: 0.4}
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from otklik.company.models import Employee, Place, Point
from otklik.company.models.places import CODE
from otklik.metrics.catalogue import BUILT_IN
from otklik.metrics.core.definitions import FAMILIES, Definition
from otklik.metrics.core.results import Direction, Unit
from otklik.metrics.core.thresholds import Limits
from otklik.metrics.declared import Indicator, Mark
from otklik.metrics.issue import Issue, among, error, instead, meant
from otklik.metrics.models import IndicatorDefinition
from otklik.metrics.rules import RULES

KEYS = (
    "code", "name", "rule", "params", "unit", "direction", "questions", "relevance", "thresholds", "group", "digits",
    "about", "active",
)  # fmt: skip
ALIASES = {
    "family": "rule",
    "question_types": "questions",
    "names": "name",
    "limits": "thresholds",
    "relevance_rule": "relevance",
    "description": "about",
}
RESERVED = frozenset(
    {
        "new",
        "preview",
        "weights",
        "exchange",
        "import",
        "export",
        "rules",
        "suggest",
        "recompute",
        "definitions",
    }
)
GROUPS = ("own", "served", "questions", "process", "sales", "models", "staff")
MAX_CODE, MAX_NAME, MAX_ABOUT, MAX_BYTES = 64, 200, 1000, 200_000
COMPARED = ("=", "!=", "in")  # the others are about order and absence
BY_CODE: dict[str, Any] = {"place": Place, "point": Point, "employee": Employee}


@dataclass(frozen=True, slots=True)
class Draft:
    """A definition with what people read of it. `ahead`: it may speak of data that will come later."""

    definition: Definition
    name_ru: str = ""
    name_en: str = ""
    limits: Limits | None = None
    halves: tuple[float | None, float | None] = (None, None)  # thresholds as written, when one is missing
    group: str = "own"
    digits: int | None = None
    about_ru: str = ""
    about_en: str = ""
    active: bool = True
    ahead: bool = False

    @property
    def code(self) -> str:
        return self.definition.code

    @property
    def name(self) -> str:
        english = (get_language() or "").startswith("en")
        first, second = (self.name_en, self.name_ru) if english else (self.name_ru, self.name_en)
        return first or second or self.code

    def indicator(self) -> Indicator:
        """What it would be if it held."""
        english = (get_language() or "").startswith("en")
        about = (self.about_en or self.about_ru) if english else (self.about_ru or self.about_en)
        rule = RULES.get(self.definition.family)
        formula = about or (str(rule.title) if rule else self.definition.family)
        return Indicator(
            self.definition,
            self.name,
            formula,
            Mark.OURS,
            self.group,
            self.limits,
            built_in=False,
            digits=self.digits,
        )

    def data(self) -> dict[str, Any]:
        """As it is written in a file, without what says nothing."""
        definition = self.definition
        found: dict[str, Any] = {
            "code": definition.code,
            "name": _texts(self.name_ru, self.name_en),
            "about": _texts(self.about_ru, self.about_en),
            "rule": definition.family,
            "params": with_codes(definition.params),
            "questions": list(definition.question_types),
            "relevance": definition.relevance,
            "unit": definition.unit.value,
            "direction": definition.direction.value,
            "thresholds": {"good": self.limits.good, "acceptable": self.limits.acceptable}
            if self.limits
            else None,
            "group": self.group if self.group != "own" else None,
            "digits": self.digits,
            "active": None if self.active else False,
        }
        said = {key: value for key, value in found.items() if value is not None and value not in ({}, [], "")}
        if not said.get("relevance"):
            said.pop("relevance", None)
        return said


def _texts(russian: str, english: str) -> dict[str, str]:
    return {key: text for key, text in (("ru", russian), ("en", english)) if text}


@dataclass(slots=True)
class Reading:
    """Reads one draft; `issues` are what does not even have the right shape."""

    data: Mapping[str, Any]
    issues: list[Issue] = field(default_factory=list)

    def draft(self, *, ahead: bool = False) -> Draft:
        self.data = {ALIASES.get(key, key): value for key, value in self.data.items()}
        for key in self.data:
            if key not in {*KEYS, "name_ru", "name_en", "about_ru", "about_en", "ahead", "version"}:
                hint, _near = meant(str(key), KEYS)
                self._wrong(str(key), _("There is nothing called “%(name)s” here.") % {"name": key} + hint)
        params = resolved(self._params(), self.issues)
        definition = Definition(
            self._code(),
            self._family(),
            self._choice("unit", Unit, self._usual_unit()),
            self._choice("direction", Direction, Direction.NONE),
            params,
            self._types(),
            self._flag("relevance"),
        )
        name_ru, name_en = self._pair("name", MAX_NAME)
        about_ru, about_en = self._pair("about", MAX_ABOUT)
        limits, halves = self._limits()
        return Draft(
            definition,
            name_ru,
            name_en,
            limits,
            halves,
            self._group(),
            self._digits(),
            about_ru,
            about_en,
            self.data.get("active", True) is not False,
            ahead or self.data.get("ahead") is True,
        )

    def _wrong(self, where: str, message: str, **more: Any) -> None:
        self.issues.append(error(where, message, **more))

    def _code(self) -> str:
        code = str(self.data.get("code") or "").strip()
        if not code:
            self._wrong(
                "code", _("Give it a code: by it boards, files and other systems name the indicator.")
            )
        elif not re.fullmatch(CODE.regex, code) or len(code) > MAX_CODE:
            self._wrong(
                "code", _("A code is of small Latin letters, digits, “-” and “_”, at most 64 of them.")
            )
        elif code in RESERVED:
            self._wrong(
                "code", _("“%(code)s” is a word of the addresses; choose another code.") % {"code": code}
            )
        return code

    def _family(self) -> str:
        family = str(self.data.get("rule") or "")
        if family not in FAMILIES:
            hint, near = meant(family, FAMILIES)
            text = _("There is no rule “%(rule)s”.") % {"rule": family} if family else _("Choose a rule.")
            self._wrong("rule", text + hint, fix=instead("rule", near) if near else None)
        return family

    def _params(self) -> Mapping[str, Any]:
        params = self.data.get("params")
        if params is None:
            return {}
        if not isinstance(params, Mapping):
            self._wrong("params", _("Parameters are written as name: value."))
            return {}
        try:
            size = len(json.dumps(params, allow_nan=False))
        except (TypeError, ValueError):
            self._wrong("params", _("Parameters hold only texts, numbers, true, false, lists and objects."))
            return {}
        if size > MAX_BYTES:
            self._wrong("params", _("The parameters are too long."))
            return {}
        return {str(name): value for name, value in params.items() if value is not None}

    def _usual_unit(self) -> Unit:
        rule = RULES.get(str(self.data.get("rule") or ""))
        return rule.units[0] if rule else Unit.RATIO

    def _choice[T: (Unit, Direction)](self, name: str, kind: type[T], default: T) -> T:
        value = self.data.get(name)
        if value is None or value == "":
            return default
        known = [one.value for one in kind]
        if not among(value, known):
            hint, near = meant(str(value), known)
            text = _("“%(value)s” is not possible here.") % {"value": value}
            self._wrong(name, text + hint, fix=instead(name, near) if near else None)
            return default
        return kind(value)

    def _types(self) -> tuple[str, ...]:
        types = self.data.get("questions") or []
        if isinstance(types, str):
            types = [types]
        if not isinstance(types, list | tuple):
            self._wrong("questions", _("Write a list of types of questions."))
            return ()
        return tuple(str(one) for one in types)

    def _flag(self, name: str) -> bool:
        value = self.data.get(name)
        if value is not None and not isinstance(value, bool):
            self._wrong(name, _("Write true or false."))
        return value is True

    def _pair(self, name: str, longest: int) -> tuple[str, str]:
        given = self.data.get(name)
        both = {"ru": given} if isinstance(given, str) else given or {}
        if not isinstance(both, Mapping):
            self._wrong(name, _("Write texts like {ru: …, en: …}."))
            both = {}
        for language in both:
            if language not in {"ru", "en"}:
                text = _(
                    '“%(name)s” is no language here. Put a text with a comma in quotes, as in {ru: "…, …"}.'
                )
                self._wrong(name, text % {"name": str(language)[:80]})
        found = []
        for language in ("ru", "en"):
            text = str(self.data.get(f"{name}_{language}") or both.get(language) or "").strip()
            if len(text) > longest:
                text = text[:longest]
                self._wrong(f"{name}.{language}", _("Write at most %(max_length)s characters.") % {"max_length": longest})  # fmt: skip
            found.append(text)
        if name == "name" and not any(found):
            self._wrong("name.ru", _("Give it a name."))
        return found[0], found[1]

    def _limits(self) -> tuple[Limits | None, tuple[float | None, float | None]]:
        given = self.data.get("thresholds")
        if given is None or given in ({}, ""):
            return None, (None, None)
        if not isinstance(given, Mapping):
            self._wrong("thresholds", _("Write thresholds like {good: 0.6, acceptable: 0.4}."))
            return None, (None, None)
        found: list[float | None] = []
        for name in ("good", "acceptable"):
            value = given.get(name)
            right = isinstance(value, int | float) and not isinstance(value, bool)
            if value is not None and not right:
                self._wrong(f"thresholds.{name}", _("“%(value)s” is not a number.") % {"value": value})
            found.append(float(value) if right and value is not None else None)
        for name in given:
            if name not in {"good", "acceptable"}:
                self._wrong(f"thresholds.{name}", _("Thresholds are “good” and “acceptable”."))
        good, acceptable = found
        limits = Limits(good, acceptable) if good is not None and acceptable is not None else None
        return limits, (good, acceptable)

    def _group(self) -> str:
        group = str(self.data.get("group") or "own")
        if group not in GROUPS:
            hint, near = meant(group, GROUPS)
            text = _("There is no group “%(group)s”.") % {"group": group}
            self._wrong("group", text + hint, fix=instead("group", near) if near else None)
            return "own"
        return group

    def _digits(self) -> int | None:
        digits = self.data.get("digits")
        if digits is None or digits == "":
            return None
        if isinstance(digits, bool) or not isinstance(digits, int) or not 0 <= digits <= 6:
            self._wrong("digits", _("Digits after the point: from 0 to 6."))
            return None
        return digits


def draft_of(one: Indicator, *, name_ru: str = "", name_en: str = "") -> Draft:
    """A held indicator as a draft, to copy or to change."""
    return Draft(
        one.definition,
        name_ru or str(one.name),
        name_en,
        one.limits,
        (one.limits.good, one.limits.acceptable) if one.limits else (None, None),
        one.group if one.group in GROUPS else "own",
        one.digits,
    )


def draft_of_row(row: IndicatorDefinition) -> Draft:
    """A stored version as a draft."""
    limits = row.limits
    return Draft(
        row.definition(),
        row.name_ru,
        row.name_en,
        limits,
        (row.good, row.acceptable),
        row.group or "own",
        row.digits,
        row.about_ru,
        row.about_en,
        row.active,
    )


def held_draft(code: str) -> Draft | None:
    """The version of an indicator that holds, or the last one of an indicator out of use."""
    row = IndicatorDefinition.objects.filter(code=code).order_by("-version").first()
    if row is not None:
        return draft_of_row(row)
    declared = BUILT_IN.get(code)
    return declared_draft(declared) if declared else None


def declared_draft(declared: Indicator) -> Draft:
    """A built-in indicator as a draft with its names in both languages."""
    with override("ru"):
        name_ru = str(declared.name)
    with override("en"):
        name_en = str(declared.name)
    return draft_of(declared, name_ru=name_ru, name_en=name_en)


def copied(draft: Draft, code: str) -> Draft:
    return replace(draft, definition=replace(draft.definition, code=code, version=1))


def _mapped(node: Any, change: Callable[[str, Any], Any]) -> Any:
    """Filters anywhere in parameters with the values of place, point and employee changed."""
    if isinstance(node, Mapping):
        return {key: _mapped(value, change) for key, value in node.items()}
    if isinstance(node, list | tuple):
        if len(node) == 3 and isinstance(node[0], str) and node[0] in BY_CODE and node[1] in COMPARED:
            value = node[2]
            new = [change(node[0], one) for one in value] if isinstance(value, list | tuple) else change(node[0], value)  # fmt: skip
            return [node[0], node[1], new]
        return [_mapped(one, change) for one in node]
    return node


def with_codes(params: Mapping[str, Any]) -> dict[str, Any]:
    """Parameters with codes of places, points and employees for ids, as files carry them."""

    def change(name: str, value: Any) -> Any:
        if isinstance(value, bool) or not isinstance(value, int | float):
            return value
        code = BY_CODE[name].objects.filter(pk=value).values_list("code", flat=True).first()
        return code if code is not None else value

    found: dict[str, Any] = _mapped(params, change)
    return found


def resolved(params: Mapping[str, Any], issues: list[Issue]) -> dict[str, Any]:
    """Parameters with ids of places, points and employees for codes."""

    def change(name: str, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        pk = BY_CODE[name].objects.filter(code=value).values_list("pk", flat=True).first()
        if pk is None:
            sentences = {
                "place": _("There is no place “%(code)s”."),
                "point": _("There is no point “%(code)s”."),
                "employee": _("There is no employee “%(code)s”."),
            }
            issues.append(error("params", sentences[name] % {"code": value}))
            return 0
        return pk

    found: dict[str, Any] = _mapped(params, change)
    return found
