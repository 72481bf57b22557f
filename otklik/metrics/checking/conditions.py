"""What is wrong inside a filter: every place of it, not only the first."""

from collections.abc import Callable, Collection, Iterable

from django.utils.translation import gettext as _

from otklik.events.vocabulary import Attribute, AttributeType
from otklik.metrics.anonymous import TYPES
from otklik.metrics.core.filters import (
    FIELDS,
    MAX_DEPTH,
    NUMBER_FIELDS,
    OPERATORS,
    ORDERED,
    TEXT_FIELDS,
    FilterError,
    attribute_name,
    from_data,
)
from otklik.metrics.core.reach import kinds_of
from otklik.metrics.issue import Fix, Issues, among, error, instead, meant, warning
from otklik.metrics.names import field_name
from otklik.metrics.vocabulary import Vocabulary, is_in_data
from otklik.web import formats

NUMBERS = {AttributeType.NUMBER, AttributeType.COUNT}


def filter_issues(
    data: object, where: str, known: Vocabulary, kinds: Collection[str] = (), *, ahead: bool = False
) -> Issues:
    """Problems of a filter at `where`; `kinds` are those that its surroundings allow. `ahead`: data may come later."""
    own = _kinds(data)
    yield from _walk(data, where, known, own if own is not None else frozenset(kinds), ahead=ahead, depth=0)


def _kinds(data: object) -> frozenset[str] | None:
    try:
        return kinds_of(from_data(data))
    except FilterError:
        return None


def _walk(
    data: object, where: str, known: Vocabulary, kinds: frozenset[str], *, ahead: bool, depth: int
) -> Issues:
    if depth > MAX_DEPTH:
        yield error(where, _("The conditions are nested too deep."))
    elif isinstance(data, list) and len(data) == 3 and all(isinstance(part, str) for part in data[:2]):
        yield from _compare(data, where, known, kinds, ahead=ahead)
    elif isinstance(data, dict) and len(data) == 1:
        [(word, inner)] = data.items()
        if word == "not":
            yield from _walk(inner, f"{where}.not", known, kinds, ahead=ahead, depth=depth + 1)
        elif word in {"and", "or"} and isinstance(inner, list):
            for number, part in enumerate(inner):
                mine = kinds
                if word == "or":
                    said = _kinds(part)
                    mine = said if said is not None else kinds
                yield from _walk(part, f"{where}.{word}[{number}]", known, mine, ahead=ahead, depth=depth + 1)
        else:
            yield error(where, _('A group of conditions is {"and": […]}, {"or": […]} or {"not": …}.'))
    else:
        yield error(
            where,
            _('A condition is [field, operator, value] or {"and": […]}, {"or": […]}, {"not": …}.'),
        )


def _compare(
    data: list[object], where: str, known: Vocabulary, kinds: frozenset[str], *, ahead: bool
) -> Issues:
    field, operator, value = data
    assert isinstance(field, str)
    assert isinstance(operator, str)
    if operator not in OPERATORS:
        hint, near = meant(operator, OPERATORS)
        fix = instead(where, [field, near, value]) if near else None
        yield error(where, _("There is no comparison “%(word)s”.") % {"word": operator} + hint, fix)
        return
    found = list(_field(data, where, known, kinds, ahead=ahead))
    yield from found
    if any(one.is_error for one in found):
        return
    wrong = list(_value(field, operator, value, where, known))
    yield from wrong or _names(data, where, known, kinds)


def _field(
    data: list[object], where: str, known: Vocabulary, kinds: frozenset[str], *, ahead: bool
) -> Issues:
    field = str(data[0])
    name = attribute_name(field)
    if name is None:
        if field in FIELDS:
            return
        attributes = [f"attr.{one}" for one in known.attributes_of(kinds)]
        hint, near = meant(field, [*FIELDS, *attributes])
        if f"attr.{field}" in attributes:
            near = f"attr.{field}"
            hint = " " + _("Did you mean “%(word)s”?") % {"word": near}
        fix = instead(where, [near, *data[1:]], _("Take “%(word)s”") % {"word": near}) if near else None
        yield error(where, _("There is no field “%(word)s”.") % {"word": field} + hint, fix)
        return
    yield from attribute_issue(field, where, known, kinds, [None, *data[1:]], ahead=ahead)


def attribute_issue(  # the place and its surroundings
    field: str,
    where: str,
    known: Vocabulary,
    kinds: frozenset[str],
    shape: list[object] | None,
    *,
    ahead: bool,
) -> Issues:
    """An attribute that no event has; `shape` is the condition to put a better name into, None for a bare field."""
    name = attribute_name(field) or ""
    there = known.attributes_of(kinds)
    if name in there or is_in_data(field, kinds):
        return
    hint, near = meant(name, there)
    value: object = None
    if near is not None:
        value = f"attr.{near}" if shape is None else [f"attr.{near}", *shape[1:]]
    fix = instead(where, value, _("Take “%(word)s”") % {"word": near}) if near else None
    if kinds:
        of = ", ".join(
            formats.quoted(known.kinds[one].name) if one in known.kinds else one for one in sorted(kinds)
        )
        text = _("No event of the kind %(kinds)s has an attribute “%(word)s”.") % {"kinds": of, "word": name}
    else:
        text = _("No event has an attribute “%(word)s”.") % {"word": name}
    yield (warning if ahead else error)(where, text + hint, fix)


