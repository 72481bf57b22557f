"""Which definitions and limits hold now: built-in ones, with the installation's own versions over them."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar

from django.utils.translation import gettext

from otklik.metrics.catalogue import BUILT_IN, Indicator, Mark
from otklik.metrics.core.definitions import Definition
from otklik.metrics.limits.table import LimitTable
from otklik.metrics.models import IndicatorDefinition
from otklik.metrics.rules import RULES

__all__ = ["LimitTable", "UnknownIndicatorError", "indicator", "indicators", "trying", "versions"]

_tried: ContextVar[Mapping[str, Indicator]] = ContextVar("tried")


@contextmanager
def trying(*tried: Indicator) -> Iterator[None]:
    """Let these indicators hold inside the block, as if they were stored: for previews and for files read whole."""
    token = _tried.set({**_tried.get({}), **{one.code: one for one in tried}})
    try:
        yield
    finally:
        _tried.reset(token)


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
        found[row.code] = _own(row, BUILT_IN.get(row.code))
    return {**found, **_tried.get({})}


def _own(row: IndicatorDefinition, declared: Indicator | None) -> Indicator:
    """A row as an indicator; what it leaves open is as declared."""
    rule = RULES.get(row.family)
    formula = row.about or (declared.formula if declared else rule.title if rule else row.family)
    return Indicator(
        row.definition(),
        row.name,
        formula,
        declared.mark if declared else Mark.OURS,
        row.group or (declared.group if declared else "own"),
        row.limits or (declared.limits if declared else None),
        built_in=False,
        digits=row.digits,
    )


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
