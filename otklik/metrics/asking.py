"""From the text of a request to a slicing: codes to ids, conditions, spans; each refusal names its field."""

import datetime as dt
import json
import re
import zoneinfo
from collections.abc import Sequence
from dataclasses import dataclass

from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.company.api_auth import Caller
from otklik.company.models import Company, Employee, Place, Point
from otklik.metrics import anonymous, interactions, private
from otklik.metrics.catalogue import Indicator
from otklik.metrics.composing import COMPOSED, MOVING
from otklik.metrics.core.families import FAMILIES
from otklik.metrics.core.filters import (
    EVERYTHING,
    NUMBER_FIELDS,
    ORDERED,
    Filter,
    FilterError,
    attribute_name,
    both,
    from_data,
)
from otklik.metrics.core.measures import Agg, Measure
from otklik.metrics.core.reach import fields_of
from otklik.metrics.dimensions import NAMES, SIMPLE, Grain
from otklik.metrics.labels import translated
from otklik.metrics.queries import DEFAULT_WEIGHT, Slicing
from otklik.metrics.record import open_record
from otklik.metrics.scope import Tree
from otklik.surveys.models import Question

DEFAULT_DAYS = 30
MAX_INTERACTIONS = 200_000
MAX_DAYS, MAX_HOUR_DAYS, MAX_BY, MAX_WHERE = 36_600, 92, 3, 4000
MAX_ROWS = 50_000
PLAIN_CONDITION = re.compile(r"([A-Za-z_][A-Za-z0-9_.-]*)\s*(!=|<=|>=|=|<|>)(.*)", re.DOTALL)


class AskError(ValueError):
    """A parameter that cannot be understood: its field and a sentence."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field, self.message = field, message


@dataclass(frozen=True, slots=True)
class Where:
    """Who asks about what part of the company; the parts of a request that say it."""

    place: str = ""
    point: str = ""
    employee: str = ""


@dataclass(frozen=True, slots=True)
class Scope:
    tree: Tree
    point: int | None
    employee: int | None


def scope_of(caller: Caller, asked: Where) -> Scope:
    """Ids of what is asked for. What the caller may not see does not exist: Http404."""
    visible = caller.visible_places()
    root: Place | None = None
    if asked.place:
        root = visible.filter(code=asked.place).first()
        if root is None:
            raise Http404(_("There is no place “%(code)s”.") % {"code": asked.place})
    tree = Tree(visible, everything=caller.sees_everything(), root=root)
    point = employee = None
    if asked.point:
        point = Point.objects.filter(code=asked.point, place__in=visible).values_list("pk", flat=True).first()
        if point is None:
            raise Http404(_("There is no point “%(code)s”.") % {"code": asked.point})
    if asked.employee:
        found = Employee.objects.filter(code=asked.employee, place__in=visible)
        employee = found.values_list("pk", flat=True).first()
        if employee is None:
            raise Http404(_("There is no employee “%(code)s”.") % {"code": asked.employee})
    return Scope(tree, point, employee)


def today() -> dt.date:
    """The day that runs now by the company's clock."""
    return timezone.now().astimezone(zoneinfo.ZoneInfo(Company.current().timezone)).date()


def span_of(first: dt.date | None, last: dt.date | None, grain: Grain) -> tuple[dt.date, dt.date]:
    """Business days asked for; the last thirty when nothing is said."""
    now = today()
    try:
        last = last or (max(now, first) if first else now)
        first = first or last - dt.timedelta(days=DEFAULT_DAYS - 1)
    except OverflowError as error:
        raise AskError("to", _("“to” is too early.")) from error
    if first > last:
        raise AskError(
            "from", _("“from” (%(first)s) is after “to” (%(last)s).") % {"first": first, "last": last}
        )
    days = (last - first).days + 1
    longest = MAX_HOUR_DAYS if grain is Grain.HOUR else MAX_DAYS
    if days > longest:
        raise AskError(
            "to",
            _("Ask for at most %(longest)s days at once; this is %(days)s.")
            % {"longest": longest, "days": days},
        )
    return first, last


def by_of(given: Sequence[str]) -> tuple[str, ...]:
    """Dimensions; several may stand in one value, separated by commas."""
    names = tuple(dict.fromkeys(name for text in given for name in text.split(",") if name))
    for name in names:
        if name not in SIMPLE and name != "child" and attribute_name(name) is None:
            raise AskError(
                "by",
                _("Unknown split “%(name)s”. Known are: %(known)s.")
                % {"name": name[:80], "known": ", ".join(NAMES)},
            )
    if len(names) > MAX_BY:
        raise AskError("by", _("Split by at most %(count)s things at once.") % {"count": MAX_BY})
    return names


def not_too_many(rows: int) -> None:
    """Refuse an answer that one request should not carry: making its JSON would keep the others waiting."""
    if rows > MAX_ROWS:
        message = _(
            "This would be more than %(count)s rows. Ask for a shorter period, a coarser grain, a smaller place or fewer splits."
        )
        raise AskError("by", message % {"count": MAX_ROWS})


