"""A definition and its conditions as sentences, in the language of the moment: names instead of codes."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext, pgettext

from otklik.company.models import Employee, Place, Point
from otklik.metrics.core.definitions import Definition
from otklik.metrics.core.events import Scalar
from otklik.metrics.core.expression import ExpressionError, parsed
from otklik.metrics.core.filters import (
    EVERYTHING,
    And,
    Compare,
    Filter,
    FilterError,
    Not,
    Or,
    attribute_name,
    from_data,
)
from otklik.metrics.drafts import Draft
from otklik.metrics.names import CHOICES, OF_MANY, field_name
from otklik.metrics.rules import RULES, Param, Takes
from otklik.metrics.vocabulary import Vocabulary
from otklik.surveys.models import QuestionType
from otklik.web import formats

MODELS: Mapping[str, Any] = {"place": Place, "point": Point, "employee": Employee}
SIGNS = {"<": "<", "<=": "≤", ">": ">", ">=": "≥"}
LONGEST = 4
MISSING = "…"  # in place of what is not said yet


class Writer:
    """Writes sentences about one definition with the words of a vocabulary."""

    def __init__(self, known: Vocabulary) -> None:
        self.known = known
        self._names: dict[tuple[str, object], str] = {}

    # --- conditions --------------------------------------------------------------------------------------------

    def events(self, data: object) -> str:
        """«чеков (операция: продажа)»: the events that a filter takes, in the form that follows “number of”."""
        try:
            node = from_data(data if data is not None else {"and": []})
        except FilterError:
            return gettext("events of a condition that is wrong")
        kinds = _own_kinds(node)
        if not kinds:
            head = gettext("events") if node != EVERYTHING else gettext("all events")
            rest: Filter = node
        else:
            head = self._or([self.kind(code) for code in kinds])
            rest = _without_kind(node)
        if rest == EVERYTHING:
            return head
        return f"{head} ({self._inside(rest)})"

    def condition(self, data: object) -> str:
        """A condition alone, without the noun."""
        try:
            return self._said(from_data(data if data is not None else {"and": []}))
        except FilterError:
            return gettext("a condition that is wrong")

    def kind(self, code: str) -> str:
        if code in OF_MANY:
            return str(OF_MANY[code])
        held = self.known.kinds.get(code)
        return gettext("events “%(name)s”") % {"name": held.name if held else code}

    def _inside(self, node: Filter) -> str:
        parts = node.parts if isinstance(node, And) else (node,)
        return "; ".join(self._said(part) for part in parts)

    def _said(self, node: Filter) -> str:
        match node:
            case Compare():
                return self._compare(node)
            case And():
                return gettext(" and ").join(map(self._bracketed, node.parts)) or gettext("always")
            case Or():
                return gettext(" or ").join(map(self._bracketed, node.parts)) or gettext("never")
            case Not():
                return gettext("not: %(part)s") % {"part": self._bracketed(node.part)}

    def _bracketed(self, node: Filter) -> str:
        text = self._said(node)
        return f"({text})" if isinstance(node, And | Or) and len(node.parts) > 1 else text

    def _compare(self, node: Compare) -> str:
        name = field_name(node.field)
        if node.op == "is_null":
            return (gettext("without: %(name)s") if node.value else gettext("with: %(name)s")) % {
                "name": name
            }
        if node.op in SIGNS:
            assert not isinstance(node.value, tuple)
            return f"{name} {SIGNS[node.op]} {self.value(node.field, node.value)}"
        values = node.value if isinstance(node.value, tuple) else (node.value,)
        said = self._or([self.value(node.field, one) for one in values])
        if node.op == "!=":
            return gettext("%(name)s: not %(value)s") % {"name": name, "value": said}
        return f"{name}: {said}"

    def value(self, field: str, value: Scalar) -> str:  # noqa: PLR0911  # one line per sort of value
        """A value as people call it."""
        if isinstance(value, bool):
            return pgettext("a flag", "yes") if value else pgettext("a flag", "no")
        if field in MODELS:
            return self._place_name(field, value)
        if isinstance(value, int | float):
            return formats.trimmed(float(value), 4)
        text = str(value)
        if field == "kind":
            return self.kind(text)
        if field == "subject" and text in self.known.questions:
            return formats.quoted(self.known.questions[text].text)
        if attribute_name(field) and text in CHOICES:
            return str(CHOICES[text])
        return formats.quoted(text)

    def _place_name(self, field: str, value: object) -> str:
        if (field, value) not in self._names:
            model = MODELS[field]
            row = model.objects.filter(pk=value).values_list("name", flat=True).first() if isinstance(value, int | float) else None  # fmt: skip
            self._names[field, value] = formats.quoted(row) if row else str(value)
        return self._names[field, value]

    @staticmethod
    def _or(words: Sequence[str]) -> str:
        shown = [*words[:LONGEST], "…"] if len(words) > LONGEST else words
        return gettext(" or ").join(shown)

    # --- definitions -------------------------------------------------------------------------------------------

    def sentence(self, definition: Definition) -> str:
        """What the definition counts, in one sentence."""
        rule = RULES.get(definition.family)
        if rule is None:
            return definition.family
        said = {
            param.name: self.param(param, definition.params.get(param.name)) or MISSING
            for param in rule.params
        }
        said["questions"] = self.questions(definition.question_types)
        if definition.family == "formula":
            return self._formula(definition.params, said) + "."
        template = str(rule.words)
        text = template % said
        more = [
            self._extra(param, definition.params[param.name])
            for param in rule.params
            if f"%({param.name})s" not in template
            and param.name in definition.params
            and definition.params[param.name] not in (param.default, None, False)
        ]
        text = "; ".join([text, *(one for one in more if one)])
        return text[:1].upper() + text[1:] + "."

    def _formula(self, params: Mapping[str, object], said: Mapping[str, str]) -> str:
        given = params.get("parts")
        parts = given if isinstance(given, Mapping) else {}
        try:
            names = parsed(str(params.get("expression") or "")).names
        except ExpressionError:
            names = tuple(parts)
        listed = [f"{name} — {self.indicator(parts.get(name, name))}" for name in names]
        template = str(RULES["formula"].words)
        return template % {**said, "parts": ", ".join(listed) or MISSING}

    def _extra(self, param: Param, value: object) -> str:
        label = str(param.label)
        label = label[:1].lower() + label[1:]
        return label if value is True else f"{label}: {self.param(param, value)}"

    def questions(self, types: Collection[str]) -> str:
        """Questions by type, as the definition takes them."""
        if not types:
            return gettext("no questions")
        labels = dict(QuestionType.choices)
        return gettext("questions of the types %(types)s") % {
            "types": ", ".join(formats.quoted(labels.get(one, one)) for one in types)
        }

    def param(self, param: Param, value: object) -> str:  # noqa: PLR0911, PLR0912, C901  # one line per kind of parameter
        """The words of one parameter; what is not said is said by its default."""
        value = param.default if value is None else value
        match param.takes:
            case Takes.FILTER if param.name == "condition":
                return self.condition(value)
            case Takes.FILTER if value is None or (value == {"and": []} and not param.required):
                return gettext("the next of the same")
            case Takes.FILTER:
                return self.events(value)
            case Takes.FILTERS if isinstance(value, Sequence):
                return " → ".join(self.events(one) for one in value)
            case Takes.ATTRIBUTE:
                return formats.quoted(field_name(f"attr.{value}"))
            case Takes.FIELD | Takes.KEY:
                return formats.quoted(field_name(str(value)))
            case Takes.KEYS:
                return self._keys(value)
            case Takes.SECONDS if isinstance(value, int | float):
                return formats.duration(float(value))
            case Takes.NUMBER | Takes.WHOLE if isinstance(value, int | float):
                return formats.trimmed(float(value), 4)
            case Takes.CHOICE:
                return str(next((one.label for one in param.choices if one.value == value), value))
            case Takes.RECORD if isinstance(value, Mapping):
                return self._record(param, value)
            case Takes.RECORDS if isinstance(value, Sequence):
                return "; ".join(self._record(param, one) for one in value if isinstance(one, Mapping))
            case Takes.INDICATOR if value:
                return self.indicator(value)
            case Takes.PARTS if isinstance(value, Mapping):
                return ", ".join(f"{name} — {self.indicator(code)}" for name, code in value.items())
            case Takes.MODEL if isinstance(value, Sequence):
                return self._model(value)
            case Takes.WEIGHTS if isinstance(value, Mapping):
                return ", ".join(f"{name}: {formats.trimmed(weight)}" for name, weight in value.items())
        return "" if value is None else str(value)

    def indicator(self, code: object) -> str:
        held = self.known.indicators.get(str(code))
        return formats.quoted(held.name) if held else str(code)

    def _keys(self, value: object) -> str:
        keys = [value] if isinstance(value, str) else value
        if not isinstance(keys, Sequence):
            return str(value)
        return gettext(" and ").join(formats.quoted(field_name(str(one))) for one in keys)

    def _record(self, param: Param, value: Mapping[str, object]) -> str:
        if {"low", "high"} <= set(value):
            return f"{value.get('name', '')} {value['low']}–{value['high']} ({value.get('sign', 1)})"
        said = []
        for one in param.fields:
            held = value.get(one.name)
            if held is None or (one.takes is Takes.FILTER and held == {"and": []}):
                continue
            words = self.param(one, held)
            plain = one.takes in {Takes.CHOICE, Takes.FIELD} or (one.takes is Takes.FILTER and one.required)
            said.append(words if plain else f"{str(one.label).lower()} {words}")
        return " ".join(said)

    def _model(self, value: Sequence[object]) -> str:
        items = sum(len(one.get("items", ())) for one in value if isinstance(one, Mapping))
        return gettext("%(dimensions)s of dimensions, %(items)s of questions") % {
            "dimensions": formats.number(len(value)),
            "items": formats.number(items),
        }


def _own_kinds(node: Filter) -> list[str]:
    """Kinds that a plain part of the whole names; empty when none does."""
    parts = node.parts if isinstance(node, And) else (node,)
    for part in parts:
        match part:
            case Compare("kind", "=", str() as kind):
                return [kind]
            case Compare("kind", "in", tuple() as codes):
                return [str(code) for code in codes]
    return []


def _without_kind(node: Filter) -> Filter:
    """The conditions beside the one on the kind, where that is a plain part of the whole."""
    parts = node.parts if isinstance(node, And) else (node,)
    rest = tuple(
        part
        for part in parts
        if not (isinstance(part, Compare) and part.field == "kind" and part.op in {"=", "in"})
    )
    return rest[0] if len(rest) == 1 else And(rest)


def sentence(definition: Definition, known: Vocabulary | None = None) -> str:
    """A definition in one sentence."""
    return Writer(known or Vocabulary.current()).sentence(definition)


def words_of(draft: Draft, known: Vocabulary | None = None) -> str:
    """The sentence of a draft; empty where it is too wrong to be put into words."""
    try:
        return sentence(draft.definition, known)
    except (TypeError, ValueError, KeyError, AttributeError):
        return ""
