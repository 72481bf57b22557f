"""Each figure in use is an indicator: its definition follows the catalogue of figures."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from otklik.company.models import User
from otklik.devices.figures.models import Adds, Figure
from otklik.metrics.actions import retire_definition, save_definition
from otklik.metrics.catalogue import BUILT_IN
from otklik.metrics.core.definitions import Definition
from otklik.metrics.core.results import Direction, Unit
from otklik.metrics.definitions import indicators
from otklik.metrics.models import IndicatorDefinition

FAMILIES = {Adds.SUM.value: "total", Adds.MEAN.value: "mean"}


def follow(
    *, figure: Figure, old: Mapping[str, Any] | None, acting_user: User | None, **_signal: Any
) -> None:
    """Define, redefine or retire the indicator of a figure; a code that another indicator has is refused.

    A mean is that of all place-days with a figure, so that a place typed every day weighs more than one typed once a week.
    """
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
    taken = {"and": [["kind", "=", "figure"], ["subject", "=", figure.code]]}
    definition = Definition(
        figure.code,
        FAMILIES[figure.adds],
        Unit(figure.unit),
        Direction(figure.direction),
        {"field": "value", "filter": taken},
    )
    save_definition(definition, name_ru=figure.name_ru, name_en=figure.name_en, acting_user=acting_user)
