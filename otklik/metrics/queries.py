"""What pages, the API and exports read: values of indicators over any slice, differences, explanations.

Access is the caller's: `places` are the ids that the reader may see (None for all). Everything is computed in one SQL
statement per kind of split, whatever the number of indicators and groups.
"""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from typing import Any

from otklik.company.models import Company
from otklik.metrics.catalogue import Indicator
from otklik.metrics.core.compare import Difference, compare
from otklik.metrics.core.definitions import Context, Params, bind
from otklik.metrics.core.distribution import Distribution
from otklik.metrics.core.filters import EVERYTHING, Compare, Filter, both
from otklik.metrics.core.formula import Formula
from otklik.metrics.core.results import Result
from otklik.metrics.core.scales import Questions
from otklik.metrics.core.served import Index, ServedIndex
from otklik.metrics.definitions import UnknownIndicatorError, indicators
from otklik.metrics.dimensions import Dimension, Grain, dimension, period
from otklik.metrics.evaluate import Group, Reading, Sheet, groups, no_served_reason
from otklik.metrics.opened import Ask, Numbered, Opened, Results
from otklik.metrics.planner import statement
from otklik.metrics.record import (
    MAX_ROWS,
    Record,
    TooManyRowsError,
    asked_anew,
    open_record,
    question_of,
)
from otklik.surveys.models import Question as QuestionRow

DEFAULT_WEIGHT = "weight"


@dataclass(frozen=True, slots=True)
class Slicing:
    """Which events, and how they are split. Days are business days, both ends included.

    `by` names dimensions (dimensions.NAMES); `children` maps places to the groups of “child”. `subject` restricts to
    questions; `weighted` names an attribute, True means “weight”; `params` override those of definitions; `detail`
    adds the distribution of answers to parts.
    """

    first_day: dt.date
    last_day: dt.date
    places: frozenset[int] | None = None
    point: int | None = None
    employee: int | None = None
    grain: Grain = Grain.TOTAL
    by: tuple[str, ...] = ()
    children: Mapping[int, int] = field(default_factory=dict)
    where: Filter = EVERYTHING
    subject: tuple[str, ...] = ()
    weighted: str | None = None
    params: Params = field(default_factory=dict)
    detail: bool = False

    @property
    def condition(self) -> Filter:
        said: list[Filter] = []
        for name in ("point", "employee"):
            wanted = getattr(self, name)
            if wanted is not None:
                said.append(Compare(name, "=", wanted))
        return both(*said, self.where)

    def dimensions(self, *, subject: bool) -> list[Dimension]:
        axis = period(self.grain)
        named = [dimension(name, self.children) for name in self.by if subject or name != "subject"]
        return [*([axis] if axis else []), *named]


@dataclass(frozen=True, slots=True)
class Row:
    """One group: `keys` by name of dimension (and `period`), results by code of indicator, made when they are read."""

    keys: Mapping[str, Any]
    results: Mapping[str, Result]


def values(codes: Iterable[str], slicing: Slicing, *, record: Record | None = None) -> list[Row]:
    """Results of indicators over a slicing, in the order of the dimensions.

    Raises UnknownIndicatorError, and DefinitionError for parameters that do not fit.
    """
    wanted = list(codes)
    if record is not None:
        return _values(wanted, slicing, record)
    return asked_anew(lambda: _values(wanted, slicing, None))


def _values(codes: Iterable[str], slicing: Slicing, record: Record | None) -> list[Row]:
    known = indicators()
    wanted = []
    for code in codes:
        if code not in known:
            raise UnknownIndicatorError(code)
        wanted.append(known[code])
    by_subject = "subject" in slicing.by
    asking = [one for one in wanted if one.definition.asks]
    others = [one for one in wanted if not one.definition.asks]
    merged: dict[tuple[Any, ...], Results] = {}
    with nullcontext(record) if record else open_record(slicing.first_day, slicing.last_day) as held:
        binder = Binder(slicing)
        asks = [ask for one in asking for ask in binder.asks(one, per_subject=by_subject)]
        more = [Ask(one.code, binder.bound(one, Questions(())), None, None) for one in others]
        if not by_subject:  # one statement for everything: the events are read once
            asks, more = [*asks, *more], []
        if asks:
            _run(held, asks, slicing, merged, column=False)
        if more:
            _run(held, more, slicing, merged, column=True)
    names = [one.name for one in slicing.dimensions(subject=True)]
    ordered = sorted(merged.items(), key=lambda item: [(value is None, value) for value in item[0]])
    return [Row(dict(zip(names, key, strict=True)), results) for key, results in ordered]


def single(code: str, slicing: Slicing, *, record: Record | None = None) -> Result:
    """One indicator over one slice."""
    return values([code], replace(slicing, grain=Grain.TOTAL, by=()), record=record)[0].results[code]


def difference(
    one: Indicator, this: Slicing, other: Slicing, *, record: Record | None = None
) -> tuple[Result, Result, Difference]:
    """An indicator over two slices, and whether they differ more than by chance."""
    left, right = (single(one.code, slicing, record=record) for slicing in (this, other))
    return left, right, compare(left, right, one.definition.direction)


