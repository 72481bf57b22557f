"""Read the lines of a timeline: who may see what, one statement per place and question, everything on one axis."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from zoneinfo import ZoneInfo

from django.db.models import Model
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from otklik.company.api_auth import Caller
from otklik.company.models import Company, Employee, Place, Point
from otklik.dashboards.periods import Span
from otklik.dashboards.readings import kinds_of
from otklik.dashboards.scope import business_today
from otklik.dashboards.timeline import columns as reading
from otklik.dashboards.timeline.axis import Axis, Step, trimmed
from otklik.dashboards.timeline.columns import Columns
from otklik.dashboards.timeline.spec import Spec, colours
from otklik.metrics.catalogue import Indicator
from otklik.metrics.core.thresholds import Limits
from otklik.metrics.definitions import LimitTable, indicators
from otklik.metrics.dimensions import Grain
from otklik.metrics.limits.steps import of_each
from otklik.metrics.queries import Slicing
from otklik.surveys.models import Question

ABSENT = {
    "Place": gettext_lazy("There is no place “%(code)s”."),
    "Point": gettext_lazy("There is no point “%(code)s”."),
    "Employee": gettext_lazy("There is no employee “%(code)s”."),
    "Question": gettext_lazy("There is no question “%(code)s”."),
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for. `where` stands in for what a line does not say; `against` is the code of a place to compare with."""

    caller: Caller
    specs: Sequence[Spec]
    span: Span
    grain: Grain
    where: Spec
    compare: str = "previous"
    compare_from: dt.date | None = None
    against: str = ""


@dataclass(frozen=True, slots=True)
class Where:
    """Ids and names of what a line is about."""

    place: Place | None
    point: Point | None
    employee: Employee | None
    question: Question | None
    places: frozenset[int] | None


@dataclass(frozen=True, slots=True)
class Line:
    spec: Spec
    indicator: Indicator
    where: Where
    colour: int
    limits: Sequence[Limits | None]  # of each step
    columns: Columns
    other: Columns | None
    kinds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Timeline:
    """Lines over `steps`; `others` are the steps that they are compared with. `settled` changes when old days do."""

    axis: Axis
    steps: Sequence[Step]
    unfinished: int | None
    lines: list[Line]
    others: Sequence[Step]
    against: Place | None
    settled: str
    problems: list[tuple[str, str]] = field(default_factory=list)  # (line, sentence)


class Directory:
    """What the caller may see, each read once. Missing and forbidden are alike: Http404."""

    def __init__(self, caller: Caller) -> None:
        self._visible = caller.visible_places()
        self._everything = caller.sees_everything()
        self._found: dict[tuple[str, str], Model | None] = {}
        self._under: dict[int | None, frozenset[int] | None] = {}

    def where(self, spec: Spec) -> Where:
        place = self.place(spec.place)
        point = self._one(Point, spec.point) if spec.point else None
        employee = self._one(Employee, spec.employee) if spec.employee else None
        question = self._one(Question, spec.subject) if spec.subject else None
        if point is not None:
            place = place or point.place
        return Where(place, point, employee, question, self._places(place))

    def place(self, code: str) -> Place | None:
        return self._one(Place, code) if code else None

    def _one[M: (Place, Point, Employee, Question)](self, model: type[M], code: str) -> M:
        key = (model.__name__, code)
        if key not in self._found:
            self._found[key] = self._read(model, code)
        found = self._found[key]
        if not isinstance(found, model):
            raise Http404(str(ABSENT[model.__name__]) % {"code": code})
        return found

    def _read(self, model: type[Model], code: str) -> Model | None:
        if model is Place:
            return self._visible.filter(code=code).first()
        if model is Point:
            return Point.objects.filter(code=code, place__in=self._visible).select_related("place").first()
        if model is Employee:
            return Employee.objects.filter(code=code, place__in=self._visible).first()
        return Question.objects.filter(code=code).first()

    def _places(self, place: Place | None) -> frozenset[int] | None:
        pk = place.pk if place else None
        if pk not in self._under:
            if place is None:
                ids = None if self._everything else frozenset(self._visible.values_list("pk", flat=True))
            else:
                ids = frozenset(self._visible.under(place).values_list("pk", flat=True))
            self._under[pk] = ids
        return self._under[pk]


