"""REST of relations: correlations, lags, scatter, drivers, elements of the standard, reliability, items, quadrants."""

from typing import Annotated, Any, Literal

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Field, Query, Router

from otklik.company.api_auth import KeyOrSession, caller_of
from otklik.metrics import asking
from otklik.metrics.api import CODE, ERRORS, Span
from otklik.metrics.asking import AskError
from otklik.metrics.definitions import LimitTable
from otklik.metrics.relations import analyses, schemas
from otklik.metrics.relations.asking import Base, Reader, unique
from otklik.metrics.relations.drivers import Errors
from otklik.metrics.relations.elements import WAYS
from otklik.metrics.relations.matrix import Frame
from otklik.metrics.relations.prepare import Shape
from otklik.metrics.relations.series import Named, Series
from otklik.metrics.relations.shaping import Season
from otklik.metrics.relations.units import whole_until

router = Router(tags=["relations"], auth=KeyOrSession())
MAX_LAG = 400
SERIES = (
    "A series: the code of an indicator, with its own place, point, employee, question, condition or parameters where it needs "
    'them: "csat", "visitors;place=north", "mean_score;subject=clean;name=Clean", or a JSON object of the same keys. An index of '
    'several: {"index": "Image", "scores": "z", "of": [{"subject": "q1", "weight": 0.3}, …]}.'
)
UNITS = (
    "What a pair of numbers belongs to: hour, day, week, month, quarter, year, place, point, employee, session (one contact or "
    "respondent), place_day, point_day, employee_day, attr.<name>."
)
STEPS = "hour, day, week, month, quarter or year."


class Common(Span):
    """Which events: of what place (with everything below it), point, employee; under what conditions."""

    place: str = CODE
    point: str = CODE
    employee: str = CODE
    where: list[str] = Field(
        [], max_length=20, description='Conditions that must all hold: "attr.region=NAM", "value>=4".'
    )

    whole_steps: bool = Field(
        True, description="Leave out the running day, and weeks, months … that the period cuts."
    )

    def reader(self, request: HttpRequest) -> Reader:
        where = asking.where_of(self.where)
        return Reader(Base(caller_of(request), where, self.place, self.point, self.employee))

    def study(self, reader: Reader, unit: str, shape: Shape, *, in_time: bool = False) -> analyses.Study:
        found = reader.unit(unit, in_time=in_time)
        if not found.in_time and (shape.difference or shape.season is not Season.NONE):
            raise AskError(
                "season" if shape.season is not Season.NONE else "difference",
                _("This makes sense over steps of time alone."),
            )
        first, last = asking.span_of(self.first, self.last, found.grain)
        if self.whole_steps:
            last = whole_until(found, first, last, asking.today())
        frame = Frame(first, last, found, reader.root.tree.places, self.whole_steps)
        return analyses.Study(frame, shape, reader.root.tree)


class Shaped(Common):
    """How series are prepared."""

    least_events: float = Field(
        0, ge=0, description="Leave out units with fewer events (24: only days with all hours)."
    )
    difference: bool = Field(False, description="First differences: each step less the one before.")
    season: Season = Field(
        Season.NONE,
        description="Remove seasonality: “means” of weekdays (hours of the week, months), or “stl”.",
    )

    @property
    def shape(self) -> Shape:
        return Shape(self.least_events, self.difference, self.season)


class ManySeries(Shaped):
    x: list[str] = Field([], max_length=60, description=SERIES)
    questions: list[str] = Field(
        [], max_length=60, description="Codes of questions: short for the mean score of each."
    )


class CorrelationsAsked(ManySeries):
    by: str = Field("day", max_length=72, description=UNITS)
    y: list[str] = Field([], max_length=60, description="Only pairs of each x with each of these.")
    ranks: bool = Field(True, description="Spearman beside Pearson.")


class PairAsked(Shaped):
    x: str = Field(max_length=4000, description=SERIES)
    y: str = Field("", max_length=4000, description="The other series.")


class LagsAsked(PairAsked):
    by: str = Field("day", max_length=16, description=STEPS)
    first_lag: int = Field(-14, ge=-MAX_LAG, le=MAX_LAG, description="Below zero: y goes before x.")
    last_lag: int = Field(14, ge=-MAX_LAG, le=MAX_LAG, description="Above zero: x goes before y.")


class ScatterAsked(PairAsked):
    by: str = Field("day", max_length=72, description=UNITS)


class DriversAsked(ManySeries):
    target: str = Field(max_length=4000, description="The series to explain by the others.")
    by: str = Field("day", max_length=72, description=UNITS)
    errors: Errors = Field(
        Errors.CLASSIC,
        description="Errors of the weights: classic, robust (HC3), hac (Newey–West, for steps of time).",
    )


class ElementsAsked(Common):
    target: str = Field(max_length=4000, description="The series that should be better with the element.")
    join: Literal["auto", "session", "employee_day", "place_day"] = Field(
        "auto",
        description="How checks and target belong together; auto takes the nearest that joins ten units or more.",
    )
    met_from: float = Field(0.5, gt=0, le=1, description="An element is met from this value (0…1) on.")
    check_where: list[str] = Field(
        [], max_length=20, description='Conditions on the checks alone: "attr.source=mystery".'
    )


class ItemsAsked(ManySeries):
    by: str = Field("session", max_length=72, description=UNITS)


