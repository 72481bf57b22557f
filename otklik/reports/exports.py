"""What can be taken away, by name. A page that has something declares how it becomes a Report; the rest follows.

    @export("timeline")
    def timeline(ask: Ask) -> Report: …

and in its template `{% export_menu "timeline" %}`. The module is named in MODULES.
"""

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

from django.http import Http404, QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.company.models import User
from otklik.company.queries import zone_of
from otklik.dashboards.scope import Scope
from otklik.reports.table import Report, Table
from otklik.web import formats

MODULES = (
    "otklik.reports.sources.indicator",
    "otklik.reports.sources.lists",
    "otklik.reports.sources.events",
    "otklik.reports.sources.service",
    "otklik.reports.sources.comparison",
    "otklik.reports.sources.hours",
    "otklik.reports.sources.timeline",
    "otklik.reports.sources.relations",
)


@dataclass(frozen=True)
class Ask:
    """Who asks for what: the parameters of the page's address."""

    user: User
    query: QueryDict

    @cached_property
    def scope(self) -> Scope:
        """Place and period; Http404 for what the user may not see."""
        return Scope.of(self.user, self.query)

    def get(self, name: str, otherwise: str = "") -> str:
        return self.query.get(name) or otherwise

    def report(self, title: str, *tables: Table, scope: Scope | None = None, **more: Any) -> Report:
        """A report about the scope of the address, with who made it and when."""
        about = scope or self.scope
        zone = zone_of(self.user)
        now = timezone.now().astimezone(zone)
        return Report(
            title=title,
            scope=about.name,
            period=about.full_days_name,
            tables=tables,
            first=about.span.first,
            last=about.span.last,
            made=f"{formats.moment(now, year=True)} ({zone.key}), {self.user}",
            **more,
        )


type Build = Callable[[Ask], Report]
_declared: dict[str, Build] = {}


def export(name: str) -> Callable[[Build], Build]:
    def decorate(build: Build) -> Build:
        _declared[name] = build
        return build

    return decorate


@cache
def _load() -> None:
    for module in MODULES:
        importlib.import_module(module)


def build(name: str, ask: Ask) -> Report:
    """The report of this name. Http404 when there is none, or when it is about something that the user may not see."""
    _load()
    if name not in _declared:
        raise Http404(_("There is no such export."))
    return _declared[name](ask)