def previous(slicing: Slicing) -> Slicing:
    """The period of the same length just before."""
    length = slicing.last_day - slicing.first_day + dt.timedelta(days=1)
    return replace(slicing, first_day=slicing.first_day - length, last_day=slicing.last_day - length)


def catalogue_questions(codes: Collection[str] = (), types: Collection[str] = ()) -> Questions:
    """Questions of the catalogue as formulas know them: those named, else those of the types."""
    rows = QuestionRow.objects.filter(code__in=codes) if codes else QuestionRow.objects.filter(type__in=types)
    return Questions.of(question_of(row) for row in rows)


def questions_for(one: Indicator, slicing: Slicing) -> Questions:
    """The questions that an indicator takes in a slicing."""
    return Binder(slicing).questions(one)


def bound(one: Indicator, slicing: Slicing) -> Formula:
    """The formula of an indicator in a slicing. Raises DefinitionError."""
    binder = Binder(slicing)
    return binder.bound(one, binder.questions(one))


class Binder:
    """Binds indicators to a slicing; what many of them ask of the catalogue is read once."""

    def __init__(self, slicing: Slicing) -> None:
        self._slicing = slicing
        self._priority = tuple(Company.current().served_priority or ())
        self._questions: dict[tuple[str, ...], Questions] = {}

    def questions(self, one: Indicator) -> Questions:
        if not one.definition.asks:
            return Questions(())
        types = tuple(one.definition.question_types)
        if types not in self._questions:
            self._questions[types] = catalogue_questions(self._slicing.subject, types)
        return self._questions[types]

    def bound(self, one: Indicator, questions: Questions) -> Formula:
        known = self._slicing.params if len(self._slicing.params) else None
        return bind(one.definition, Context(questions, self._slicing.weighted, self._priority), known)

    def asks(self, one: Indicator, *, per_subject: bool) -> list[Ask]:
        questions = self.questions(one)
        if not per_subject:
            return [self._ask(one, questions, None)]
        return [self._ask(one, Questions((item,)), item.code) for item in questions.items]

    def _ask(self, one: Indicator, questions: Questions, subject: str | None) -> Ask:
        formula = self.bound(one, questions)
        response = distribution = None
        weighted = self._slicing.weighted
        if one.definition.relevance and questions.spontaneous:
            response = ServedIndex(Index.RESPONSE, questions.spontaneous, weighted, self._priority)
        if self._slicing.detail and len(questions.scales) == 1:
            distribution = Distribution(questions, None, weighted)
        return Ask(one.code, formula, response, distribution, subject)


def _run(
    record: Record,
    asks: Sequence[Ask],
    slicing: Slicing,
    merged: dict[tuple[Any, ...], Results],
    *,
    column: bool,
) -> None:
    """One statement for all asks; results go into `merged` by the whole key."""
    dimensions = slicing.dimensions(subject=column)
    sheet = Sheet([formula for ask in asks for formula in ask.formulas])
    where = slicing.condition
    if column and slicing.subject:
        where = both(where, Compare("subject", "in", slicing.subject))
    plan = sheet.plan(dimensions, slicing.places, where)
    relations = record.relations(plan.day_columns if plan.day_table_fits else set())
    found = groups(plan, *_fetched(record, statement(plan, relations))) if asks else {}
    if not dimensions and not found:
        found = {(): Group()}
    absent = no_served_reason(plan)
    different, by_subject = _numbered(asks, sheet.readings)
    keys = list(dict.fromkeys(key for one in different for key in one.keys))
    place = _subject_place(slicing) if not column else None
    for key, group in found.items():
        if dimensions and place is None and not group.anything(keys):
            continue
        opened = Opened(group, different, absent)
        for subject, mine in by_subject.items():
            chosen = mine
            if place is not None:
                chosen = {code: one for code, one in mine.items() if opened.anything(one[1])}
                if not chosen:
                    continue
            whole = key if place is None else (*key[:place], subject, *key[place:])
            merged.setdefault(whole, Results()).add(opened, chosen)


def _fetched(record: Record, sql: str) -> tuple[list[str], Sequence[tuple[Any, ...]]]:
    """The answer of a statement; refused before it is read where it is too long for one answer."""
    columns, rows = record.fetch(f"{sql}\nLIMIT {MAX_ROWS + 1}")
    if len(rows) > MAX_ROWS:
        raise TooManyRowsError
    return columns, rows


def _numbered(
    asks: Sequence[Ask], readings: Sequence[Reading]
) -> tuple[list[Reading], dict[str | None, Numbered]]:
    """Readings that differ, for many indicators look at the same response rate; per subject, asks with the numbers of theirs."""
    following = iter(readings)
    different: dict[Reading, int] = {}
    by_subject: dict[str | None, Numbered] = {}
    for ask in asks:
        mine = tuple(different.setdefault(next(following), len(different)) for _formula in ask.formulas)
        by_subject.setdefault(ask.subject, {})[ask.code] = (ask, mine)
    return list(different), by_subject


def _subject_place(slicing: Slicing) -> int | None:
    names = [one.name for one in slicing.dimensions(subject=True)]
    return names.index("subject") if "subject" in names else None