def read(wanted: Wanted) -> Timeline:
    """Read everything. A line that cannot be shown is left out with a sentence; Http404 when the page's own place is not there."""
    directory = Directory(wanted.caller)
    page = directory.where(wanted.where)
    against = directory.place(wanted.against)
    axis = _axis(wanted, page.place)
    known, limits = indicators(), LimitTable()
    placed, problems = _placed(wanted, directory, known)
    serial = reading.MEMORY.news()
    settled: list[int] = []
    now = _columns([(one, where) for _spec, one, where in placed], axis, serial, settled)
    other_axis = (
        axis
        if against
        else None
        if wanted.compare == "none"
        else axis.before(wanted.compare, wanted.compare_from)
    )
    others: list[Columns] | None = None
    if other_axis is not None:
        pairs = [(one, _moved(directory, where, against)) for _spec, one, where in placed]
        others = _columns(pairs, other_axis, serial, settled)
    order = list(known)
    tints = colours([spec for spec, _one, _where in placed], order)
    lines = [
        Line(
            spec,
            one,
            where,
            tints[number],
            of_each(limits, one, where.place.ancestor_ids() if where.place else [], axis.steps, axis.grain),
            now[number],
            others[number] if others else None,
            kinds_of(one),
        )
        for number, (spec, one, where) in enumerate(placed)
    ]
    whole = Timeline(
        axis,
        axis.steps,
        axis.unfinished,
        lines,
        other_axis.steps if other_axis else [],
        against,
        ".".join(map(str, settled)),
        problems,
    )
    return _without_empty_hours(whole) if axis.grain is Grain.HOUR else whole


def _placed(
    wanted: Wanted, directory: Directory, known: dict[str, Indicator]
) -> tuple[list[tuple[Spec, Indicator, Where]], list[tuple[str, str]]]:
    found, problems = [], []
    for spec in wanted.specs:
        one = known.get(spec.code)
        if one is None:
            problems.append((str(spec), _("There is no indicator “%(code)s”.") % {"code": spec.code}))
            continue
        try:
            where = directory.where(_filled(spec, wanted.where, one))
        except Http404 as error:
            problems.append((str(spec), str(error)))
            continue
        found.append((spec, one, where))
    return found, problems


def _filled(spec: Spec, page: Spec, one: Indicator) -> Spec:
    """The line with what the page says where it says nothing itself; its own place makes it independent of the page's."""
    subject = spec.subject or (page.subject if one.definition.asks else "")
    if spec.place or spec.point or spec.employee:
        return replace(spec, subject=subject)
    return replace(spec, subject=subject, place=page.place, point=page.point, employee=page.employee)


def _moved(directory: Directory, where: Where, against: Place | None) -> Where:
    if against is None:
        return where
    spec = Spec("", subject=where.question.code if where.question else "", place=against.code)
    return directory.where(spec)


def _axis(wanted: Wanted, place: Place | None) -> Axis:
    today = business_today(place)
    now = timezone.now().astimezone(place.zone if place else _company_zone()).replace(tzinfo=None)
    last = min(wanted.span.last, today)
    span = Span(wanted.span.first, last) if wanted.span.first <= last else wanted.span
    return Axis(wanted.grain, span, today, now)


def _company_zone() -> dt.tzinfo:
    return ZoneInfo(Company.current().timezone)


def _columns(
    pairs: Sequence[tuple[Indicator, Where]], axis: Axis, serial: int, settled: list[int]
) -> list[Columns]:
    """Columns of each pair; those of one place and question are read together."""
    slicings = [_slicing(where, one, axis) for one, where in pairs]
    groups: dict[tuple[object, ...], list[int]] = {}
    for number, one in enumerate(slicings):
        groups.setdefault((one.places, one.point, one.employee, one.subject), []).append(number)
    found: dict[int, Columns] = {}
    for numbers in groups.values():
        ones = list({pairs[number][0].code: pairs[number][0] for number in numbers}.values())
        held, serials = reading.read(ones, slicings[numbers[0]], axis, serial)
        settled.extend(serials)
        found |= {number: held[pairs[number][0].code] for number in numbers}
    return [found[number] for number in range(len(pairs))]


def _slicing(where: Where, one: Indicator, axis: Axis) -> Slicing:
    subject = (where.question.code,) if where.question and one.definition.asks else ()
    return Slicing(
        axis.days.first,
        axis.days.last,
        where.places,
        where.point.pk if where.point else None,
        where.employee.pk if where.employee else None,
        axis.grain,
        subject=subject,
    )


def _without_empty_hours(whole: Timeline) -> Timeline:
    there = [line.columns for line in whole.lines]
    filled = [
        any(one.n[number] or one.value[number] == one.value[number] for one in there)
        for number in range(len(whole.steps))
    ]
    first, last = trimmed(whole.steps, filled, whole.axis.span, whole.axis.now)
    lines = [
        replace(
            line,
            limits=line.limits[first:last],
            columns=line.columns.part(first, last),
            other=line.other.part(first, last) if line.other else None,
        )
        for line in whole.lines
    ]
    unfinished = whole.unfinished
    if unfinished is not None:
        unfinished = unfinished - first if first <= unfinished < last else None
    return replace(
        whole,
        steps=whole.steps[first:last],
        others=whole.others[first:last],
        lines=lines,
        unfinished=unfinished,
    )
