"""From the record to arrays: values, bases and numbers of events of series over units, in as few statements as can be.

Series of one place, condition and weight are read together, single questions of them in one statement split by question; series
that differ in place alone and whose places do not overlap are read in one statement split by groups of places.
"""

import datetime as dt
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from otklik.metrics.core.filters import Compare, both
from otklik.metrics.definitions import indicators
from otklik.metrics.dimensions import Grain
from otklik.metrics.explain import taken_by
from otklik.metrics.queries import Slicing, behind, table
from otklik.metrics.record import Record, asked_anew, open_record
from otklik.metrics.relations.arrays import Floats, finite
from otklik.metrics.relations.respondents import factor_index
from otklik.metrics.relations.series import Index, Named, Series, leaves
from otklik.metrics.relations.units import Key, Unit, hours, steps
from otklik.metrics.sql import condition, one_of

MAX_CELLS = 5_000_000
MAX_INTERACTIONS = 1_000_000  # interactions × questions
ANY = "session"


class TooMuchError(ValueError):
    """More units than one answer may hold: how many, and how many may be."""

    def __init__(self, found: int, most: int) -> None:
        super().__init__(f"{found} > {most}")
        self.found, self.most = found, most


@dataclass(frozen=True, slots=True)
class Frame:
    """Which events, and the units they are put together to. `places` None is the whole company.

    `whole`: steps of time that the period cuts are left out.
    """

    first: dt.date
    last: dt.date
    unit: Unit
    places: frozenset[int] | None = None
    whole: bool = True


@dataclass(frozen=True, slots=True)
class Matrix:
    """Units by series. `bases` are denominators (NaN where an indicator has none), `n` events or answers."""

    unit: Unit
    keys: Sequence[Key]
    values: Floats
    bases: Floats
    n: Floats

    def column(self, number: int) -> Floats:
        found: Floats = self.values[:, number]
        return found


@dataclass(frozen=True, slots=True)
class _Batch:
    """One statement: a slicing, and the series by (group of places, question) that it answers."""

    slicing: Slicing
    answers: Mapping[tuple[int | None, str | None], Sequence[tuple[int, str]]]
    codes: tuple[str, ...]


def read(named: Sequence[Named], frame: Frame, record: Record | None = None) -> Matrix:
    """All columns over all units. Raises TooMuchError, UnknownIndicatorError, DefinitionError."""
    wanted = leaves(named)
    plain = _read_all(wanted, frame, record) if record else asked_anew(lambda: _opened(wanted, frame))
    place = {one: number for number, one in enumerate(wanted)}
    columns = [_column(one, plain, place) for one in named]
    stacked = [np.stack(part, axis=1) for part in zip(*columns, strict=True)]
    return Matrix(plain.unit, plain.keys, stacked[0], stacked[1], stacked[2])


def _column(one: Named, plain: Matrix, place: Mapping[Series, int]) -> tuple[Floats, Floats, Floats]:
    if isinstance(one.what, Series):
        number = place[one.what]
        return plain.values[:, number], plain.bases[:, number], plain.n[:, number]
    assert isinstance(one.what, Index)
    numbers = [place[series] for series, _weight in one.what.items]
    weights = [weight for _series, weight in one.what.items]
    found = factor_index(plain.values[:, numbers], weights, standardised=one.what.standardised)
    return found, np.full_like(found, np.nan), plain.n[:, numbers].min(axis=1)


def _opened(wanted: Sequence[Series], frame: Frame) -> Matrix:
    with open_record(frame.first, frame.last) as record:
        return _read_all(wanted, frame, record)


type _Part = tuple[int, npt.NDArray[np.intp], Floats, Floats, Floats]  # series, units, values, bases, n


def _read_all(wanted: Sequence[Series], frame: Frame, record: Record) -> Matrix:
    units: dict[Key, int] = {}
    parts: list[_Part] = []
    for batch in _batches(wanted, frame):
        slicing = _limited(batch, record) if ANY in frame.unit.by else batch.slicing
        found = table(batch.codes, slicing, record=record)
        places = [found.names.index(part) for part in frame.unit.parts]
        told: dict[tuple[int | None, str | None], list[tuple[int, int]]] = {}
        group, subject = (
            found.names.index(name) if name in found.names else None for name in ("child", "subject")
        )
        for row, key in enumerate(found.keys):
            unit = tuple(key[place] for place in places)
            if None not in unit:
                at = (None if group is None else key[group], None if subject is None else key[subject])
                told.setdefault(at, []).append((row, units.setdefault(unit, len(units))))
        for at, pairs in told.items():
            rows, mine = (np.array(one, np.intp) for one in zip(*pairs, strict=True))
            for number, code in batch.answers.get(at, ()):
                column = found.column(code)
                parts.append((number, mine, column.value[rows], column.denominator[rows], column.n[rows]))
    return _filled(wanted, frame, units, parts)