def where_of(given: Sequence[str]) -> Filter:
    """Conditions: `attr.region=NAM`, `value>=4`, or a JSON tree; all of them must hold."""
    parts = [_condition(text) for text in given if text]
    found = both(*parts) if parts else EVERYTHING
    if "subject" in fields_of(found):
        not_anonymous(anonymous.named_in(found, anonymous.codes()), "where")
    return found


def not_anonymous(names: Sequence[str], field: str) -> None:
    """Refuse a question that names an anonymous one."""
    if names:
        message = _(
            "“%(names)s” is a pulse of staff: its answers are shown in groups alone, by the indices of engagement and burnout."
        )
        raise AskError(field, message % {"names": ", ".join(names)})


def subjects_of(given: Sequence[str]) -> tuple[str, ...]:
    """Codes of questions; an unknown one is refused by name."""
    codes = tuple(dict.fromkeys(code for text in given for code in text.split(",") if code))
    known = set(Question.objects.filter(code__in=codes).values_list("code", flat=True))
    for code in codes:
        if code not in known:
            raise AskError("subject", _("There is no question “%(code)s”.") % {"code": code[:80]})
    return codes


def few_interactions(code: str, slicing: Slicing) -> Slicing:
    """The slicing over interactions that the indicator knows something of; refused where they are too many."""
    try:
        with open_record(slicing.first_day, slicing.last_day) as record:
            return interactions.limited([code], slicing, record, MAX_INTERACTIONS)
    except interactions.TooMuchError as error:
        message = _(
            "That is %(found)s interactions; %(most)s fit into one answer. Choose fewer days or a place."
        )
        raise AskError("by", message % {"found": error.found, "most": error.most}) from error


def weight_of(given: str) -> str | None:
    """The attribute to weigh by: true means “weight”."""
    if given in {"", "false", "0"}:
        return None
    name = DEFAULT_WEIGHT if given in {"true", "1"} else given
    try:
        return Measure(Agg.COUNT, None, EVERYTHING, name).weight
    except ValueError as error:
        raise AskError(
            "weighted", _("“%(name)s” is no name of an attribute.") % {"name": given[:80]}
        ) from error


def params_of(given: str) -> dict[str, object]:
    """Parameters of the definition to try instead of its own."""
    if not given:
        return {}
    found = _json(given, "params")
    if not isinstance(found, dict):
        raise AskError("params", _('“params” must be a JSON object, as in {"boxes": 1}.'))
    return found


def _condition(text: str) -> Filter:
    if len(text) > MAX_WHERE:
        raise AskError("where", _("A condition is longer than %(count)s characters.") % {"count": MAX_WHERE})
    if text[0] in "[{":
        data = _json(text, "where")
    else:
        found = PLAIN_CONDITION.fullmatch(text)
        if found is None:
            message = _(
                "“%(text)s” is no condition. Write as in attr.region=NAM or value>=4, or a JSON tree."
            )
            raise AskError("where", message % {"text": text[:80]})
        data = [found[1], found[2], _typed(found[1], found[2], found[3])]
    try:
        return from_data(data)
    except FilterError as error:
        problem = translated(error.problem)
        if error.where:
            problem = f"{error.where}: {problem}"
        raise AskError("where", _("A condition is wrong: %(problem)s.") % {"problem": problem}) from error


def _typed(field: str, operator: str, text: str) -> str | float:
    if field in NUMBER_FIELDS or operator in ORDERED:
        try:
            return float(text)
        except ValueError:
            return text
    return text.strip()


def _json(text: str, field: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise AskError(field, _("“%(field)s” is not valid JSON.") % {"field": field}) from error


def not_personal(  # each part of a request beside its field
    caller: Caller,
    places: frozenset[int] | None,
    *,
    where: Filter = EVERYTHING,
    by: Sequence[str] = (),
    params: object = None,
    weighted: str | None = None,
) -> None:
    """Refuse what looks into personal attributes at places where the caller may not read them."""
    asked = {
        "where": private.personal_in(filters=[where]),
        "by": private.personal_in(names=by),
        "params": private.personal_in(params=params),
        "weighted": private.personal_in(names=[f"attr.{weighted}"] if weighted else ()),
    }
    for field, names in asked.items():
        if names and not private.may_read(caller, places):
            raise AskError(field, private.refusal(names))


def weighable(one: Indicator, slicing: Slicing) -> None:
    """Raises AskError where weights would be passed over without a word."""
    family = one.definition.family
    if slicing.weighted and not (family in {COMPOSED, MOVING} or FAMILIES[family].weighted):
        text = _("“%(name)s” has no weighted form: leave “weighted” out.")
        raise AskError("weighted", text % {"name": one.name})


def slicing_of(
    scope: Scope,
    first: dt.date,
    last: dt.date,
    *,
    grain: Grain = Grain.TOTAL,
    by: tuple[str, ...] = (),
    where: Filter = EVERYTHING,
    subject: tuple[str, ...] = (),
    weighted: str | None = None,
    params: dict[str, object] | None = None,
    detail: bool = False,
) -> Slicing:
    return Slicing(
        first,
        last,
        scope.tree.places,
        scope.point,
        scope.employee,
        grain,
        by,
        scope.tree.children if "child" in by else {},
        where,
        subject,
        weighted,
        params or {},
        detail,
    )
