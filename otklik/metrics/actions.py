"""The only writer of definitions. Thresholds are written by `limits/actions.py`, colours by `states/actions.py`."""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from otklik.company import audit
from otklik.company.models import User, Verb
from otklik.metrics.catalogue import BUILT_IN, Indicator, Mark
from otklik.metrics.checking import Issue, draft_issues
from otklik.metrics.checking.meaning import references
from otklik.metrics.composing import needed
from otklik.metrics.core.definitions import Context, Definition, DefinitionError, bind
from otklik.metrics.definitions import UnknownIndicatorError, indicator, indicators
from otklik.metrics.drafts import Draft, declared_draft, draft_of_row
from otklik.metrics.issue import error
from otklik.metrics.labels import translated
from otklik.metrics.limits.actions import remove_threshold, set_threshold
from otklik.metrics.models import IndicatorDefinition
from otklik.metrics.vocabulary import Vocabulary
from otklik.web import formats

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
    "group",
    "digits",
    "good",
    "acceptable",
    "about_ru",
    "about_en",
    "note",
    "active",
)


class DraftRefused(ValidationError):  # noqa: N818  # reads as what it is
    """A draft with errors; `issues` are all of them, warnings too."""

    def __init__(self, issues: Sequence[Issue]) -> None:
        messages: dict[str, list[str]] = {}
        for one in issues:
            if one.is_error:
                messages.setdefault(one.where, []).append(one.message)
        super().__init__(messages)
        self.issues = list(issues)


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
        raise ValidationError({error.name: translated(error.problem)}) from error
    except UnknownIndicatorError as error:
        raise ValidationError({"parts": str(error)}) from error


@transaction.atomic
def save_draft(  # the editor, REST and files all come here
    draft: Draft,
    *,
    acting_user: User | None,
    new: bool | None = None,
    based_on: int | None = None,
    note: str = "",
) -> IndicatorDefinition | None:
    """Add the next version; None when nothing differs from the one that holds.

    `new`: the code must be free. `based_on` is the version that was changed: another one that came meanwhile is not
    overwritten. Raises DraftRefused with all problems, PermissionDenied.
    """
    _may_everywhere(acting_user)
    known = Vocabulary.current({draft.code: draft.indicator()} if not new else None)
    found = draft_issues(draft, known, new=new)
    newest = IndicatorDefinition.objects.filter(code=draft.code).order_by("-version").first()
    if based_on is not None and newest is not None and newest.version > based_on:
        who = newest.created_by.get_full_name() or newest.created_by.username if newest.created_by else "?"
        text = _("%(who)s saved version %(version)s meanwhile. Open it, or save yours over it.")
        found.append(error("version", text % {"who": who, "version": newest.version}))
    if any(one.is_error for one in found):
        raise DraftRefused(found)
    row = row_of(draft, acting_user)
    row.note = note[:300]
    if newest is not None and same(row, newest):
        return None
    return _add(row, acting_user)


def row_of(draft: Draft, acting_user: User | None = None) -> IndicatorDefinition:
    """A draft as a row that is not stored yet."""
    definition, limits = draft.definition, draft.limits
    return IndicatorDefinition(
        code=definition.code,
        version=_next_version(definition.code),
        family=definition.family,
        params=dict(definition.params),
        question_types=list(definition.question_types),
        relevance=definition.relevance,
        name_ru=draft.name_ru or draft.name_en,
        name_en=draft.name_en,
        about_ru=draft.about_ru,
        about_en=draft.about_en,
        group="" if draft.group == "own" and definition.code not in BUILT_IN else draft.group,
        digits=draft.digits,
        good=limits.good if limits else None,
        acceptable=limits.acceptable if limits else None,
        unit=definition.unit,
        direction=definition.direction,
        active=draft.active,
        created_by=acting_user,
    )


def same(one: IndicatorDefinition, other: IndicatorDefinition) -> bool:
    """Whether two versions say the same."""
    return all(
        getattr(one, name) == getattr(other, name) for name in DEFINITION_FIELDS if name not in {"version", "note"}
    )  # fmt: skip


@transaction.atomic
def restore_version(code: str, version: int, *, acting_user: User | None) -> IndicatorDefinition:
    """Go back to an earlier version, which becomes the newest one; an indicator out of use comes back."""
    _may_everywhere(acting_user)
    old = IndicatorDefinition.objects.filter(code=code, version=version).first()
    row = row_of(draft_of_row(old) if old else _declared_draft(code, version), acting_user)
    row.active = True
    row.note = _("as version %(version)s was") % {"version": version}
    return _add(row, acting_user)


def _declared_draft(code: str, version: int) -> Draft:
    declared = BUILT_IN.get(code)
    if declared is None or declared.definition.version != version:
        raise UnknownIndicatorError(code)
    return declared_draft(declared)


@transaction.atomic
def retire_definition(code: str, *, acting_user: User | None) -> IndicatorDefinition:
    """Take an indicator out of use; its versions stay. Refused while others are made of it."""
    _may_everywhere(acting_user)
    held = indicator(code)
    users = [one for one in indicators().values() if code in references(one.definition) and one.code != code]
    if users:
        text = _("Other indicators are made of it: %(names)s. Change them first.")
        raise ValidationError(
            {"code": text % {"names": ", ".join(formats.quoted(one.name) for one in users)}}
        )
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
        group=held.group,
        digits=held.digits,
        good=held.limits.good if held.limits else None,
        acceptable=held.limits.acceptable if held.limits else None,
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