def _filled(
    wanted: Sequence[Series], frame: Frame, units: Mapping[Key, int], parts: Sequence[_Part]
) -> Matrix:
    keys = _keys(frame, units)
    if len(keys) * len(wanted) > MAX_CELLS:
        raise TooMuchError(len(keys), MAX_CELLS // max(len(wanted), 1))
    places = np.full(len(units), -1, np.intp)
    for row, key in enumerate(keys):
        if key in units:
            places[units[key]] = row
    shape = (len(keys), len(wanted))
    found, bases, n = np.full(shape, np.nan), np.full(shape, np.nan), np.zeros(shape)
    for number, mine, value, base, count in parts:
        rows = places[mine]
        shown = rows >= 0  # not the steps that the period cuts
        found[rows[shown], number] = value[shown]
        bases[rows[shown], number] = base[shown]
        n[rows[shown], number] = count[shown]
    return Matrix(frame.unit, keys, finite(found), finite(bases), n)


def _keys(frame: Frame, units: Mapping[Key, int]) -> list[Key]:
    """Steps of time are all there, known or not; of other units those that have events."""
    if not frame.unit.in_time:
        return sorted(units)
    if frame.unit.grain is Grain.HOUR:
        return [(step,) for step in hours([key[0] for key in units])]
    return [(step,) for step in steps(frame.unit.grain, frame.first, frame.last, whole=frame.whole)]


def _batches(wanted: Sequence[Series], frame: Frame) -> Iterator[_Batch]:
    known = indicators()
    alike: dict[tuple[object, ...], dict[frozenset[int] | None, list[tuple[int, Series]]]] = {}
    for number, one in enumerate(wanted):
        asks = one.code in known and known[one.code].definition.asks
        series = one if asks or not one.subject else _of_subject(one)
        single = asks and len(series.subject) == 1
        subject = ("*",) if single else series.subject
        same = (series.point, series.employee, series.where, series.weighted, series.params, subject)
        places = frame.places if one.places is None else one.places
        alike.setdefault(same, {}).setdefault(places, []).append((number, series))
    for by_places in alike.values():
        for group in _apart(by_places, frame.unit):
            yield _batch(group, frame)


def _of_subject(one: Series) -> Series:
    """An indicator without questions is restricted by a condition."""
    return replace(one, subject=(), where=both(one.where, Compare("subject", "in", one.subject)))


def _apart[T](
    by_places: Mapping[frozenset[int] | None, T], unit: Unit
) -> Iterator[dict[frozenset[int] | None, T]]:
    """Sets of places that do not overlap, together; the others one by one."""
    together: dict[frozenset[int] | None, T] = {}
    taken: set[int] = set()
    for places, held in by_places.items():
        if places and not taken & places and "place" not in unit.by:
            together[places] = held
            taken |= places
        else:
            yield {places: held}
    if together:
        yield together


def _batch(by_places: Mapping[frozenset[int] | None, Sequence[tuple[int, Series]]], frame: Frame) -> _Batch:
    first = next(series for held in by_places.values() for _number, series in held)
    everything = [item for held in by_places.values() for item in held]
    subjects = tuple(dict.fromkeys(code for _number, one in everything for code in one.subject))
    split = len(subjects) > 1 and all(len(one.subject) == 1 for _number, one in everything)
    grouped = len(by_places) > 1
    answers: dict[tuple[int | None, str | None], list[tuple[int, str]]] = {}
    groups: dict[int, int] = {}
    for group, (places, held) in enumerate(by_places.items()):
        if grouped and places:
            groups |= dict.fromkeys(places, group)
        for number, one in held:
            at = (group if grouped else None, one.subject[0] if split else None)
            answers.setdefault(at, []).append((number, one.code))
    slicing = Slicing(
        frame.first,
        frame.last,
        frozenset(groups) if grouped else next(iter(by_places)),
        first.point,
        first.employee,
        frame.unit.grain,
        (*frame.unit.by, *(("child",) if grouped else ()), *(("subject",) if split else ())),
        groups,
        first.where,
        subjects,
        first.weighted,
        json.loads(first.params) if first.params else {},
    )
    codes = tuple(dict.fromkeys(one.code for _number, one in everything))
    return _Batch(slicing, answers, codes)


def _limited(batch: _Batch, record: Record) -> Slicing:
    """The slicing over interactions that have something to say alone. Raises TooMuchError."""
    known = indicators()
    plain = replace(batch.slicing, grain=Grain.TOTAL, by=())
    formulas = [one for code in batch.codes if code in known for one in behind(known[code], plain)]
    taken = taken_by(formulas)
    where = both(plain.where, Compare("session", "is_null", value=False), taken)
    said = [condition(where)]
    if plain.places is not None:
        said.append(one_of("place", sorted(plain.places)))
    said += [
        f"{name} = {int(getattr(plain, name))}"
        for name in ("point", "employee")
        if getattr(plain, name) is not None
    ]
    raw = record.relations(set()).raw
    _names, rows = record.fetch(f"SELECT count(DISTINCT session) FROM ({raw}) WHERE {' AND '.join(said)}")
    most = MAX_INTERACTIONS // max(len(batch.slicing.subject), 1)
    if rows[0][0] > most:
        raise TooMuchError(rows[0][0], most)
    return replace(batch.slicing, where=where)
