"""What a page is about: a place with everything below it, and a period. Both live in the address and stay while one moves."""

import datetime as dt
import zoneinfo
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.company.models import Company, Employee, Place, Point, User, Verb
from otklik.company.models.access import granted_paths
from otklik.company.queries import zone_of
from otklik.dashboards import periods
from otklik.dashboards.periods import Span
from otklik.events.record import get_store
from otklik.metrics.core.steps import DAY
from otklik.metrics.dimensions import Grain
from otklik.metrics.record import EPOCH
from otklik.web import formats

PARAMETERS = ("place", "period", "from", "to", "compare")


@dataclass(frozen=True)
class Scope:
    """`place` None is everything that the user may see, where that is more than one part of the tree.

    `problem` is a sentence about an address that makes no sense. `keep` are further parameters of a page that its links of place
    and period carry on.
    """

    user: User
    place: Place | None
    point: Point | None
    employee: Employee | None
    period: str
    span: Span
    compare: str
    today: dt.date
    subject: str = ""
    problem: str = ""
    keep: tuple[tuple[str, str], ...] = ()

    @classmethod
    def from_request(cls, request: HttpRequest) -> "Scope":
        """Read the address. A place that is missing or forbidden is a 404 alike."""
        user = request.user
        assert isinstance(user, User)
        return cls.of(user, request.GET)

    @classmethod
    def of(cls, user: User, query: QueryDict | Mapping[str, str]) -> "Scope":
        """As `from_request`, where there is no request: in a background job."""
        place = _named(Place.objects.visible_to(user, Verb.VIEW), query.get("place"))
        point = _named(Point.objects.visible_to(user, Verb.VIEW), query.get("point"))
        employee = _named(Employee.objects.visible_to(user, Verb.VIEW), query.get("employee"))
        if place is None and point is not None:
            place = point.place
        if place is None:
            place = _only_part(user)
        today = business_today(place)
        period, span, problem = _period(query, today)
        compare = query.get("compare") or "previous"
        return cls(
            user=user,
            place=place,
            point=point,
            employee=employee,
            period=period,
            span=span,
            compare=compare if compare in periods.COMPARISONS else "previous",
            today=today,
            subject=(query.get("subject") or "")[:64],
            problem=problem,
        )

    @cached_property
    def other(self) -> Span | None:
        """The days to compare with."""
        if self.compare == "none":
            return None
        if self.compare == "year":
            return periods.year_before(self.span)
        return periods.before(self.period, self.span)

    @property
    def grain(self) -> Grain:
        return periods.grain_of(self.span)

    @property
    def live(self) -> bool:
        """Whether new events may change what is shown."""
        return self.span.last >= self.today

    @cached_property
    def place_ids(self) -> list[int] | None:
        """Ids of the places in scope; None means all places of the company."""
        if self.place is not None:
            return list(self._visible().under(self.place).values_list("pk", flat=True))
        if self.user.may_everywhere(Verb.VIEW):
            return None
        return list(self._visible().values_list("pk", flat=True))

    @cached_property
    def children(self) -> list[Place]:
        """The next level below: children of the place, or the topmost places the user may see."""
        visible = self._visible()
        if self.place is not None:
            return list(visible.filter(parent=self.place))
        found = list(visible)
        ids = {place.pk for place in found}
        return [place for place in found if place.parent_id not in ids]

    def _visible(self) -> Any:
        return Place.objects.visible_to(self.user, Verb.VIEW)

    @property
    def name(self) -> str:
        if self.employee is not None:
            return self.employee.name
        if self.point is not None:
            return f"{self.point.name}, {self.point.place.name}"
        return self.place.name if self.place else self.whole_name

    @cached_property
    def whole_name(self) -> str:
        """What everything that the user may see is called; "" where that is one place with a name of its own."""
        if self.user.may_everywhere(Verb.VIEW):
            return _("Whole company")
        return "" if _only_part(self.user) else _("All your places")

    @property
    def period_name(self) -> str:
        return str(periods.PERIODS[self.period])

    @property
    def days_name(self) -> str:
        return formats.day_range(self.span.first, self.span.last)

    @property
    def full_days_name(self) -> str:
        """The days with their years, for paper."""
        return formats.day_range(self.span.first, self.span.last, year=True)

    @property
    def read_at(self) -> str:
        """When this is read, by the user's clock, for paper."""
        return formats.moment(timezone.now().astimezone(zone_of(self.user)), year=True)

    @property
    def other_name(self) -> str:
        return formats.day_range(self.other.first, self.other.last) if self.other else ""

    def query(self, **changes: Any) -> str:
        """The query string of this scope with changes; "" for the plain one."""
        values: dict[str, Any] = {
            "place": self.place.code if self.place else None,
            "point": self.point.code if self.point else None,
            "employee": self.employee.code if self.employee else None,
            "subject": self.subject or None,
            "period": self.period if self.period != periods.DEFAULT_PERIOD else None,
            "from": self.span.first.isoformat() if self.period == "custom" else None,
            "to": self.span.last.isoformat() if self.period == "custom" else None,
            "compare": self.compare if self.compare != "previous" else None,
        }
        values |= {name.rstrip("_"): value for name, value in changes.items()}
        pairs = [(name, value) for name, value in values.items() if value not in (None, "")]
        return urlencode([*pairs, *((name, value) for name, value in self.keep if name not in values)])

    def address(self, path: str, **changes: Any) -> str:
        query = self.query(**changes)
        return f"{path}?{query}" if query else path