class QuadrantsAsked(Common):
    x: str = Field("csat", max_length=4000, description="The rational index.")
    y: str = Field("c_value", max_length=4000, description="The emotional index.")
    by: Literal["point", "employee", "place"] = "point"
    x_line: float | None = Field(
        None, description="Where “good” begins; the threshold or else the median when not said."
    )
    y_line: float | None = None


def _several(reader: Reader, asked: ManySeries, least: int) -> list[Named]:
    found = reader.all(asked.x, asked.questions)
    unique(found, "x")
    if len(found) < least:
        raise AskError("x", _("Name at least %(count)s series in “x” or “questions”.") % {"count": least})
    return found


@router.get("/correlations", response={200: schemas.CorrelationsOut, **ERRORS}, by_alias=True)
def correlations(request: HttpRequest, asked: Annotated[CorrelationsAsked, Query()]) -> dict[str, Any]:
    """Every pair of series: Pearson and Spearman, n, p, p corrected for the number of pairs."""
    reader = asked.reader(request)
    against = reader.all(asked.y, field="y")
    named = _several(reader, asked, 1 if against else 2)
    unique(against, "y")
    study = asked.study(reader, asked.by, asked.shape)
    return analyses.correlations(study, named, against, ranks=asked.ranks)


@router.get("/lags", response={200: schemas.LagsOut, **ERRORS}, by_alias=True)
def lags(request: HttpRequest, asked: Annotated[LagsAsked, Query()]) -> dict[str, Any]:
    """Which series goes before the other, and by how many steps; without y the autocorrelation of x."""
    reader = asked.reader(request)
    if asked.first_lag > asked.last_lag:
        raise AskError("first_lag", _("“first_lag” is above “last_lag”."))
    x = reader.one(asked.x, "x")
    y = reader.one(asked.y, "y") if asked.y.strip() else None
    study = asked.study(reader, asked.by, asked.shape, in_time=True)
    return analyses.lag_search(study, x, y, range(asked.first_lag, asked.last_lag + 1))


@router.get("/scatter", response={200: schemas.ScatterOut, **ERRORS}, by_alias=True)
def scatter(request: HttpRequest, asked: Annotated[ScatterAsked, Query()]) -> dict[str, Any]:
    """The units of one pair by name, with the line of least squares."""
    reader = asked.reader(request)
    x, y = reader.one(asked.x, "x"), reader.one(asked.y, "y")
    return analyses.scatter(asked.study(reader, asked.by, asked.shape), x, y)


@router.get("/drivers", response={200: schemas.DriversOut, **ERRORS}, by_alias=True)
def drivers(request: HttpRequest, asked: Annotated[DriversAsked, Query()]) -> dict[str, Any]:
    """Which series explain the target: standardised weights with intervals, R², shares of R²."""
    reader = asked.reader(request)
    target, named = reader.one(asked.target, "target"), _several(reader, asked, 1)
    unique([target, *named], "x")
    return analyses.driver_model(asked.study(reader, asked.by, asked.shape), target, named, asked.errors)


@router.get("/elements", response={200: schemas.ElementsOut, **ERRORS}, by_alias=True)
def elements(request: HttpRequest, asked: Annotated[ElementsAsked, Query()]) -> dict[str, Any]:
    """The target with and without each element of the standard."""
    reader = asked.reader(request)
    target = reader.one(asked.target, "target")
    if not isinstance(target.what, Series):
        raise AskError("target", _("The target is one indicator, not an index of several."))
    ways = WAYS if asked.join == "auto" else (asked.join,)
    where = reader.condition([*asked.where, *asked.check_where])
    study = asked.study(reader, "day", Shape())
    return analyses.element_table(
        study, target, reader.indicator(target), where, ways=ways, threshold=asked.met_from
    )


@router.get("/reliability", response={200: schemas.ReliabilityOut, **ERRORS}, by_alias=True)
def reliability(request: HttpRequest, asked: Annotated[ItemsAsked, Query()]) -> dict[str, Any]:
    """Cronbach's alpha of a factor, raw and standardised, over respondents who answered every item."""
    reader = asked.reader(request)
    named = _several(reader, asked, 2)
    return analyses.reliability(asked.study(reader, asked.by, asked.shape), named)


@router.get("/items", response={200: schemas.ItemsOut, **ERRORS}, by_alias=True)
def items(request: HttpRequest, asked: Annotated[ItemsAsked, Query()]) -> dict[str, Any]:
    """n, mean, deviation, median and quartiles of each series over the units."""
    reader = asked.reader(request)
    named = _several(reader, asked, 1)
    return analyses.items(asked.study(reader, asked.by, asked.shape), named)


@router.get("/quadrants", response={200: schemas.QuadrantsOut, **ERRORS}, by_alias=True)
def quadrants(request: HttpRequest, asked: Annotated[QuadrantsAsked, Query()]) -> dict[str, Any]:
    """Double TOLK: the rational index against the emotional one, for each point, employee or place."""
    reader = asked.reader(request)
    study = asked.study(reader, asked.by, Shape())
    axes = []
    for field, text, line in (("x", asked.x, asked.x_line), ("y", asked.y, asked.y_line)):
        named = reader.one(text, field)
        one = reader.indicator(named)
        if one is None:
            raise AskError(field, _("An axis is one indicator, not an index of several."))
        axes.append(analyses.Axis(named, one, LimitTable().of(one, reader.root.tree.ancestors), line))
    return analyses.quadrant_table(study, axes[0], axes[1])
