"""The calculator's rules as families: time between events, chains, per key, and others that look at events together."""

from collections.abc import Mapping, Sequence

from otklik.metrics.core.composed import Composed, Moving
from otklik.metrics.core.derived import Chains, Groups, Key, Pairs, Within, check_key
from otklik.metrics.core.emotional import EmotionalNps
from otklik.metrics.core.expression import ExpressionError, parsed
from otklik.metrics.core.filters import EVERYTHING, Compare, Filter, FilterError, both, from_data
from otklik.metrics.core.formula import Formula
from otklik.metrics.core.grouped import Having, Inner, Take
from otklik.metrics.core.ratio import RatioOfCounts
from otklik.metrics.core.reading import Context, DefinitionError, Reader
from otklik.metrics.core.results import Unit
from otklik.metrics.core.rows import Bounds, ComplianceTotal, OfRows, Over, PerHour, of_chains
from otklik.metrics.core.said import gettext_noop, said_of
from otklik.metrics.core.single import Extreme, Latest
from otklik.metrics.core.statistics import Spread

TIMES = frozenset({Over.COUNT, Over.MEAN, Over.MEDIAN, Over.QUANTILE, Over.MIN, Over.MAX, Over.SUM})


def _key(read: Reader, default: Sequence[str] | None = None) -> Key:
    given = read.params.get("key", default)
    if isinstance(given, str):
        given = [given]
    if not isinstance(given, Sequence) or not all(isinstance(one, str) for one in given):
        raise DefinitionError("key", gettext_noop("must be a list of fields, as in [point]"))
    try:
        return check_key(tuple(given))
    except ValueError as error:
        raise DefinitionError("key", said_of(error)) from error


def _seconds(read: Reader, name: str, default: float | None = None) -> float:
    value = read.number(name, default)
    if value <= 0:
        raise DefinitionError(name, gettext_noop("must be above zero (seconds)"))
    return value


def _over(read: Reader, *, among: frozenset[Over], name: str = "take", default: Over | None = None) -> Over:
    given = read.params.get(name)
    if given == "total":  # the word of the other rules for a sum
        return Over.SUM
    del given
    return read.choice(name, Over, default, among=among)


def between(read: Reader, _context: Context) -> Formula:
    second = read.taken("second") if read.params.get("second") is not None else None
    if second is not None and second == read.taken("first"):
        second = None
    spread = read.choice("interval", Spread, Spread.NORMAL)
    return _between(read, read.taken("first"), second, spread)


def reaction(read: Reader, context: Context) -> Formula:
    """From a rating among the `worst` options of its own question to the next event of `second`."""
    worst = read.whole("worst", 2)
    if worst < 1:
        raise DefinitionError("worst", gettext_noop("must be 1 or more"))
    first = context.questions.take(lambda scale: scale.worst(worst))
    return _between(read, first, read.taken("second"), Spread.NORMAL)


def _between(read: Reader, first: Filter, second: Filter | None, spread: Spread) -> Formula:
    within = read.choice(
        "within", Within, Within.DAY, among=frozenset({Within.SHIFT, Within.DAY, Within.NONE})
    )
    gap = _seconds(read, "max_gap") if read.params.get("max_gap") is not None else None
    if within is Within.NONE and gap is None:
        raise DefinitionError("max_gap", gettext_noop("must be given where nothing else bounds a pair"))
    rows = Pairs(first, second, _key(read, ["point"]), within, gap)
    over = _over(read, among=TIMES, default=Over.MEAN)
    return OfRows(rows, over, Unit.COUNT if over is Over.COUNT else read.unit, _q(read), spread=spread)


def _q(read: Reader) -> float:
    return read.number("q", 0.5)


def chains(read: Reader, _context: Context) -> Formula:
    given = read.params.get("steps")
    if not isinstance(given, Sequence) or isinstance(given, str) or len(given) < 2:
        raise DefinitionError("steps", gettext_noop("must be a list of two conditions or more"))
    steps = tuple(_filter(data, f"steps[{number}]") for number, data in enumerate(given))
    without = read.taken("without") if read.params.get("without") is not None else None
    within = read.choice(
        "within", Within, Within.DAY, among=frozenset({Within.SHIFT, Within.DAY, Within.NONE})
    )
    rows = Chains(steps, _key(read, ["point"]), _seconds(read, "window"), within, without)
    over = _over(read, among=TIMES | {Over.SHARE}, default=Over.COUNT)
    return of_chains(rows, over, read.unit, _q(read))


def _filter(data: object, name: str) -> Filter:
    try:
        return from_data(data)
    except FilterError as error:
        raise DefinitionError(f"{name}.{error.where}".rstrip("."), error.problem) from error


def _inside(read: Reader, name: str, *, needed: bool) -> Reader:
    """A reader of the object `name`; errors name the whole way."""
    given = read.params.get(name)
    if given is None and not needed:
        given = {}
    if not isinstance(given, Mapping):
        raise DefinitionError(name, gettext_noop("must be an object with “take”"))
    return Reader({str(key): value for key, value in given.items()}, read.unit)


