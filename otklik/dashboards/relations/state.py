"""What a page of relations is about: it all lives in the address, so that a link brings back the same page."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _

from otklik.company.api_auth import Caller
from otklik.company.models import Place, Verb
from otklik.dashboards.cards import catalogue_choices
from otklik.dashboards.pickers import scope_context
from otklik.dashboards.scope import Scope
from otklik.metrics.asking import AskError
from otklik.metrics.core.filters import EVERYTHING
from otklik.metrics.relations import labels
from otklik.metrics.relations.analyses import Study
from otklik.metrics.relations.asking import Base, Reader
from otklik.metrics.relations.matrix import Frame
from otklik.metrics.relations.prepare import Shape
from otklik.metrics.relations.series import Named
from otklik.metrics.relations.shaping import Season
from otklik.metrics.relations.units import whole_until
from otklik.surveys.models import Question, QuestionType
from otklik.web import formats

OWN = (
    "x",
    "y",
    "at",
    "q",
    "by",
    "season",
    "difference",
    "least",
    "target",
    "join",
    "met",
    "errors",
    "k",
    "x_line",
    "y_line",
)
MOST_PLACES = 300


@dataclass
class State:
    """The parameters of one request with what they mean."""

    request: HttpRequest
    scope: Scope
    query: QueryDict
    days_name: str = ""  # of what was read: a running day is left out

    @classmethod
    def of(cls, request: HttpRequest) -> "State":
        return cls(request, Scope.from_request(request), request.GET)

    @cached_property
    def reader(self) -> Reader:
        scope = self.scope
        codes = [part.code if part else "" for part in (scope.place, scope.point, scope.employee)]
        return Reader(Base(Caller(scope.user, None), EVERYTHING, *codes))

    def texts(self, name: str, default: Sequence[str] = ()) -> list[str]:
        """Values of a parameter, each once; the default when the parameter is not there at all."""
        if name not in self.query:
            return list(default)
        return list(dict.fromkeys(text[:4000] for text in self.query.getlist(name) if text.strip()))[:60]

    def text(self, name: str, default: str = "") -> str:
        return (self.query.get(name) or default)[:4000]

    def number(self, name: str) -> float | None:
        """A number, a comma as good as a point; None when there is none."""
        text = self.text(name).replace(",", ".").strip()
        try:
            found = float(text) if text else None
        except ValueError as error:
            raise AskError(name, _("“%(text)s” is no number.") % {"text": text[:40]}) from error
        return found if found is None or math.isfinite(found) else None

    def series(self, default: Sequence[str] = ()) -> list[Named]:
        """The chosen indicators, each at each chosen place; questions beside them."""
        places = self.texts("at")
        found = []
        for text in self.texts("x", default):
            apart = places and not text.startswith("{") and ";place=" not in text
            found += [f"{text};place={code}" for code in places] if apart else [text]
        return self.reader.all(found, self.texts("q"))

    @cached_property
    def shape(self) -> Shape:
        season = self.text("season", Season.NONE)
        return Shape(
            max(self.number("least") or 0, 0),
            self.query.get("difference") == "1",
            Season(season) if season in list(Season) else Season.NONE,
        )

    @property
    def shaped(self) -> bool:
        """Whether anything is done to the series."""
        return self.shape != Shape()

    def study(self, by: str, *, in_time: bool = False) -> Study:
        unit = self.reader.unit(by, in_time=in_time)
        span, root = self.scope.span, self.reader.root
        last = whole_until(unit, span.first, span.last, self.scope.today)
        self.days_name = formats.day_range(span.first, last)
        shape = self.shape if unit.in_time else Shape(self.shape.least)
        return Study(Frame(span.first, last, unit, root.tree.places), shape, root.tree)

    def link(self, path: str = "", **changes: Any) -> str:
        """The address of a page with this state and some parameters changed; None removes one, a list sets several."""
        query = self.query.copy()
        for name, value in changes.items():
            query.pop(name, None)
            if value not in (None, "", []):
                query.setlist(name, [str(one) for one in value] if isinstance(value, list) else [str(value)])
        text = query.urlencode()
        return f"{path}?{text}" if text else path or "?"

    @property
    def own_query(self) -> str:
        """The part of the address that the bar of place and period does not know."""
        mine = QueryDict(mutable=True)
        for name in OWN:
            if name in self.query:
                mine.setlist(name, self.query.getlist(name))
        return mine.urlencode()

    def base(self) -> dict[str, Any]:
        """Template variables of every page: the bar keeps the state, the form knows what may be chosen."""
        bar = scope_context(self.scope)
        if self.own_query:
            bar = {key: _kept(value, self.own_query) for key, value in bar.items()}
        return {
            **bar,
            "state": self,
            "tabs": tabs(self),
            "hidden": [(name, value) for name, value in self.scope_values()],
            "season_choices": [(one.value, text, self.shape.season is one) for one, text in seasons()],
        }

    def scope_values(self) -> list[tuple[str, str]]:
        """Place and period as hidden fields of the page's own form."""
        from urllib.parse import parse_qsl

        return parse_qsl(self.scope.query())

    def unit_choices(self, names: Sequence[str], chosen: str) -> list[tuple[str, str, bool]]:
        return [(name, str(labels.UNITS[name]), name == chosen) for name in names]

    def indicator_choices(
        self, chosen: Sequence[str], *, questions: bool = False
    ) -> list[tuple[str, list[tuple[str, str, bool]]]]:
        """Groups of (series, name, chosen); what is chosen and no plain indicator comes first."""
        groups = [
            (str(group), [(code, name, code in chosen) for code, name in found])
            for group, found in catalogue_choices()
        ]
        plain = {code for _group, found in groups for code, _name, _on in found}
        asked = [
            (f"mean_score;subject={code}", text, f"mean_score;subject={code}" in chosen)
            for code, text, _on in self.question_choices(())
        ]
        groups += [(_("Questions"), asked)] if asked and questions else []
        plain |= {text for text, _name, _on in asked}
        special = [
            (text, self.reader.one(text, "x").label, True) for text in chosen if text and text not in plain
        ]
        return [(_("Chosen"), special), *groups] if special else groups

    def question_choices(self, chosen: Sequence[str]) -> list[tuple[str, str, bool]]:
        rows = Question.objects.filter(active=True).exclude(type__in=[QuestionType.CHOICE, QuestionType.TEXT])
        return [(row.code, row.text, row.code in chosen) for row in rows]

    def first_question(self) -> str:
        """The mean score of the first question that clients rate service by; CSAT where there is none."""
        code = (
            Question.objects.filter(active=True, type=QuestionType.RATING)
            .values_list("code", flat=True)
            .first()
        )
        return f"mean_score;subject={code}" if code else "csat"

    def place_choices(self, chosen: Sequence[str]) -> list[tuple[str, str, bool]]:
        """Places under the scope, parents before children."""
        rows = Place.objects.visible_to(self.scope.user, Verb.VIEW)
        if self.scope.place is not None:
            rows = rows.under(self.scope.place)
        held = list(rows.order_by("path").values_list("code", "name", "path")[:MOST_PLACES])
        least = min((path.count("/") for _code, _name, path in held), default=0)
        return [
            (code, "\u2003" * (path.count("/") - least) + name, code in chosen) for code, name, path in held
        ]


def seasons() -> list[tuple[Season, str]]:
    return [
        (Season.NONE, _("as it is")),
        (Season.MEANS, _("without weekdays and seasons")),
        (Season.STL, _("without seasons, by STL")),
    ]


def tabs(state: State) -> list[dict[str, Any]]:
    """The pages of relations; place and period go along, the rest where it means the same."""
    from django.urls import reverse

    names = (
        ("relations", _("Table")),
        ("relations_pair", _("Pair and lag")),
        ("relations_drivers", _("Drivers")),
        ("relations_standard", _("Standard")),
        ("relations_quadrants", _("Double TOLK")),
        ("relations_questions", _("Questions")),
    )
    here = state.request.resolver_match.url_name if state.request.resolver_match else ""
    return [
        {"name": name, "url": state.scope.address(reverse(f"dashboards:{url}")), "current": url == here}
        for url, name in names
    ]


def _kept(value: Any, own: str) -> Any:
    """Every query string of the bar's links with the page's own part."""
    if isinstance(value, list):
        return [_kept(one, own) for one in value]
    if isinstance(value, dict):
        return {
            key: (f"{text}&{own}" if text and text != "?" else f"{text}{own}")
            if key in {"query", "address"}
            else text
            for key, text in value.items()
        }
    return value