def business_today(place: Place | None) -> dt.date:
    """The business day that runs now at the place, or by the company's clock."""
    zone = place.zone if place else zoneinfo.ZoneInfo(Company.current().timezone)
    start = place.business_day_start if place else dt.time(0)
    now = timezone.now().astimezone(zone)
    shift = dt.timedelta(hours=start.hour, minutes=start.minute)
    return (now - shift).date()


def first_day() -> dt.date | None:
    """The first business day of the record; None while it is empty."""
    with get_store().reader(None, None) as reader:
        sealed = [segment.first_day for segment in reader.segments]
        tail = reader.execute(f"SELECT min(day) FROM {reader.tail()}")[0][0] if reader.has_tail else None  # noqa: S608  # our own text
    days = [EPOCH + dt.timedelta(days=min(sealed))] if sealed else []
    return min([*days, *([tail] if tail else [])], default=None)


def _only_part(user: User) -> Place | None:
    """The place of a user whose rights are on one part of the tree."""
    paths = granted_paths(user, Verb.VIEW)
    tops = [
        one
        for one in set(paths or ())
        if not any(one != other and one.startswith(other) for other in paths or ())
    ]
    return Place.objects.visible_to(user, Verb.VIEW).filter(path=tops[0]).first() if len(tops) == 1 else None


def _named(allowed: Any, code: str | None) -> Any:
    if not code:
        return None
    found = allowed.filter(code=code).first()
    if found is None:
        raise Http404
    return found


def _period(query: QueryDict | Mapping[str, str], today: dt.date) -> tuple[str, Span, str]:
    """(name, days, problem): what cannot be understood becomes the default period with a sentence why."""
    period = query.get("period") or ("custom" if query.get("from") else periods.DEFAULT_PERIOD)
    default = periods.span_of(periods.DEFAULT_PERIOD, today)
    if period not in periods.PERIODS:
        return periods.DEFAULT_PERIOD, default, _("There is no such period; 28 days are shown.")
    if period == "all":
        return period, periods.span_of(period, today, first_day()), ""
    if period != "custom":
        return period, periods.span_of(period, today), ""
    try:
        first = dt.date.fromisoformat(query.get("from") or "")
        last = dt.date.fromisoformat(query.get("to") or today.isoformat())
    except ValueError:
        return (
            periods.DEFAULT_PERIOD,
            default,
            _("The days are not dates like 2026-03-05; 28 days are shown."),
        )
    if first > last:
        first, last = last, first
    if (last - first).days >= periods.LONGEST:
        first = last - (periods.LONGEST - 1) * DAY
        return "custom", Span(first, last), _("The longest period is fifty years; the last fifty are shown.")
    return "custom", Span(first, last), ""
