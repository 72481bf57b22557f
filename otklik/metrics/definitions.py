"""Which definitions and limits hold now: built-in ones, with the installation's own versions over them."""

from django.utils.translation import gettext

from otklik.metrics.catalogue import BUILT_IN, Indicator, Mark
from otklik.metrics.core.definitions import Definition
from otklik.metrics.limits.table import LimitTable
from otklik.metrics.models import IndicatorDefinition

__all__ = ["LimitTable", "UnknownIndicatorError", "indicator", "indicators", "versions"]


class UnknownIndicatorError(LookupError):
    """There is no active indicator with that code."""

    def __init__(self, code: str) -> None:
        super().__init__(gettext("There is no indicator “%(code)s”.") % {"code": code})
        self.code = code


def indicators() -> dict[str, Indicator]:
    """Active indicators by code, in the catalogue's order."""
    found = dict(BUILT_IN)
    for row in IndicatorDefinition.objects.order_by("code", "version"):
        if not row.active:
            found.pop(row.code, None)
            continue
        declared = BUILT_IN.get(row.code)
        found[row.code] = Indicator(
            row.definition(),
            row.name,
            declared.formula if declared else row.family,
            declared.mark if declared else Mark.OURS,
            declared.group if declared else "own",
            declared.limits if declared else None,
            built_in=False,
        )
    return found


def indicator(code: str) -> Indicator:
    found = indicators().get(code)
    if found is None:
        raise UnknownIndicatorError(code)
    return found


def versions(code: str) -> list[Definition]:
    """All versions of an indicator, the newest first."""
    own = [row.definition() for row in IndicatorDefinition.objects.filter(code=code).order_by("-version")]
    declared = BUILT_IN.get(code)
    return [*own, declared.definition] if declared else own
