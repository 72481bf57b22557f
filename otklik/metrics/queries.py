"""What pages, the API and exports read: values of indicators over any slice, differences, explanations.

Access is the caller's: `places` are the ids that the reader may see (None for all). Everything is computed in one SQL
statement per kind of split, whatever the number of indicators and groups.
"""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field, replace

import numpy as np

from otklik.company.models import Company
from otklik.metrics import anonymous
from otklik.metrics.catalogue import Indicator
from otklik.metrics.composing import adds_up, ends, needed, over_days, windowed
from otklik.metrics.core.compare import Difference, compare
from otklik.metrics.core.composed import Moving
from otklik.metrics.core.definitions import Context, DefinitionError, Params, bind
from otklik.metrics.core.distribution import Distribution
from otklik.metrics.core.filters import EVERYTHING, Compare, Filter, both
from otklik.metrics.core.formula import Formula
from otklik.metrics.core.reach import fields_of
from otklik.metrics.core.results import Result
from otklik.metrics.core.said import gettext_noop
from otklik.metrics.core.scales import Questions
from otklik.metrics.core.served import Index, ServedIndex
from otklik.metrics.definitions import indicators
from otklik.metrics.dimensions import Dimension, Grain, dimension, period
from otklik.metrics.evaluate import Group, Groups, Reading, Sheet, groups, no_served_reason
from otklik.metrics.opened import Ask, Numbered, Opened
from otklik.metrics.planner import Plan, statement
from otklik.metrics.record import Record, asked_anew, open_record, question_of
from otklik.metrics.summed import relation
from otklik.metrics.table import Piece, Row, Table
from otklik.surveys.models import Question as QuestionRow

__all__ = ["Row", "Slicing", "Table", "bound", "difference", "previous", "single", "table", "values"]

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


def values(codes: Iterable[str], slicing: Slicing, *, record: Record | None = None) -> list[Row]:
    """Results of indicators over a slicing, in the order of the dimensions.

    Raises UnknownIndicatorError, and DefinitionError for parameters that do not fit.
    """
    return table(codes, slicing, record=record).rows()


def table(codes: Iterable[str], slicing: Slicing, *, record: Record | None = None) -> Table:
    """The same by columns, for those who read many cells: `table(…).column("nps").value` is an array over the rows.

    Raises UnknownIndicatorError, and DefinitionError for parameters that do not fit.
    """
    wanted = list(codes)
    if record is not None:
        return _table(wanted, slicing, record)
    return asked_anew(lambda: _table(wanted, slicing, None))


def _table(codes: Collection[str], slicing: Slicing, record: Record | None) -> Table:
    wanted = needed(codes, indicators(), slicing.params)
    by_subject = "subject" in slicing.by
    asking = [one for one in wanted.plain.values() if one.definition.asks]
    others = [one for one in wanted.plain.values() if not one.definition.asks]
    pieces: list[Piece] = []
    with nullcontext(record) if record else open_record(slicing.first_day, slicing.last_day) as held:
        binder = Binder(slicing, codes)
        asks = [ask for one in asking for ask in binder.asks(one, per_subject=by_subject)]
        more = [Ask(one.code, binder.bound(one, Questions(())), None, None) for one in others]
        if not by_subject:  # one statement for everything: the events are read once
            asks, more = [*asks, *more], []
        if asks:
            pieces += _run(held, asks, slicing, column=False)
        if more:
            pieces += _run(held, more, slicing, column=True)
        for code, (moving, inner) in wanted.moving.items():
            for ask in binder.asks(inner, per_subject=by_subject):
                pieces += _run_moving(held, replace(ask, code=code), moving, slicing)
    return Table([one.name for one in slicing.dimensions(subject=True)], pieces, wanted.composed)


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
    """Questions of the catalogue as formulas know them: those named, else those of the types.

    A pulse of staff is given to those alone that are about pulses.
    """
    rows = QuestionRow.objects.filter(code__in=codes) if codes else QuestionRow.objects.filter(type__in=types)
    if not anonymous.TYPES.issuperset(types) or not types:
        rows = rows.exclude(type__in=anonymous.TYPES)
    return Questions.of(question_of(row) for row in rows)


def questions_for(one: Indicator, slicing: Slicing) -> Questions:
    """The questions that an indicator takes in a slicing."""
    return Binder(slicing).questions(one)


def bound(one: Indicator, slicing: Slicing) -> Formula:
    """The formula of an indicator in a slicing. Raises DefinitionError."""
    binder = Binder(slicing)
    return binder.bound(one, binder.questions(one))


def behind(one: Indicator, slicing: Slicing) -> list[Formula]:
    """Formulas over events that an indicator comes down to: its own, or those of what it is made of."""
    wanted = needed([one.code], {**indicators(), one.code: one}, slicing.params)
    leaves = {**wanted.plain, **{inner.code: inner for _moving, inner in wanted.moving.values()}}
    binder = Binder(slicing, [one.code])
    return [binder.bound(leaf, binder.questions(leaf)) for leaf in leaves.values()]


