"""Derived rows in SQL: gaps and groups whole, and the sorted candidates that `kernels.py` makes pairs and chains of.

The rows have the columns of events that are wanted, with `value` and `weight` of their own. Only wanted columns are read: carrying
all of them through a sort costs more than everything else.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from otklik.metrics.core.derived import Chains, Derived, Groups, Near, Pairs, Within
from otklik.metrics.core.filters import EVERYTHING, Filter, attribute_name
from otklik.metrics.core.grouped import STEP, Inner, Take
from otklik.metrics.core.measures import Measure
from otklik.metrics.dimensions import LOCAL
from otklik.metrics.sql import aggregate, as_number, as_text, condition, quoted

NUMBERS = ("seq", "place", "point", "employee", "day", "at", "utc_offset")
TEXTS = ("kind", "subject", "session", "attrs", "via")
OF_ROWS = (
    "seq",
    "place",
    "point",
    "employee",
    "utc_offset",
)  # beside day, time and value, in rows of a kernel
ORDER = '"at", seq'


@dataclass(frozen=True, slots=True)
class Wanted:
    """Columns that splits, conditions and measures of a statement read from derived rows."""

    numbers: frozenset[str]
    texts: frozenset[str]

    @classmethod
    def of(cls, texts: Iterable[str]) -> "Wanted":
        """Columns named in pieces of SQL."""
        words = {word for text in texts for word in _words(text)}
        return cls(frozenset(words & set(NUMBERS)), frozenset(words & set(TEXTS)))

    @property
    def of_rows(self) -> frozenset[str]:
        """Those that a kernel's rows must have: texts are looked up by the number of the event."""
        return self.numbers | {"seq"} if self.texts else self.numbers

    @property
    def columns(self) -> list[str]:
        return [_column(name) for name in (*NUMBERS, *TEXTS) if name in self.numbers | self.texts]


def _words(text: str) -> set[str]:
    return set("".join(char if char.isalnum() or char == "_" else " " for char in text).split())


def _column(name: str) -> str:
    return '"at"' if name == "at" else name


def key_columns(rule: Derived) -> list[str]:
    """SQL of the partition: the key, and what rows never cross. A point belongs to one place, and so does a business day."""
    found = [f"hour({LOCAL})" if name == "hour" else as_text(name) for name in rule.key]
    if "point" in rule.key and "place" not in rule.key:
        found.append("place")
    if rule.within in {Within.DAY, Within.SHIFT}:
        found += ["place", "day"]
    if rule.within is Within.SHIFT:
        found += ["employee", "shift"]
    return list(dict.fromkeys(found))


def taken(rule: Derived, raw: str) -> str:
    """FROM and WHERE of the events that a rule looks at."""
    said = [] if rule.takes == EVERYTHING else [condition(rule.takes)]
    said += [f"{as_text(name)} IS NOT NULL" for name in rule.key if name not in {"place", "day", "hour"}]
    return f"FROM ({raw}){' WHERE ' + ' AND '.join(said) if said else ''}"


def gaps(rule: Pairs, raw: str, wanted: Wanted) -> str:
    """Gaps between consecutive events."""
    columns = ", ".join(wanted.columns) or "place"
    us = f'epoch_us("at") - lag(epoch_us("at")) OVER (PARTITION BY {", ".join(key_columns(rule))} ORDER BY {ORDER})'
    near = "" if rule.max_gap is None else f" AND us <= {round(rule.max_gap * 1_000_000)}"
    inner = f"SELECT {columns}, {us} AS us {taken(rule, raw)}"
    return f"SELECT {columns}, us / 1000000 AS value, 1.0 AS weight FROM ({inner}) WHERE us IS NOT NULL{near}"


def groups(
    rule: Groups, raw: str, wanted: Wanted, finals: Sequence[str] = (), steps: int | None = None
) -> str:
    """A row per key; `finals` (SQL with names d0, d1, …) split groups that are not bound to a day.

    The final number `steps` is not a split but the sequence of the group's own steps.
    """
    keys = key_columns(rule)
    held = {name: name for name in ("place", "point", "employee", "day") if name in keys}
    rest = [name for name in (*NUMBERS, *TEXTS) if name in wanted.numbers | wanted.texts and name not in held]
    packed = ", ".join(f'"{name}" := {_column(name)}' for name in rest if name not in {"at", "seq"})
    first = f'min(struct_pack("at" := "at", seq := seq{", " + packed if packed else ""})) AS first'
    value, weight, subject = _inner(rule.inner)
    having = [_having(one.filter, one.at_least, one.at_most) for one in rule.having]
    splits = [final for number, final in enumerate(finals) if number != steps]
    grouped = [*keys, *(final.rpartition(" AS ")[0] for final in splits)]
    parts = [*held.values(), *splits, *([first] if rest else []), f"{value} AS value", f"{weight} AS weight"]
    parts += [f"{subject} AS steps"] if subject else []
    where = " AND ".join(part for part in having if part)
    inner = f"SELECT {', '.join(parts)} {taken(rule, raw)} GROUP BY {', '.join(grouped)}{' HAVING ' + where if where else ''}"
    names = [*held, *(final.rpartition(" AS ")[2] for final in splits)]
    names += [f"steps AS d{steps}"] if steps is not None else []
    opened = [f'first."{name}" AS "{name}"' for name in rest if not (subject and name == "subject")]
    opened += ["steps AS subject"] if subject and "subject" in wanted.texts else []
    return f"SELECT {', '.join([*names, *opened, 'value', 'weight'])} FROM ({inner}) WHERE value IS NOT NULL"