def _value(field: str, operator: str, value: object, where: str, known: Vocabulary) -> Issues:
    """A value of another sort than its field; each has a sentence of its own."""
    name = field_name(field)
    if operator == "is_null":
        if not isinstance(value, bool):
            yield error(where, _("“Is absent” takes true or false."))
        return
    if operator == "in":
        if not isinstance(value, list):
            yield error(where, _("“One of” takes a list of values."), instead(where, [field, "in", [value]]))
            return
        if not value:
            yield warning(where, _("The list is empty, so nothing ever meets this condition."))
    elif isinstance(value, list):
        fix = instead(where, [field, "in", value], _("Compare with “one of”"))
        yield error(where, _("A list of values is compared with “one of”."), fix)
        return
    for one in value if isinstance(value, list) else [value]:
        yield from _scalar(field, operator, one, where, name)
        if field == "subject" and one in known.questions and known.questions[str(one)].type in TYPES:
            text = _("“%(value)s” is a pulse of staff: its answers are shown by its own indices alone.")
            yield error(where, text % {"value": one})


def _scalar(field: str, operator: str, value: object, where: str, name: str) -> Issues:
    numeric = isinstance(value, int | float) and not isinstance(value, bool)
    shown = "" if value is None else str(value)
    if (field in NUMBER_FIELDS or operator in ORDERED) and not numeric:
        text = _("“%(name)s” is compared with a number here, not with “%(value)s”.")
        fix = _as_number(field, operator, value, where)
        yield error(where, text % {"name": name, "value": shown}, fix)
    elif field in TEXT_FIELDS and operator in ORDERED:
        yield error(where, _("“%(name)s” has no order; choose “is” or “one of”.") % {"name": name})
    elif field in TEXT_FIELDS and not isinstance(value, str):
        text = _("“%(name)s” is compared with a text, not with “%(value)s”.")
        yield error(where, text % {"name": name, "value": shown}, instead(where, [field, operator, shown]))
    elif not isinstance(value, str | bool | int | float):
        yield error(where, _("“%(name)s” is not compared with anything yet.") % {"name": name})


def _as_number(field: str, operator: str, value: object, where: str) -> Fix | None:
    try:
        return instead(where, [field, operator, float(str(value).replace(",", "."))])
    except ValueError:
        return None


def _names(data: list[object], where: str, known: Vocabulary, kinds: frozenset[str]) -> Issues:
    """Values that name something: kinds, questions, choices of an attribute."""
    field, operator, value = str(data[0]), str(data[1]), data[2]
    if operator not in {"=", "!=", "in"}:
        return
    for number, one in enumerate(value if isinstance(value, list) else [value]):
        place = f"{where}[2][{number}]" if isinstance(value, list) else where

        def better(
            known_words: Iterable[str], one: object = one, number: int = number
        ) -> tuple[str, Fix | None]:
            """A hint and the condition with the nearest word put in."""
            hint, near = meant(str(one), known_words)
            if near is None:
                return hint, None
            new = (
                near
                if not isinstance(value, list)
                else [near if at == number else old for at, old in enumerate(value)]
            )
            return hint, instead(where, [field, operator, new], _("Take “%(word)s”") % {"word": near})

        if field == "kind" and not among(one, known.kinds):
            hint, fix = better(known.kinds)
            yield error(place, _("There is no kind of event “%(word)s”.") % {"word": one} + hint, fix)
        elif field == "subject" and known.about_questions(kinds) and not among(one, known.questions):
            hint, fix = better(known.questions)
            yield error(place, _("There is no question “%(word)s”.") % {"word": one} + hint, fix)
        elif (attribute := known.attribute(attribute_name(field) or "", kinds)) is not None:
            yield from _attribute_value(attribute, field_name(field), one, place, better)


def _attribute_value(
    attribute: Attribute,
    name: str,
    value: object,
    where: str,
    better: Callable[[Iterable[str]], tuple[str, Fix | None]],
) -> Issues:
    """A value that the attribute never has by its declaration."""
    if attribute.choices and not among(value, attribute.choices):
        hint, fix = better(attribute.choices)
        text = _("“%(name)s” is never “%(word)s”.") % {"name": name, "word": value}
        yield warning(where, text + hint, fix)
    elif attribute.type is AttributeType.FLAG and not isinstance(value, bool):
        yield warning(where, _("“%(name)s” is yes or no.") % {"name": name})
    elif attribute.type in NUMBERS and isinstance(value, str):
        text = _("“%(name)s” is a number; “%(word)s” is a text.")
        yield warning(where, text % {"name": name, "word": value})
