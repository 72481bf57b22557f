"""Parameters against what the rule declares: unknown, missing, of another sort, out of bounds."""

import math
from collections.abc import Collection, Mapping

from django.utils.translation import gettext as _

from otklik.metrics.checking.conditions import attribute_issue, filter_issues
from otklik.metrics.core.filters import TEXT_FIELDS, FilterError, attribute_name, from_data
from otklik.metrics.core.measures import KEY_COLUMNS
from otklik.metrics.core.reach import all_kinds, kinds_of
from otklik.metrics.issue import Fix, Issues, among, error, instead, meant
from otklik.metrics.rules import Param, Rule, Takes
from otklik.metrics.vocabulary import Vocabulary
from otklik.web import formats

KEYS = KEY_COLUMNS - {"kind"}
NOT_NUMBERS = frozenset({"kind", "subject", "session", "via"})  # “how many different” and the order take them


def param_issues(rule: Rule, params: Mapping[str, object], known: Vocabulary, *, ahead: bool) -> Issues:
    """Problems of all parameters of a definition."""
    names = [param.name for param in rule.params]
    for name in params:
        if name not in names:
            hint, _near = meant(name, names)
            text = _("The rule “%(rule)s” has no parameter “%(name)s”.") % {"rule": rule.title, "name": name}
            yield error(f"params.{name}", text + hint)
    yield from _record(rule.params, params, "params", known, ahead=ahead)


def _record(
    specs: Collection[Param], values: Mapping[str, object], at: str, known: Vocabulary, *, ahead: bool
) -> Issues:
    kinds = kinds_said(specs, values)
    for param in specs:
        where = f"{at}.{param.name}"
        value = values.get(param.name)
        shown = (
            param.when is None or values.get(param.when[0], _default(specs, param.when[0])) in param.when[1]
        )
        if value is None:
            if param.required and shown and not _optional(param):
                yield error(where, _("Say: %(label)s.") % {"label": _small(param)})
            continue
        yield from _one(param, value, where, known, kinds, ahead=ahead)


def kinds_said(specs: Collection[Param], values: Mapping[str, object]) -> dict[str, frozenset[str]]:
    """Kinds that each filter beside can take, by name; "" for all of them together. Says what a field can be taken of."""
    found: dict[str, frozenset[str]] = {}
    nodes = []
    for param in specs:
        if param.takes is not Takes.FILTER or param.name not in values:
            continue
        try:
            node = from_data(values[param.name])
        except FilterError:
            continue
        nodes.append(node)
        kinds = kinds_of(node)
        if kinds is not None:
            found[param.name] = kinds
    together = all_kinds(nodes)
    found[""] = together if nodes and together is not None else frozenset()
    return found


def _default(specs: Collection[Param], name: str) -> object:
    return next((one.default for one in specs if one.name == name), None)


def _optional(param: Param) -> bool:
    return param.default is not None and param.takes is not Takes.FILTER


def _small(param: Param) -> str:
    label = str(param.label)
    return label[:1].lower() + label[1:]


def _one(  # noqa: C901, PLR0912  # one branch per kind of parameter
    param: Param,
    value: object,
    where: str,
    known: Vocabulary,
    kinds: Mapping[str, frozenset[str]],
    *,
    ahead: bool,
) -> Issues:
    label = str(param.label)
    match param.takes:
        case Takes.FILTER:
            around = kinds.get("filter", frozenset()) if param.name == "condition" else frozenset()
            yield from filter_issues(value, where, known, around, ahead=ahead)
        case Takes.FILTERS:
            if not isinstance(value, list) or len(value) < 2:
                yield error(where, _("“%(label)s” needs two or more.") % {"label": label})
            for number, one in enumerate(value if isinstance(value, list) else ()):
                yield from filter_issues(one, f"{where}[{number}]", known, ahead=ahead)
        case Takes.FIELD:
            beside = {"over_field": "over", "under_field": "under"}.get(param.name, "filter")
            yield from _field(
                value, where, known, kinds.get(beside, kinds[""]), ahead=ahead, fits=_words(param)
            )
        case Takes.ATTRIBUTE:
            yield from _field(f"attr.{value}", where, known, kinds.get("filter", kinds[""]), ahead=ahead)
        case Takes.KEY:
            yield from _key(value, where, known, kinds.get("filter", kinds[""]), ahead=ahead)
        case Takes.KEYS:
            if not isinstance(value, list) or not value:
                yield error(where, _("“%(label)s” is a list with one name or more.") % {"label": label})
            for number, one in enumerate(value if isinstance(value, list) else ()):
                yield from _key(one, f"{where}[{number}]", known, kinds[""], ahead=ahead)
        case Takes.NUMBER | Takes.WHOLE | Takes.SECONDS:
            yield from _number(param, value, where)
        case Takes.CHOICE:
            options = [one.value for one in param.choices]
            if not among(value, options):
                hint, near = meant(str(value), options)
                text = _("“%(label)s” cannot be “%(value)s”.") % {"label": label, "value": value}
                yield error(where, text + hint, instead(where, near) if near else None)
        case Takes.FLAG:
            if not isinstance(value, bool):
                yield error(where, _("“%(label)s” is true or false.") % {"label": label})
        case Takes.TEXT | Takes.EXPRESSION:
            if not isinstance(value, str) or not value.strip():
                yield error(where, _("“%(label)s” is a text.") % {"label": label})
        case Takes.RECORD:
            if isinstance(value, Mapping):
                yield from _inside(param, value, where, known, ahead=ahead)
            else:
                yield error(where, _("“%(label)s” is a set of parameters.") % {"label": label})
        case Takes.RECORDS:
            yield from _records(param, value, where, known, ahead=ahead)
        case Takes.INDICATOR:
            yield from indicator_issue(value, where, known)
        case Takes.PARTS:
            yield from _parts(value, where, known)
        case Takes.WEIGHTS:
            yield from _weights(value, where)
        case Takes.MODEL:
            if not isinstance(value, list):
                yield error(where, _("“%(label)s” is a list of dimensions.") % {"label": label})


