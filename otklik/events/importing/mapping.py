"""The map of an import: a YAML file that says how rows become events (docs/import.md)."""

import dataclasses
import hashlib
import zoneinfo
from pathlib import Path
from typing import Any, Self

import yaml

from otklik.events.importing.fields import Field, Moment

EVENT_FIELDS = ("id", "kind", "point", "place", "subject", "value", "employee", "session")
KNOWN = {"format", "csv", "types", "timezone", "columns", "where", "group", "melt", "event"}


class PlainLoader(yaml.SafeLoader):
    """YAML in which yes, no, on and off are words: they stand in columns and tables of values."""


PlainLoader.yaml_implicit_resolvers = {
    first: [
        (tag, expression)
        for tag, expression in resolvers
        if tag != "tag:yaml.org,2002:bool" or first in "tTfF"
    ]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


class BadMap(Exception):  # noqa: N818  # a sentence for the person at the terminal
    """The map or the file cannot be used; the text says why."""


@dataclasses.dataclass(frozen=True, slots=True)
class Melt:
    """Each of `columns` (column → subject) becomes one event, with the columns `subject` and `value`."""

    columns: dict[str, str]


@dataclasses.dataclass(frozen=True, slots=True)
class Map:
    format: str | None
    csv: dict[str, Any]
    types: dict[str, str]
    timezone: zoneinfo.ZoneInfo | None
    columns: dict[str, str]
    where: str | None
    group_by: tuple[str, ...]
    aggregates: dict[str, str]
    having: str | None
    melt: Melt | None
    fields: dict[str, Field]
    at: Moment
    attrs: dict[str, Field]
    digest: str

    @property
    def first_row(self) -> int:
        """The number of the first row: a CSV file's heading is row 1."""
        return 2 if self.csv.get("header", True) and self.format in (None, "csv") else 1

    @classmethod
    def read(cls, path: Path) -> Self:
        text = path.read_text("utf-8")
        try:
            loaded = yaml.load(text, PlainLoader)  # noqa: S506  # a SafeLoader
        except yaml.YAMLError as error:
            raise BadMap(f"{path.name} is not YAML: {error}") from None
        if not isinstance(loaded, dict) or not isinstance(loaded.get("event"), dict):
            raise BadMap(f"{path.name} needs a section “event” that says how a row becomes an event.")
        if unknown := set(loaded) - KNOWN:
            raise BadMap(
                f"{path.name}: unknown section “{min(unknown)}”; known are {', '.join(sorted(KNOWN))}."
            )
        try:
            return cls._from(loaded, hashlib.sha256(text.encode()).hexdigest())
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise BadMap(f"{path.name}: {error}") from None

    @classmethod
    def _from(cls, loaded: dict[str, Any], digest: str) -> Self:
        event: dict[str, Any] = loaded["event"]
        if unknown := set(event) - {*EVENT_FIELDS, "at", "attrs"}:
            raise ValueError(f"unknown field “{min(unknown)}” of the event")
        for needed in ("kind", "at"):
            if needed not in event:
                raise ValueError(f"the event needs “{needed}”")
        group, melt = loaded.get("group") or {}, loaded.get("melt")
        zone = loaded.get("timezone")
        columns = melt["columns"] if melt else {}
        return cls(
            format=loaded.get("format"),
            csv=loaded.get("csv") or {},
            types=loaded.get("types") or {},
            timezone=zoneinfo.ZoneInfo(zone) if zone else None,
            columns=loaded.get("columns") or {},
            where=loaded.get("where"),
            group_by=tuple([group["by"]] if isinstance(group.get("by"), str) else group.get("by", ())),
            aggregates=group.get("columns") or {},
            having=group.get("where"),
            melt=Melt({name: name for name in columns} if isinstance(columns, list) else columns)
            if melt
            else None,
            fields={name: Field.read(name, event[name]) for name in EVENT_FIELDS if name in event},
            at=Moment.read(event["at"]),
            attrs={
                name: Field.read(f"attrs.{name}", value) for name, value in (event.get("attrs") or {}).items()
            },
            digest=digest,
        )

    def used_columns(self) -> set[str]:
        """Columns that the event's fields name."""
        fields = [*self.fields.values(), *self.attrs.values(), self.at.field]
        used = {column for field in fields for column in field.columns()}
        if self.melt is not None:
            used = (used - {"subject", "value"}) | set(self.melt.columns)
        return used - {"_row"}