def _inner(inner: Inner) -> tuple[str, str, str | None]:
    """(value, weight, text of the sequence)."""
    only = "" if inner.filter == EVERYTHING else condition(inner.filter)
    tail = f" FILTER (WHERE {only})" if only else ""
    if inner.take is Take.COUNT:
        return f"count(*){tail}::DOUBLE", "1.0", None
    if inner.take is Take.SPAN:
        us = 'epoch_us("at")'
        return f"(max({us}){tail} - min({us}){tail}) / 1000000", f"(count(*){tail} - 1)::DOUBLE", None
    assert inner.field is not None
    if inner.take is Take.DISTINCT:
        return f"count(DISTINCT {as_text(inner.field)}){tail}::DOUBLE", "1.0", None
    if inner.take is Take.SEQUENCE:
        text = as_text(inner.field)
        listed = f"string_agg({text}, {quoted(STEP)} ORDER BY {ORDER}){tail}"
        return f"nullif(count({text}){tail}, 0)::DOUBLE", "1.0", listed
    return _of_number(inner, only)


def _of_number(inner: Inner, only: str) -> tuple[str, str, str | None]:
    assert inner.field is not None
    number = as_number(inner.field)
    known = " AND ".join(part for part in (only, f"{number} IS NOT NULL") if part)
    tail = f" FILTER (WHERE {known})"
    simple = {
        Take.SUM: f"fsum({number}){tail}",
        Take.MIN: f"min({number}){tail}",
        Take.MAX: f"max({number}){tail}",
        Take.FIRST: f'arg_min({number}, ("at", seq)){tail}',
        Take.LAST: f'arg_max({number}, ("at", seq)){tail}',
    }
    if inner.take in simple:
        return simple[inner.take], "1.0", None
    if inner.take is Take.MEAN:
        return f"fsum({number}){tail} / count(*){tail}", f"count(*){tail}::DOUBLE", None
    weight = "1.0" if inner.weight is None else f"coalesce({as_number(f'attr.{inner.weight}')}, 1)"
    total = f"fsum({weight}){tail}"
    met = f"fsum({weight} * ({number})){tail} / {total}"
    if inner.critical is not None:
        failed = f"count(*) FILTER (WHERE {known} AND {condition(inner.critical)} AND {number} < 1)"
        met = f"CASE WHEN {failed} > 0 THEN 0.0 ELSE {met} END"
    return f"CASE WHEN {total} > 0 THEN {met} END", total, None


def _having(node: Filter, least: float | None, most: float | None) -> str:
    count = "count(*)" if node == EVERYTHING else f"count(*) FILTER (WHERE {condition(node)})"
    said = [f"{count} >= {least!r}"] if least is not None else []
    said += [f"{count} <= {most!r}"] if most is not None else []
    return " AND ".join(said)


def flags_of(rule: Pairs | Chains | Near) -> list[Filter]:
    """What the kernel has to know of each candidate, in its order."""
    match rule:
        case Pairs():
            return [rule.first, *([rule.second] if rule.second is not None else [])]
        case Chains():
            return [*rule.steps, *([rule.without] if rule.without is not None else [])]
        case Near():
            return [rule.taken, rule.other]


def candidates(rule: Pairs | Chains | Near, raw: str, of_rows: Collection[str] = OF_ROWS) -> str:
    """Rows sorted by partition (a hash of the key), time and acceptance, with a flag per condition (f0, f1, …).

    `of_rows` are the columns that rows of the rule are to have; fewer are sorted and fetched sooner.
    """
    columns = [f"hash({', '.join(key_columns(rule))}) AS part", 'epoch_us("at") AS us']
    columns += [
        f"coalesce({condition(node)}, false) AS f{number}" for number, node in enumerate(flags_of(rule))
    ]
    columns += ["(day - DATE '1970-01-01')::INTEGER AS day"]
    columns += [name for name in OF_ROWS if name in of_rows]
    if isinstance(rule, Near):
        columns += ["value", f"coalesce({as_text(f'attr.{rule.attribute}')}, 'none') AS near"]
    return f"SELECT {', '.join(columns)} {taken(rule, raw)} ORDER BY part, us{_rank(rule)}, seq"


def _rank(rule: Pairs | Chains | Near) -> str:
    """Which of events of one moment come first, see `core/derived.py`."""
    if isinstance(rule, Near):
        return ""
    cases = " ".join(f"WHEN f{number} THEN {number}" for number in range(len(rule.order)))
    return f", CASE {cases} ELSE {len(rule.order)} END" if cases else ""


def kept(name: str, wanted: Wanted, raw: str, *, kind: bool) -> str:
    """Rows that a kernel made and the record keeps under `name`; texts are looked up in the events by their number."""
    numbers = [f"k.{one}" for one in OF_ROWS if one in wanted.numbers]
    columns = [
        *numbers,
        'make_timestamp(k.us) AS "at"',
        "DATE '1970-01-01' + k.day::INTEGER AS day",
        "k.value",
        "k.weight",
    ]
    texts = sorted(wanted.texts - ({"kind"} if kind else set()))
    columns += ["k.kind"] if kind else []
    if not texts:
        return f"SELECT {', '.join(columns)} FROM {name} k"
    columns += [f"e.{text}" for text in texts]
    return f"SELECT {', '.join(columns)} FROM {name} k JOIN ({raw}) e ON e.seq = k.seq"


def derived_aggregate(measure: Measure) -> str:
    """As `sql.aggregate`, over derived rows: their weight is a column."""
    return aggregate(measure).replace(as_number("attr.weight"), "weight")


def names_of(rule: Derived) -> frozenset[str]:
    """Fields that are the same in all events of a row, so that conditions on them may be applied before it is made."""
    found = {name for name in rule.key if attribute_name(name) is None}
    in_a_place = "point" in found or rule.within in {Within.DAY, Within.SHIFT}
    return frozenset(found | ({"place"} if in_a_place else set()))
