"""Each figure in use is an indicator: its definition follows the catalogue of figures."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from otklik.company.models import User
from otklik.devices.figures.models import NOT_ADDED, Adds, Figure, FigureUnit
from otklik.metrics.actions import retire_definition, save_definition
from otklik.metrics.catalogue import BUILT_IN
from otklik.metrics.core.definitions import Definition
from otklik.metrics.core.results import Direction, Unit
from otklik.metrics.definitions import indicators
from otklik.metrics.models import IndicatorDefinition


def rule_of(figure: Figure) -> tuple[str, dict[str, Any]]:
    """(family, parameters) of a figure's indicator.

    A mean is that of all place-days with a figure, so that a place typed every day weighs more than one typed once a week. Of stocks, each
    place's last figure of the period counts; a place without one in the period is not carried over.
    """
    taken = {"and": [["kind", "=", "figure"], ["subject", "=", figure.code]]}
    match Adds(figure.adds):
        case Adds.SUM:
            return "total", {"field": "value", "filter": taken}
        case Adds.MEAN:
            return "mean", {"field": "value", "filter": taken}
        case Adds.LAST:
            places = "mean" if FigureUnit(figure.unit) in NOT_ADDED else "sum"
            inner, outer = {"take": "last", "field": "value"}, {"take": places}
            return "per_key", {
                "key": ["place"], "within": "period", "filter": taken, "inner": inner, "outer": outer,
            }  # fmt: skip


def follow(
    *, figure: Figure, old: Mapping[str, Any] | None, acting_user: User | None, **_signal: Any
) -> None:
    """Define, redefine or retire the indicator of a figure; a code that another indicator has is refused."""
    if old is None and (
        figure.code in BUILT_IN or IndicatorDefinition.objects.filter(code=figure.code).exists()
    ):
        raise ValidationError({"code": _("An indicator has this code already. Choose another one.")})
    if old is not None and all(old[name] == getattr(figure, name) for name in Figure.DEFINING):
        return
    if not figure.active:
        if figure.code in indicators():
            retire_definition(figure.code, acting_user=acting_user)
        return
    family, params = rule_of(figure)
    definition = Definition(figure.code, family, Unit(figure.unit), Direction(figure.direction), params)
    save_definition(definition, name_ru=figure.name_ru, name_en=figure.name_en, acting_user=acting_user)
