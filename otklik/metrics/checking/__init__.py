"""All that is wrong with a definition, at once and each with its place."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from otklik.metrics.checking.binding import bound_issues
from otklik.metrics.checking.data import zero_issues
from otklik.metrics.checking.meaning import limit_issues, meaning_issues
from otklik.metrics.checking.params import param_issues
from otklik.metrics.core.definitions import Definition
from otklik.metrics.drafts import Draft, Reading
from otklik.metrics.issue import Fix, Issue, Severity, error
from otklik.metrics.models import IndicatorDefinition
from otklik.metrics.rules import RULES
from otklik.metrics.vocabulary import Vocabulary

__all__ = ["Fix", "Issue", "Severity", "draft_issues", "issues", "read_draft"]


def issues(
    definition: Definition, known: Vocabulary, *, ahead: bool = False, data: bool = True
) -> list[Issue]:
    """Problems of a definition; `data`: look also whether what it divides by ever happens."""
    rule = RULES.get(definition.family)
    if rule is None:
        return []  # said where the draft was read
    found = list(param_issues(rule, definition.params, known, ahead=ahead))
    found += meaning_issues(definition, known)
    if not any(one.is_error for one in found):
        found += bound_issues(definition, known)
    if data and not any(one.is_error for one in found):
        found += zero_issues(definition, known)
    return found


def draft_issues(
    draft: Draft, known: Vocabulary, *, new: bool | None = None, data: bool = True
) -> list[Issue]:
    """Problems of a draft. `new`: its code must be free; None: either will do."""
    found = issues(draft.definition, known, ahead=draft.ahead, data=data)
    good, acceptable = draft.halves
    found += limit_issues(draft.definition.direction, good, acceptable, draft.definition.unit)
    if new and _taken(draft.code, known):
        text = _("The code “%(code)s” is taken; choose another one or change that indicator.")
        found.append(error("code", text % {"code": draft.code}))
    return found


def _taken(code: str, known: Vocabulary) -> bool:
    return code in known.indicators or IndicatorDefinition.objects.filter(code=code).exists()


def read_draft(
    data: Mapping[str, Any],
    *,
    known: Vocabulary | None = None,
    new: bool | None = None,
    ahead: bool = False,
    measure: bool = True,
) -> tuple[Draft, list[Issue]]:
    """A draft out of what was written, with everything that is wrong with it. `measure`: look at data too."""
    reading = Reading(data)
    draft = reading.draft(ahead=ahead)
    shapes = list(reading.issues)
    broken = {one.where.split(".")[0] for one in shapes if one.is_error}
    more = draft_issues(draft, known or Vocabulary.current(), new=new, data=measure and not broken)
    places = {one.where for one in shapes}
    return draft, [*shapes, *(one for one in more if one.where not in places)]
