"""Import a file: rows → events → the record, in batches, with progress that survives a stop."""

import csv
import dataclasses
import hashlib
import json
import os
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import Any, Self

import msgspec
from django.conf import settings

from otklik.events.directory import Directory
from otklik.events.importing.fields import Dropped, Unreadable
from otklik.events.importing.mapping import BadMap
from otklik.events.importing.source import Source
from otklik.events.intake import Event, Intake, Origin
from otklik.events.problems import Rejection
from otklik.events.record import get_store
from otklik.events.row import EventRow
from otklik.events.rules import Scalar
from otklik.events.store import Appended

MAX_VIA = 100


@dataclasses.dataclass
class Totals:
    """Counted over all runs of a resumed import: `rows` of the file are done."""

    rows: int = 0
    accepted: int = 0
    duplicates: int = 0
    rejected: int = 0
    left_out: int = 0
    errors_bytes: int = 0  # length of the file of errors; what a killed run wrote beyond it is cut off


class Progress:
    """How far an import came, kept in the data directory under the digests of file and map."""

    def __init__(self, path: Path, totals: Totals) -> None:
        self.path = path
        self.totals = totals

    @classmethod
    def of(cls, digest: str, *, restart: bool) -> Self:
        path = settings.DATA_DIR / "imports" / f"{digest[:32]}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        totals = Totals()
        if path.exists() and not restart:
            try:
                totals = msgspec.json.decode(path.read_bytes(), type=Totals)
            except msgspec.MsgspecError:
                totals = Totals()  # begun anew; ids keep it harmless
        return cls(path, totals)

    def save(self) -> None:
        fresh = self.path.with_suffix(".new")
        fresh.write_text(json.dumps(dataclasses.asdict(self.totals)))
        os.replace(fresh, self.path)  # noqa: PTH105  # atomic


class Errors:
    """The file of refused rows, made when there is the first one."""

    HEADING = ("row", "id", "field", "code", "error")

    def __init__(self, path: Path, length: int) -> None:
        self.path = path
        self._length = length if path.exists() else 0
        self._file: Any = None

    def add(self, row: int, identity: str | None, field: str, code: str, sentence: str) -> None:
        if self._file is None:
            self._file = self.path.open("a" if self._length else "w", newline="", encoding="utf-8")
            self._file.truncate(self._length)
            self._writer = csv.writer(self._file)
            if not self._length:
                self._writer.writerow(self.HEADING)
        self._writer.writerow((row, identity or "", field, code, sentence))

    def length(self) -> int:
        """Bytes written so far, on disk."""
        if self._file is None:
            return self._length
        self._file.flush()
        return int(os.fstat(self._file.fileno()).st_size)

    def close(self) -> None:
        if self._file is not None:
            self._file.close()


@dataclasses.dataclass(slots=True)
class Batch:
    """One batch on its way: counted in only when its rows are on disk."""

    size: int
    rows: list[EventRow] = dataclasses.field(default_factory=list)
    rejected: int = 0
    left_out: int = 0
    errors_bytes: int = 0
    stored: "Future[Appended] | None" = None


class Import:
    def __init__(self, source: Source, errors: Path, *, restart: bool, language: str) -> None:
        self.source = source
        self.map, file = source.map, source.path
        digest = file_digest(file)
        self._prefix = digest[:16]
        combined = hashlib.sha256((digest + self.map.digest).encode()).hexdigest()
        self.progress = Progress.of(combined, restart=restart)
        self.errors = Errors(errors, self.progress.totals.errors_bytes)
        self._language = language
        self._origin = Origin(f"import:{file.name}"[:MAX_VIA], windowed=False)
        missing = self.map.used_columns() - self.source.columns()
        if missing:
            raise BadMap(f"{file.name} has no column “{min(missing)}”.")

    def run(self, advance: Callable[[int], None]) -> Totals:
        """Import everything that is not done yet; `advance` is told how many rows were finished."""
        waiting: Batch | None = None
        try:
            for read in self.source.rows(self.progress.totals.rows):
                batch = self._prepare(read)
                if waiting is not None:  # the batch before was written while this one was read
                    self._finish(waiting, advance)
                batch.stored = get_store().submit(batch.rows)
                waiting = batch
            if waiting is not None:
                self._finish(waiting, advance)
        finally:
            self.errors.close()
        return self.progress.totals

    def _finish(self, batch: Batch, advance: Callable[[int], None]) -> None:
        assert batch.stored is not None
        totals, duplicates = self.progress.totals, len(batch.stored.result().duplicates)
        totals.accepted += len(batch.rows) - duplicates
        totals.duplicates += duplicates
        totals.rejected += batch.rejected
        totals.left_out += batch.left_out
        totals.errors_bytes = batch.errors_bytes
        totals.rows += batch.size
        self.progress.save()
        advance(batch.size)

    def _prepare(self, read: list[tuple[int, dict[str, Any]]]) -> Batch:
        batch = Batch(len(read))
        events = [(number, event) for number, row in read for event in self._events(number, row, batch)]
        rejected: list[Rejection] = []
        batch.rows = Intake(Directory.current(), self._origin, waits=True).rows(events, rejected)
        batch.rejected += len(rejected)
        for one in rejected:
            for problem in one.problems:
                sentence = problem.sentence(self._language)
                self.errors.add(one.index, one.id, problem.field, problem.code, sentence)
        batch.errors_bytes = self.errors.length()
        return batch

    def _events(self, number: int, row: dict[str, Any], batch: Batch) -> Iterator[Event]:
        if self.map.melt is None:
            yield from self._event(number, row, f"{self._prefix}-{number}", batch)
            return
        for position, (column, subject) in enumerate(self.map.melt.columns.items()):
            if row[column] is None or row[column] == "":
                batch.left_out += 1
                continue
            melted = {**row, "subject": subject, "value": row[column]}
            yield from self._event(number, melted, f"{self._prefix}-{number}-{position}", batch)

    def _event(self, number: int, row: dict[str, Any], identity: str, batch: Batch) -> Iterator[Event]:
        try:
            yield self._mapped(row, identity)
        except Dropped:
            batch.left_out += 1
        except Unreadable as refused:
            batch.rejected += 1
            self.errors.add(number, None, refused.field, "unreadable", refused.sentence)

    def _mapped(self, row: dict[str, Any], identity: str) -> Event:
        values: dict[str, Any] = {name: field.value(row) for name, field in self.map.fields.items()}
        for name, value in values.items():
            if value is not None and name != "value" and not isinstance(value, str):
                values[name] = str(value)
        values.setdefault("id", identity)
        attrs: dict[str, Scalar] = {
            name: value for name, field in self.map.attrs.items() if (value := field.value(row)) is not None
        }
        at = self.map.at.value(row, lambda: self._zone(values.get("point"), values.get("place")))
        return Event(at=at, attrs=attrs or None, **values)

    def _zone(self, point: str | None, place: str | None) -> Any:
        if self.map.timezone is not None:
            return self.map.timezone
        directory = Directory.current()
        entry = (
            directory.points[point].place if point in directory.points else directory.places.get(place or "")
        )
        if entry is None:
            field, code = ("point", point) if point else ("place", place)
            raise Unreadable(field, f"There is no {field} “{code}”.")
        return entry.clock.zone


def file_digest(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()