def _inside(
    param: Param, value: Mapping[str, object], where: str, known: Vocabulary, *, ahead: bool
) -> Issues:
    names = [one.name for one in param.fields]
    for name in value:
        if name not in names:
            hint, _near = meant(str(name), names)
            yield error(
                f"{where}.{name}", _("There is no parameter “%(name)s” here.") % {"name": name} + hint
            )
    yield from _record(param.fields, value, where, known, ahead=ahead)


def _records(param: Param, value: object, where: str, known: Vocabulary, *, ahead: bool) -> Issues:
    if not isinstance(value, list) or (param.required and not value):
        yield error(where, _("“%(label)s” is a list.") % {"label": param.label})
        return
    for number, one in enumerate(value):
        at = f"{where}[{number}]"
        if isinstance(one, Mapping):
            yield from _inside(param, one, at, known, ahead=ahead)
        else:
            yield error(at, _("“%(label)s” is a set of parameters.") % {"label": param.label})


def _words(param: Param) -> tuple[str, ...]:
    return tuple(TEXT_FIELDS) if param.texts else ()


def _field(
    value: object,
    where: str,
    known: Vocabulary,
    kinds: frozenset[str],
    *,
    ahead: bool,
    fits: tuple[str, ...] = (),
) -> Issues:
    if among(value, ("value", "at", *fits)):
        return
    if isinstance(value, str) and attribute_name(value):
        yield from attribute_issue(value, where, known, kinds, None, ahead=ahead)
        return
    names = [f"attr.{one}" for one in known.attributes_of(kinds)]
    hint, near = meant(str(value), ["value", *names])
    if f"attr.{value}" in names:
        near = f"attr.{value}"
        hint = " " + _("Did you mean “%(word)s”?") % {"word": near}
    text = _("“%(word)s” is no number of an event: take “value” or an attribute.") % {"word": value}
    yield error(where, text + hint, instead(where, near) if near else None)


def _key(value: object, where: str, known: Vocabulary, kinds: frozenset[str], *, ahead: bool) -> Issues:
    if among(value, KEYS):
        return
    if isinstance(value, str) and attribute_name(value):
        yield from attribute_issue(value, where, known, kinds, None, ahead=ahead)
        return
    names = [*sorted(KEYS), *(f"attr.{one}" for one in known.attributes_of(kinds))]
    hint, near = meant(str(value), names)
    text = _("Events cannot be put together by “%(word)s”.") % {"word": value}
    yield error(where, text + hint, instead(where, near) if near else None)


def _number(param: Param, value: object, where: str) -> Issues:
    values = {"label": param.label}
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        yield error(where, _("“%(label)s” is a number.") % values)
        return
    if param.takes is Takes.WHOLE and value != int(value):
        yield error(where, _("“%(label)s” is a whole number.") % values, instead(where, round(value)))
    for bound, outside, text in (
        (param.low, param.low is not None and value < param.low, _("“%(label)s” is %(bound)s or more.")),
        (param.high, param.high is not None and value > param.high, _("“%(label)s” is at most %(bound)s.")),
    ):
        if outside:
            shown = formats.trimmed(bound, 3)
            fix = Fix(_("Take “%(word)s”") % {"word": shown}, where, bound)
            yield error(where, text % {**values, "bound": shown}, fix)


def indicator_issue(value: object, where: str, known: Vocabulary) -> Issues:
    if among(value, known.indicators):
        return
    hint, near = meant(str(value), known.indicators)
    text = _("There is no indicator “%(code)s”.") % {"code": value}
    yield error(where, text + hint, instead(where, near) if near else None)


def _parts(value: object, where: str, known: Vocabulary) -> Issues:
    if not isinstance(value, Mapping):
        yield error(where, _("Say for each name which indicator it means."))
        return
    for name, code in value.items():
        at = f"{where}.{name}"
        if not str(name).isidentifier():
            yield error(at, _("“%(name)s” is no name: use letters, digits and underscore.") % {"name": name})
        yield from indicator_issue(code, at, known)


def _weights(value: object, where: str) -> Issues:
    if not isinstance(value, Mapping):
        yield error(where, _("Weights are points by dimension."))
        return
    for name, weight in value.items():
        if isinstance(weight, bool) or not isinstance(weight, int | float) or weight <= 0:
            yield error(f"{where}.{name}", _("The weight of “%(name)s” must be above zero.") % {"name": name})
