"""Filters of the browser as they stand in the address, and as conditions of SQL."""

import re
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from otklik.dashboards.scope import Scope
from otklik.metrics.asking import AskError, where_of
from otklik.metrics.core.filters import EVERYTHING, And, Compare, Filter, Not, Or, attribute_name
from otklik.metrics.sql import condition, one_of, quoted
from otklik.reports.raw.personal import Readable, is_personal

MARK = re.compile(r"(-?\d{1,18})\.(\d{1,18})")
NAMES = ("kind", "subject", "via", "value_from", "value_to", "session", "q", "where")


@dataclass(frozen=True, slots=True)
class Filters:
    """`problems` are sentences by field; a field that is not understood does not filter."""

    kinds: tuple[str, ...] = ()
    subject: str = ""
    via: str = ""
    session: str = ""
    value_from: str = ""
    value_to: str = ""
    q: str = ""
    where: str = ""
    tree: Filter = EVERYTHING
    problems: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, query: QueryDict) -> "Filters":
        problems: dict[str, str] = {}
        tree: Filter = EVERYTHING
        where = query.get("where", "")[:2000].strip()
        try:
            tree = where_of([line for line in where.splitlines() if line.strip()])
        except AskError as error:
            problems["where"] = error.message
        for name in ("value_from", "value_to"):
            text = query.get(name) or ""
            if text and _number(text) is None:
                problems[name] = _("“%(text)s” is no number; write as in 4 or 2,5.") % {"text": text[:40]}
        return cls(
            kinds=tuple(code[:64] for code in query.getlist("kind") if code)[:50],
            subject=query.get("subject", "")[:64],
            via=query.get("via", "")[:100].strip(),
            session=query.get("session", "")[:100].strip(),
            value_from=query.get("value_from", "")[:40].strip(),
            value_to=query.get("value_to", "")[:40].strip(),
            q=query.get("q", "")[:200].strip(),
            where=where,
            tree=tree,
            problems=problems,
        )

    def any(self) -> bool:
        return bool(
            self.kinds
            or self.subject
            or self.via
            or self.session
            or self.value_from
            or self.value_to
            or self.q
            or self.where
        )

    def pairs(self) -> list[tuple[str, str]]:
        """As parameters of an address, beside `subject`, which belongs to the scope."""
        found = [("kind", code) for code in self.kinds]
        names = [name for name in NAMES if name not in {"kind", "subject"}]
        return found + [(name, getattr(self, name)) for name in names if getattr(self, name)]

    def sql(self, scope: Scope, readable: Readable) -> list[str]:
        """Conditions that must all hold. What looks into personal texts holds only where the user may read them."""
        said = [] if scope.place_ids is None else [one_of("place", scope.place_ids)]
        for name, item in (("point", scope.point), ("employee", scope.employee)):
            if item is not None:
                said.append(f"{name} = {int(item.pk)}")
        said += [condition(node) for node in self._trees()]
        for name, text in (("via", self.via), ("session", self.session)):
            if text:
                said.append(f"starts_with(lower({name}), lower({quoted(text)}))")
        if self.q:
            said.append(f"contains(lower(attrs), lower({quoted(_as_stored(self.q))}))")
        looks_inside = bool(self.q) or any(is_personal(name) for name in _attributes(self.tree))
        if looks_inside and not readable.everywhere:
            said.append(one_of("place", sorted(readable.places or ())))
        return said

    def _trees(self) -> list[Filter]:
        found: list[Filter] = []
        if self.kinds:
            found.append(Compare("kind", "in", self.kinds))
        if self.subject:
            found.append(Compare("subject", "=", self.subject))
        for text, operator in ((self.value_from, ">="), (self.value_to, "<=")):
            number = _number(text)
            if number is not None:
                found.append(Compare("value", operator, number))
        return found if self.tree == EVERYTHING else [*found, self.tree]


def _as_stored(text: str) -> str:
    """A text as it stands inside the JSON of the attributes."""
    return text.replace("\\", "\\\\").replace('"', '\\"')


def _number(text: str) -> float | None:
    try:
        number = float(text.replace(",", ".").replace("\u00a0", "").replace(" ", ""))
    except ValueError:
        return None
    return number if abs(number) < 1e300 else None


def _attributes(node: Filter) -> list[str]:
    match node:
        case Compare():
            name = attribute_name(node.field)
            return [name] if name else []
        case And() | Or():
            return [name for part in node.parts for name in _attributes(part)]
        case Not():
            return _attributes(node.part)


def described(filters: Filters, scope: Scope, names: dict[str, Any]) -> list[tuple[str, str]]:
    """The filters in words, for the first sheet of a file."""
    kinds = ", ".join(str(names.get(code, code)) for code in filters.kinds)
    found = [
        (_("Kind"), kinds),
        (_("Question or topic"), filters.subject or scope.subject),
        (_("Value from"), filters.value_from),
        (_("Value to"), filters.value_to),
        (_("Came through"), filters.via),
        (_("Session"), filters.session),
        (_("Text in the attributes"), filters.q),
        (_("Conditions"), filters.where.replace("\n", "; ")),
    ]
    return [(name, text) for name, text in found if text]