def per_key(read: Reader, _context: Context) -> Formula:
    within = read.choice(
        "within", Within, Within.DAY, among=frozenset({Within.SHIFT, Within.DAY, Within.PERIOD})
    )
    inner, outer = _inside(read, "inner", needed=True), _inside(read, "outer", needed=True)
    try:
        made = Inner(
            inner.choice("take", Take),
            inner.text("field") if inner.params.get("field") is not None else None,
            inner.any_taken(),
            inner.text("weight") if inner.params.get("weight") is not None else None,
        )
    except DefinitionError as error:
        raise DefinitionError(f"inner.{error.name}", error.problem) from error
    except ValueError as error:
        raise DefinitionError("inner", said_of(error)) from error
    rows = Groups(read.any_taken(), _key(read, ["session"]), made, within, _having(read))
    try:
        over = _over(outer, among=frozenset(Over))
        bounds = Bounds(*(_optional(outer, name) for name in ("at_least", "at_most")))
        unit = {Over.COUNT: Unit.COUNT, Over.SHARE: Unit.SHARE}.get(over, read.unit)
        return OfRows(rows, over, unit, _q(outer), bounds)
    except DefinitionError as error:
        raise DefinitionError(f"outer.{error.name}", error.problem) from error
    except ValueError as error:
        raise DefinitionError("outer", said_of(error)) from error


def _optional(read: Reader, name: str) -> float | None:
    return read.number(name) if read.params.get(name) is not None else None


def _having(read: Reader) -> tuple[Having, ...]:
    given = read.params.get("having") or ()
    if not isinstance(given, Sequence) or isinstance(given, str):
        raise DefinitionError("having", gettext_noop("must be a list of conditions on the number of events"))
    found = []
    for number, data in enumerate(given):
        if not isinstance(data, Mapping):
            raise DefinitionError(
                f"having[{number}]", gettext_noop("must be an object with at_least or at_most")
            )
        one = Reader(data)
        try:
            having = Having(one.any_taken(), _optional(one, "at_least"), _optional(one, "at_most"))
        except DefinitionError as error:
            raise DefinitionError(f"having[{number}].{error.name}", error.problem) from error
        if having.at_least is None and having.at_most is None:
            raise DefinitionError(f"having[{number}]", gettext_noop("must say at_least or at_most"))
        found.append(having)
    return tuple(found)


def compliance_total(read: Reader, _context: Context) -> Formula:
    applied = both(read.taken(), Compare("value", ">=", 0), Compare("value", "<=", 1))
    key = _key(read, ["session"])
    critical = Compare("attr.critical", "=", value=True) if read.flag("critical") else None
    rows = Groups(applied, key, Inner(Take.WEIGHTED_MEAN, "value", EVERYTHING, "weight", critical))
    failed = None
    if critical is not None:
        short = both(critical, Compare("value", "<", 1))
        failed = Groups(applied, key, Inner(Take.COUNT), having=(Having(short, at_least=1),))
    return ComplianceTotal(rows, failed)


def emotional_nps(read: Reader, context: Context) -> Formula:
    return EmotionalNps(context.questions, read.taken(), _key(read, ["point"]), _seconds(read, "seconds", 60))


def extreme(read: Reader, _context: Context) -> Formula:
    return Extreme(read.text("field", "value"), read.taken(), read.flag("largest"), read.unit)


def latest(read: Reader, _context: Context) -> Formula:
    return Latest(read.text("field", "value"), read.taken(), read.unit)


def share(read: Reader, _context: Context) -> Formula:
    return RatioOfCounts(both(read.taken(), read.taken("condition")), read.taken(), share=True)


def rate_per_hour(read: Reader, _context: Context) -> Formula:
    per = read.text("per", "point")
    if per not in {"place", "point", "employee"}:
        raise DefinitionError("per", gettext_noop("must be one of place, point, employee"))
    hours = read.taken("hours") if read.params.get("hours") is not None else read.taken()
    rows = Groups(hours, (per, "hour"), Inner(Take.COUNT))
    counted = both(read.taken(), Compare(per, "is_null", False))  # as the hours do
    return PerHour(counted, rows, read.number("k", 1), read.unit)


def formula(read: Reader, _context: Context) -> Formula:
    try:
        expression = parsed(read.text("expression"))
    except ExpressionError as error:
        raise DefinitionError("expression", said_of(error)) from error
    given = read.params.get("parts", {})
    if not isinstance(given, Mapping) or not all(isinstance(code, str) for code in given.values()):
        raise DefinitionError(
            "parts",
            gettext_noop("must be an object: the name in the expression and the code of an indicator"),
        )
    for name in given:
        if name not in expression.names:
            raise DefinitionError(f"parts.{name}", gettext_noop("does not stand in the expression"))
    return Composed(
        expression, tuple((name, str(given.get(name, name))) for name in expression.names), read.unit
    )


def moving(read: Reader, _context: Context) -> Formula:
    return Moving(read.text("of"), read.whole("days", 7))
