"""Which colours are watched: indicators with thresholds, locations, kinds of periods."""

import datetime as dt
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from django.utils import timezone

from otklik.company.models import Place
from otklik.company.models.places import PlaceKind
from otklik.events.clock import business_day, microseconds
from otklik.events.directory import Directory, PlaceEntry
from otklik.metrics.catalogue import Indicator
from otklik.metrics.composing import needed
from otklik.metrics.core.definitions import DefinitionError
from otklik.metrics.core.reach import all_kinds
from otklik.metrics.core.results import Direction
from otklik.metrics.core.states import Patience
from otklik.metrics.core.thresholds import PeriodKind
from otklik.metrics.definitions import LimitTable, indicators
from otklik.metrics.queries import Binder, Slicing
from otklik.metrics.states.models import WatchSettings

EPOCH = dt.date(1970, 1, 1)
MAIN = frozenset({  # watched unless somebody chooses; those with thresholds of people's own are watched too
    "support", "criticality", "nps", "csat", "ces2", "csi", "emotional_loyalty", "like_index", "complaints_per_100",
    "standard_elements", "smile_index", "conversion_visitors",
})  # fmt: skip
TYPED = frozenset({"figure"})
ASKING = frozenset(
    {"rating", "answer", "served", "invitation", "receipt", "visit"}
)  # answers and served counts


@dataclass(frozen=True)
class Location:
    """A place whose colours are watched."""

    id: int
    ancestors: tuple[int, ...]
    entry: PlaceEntry

    def day(self, moment: dt.datetime) -> dt.date:
        """The business day that runs at `moment`."""
        at = microseconds(moment)
        return EPOCH + dt.timedelta(days=business_day(at, self.entry.clock.offset(at), self.entry.day_start))

    def end(self, day: dt.date) -> dt.datetime:
        """The last second of a business day."""
        start = dt.datetime.combine(
            day + dt.timedelta(days=1), dt.time(0), tzinfo=self.entry.clock.zone
        ) + dt.timedelta(microseconds=self.entry.day_start)
        return (start - dt.timedelta(seconds=1)).astimezone(dt.UTC)


@dataclass
class Watched:
    """What is watched as it is now; read anew for every pass, a few statements."""

    known: Mapping[str, Indicator]  # every indicator in use
    indicators: Mapping[str, Indicator]  # those that are watched
    periods: tuple[PeriodKind, ...]
    locations: Mapping[int, Location]
    patience: Patience
    limits: LimitTable
    _kinds: dict[str, frozenset[str] | None] = field(default_factory=dict)

    @classmethod
    def read(cls) -> "Watched":
        chosen, limits = WatchSettings.current(), LimitTable()
        known = indicators()
        watched = {
            code: one
            for code, one in known.items()
            if one.definition.direction is not Direction.NONE
            and (code in chosen.indicators if chosen.indicators else code in MAIN or limits.own(code))
        }
        return cls(
            known,
            watched,
            tuple(PeriodKind(name) for name in chosen.periods),
            locations(),
            Patience(chosen.least_n, chosen.minutes),
            limits,
        )

    @property
    def fingerprint(self) -> str:
        """Changes with everything but the events: definitions, thresholds, what is watched."""
        said = [f"{code} {one.definition.version} {one.limits}" for code, one in self.indicators.items()]
        said += [self.limits.fingerprint(code) for code in self.indicators]
        said += [str(self.periods), str(self.patience)]
        return hashlib.sha256("\n".join(said).encode()).hexdigest()[:32]

    def touched_by(self, kinds: Iterable[str]) -> list[str]:
        """Codes of the indicators that events of these kinds can change."""
        came = frozenset(kinds)
        self._read_kinds()
        return [code for code, mine in self._kinds.items() if mine is None or mine & came]

    def patience_of(self, code: str) -> Patience:
        """How patiently an indicator is watched: a typed figure is one number a day, and that is all there is."""
        self._read_kinds()
        return replace(self.patience, least_n=0) if self._kinds.get(code) == TYPED else self.patience

    def _read_kinds(self) -> None:
        if self._kinds:
            return
        today = timezone.localdate()
        binder = Binder(Slicing(today, today), self.known)
        for code, one in self.indicators.items():
            try:
                kinds = self._kinds_of(binder, code)
            except (DefinitionError, ValueError, LookupError):
                kinds = None
            self._kinds[code] = ASKING if kinds is None and one.definition.asks else kinds

    def _kinds_of(self, binder: Binder, code: str) -> frozenset[str] | None:
        """Kinds of everything that an indicator is made of; None when that is not said."""
        wanted = needed([code], self.known, {})
        found: frozenset[str] = frozenset()
        for one in (*wanted.plain.values(), *(inner for _moving, inner in wanted.moving.values())):
            formula = binder.bound(one, binder.questions(one))
            filters = [measure.filter for measure in formula.measures().values()]
            filters += [source.filter for source in formula.sources]
            kinds = all_kinds(filters)
            if kinds is None and not one.definition.asks:
                return None
            found |= ASKING if kinds is None else kinds
        return found or None


def locations() -> dict[int, Location]:
    """Locations in use by id."""
    entries = {entry.id: entry for entry in Directory.current().places.values()}
    rows = Place.objects.filter(active=True, kind=PlaceKind.LOCATION).values_list("pk", "path")
    return {
        pk: Location(pk, tuple(int(part) for part in path.strip("/").split("/")), entries[pk])
        for pk, path in rows
        if pk in entries
    }
