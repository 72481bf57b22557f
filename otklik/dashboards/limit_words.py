"""Thresholds in words: which hold for what is looked at, and why."""

import datetime as dt
from collections.abc import Sequence

from django.utils.translation import gettext as _

from otklik.company.models import Place
from otklik.dashboards.scope import Scope
from otklik.metrics.catalogue import Indicator
from otklik.metrics.core.thresholds import Limits, Rule
from otklik.metrics.definitions import LimitTable
from otklik.metrics.dimensions import Grain
from otklik.metrics.limits.steps import of_each
from otklik.metrics.models import PeriodName, Threshold
from otklik.web import formats


def of_steps(
    one: Indicator, scope: Scope, steps: Sequence[dt.date | dt.datetime], grain: Grain
) -> list[Limits | None]:
    """Limits for each step of a chart, given by its beginning."""
    return of_each(LimitTable(), one, _path(scope), steps, grain)


def why(one: Indicator, scope: Scope) -> str:
    """One sentence on where the thresholds in force come from."""
    table = LimitTable()
    when = table.when(scope.span.first, scope.span.last)
    rule = table.rule(one, _path(scope), when)
    if rule is None:
        return _("These come with the product: nobody has set others for this place and period.")
    place = Place.objects.filter(pk=rule.place).first() if rule.place else None
    parts = [_("set for %(place)s") % {"place": place.name} if place else _("set for the whole company")]
    parts += conditions(rule)
    return ", ".join(parts)


def conditions(rule: Rule) -> list[str]:
    """When a rule holds, part by part; nothing for “always”."""
    found = []
    if rule.period is not None:
        found.append(str(PeriodName(rule.period.value).label))
    if rule.calendar is not None:
        found.append(str(dict(Threshold.ON_DAYS)[rule.calendar.value]))
    if rule.first is not None and rule.last is not None:
        found.append(formats.day_range(rule.first, rule.last))
    elif rule.first is not None:
        found.append(_("from %(day)s") % {"day": formats.day(rule.first)})
    elif rule.last is not None:
        found.append(_("until %(day)s") % {"day": formats.day(rule.last)})
    return found


def _path(scope: Scope) -> list[int]:
    return scope.place.ancestor_ids() if scope.place else []
