"""Versions of an indicator: who changed what and when."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from otklik.metrics.catalogue import BUILT_IN
from otklik.metrics.drafts import Draft, declared_draft, draft_of_row
from otklik.metrics.labels import UNITS
from otklik.metrics.models import IndicatorDefinition
from otklik.metrics.rules import RULES
from otklik.metrics.vocabulary import Vocabulary
from otklik.metrics.wording import Writer


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that differs: what it is called, before and after in words."""

    name: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Version:
    """`who` and `when` are empty for the declared one. `changes` are against the version before."""

    draft: Draft
    version: int
    words: str
    who: str
    when: dt.datetime | None
    note: str
    active: bool
    holds: bool
    changes: tuple[Change, ...]

    def data(self) -> dict[str, Any]:
        return {
            "version": self.version,
            "words": self.words,
            "who": self.who or None,
            "when": self.when.isoformat(timespec="seconds") if self.when else None,
            "note": self.note,
            "active": self.active,
            "holds": self.holds,
            "changes": [{"name": one.name, "old": one.old, "new": one.new} for one in self.changes],
            "definition": self.draft.data(),
        }


def history(code: str) -> list[Version]:
    """The newest first."""
    rows = list(
        IndicatorDefinition.objects.filter(code=code).order_by("version").select_related("created_by")
    )
    writer = Writer(Vocabulary.current())
    drafts: list[tuple[Draft, IndicatorDefinition | None]] = []
    declared = BUILT_IN.get(code)
    if declared is not None:
        drafts.append((declared_draft(declared), None))
    drafts += [(draft_of_row(row), row) for row in rows]
    found = []
    before: Draft | None = None
    for draft, row in drafts:
        user = row.created_by if row else None
        found.append(
            Version(
                draft,
                draft.definition.version,
                _words(writer, draft),
                (user.get_full_name() or user.username) if user else "",
                row.created_at if row else None,
                row.note if row else _("comes with Otklik"),
                draft.active,
                row is drafts[-1][1],
                tuple(difference(before, draft, writer)) if before else (),
            )
        )
        before = draft
    return found[::-1]


def _words(writer: Writer, draft: Draft) -> str:
    try:
        return writer.sentence(draft.definition)
    except (TypeError, ValueError, KeyError):
        return draft.definition.family


def difference(old: Draft, new: Draft, writer: Writer) -> list[Change]:
    """What a person would see differ."""
    found = []
    for name, left, right in (
        (_("Name"), _name(old), _name(new)),
        (_("Explanation"), old.about_ru or old.about_en, new.about_ru or new.about_en),
        (_("Rule"), _rule(old), _rule(new)),
        (_("Unit"), str(UNITS[old.definition.unit]), str(UNITS[new.definition.unit])),
        (_("Direction"), _direction(old), _direction(new)),
        (_("Questions"), ", ".join(old.definition.question_types), ", ".join(new.definition.question_types)),
        (_("Thresholds"), _limits(old), _limits(new)),
        (_("Digits"), _digits(old), _digits(new)),
        (_("Group"), old.group, new.group),
        (_("In use"), _yes(old.active), _yes(new.active)),
    ):
        if left != right:
            found.append(Change(str(name), left, right))
    return [*found, *_params(old, new, writer)]


def _params(old: Draft, new: Draft, writer: Writer) -> list[Change]:
    left, right = old.definition, new.definition
    if left.params == right.params:
        return []
    found = []
    names = dict.fromkeys([*left.params, *right.params])
    for name in names:
        before, after = left.params.get(name), right.params.get(name)
        if before != after:
            found.append(Change(_label(right.family, name), _said(writer, left.family, name, before), _said(writer, right.family, name, after)))  # fmt: skip
    return found


def _label(family: str, name: str) -> str:
    rule = RULES.get(family)
    param = rule.param(name) if rule else None
    return str(param.label) if param else name


def _said(writer: Writer, family: str, name: str, value: object) -> str:
    if value is None:
        return ""
    rule = RULES.get(family)
    param = rule.param(name) if rule else None
    if isinstance(value, bool):
        return _yes(value)
    try:
        return writer.param(param, value) if param else str(value)
    except (TypeError, ValueError, KeyError):
        return str(value)


def _name(draft: Draft) -> str:
    return " / ".join(dict.fromkeys(text for text in (draft.name_ru, draft.name_en) if text))


def _rule(draft: Draft) -> str:
    rule = RULES.get(draft.definition.family)
    return str(rule.title) if rule else draft.definition.family


def _direction(draft: Draft) -> str:
    names: Mapping[str, str] = {
        "higher": _("higher is better"),
        "lower": _("lower is better"),
        "none": _("neither good nor bad"),
    }
    return names[draft.definition.direction.value]


def _limits(draft: Draft) -> str:
    return f"{draft.limits.good:g} / {draft.limits.acceptable:g}" if draft.limits else ""


def _digits(draft: Draft) -> str:
    return "" if draft.digits is None else str(draft.digits)


def _yes(value: bool) -> str:
    return _("yes") if value else _("no")
