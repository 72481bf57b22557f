"""What validation needs of the catalogue, as one immutable snapshot.

`Directory.current()` never shows a catalogue older than the last commit of this process; commits of other processes are
seen within `CHECK_SECONDS`. It may read the database, so the event loop uses `Directory.at_hand()` and calls `refresh()` in a
thread when `is_stale()`.
"""

import dataclasses
import datetime as dt
import hmac
import threading
import time
import zoneinfo
from hashlib import sha256
from typing import Any, ClassVar

from django.db import connection

from otklik.company.keys import note_use
from otklik.company.models import ApiKey, Company, Employee, Place, Point
from otklik.events import queries
from otklik.events.catalogue_watch import CatalogueWatch
from otklik.events.clock import ZoneClock
from otklik.events.rules import KindRule
from otklik.events.shifts import ShiftBook
from otklik.surveys.models import Question, QuestionType

CHECK_SECONDS = 0.5
MAX_SEEN = 10_000


@dataclasses.dataclass(frozen=True, slots=True)
class PlaceEntry:
    """`day_start` is µs after midnight; `path` is the tree path "/1/5/"."""

    id: int
    code: str
    path: str
    clock: ZoneClock
    day_start: int


@dataclasses.dataclass(frozen=True, slots=True)
class PointEntry:
    id: int
    code: str
    place: PlaceEntry


@dataclasses.dataclass(frozen=True, slots=True)
class Scale:
    """What a question takes: whole steps from `low` to `high`, or the code of “don't know”; texts take no value."""

    code: str
    low: int
    high: int
    dont_know: float | None
    text_only: bool


@dataclasses.dataclass(frozen=True, slots=True)
class KeyEntry:
    """An API key that is not revoked. `places` is None when it may send for the whole company."""

    id: int
    prefix: str
    digest: str
    scopes: frozenset[str]
    places: frozenset[int] | None


@dataclasses.dataclass(frozen=True, slots=True)
class Directory:
    places: dict[str, PlaceEntry]
    points: dict[str, PointEntry]
    employees: dict[str, int]
    questions: dict[str, Scale]
    kinds: dict[str, KindRule]
    keys: dict[str, KeyEntry]
    shifts: ShiftBook

    _seen: dict[bytes, KeyEntry] = dataclasses.field(default_factory=dict)

    _lock: ClassVar[threading.RLock] = threading.RLock()
    _watch: ClassVar[CatalogueWatch] = CatalogueWatch()
    _now: "ClassVar[Directory | None]" = None
    _stale: ClassVar[bool] = True
    _checked: ClassVar[float] = 0.0

    def key(self, secret: bytes) -> KeyEntry | None:
        """The live key behind a secret as it was sent; notes that the key is used."""
        key = self._seen.get(secret)
        if key is None:
            parts = secret.split(b"_", 2)
            key = self.keys.get(parts[1].decode("latin-1")) if len(parts) == 3 else None
            if key is None or not hmac.compare_digest(key.digest, sha256(secret).hexdigest()):
                return None
            note_use(key.id)
            if len(self._seen) < MAX_SEEN:
                self._seen[secret] = key
        return key

    @classmethod
    def current(cls) -> "Directory":
        """The snapshot of now; reads the catalogue when it has changed."""
        if cls._now is None or cls.is_stale() or time.monotonic() - cls._checked > CHECK_SECONDS:
            return cls.refresh()
        return cls._now

    @classmethod
    def at_hand(cls) -> "Directory | None":
        """The last snapshot, without touching the database."""
        return cls._now

    @classmethod
    def is_stale(cls) -> bool:
        return cls._stale

    @classmethod
    def refresh(cls) -> "Directory":
        """Read the catalogue anew if this or another process has changed it."""
        with cls._lock:
            changed = cls._watch.changed()
            cls._checked = time.monotonic()
            if cls._now is not None and not (changed or cls._stale):
                return cls._now
            if connection.in_atomic_block:  # may be rolled back: right for the caller, not for others
                return read_directory()
            cls._stale = False
            try:
                cls._now = read_directory()
            except BaseException:
                cls._stale = True
                raise
            return cls._now

    @classmethod
    def forget(cls) -> None:
        """Mark the snapshot as outdated: the catalogue has changed."""
        cls._stale = True


def catalogue_changed(**_: Any) -> None:
    """Tell that places, points, employees, shifts, questions, kinds or keys have changed (a signal receiver, too)."""
    Directory.forget()


def read_directory() -> Directory:
    """Build the snapshot from the catalogue; about 20 µs per row."""
    places = _read_places()
    by_id = {place.id: place for place in places.values()}
    points = {
        code: PointEntry(pk, code, by_id[place])
        for pk, code, place in Point.objects.values_list("pk", "code", "place_id")
    }
    return Directory(
        places=places,
        points=points,
        employees=dict(Employee.objects.values_list("code", "pk")),
        questions={scale.code: scale for scale in _read_scales()},
        kinds={code: KindRule.of(kind) for code, kind in queries.kinds().items()},
        keys={key.prefix: key for key in _read_keys(places)},
        shifts=ShiftBook.read(),
    )


def _read_places() -> dict[str, PlaceEntry]:
    zones: dict[str, ZoneClock] = {}
    top_zone = Company.current().timezone
    inherited: dict[str, tuple[str, int]] = {}  # path -> (zone, day start)
    places = {}
    rows = Place.objects.values_list("pk", "code", "path", "timezone", "day_start")
    for pk, code, path, zone, start in sorted(rows, key=lambda row: row[2].count("/")):
        above = inherited.get(path[: path.rstrip("/").rfind("/") + 1], (top_zone, 0))
        start_us = above[1] if start is None else _microseconds_of_day(start)
        name = zone or above[0]
        inherited[path] = (name, start_us)
        clock = zones.get(name) or zones.setdefault(name, ZoneClock(zoneinfo.ZoneInfo(name)))
        places[code] = PlaceEntry(pk, code, path, clock, start_us)
    return places


def _microseconds_of_day(start: dt.time) -> int:
    return ((start.hour * 60 + start.minute) * 60 + start.second) * 1_000_000


def _read_scales() -> list[Scale]:
    rows = Question.objects.values_list("code", "scale_min", "scale_max", "dont_know", "type")
    return [
        Scale(code, low, high, dont_know, type_ == QuestionType.TEXT)
        for code, low, high, dont_know, type_ in rows
    ]


def _read_keys(places: dict[str, PlaceEntry]) -> list[KeyEntry]:
    rows = ApiKey.objects.filter(revoked_at=None).values_list(
        "pk", "prefix", "digest", "scopes", "place__path"
    )
    return [
        KeyEntry(
            pk,
            prefix,
            digest,
            frozenset(scopes),
            None if path is None else frozenset(p.id for p in places.values() if p.path.startswith(path)),
        )
        for pk, prefix, digest, scopes, path in rows
    ]