class Binder:
    """Binds indicators to a slicing; what many of them ask of the catalogue is read once."""

    def __init__(self, slicing: Slicing, asked: Collection[str] | None = None) -> None:
        """`asked`: codes that the slicing's parameters are for; None: all."""
        self._slicing = slicing
        self._asked = asked
        self._priority = tuple(Company.current().served_priority or ())
        self._questions: dict[tuple[str, ...], Questions] = {}
        self._hidden = tuple(sorted(anonymous.codes()))

    def questions(self, one: Indicator) -> Questions:
        if not one.definition.asks:
            return Questions(())
        types = tuple(one.definition.question_types)
        if types not in self._questions:
            self._questions[types] = catalogue_questions(self._slicing.subject, types)
        return self._questions[types]

    def bound(self, one: Indicator, questions: Questions) -> Formula:
        mine = self._asked is None or one.code in self._asked
        known = self._slicing.params if mine and len(self._slicing.params) else None
        return bind(
            one.definition, Context(questions, self._slicing.weighted, self._priority, self._hidden), known
        )

    def asks(self, one: Indicator, *, per_subject: bool) -> list[Ask]:
        questions = self.questions(one)
        if anonymous.is_pulse(one) and not fields_of(self._slicing.where) <= {"place", "point"}:
            raise DefinitionError(
                "where",
                gettext_noop(
                    "cannot single out answers that are anonymous: places and points alone may be chosen"
                ),
            )
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


def _run(record: Record, asks: Sequence[Ask], slicing: Slicing, *, column: bool) -> list[Piece]:
    """One statement for all asks."""
    dimensions = slicing.dimensions(subject=column)
    sheet = Sheet([formula for ask in asks for formula in ask.formulas])
    where = slicing.condition
    if column and slicing.subject:
        where = both(where, Compare("subject", "in", slicing.subject))
    plan = sheet.plan(dimensions, slicing.places, where)
    found = _answer(record, plan)
    if not dimensions and not len(found):
        found = Groups.of({(): Group()})
    different, by_subject = _numbered(asks, sheet.readings)
    opened = Opened(found, different, no_served_reason(plan))
    if column or "subject" not in slicing.by:
        counted = {key for one in different for key in one.keys}
        shown = found.anything(counted) if dimensions else np.ones(len(found), bool)
        return [Piece(opened, found.keys, mine, shown, {}) for mine in by_subject.values()]
    return [_of_subject(opened, subject, mine, slicing) for subject, mine in by_subject.items()]


def _answer(record: Record, plan: Plan) -> Groups:
    if not plan.measures and not plan.bases:  # indicators of questions that nobody asks
        return Groups.of({})
    relations = record.relations(plan.day_columns if plan.day_table_fits else set())
    rows = {rule: relation(rule, plan, record) for rule in plan.derived}
    return groups(plan, record.arrays(statement(plan, relations, rows)))


def _run_moving(record: Record, ask: Ask, moving: Moving, slicing: Slicing) -> list[Piece]:
    """An indicator over windows of days: groups of single days are put together before the formula looks at them."""
    dimensions = [one for one in slicing.dimensions(subject=False) if one.name != "period"]
    if slicing.grain is Grain.HOUR or any(one.stamped for one in dimensions):
        return []
    day = period(Grain.DAY)
    assert day is not None
    sheet = Sheet([ask.formula])
    adds_up(sheet.measures)
    wide = record.wide(moving.days - 1, 0)
    plan = sheet.plan([day, *dimensions], slicing.places, slicing.condition)
    found = _answer(wide, plan).by_key()
    steps = ends(slicing.grain, slicing.first_day, slicing.last_day)
    windows = over_days(found, sheet, moving, steps)
    if not windows and not slicing.dimensions(subject=True):
        windows = {(): Group()}
    opened = Opened(Groups.of(windows), [windowed(sheet.readings[0], moving)], no_served_reason(plan))
    asks = {ask.code: (replace(ask, response=None, distribution=None), (0,))}
    if "subject" in slicing.by:
        return [_of_subject(opened, ask.subject, asks, slicing)]
    return [Piece(opened, opened.groups.keys, asks, np.ones(len(windows), bool), {})]


def _of_subject(opened: Opened, subject: str | None, asks: Numbered, slicing: Slicing) -> Piece:
    """The rows of one question: those groups in which one of its indicators has anything."""
    place = [one.name for one in slicing.dimensions(subject=True)].index("subject")
    keys = [(*key[:place], subject, *key[place:]) for key in opened.groups.keys]  # a list
    there = {code: opened.anything(numbers) for code, (_ask, numbers) in asks.items()}
    shown = np.logical_or.reduce(list(there.values()))
    return Piece(opened, keys, asks, shown, there)


def _numbered(
    asks: Sequence[Ask], readings: Sequence[Reading]
) -> tuple[list[Reading], Mapping[str | None, Numbered]]:
    """Readings that differ, for many indicators look at the same response rate; per subject, asks with the numbers of theirs."""
    following = iter(readings)
    different: dict[Reading, int] = {}
    by_subject: dict[str | None, dict[str, tuple[Ask, tuple[int, ...]]]] = {}
    for ask in asks:
        mine = tuple(different.setdefault(next(following), len(different)) for _formula in ask.formulas)
        by_subject.setdefault(ask.subject, {})[ask.code] = (ask, mine)
    return list(different), by_subject
