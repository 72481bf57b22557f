"""Limits of all indicators, read once per page."""

import datetime as dt
from collections.abc import Sequence
from functools import cached_property

from django.utils import timezone

from otklik.metrics.catalogue import Indicator
from otklik.metrics.core.thresholds import DayKind, Limits, PeriodKind, Rule, When, holding, period_kind
from otklik.metrics.limits.calendar import Calendar
from otklik.metrics.models import Threshold


def rule_of(row: Threshold) -> Rule:
    return Rule(
        Limits(row.good, row.acceptable),
        row.place_id,
        PeriodKind(row.period) if row.period else None,
        DayKind(row.calendar) if row.calendar else None,
        row.valid_from,
        row.valid_to,
    )


class LimitTable:
    """The door to thresholds: `of` says which limits hold, `rule` why. One statement, two more where a calendar matters."""

    def __init__(self) -> None:
        self._rules: dict[str, dict[int | None, list[Rule]]] = {}
        self._by_calendar = False
        for row in Threshold.objects.all():
            self._by_calendar |= bool(row.calendar)
            self._rules.setdefault(row.indicator, {}).setdefault(row.place_id, []).append(rule_of(row))

    @cached_property
    def _calendar(self) -> Calendar:
        return Calendar()

    @cached_property
    def _today(self) -> When:
        today = timezone.localdate()
        return When(today, today, PeriodKind.HOUR)

    def when(self, first: dt.date, last: dt.date, kind: PeriodKind | None = None) -> When:
        """A period as rules see it; its kind follows from its length unless it is said."""
        kind = kind or period_kind((last - first).days + 1)
        single = first == last and self._by_calendar
        return When(first, last, kind, self._calendar.kind(last) if single else None)

    def rule(self, one: Indicator, ancestors: Sequence[int], when: When | None = None) -> Rule | None:
        """The rule that holds for a place given by its path from the root (empty: the company); None: the default."""
        rules = self._rules.get(one.code)
        if not rules:
            return None
        return holding(rules, ancestors, when or self._today)

    def of(self, one: Indicator, ancestors: Sequence[int], when: When | None = None) -> Limits | None:
        """Limits for a place and a period; without a period those that hold today whatever is looked at."""
        found = self.rule(one, ancestors, when)
        return found.limits if found else one.limits

    def own(self, code: str) -> bool:
        """Whether anybody has set limits of the indicator."""
        return code in self._rules

    def fingerprint(self, code: str) -> str:
        """A text that changes with the rules of an indicator, the same in every process."""
        rules = self._rules.get(code, {})
        return ";".join(sorted(repr(rule) for found in rules.values() for rule in found))
