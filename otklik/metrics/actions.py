"""The only writer of definitions. Thresholds are written by `limits/actions.py`, colours by `states/actions.py`."""

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from otklik.company import audit
from otklik.company.models import User, Verb
from otklik.metrics.catalogue import BUILT_IN, Indicator, Mark
from otklik.metrics.composing import needed
from otklik.metrics.core.definitions import Context, Definition, DefinitionError, bind
from otklik.metrics.definitions import UnknownIndicatorError, indicator, indicators
from otklik.metrics.limits.actions import remove_threshold, set_threshold
from otklik.metrics.models import IndicatorDefinition

__all__ = ["remove_threshold", "retire_definition", "save_definition", "set_threshold"]

DEFINITION_FIELDS = (
    "version",
    "family",
    "params",
    "question_types",
    "relevance",
    "name_ru",
    "name_en",
    "unit",
    "direction",
    "active",
)


@transaction.atomic
def save_definition(
    definition: Definition, *, name_ru: str, name_en: str = "", acting_user: User | None
) -> IndicatorDefinition:
    """Add the next version of an indicator. `definition.version` is not read.

    Raises ValidationError naming the parameter, PermissionDenied when the user does not manage the whole company.
    """
    _may_everywhere(acting_user)
    check_definition(definition)
    row = IndicatorDefinition(
        code=definition.code,
        version=_next_version(definition.code),
        family=definition.family,
        params=dict(definition.params),
        question_types=list(definition.question_types),
        relevance=definition.relevance,
        name_ru=name_ru,
        name_en=name_en,
        unit=definition.unit,
        direction=definition.direction,
        created_by=acting_user,
    )
    return _add(row, acting_user)


def check_definition(definition: Definition) -> None:
    """Raises ValidationError naming the parameter: one that does not fit, an unknown indicator, a formula that leads to itself."""
    known = indicators()
    held = known.get(definition.code)
    tried = Indicator(definition, definition.code, "", Mark.OURS, "own", held.limits if held else None)
    try:
        bind(definition, Context())
        needed([definition.code], {**known, definition.code: tried}, {})
    except DefinitionError as error:
        raise ValidationError({error.name: error.problem}) from error
    except UnknownIndicatorError as error:
        raise ValidationError({"parts": str(error)}) from error


@transaction.atomic
def retire_definition(code: str, *, acting_user: User | None) -> IndicatorDefinition:
    """Take an indicator out of use; its versions stay."""
    _may_everywhere(acting_user)
    held = indicator(code)
    known = held.definition
    row = IndicatorDefinition(
        code=code,
        version=_next_version(code),
        family=known.family,
        params=dict(known.params),
        question_types=list(known.question_types),
        relevance=known.relevance,
        name_ru=str(held.name),
        name_en=str(held.name),
        unit=known.unit,
        direction=known.direction,
        active=False,
        created_by=acting_user,
    )
    return _add(row, acting_user)


def _next_version(code: str) -> int:
    newest = (
        IndicatorDefinition.objects.filter(code=code)
        .order_by("-version")
        .values_list("version", flat=True)
        .first()
    )
    return max(newest or 0, BUILT_IN[code].definition.version if code in BUILT_IN else 0) + 1


def _add(row: IndicatorDefinition, acting_user: User | None) -> IndicatorDefinition:
    row.full_clean()
    held = indicators().get(row.code)
    old: dict[str, Any] | None = {"version": held.definition.version} if held else None
    row.save()
    audit.record(
        "indicator.change", row, acting_user=acting_user, old=old, new=audit.snapshot(row, *DEFINITION_FIELDS)
    )
    return row


def _may_everywhere(user: User | None) -> None:
    """No acting user is the command line."""
    if user is not None and not user.may_everywhere(Verb.MANAGE):
        raise PermissionDenied
