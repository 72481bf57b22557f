"""What a definition can speak of here: kinds with their attributes, what was seen in data, questions, other indicators."""

import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from threading import Lock

from otklik.events.queries import kinds as event_kinds
from otklik.events.vocabulary import COMMON, Attribute, AttributeType, Kind, SubjectRule
from otklik.metrics.core.filters import Compare
from otklik.metrics.declared import Indicator
from otklik.metrics.definitions import indicators
from otklik.metrics.sql import as_text, condition
from otklik.surveys.models import Question

SAMPLE_SEGMENTS, SAMPLE_ROWS, KEEP_SECONDS = 2, 100_000, 300.0


@dataclass(frozen=True, repr=False)
class Vocabulary:
    """One moment of the installation. `seen` are attributes found in a sample of the record, by kind."""

    kinds: Mapping[str, Kind]
    questions: Mapping[str, Question]
    indicators: Mapping[str, Indicator]
    seen: Mapping[str, frozenset[str]] = field(default_factory=dict)

    @classmethod
    def current(cls, more: Mapping[str, Indicator] | None = None) -> "Vocabulary":
        """`more` are indicators that are about to be: the others of a file."""
        return cls(
            event_kinds(),
            {row.code: row for row in Question.objects.all()},
            {**indicators(), **(more or {})},
            seen_attributes(),
        )

    @cached_property
    def declared(self) -> Mapping[str, frozenset[str]]:
        """Names of attributes that a kind has by its declaration."""
        common = frozenset(one.name for one in COMMON)
        return {
            code: common | {attribute.name for attribute in kind.attributes}
            for code, kind in self.kinds.items()
        }

    def attributes_of(self, kinds: Collection[str]) -> frozenset[str]:
        """Attributes that any of these kinds has (of all kinds when none is named)."""
        chosen = kinds or self.kinds
        found: set[str] = set()
        for code in chosen:
            found |= self.declared.get(code, frozenset()) | self.seen.get(code, frozenset())
        return frozenset(found)

    def attribute(self, name: str, kinds: Collection[str] = ()) -> Attribute | None:
        for code in kinds or self.kinds:
            kind = self.kinds.get(code)
            found = kind.attribute(name) if kind else None
            if found is not None:
                return found
        return None

    def type_of(self, name: str, kinds: Collection[str] = ()) -> AttributeType | None:
        found = self.attribute(name, kinds)
        return found.type if found else None

    def about_questions(self, kinds: Collection[str]) -> bool:
        """Whether the subject of all these kinds is a question."""
        rules = [self.kinds[code].subject for code in kinds if code in self.kinds]
        return bool(rules) and all(rule is SubjectRule.QUESTION for rule in rules)


_lock = Lock()
_sampled: dict[Path, tuple[float, dict[str, frozenset[str]]]] = {}


def seen_attributes() -> Mapping[str, frozenset[str]]:
    """Names of attributes in the newest events, by kind; looked up at most every five minutes."""
    from otklik.events.record import get_store

    store = get_store()
    with _lock:
        held = _sampled.get(store.root)
        if held is not None and time.monotonic() - held[0] < KEEP_SECONDS:
            return held[1]
    found: dict[str, set[str]] = {}
    with store.reader() as reader:
        newest = [one for one in reader.segments if not one.damaged][-SAMPLE_SEGMENTS:]
        for relation in ([reader.raw(newest)] if newest else []) + [reader.tail()]:
            rows = reader.execute(
                f"SELECT DISTINCT kind, unnest(json_keys(attrs)) FROM (SELECT kind, attrs FROM {relation} "
                f"WHERE attrs IS NOT NULL LIMIT {SAMPLE_ROWS})"
            )
            for kind, name in rows:
                found.setdefault(kind, set()).add(name)
    result = {kind: frozenset(names) for kind, names in found.items()}
    with _lock:
        _sampled[store.root] = (time.monotonic(), result)
    return result


def forget_seen() -> None:
    """Look the record up anew at the next question."""
    with _lock:
        _sampled.clear()


def is_in_data(field: str, kinds: Collection[str]) -> bool:
    """Whether any event of these kinds (of any kind when none is named) has the attribute; reads the record."""
    from otklik.events.record import get_store

    said = f"{as_text(field)} IS NOT NULL"
    if kinds:
        said += " AND " + condition(Compare("kind", "in", tuple(sorted(kinds))))
    with get_store().reader() as reader:
        return bool(reader.execute(f"SELECT 1 FROM {reader.events()} WHERE {said} LIMIT 1"))
