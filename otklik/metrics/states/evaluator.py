"""Keeps the colours true while events arrive.

A pass reads what is new in the record, looks at the indicators and locations that it touches, compares with what is held and
writes the changes. Nothing depends on a pass being the first or the only one: what it finds equal is left alone, a state
is taken over only if its serial is still the one that was read, and how far the record was read is written with the changes.
So a process that is killed, or a second one, neither loses nor doubles a row.

The catalogue is written only when a colour changes, and once a minute to note the progress: every write makes the pages
forget what they remember.
"""

import datetime as dt
import logging
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from django.db import connection
from django.utils import timezone

from otklik.events.errors import StoreUnavailable
from otklik.metrics.core.states import Held, first_day, last_day, step
from otklik.metrics.core.thresholds import Colour, PeriodKind
from otklik.metrics.states.actions import (
    Kept,
    Turn,
    held_of,
    known_colour,
    last_colours,
    seen_of,
    write_changes,
    write_progress,
)
from otklik.metrics.states.listeners import deliver
from otklik.metrics.states.looking import Look, look
from otklik.metrics.states.models import Because, State, StateChange, StateProgress
from otklik.metrics.states.news import News, last_seq, news_since
from otklik.metrics.states.watched import Watched

PAUSE = 0.4  # seconds after a commit before a pass, so that one pass serves many commits
SHARE = 4  # a pass is followed by a rest of so many times its length, PAUSE at least
TICK = 15.0  # seconds between passes when nothing happens: days begin, patience ends, thresholds change
NOTE_EVERY = 60.0
log = logging.getLogger(__name__)

NOTHING: tuple[Colour, Colour, dt.datetime | None] = (Colour.GREY, Colour.GREY, None)
type Key = tuple[str, int, PeriodKind]
type Wanted = dict[dt.date, dict[int, set[str]]]  # codes by place by day
type Tell = Callable[[Mapping[str, frozenset[int]]], None]


@dataclass(frozen=True, slots=True)
class Glance:
    """What one pass works with: `days` is the business day that runs at each location."""

    watched: Watched
    news: News
    days: dict[int, dt.date]
    now: dt.datetime


class Evaluator:
    """One per process at most. `run_pass` does the work; `start` has a thread do it. `tell` names places that changed."""

    def __init__(self, tell: Tell = lambda _news: None) -> None:
        self._tell = tell
        self._kept: dict[Key, Kept] = {}
        self._seq: int | None = None
        self._rules = ""
        self._since = dt.date.max
        self._history: dict[Key, tuple[Colour, Colour, dt.datetime | None]] = {}
        self._days: dict[int, dt.date] = {}  # the business day of each location at the last pass
        self._noted = time.monotonic()
        self._noted_seq = 0
        self._wake, self._notices = threading.Event(), threading.Event()
        self._stopping = False
        self._threads: list[threading.Thread] = []

    # --- the thread ------------------------------------------------------------------------------------------

    def start(self) -> None:
        for name, run in (("states", self._run), ("notices", self._run_notices)):
            thread = threading.Thread(target=run, name=name, daemon=True)
            thread.start()
            self._threads.append(thread)

    def wake(self) -> None:
        """Something was committed (from any thread)."""
        self._wake.set()

    def stop(self) -> None:
        """End the threads and note how far they came."""
        self._stopping = True
        self._wake.set()
        self._notices.set()
        for thread in self._threads:
            thread.join(10)

    def _run(self) -> None:
        while not self._stopping:
            started = time.monotonic()
            try:
                self.run_pass()
            except StoreUnavailable:
                log.warning("The event record does not answer; colours are looked at again in a moment")
            except Exception:
                log.exception("Colours could not be looked at; trying again in a moment")
                self._kept.clear()
                self._seq = None
            took = time.monotonic() - started
            self._rest(max(PAUSE, SHARE * took))
            self._wake.wait(TICK)
            self._wake.clear()
            if not self._stopping:
                self._rest(PAUSE)
        try:
            self._note(force=True)
        except Exception:
            log.exception("The progress of colours could not be noted; the next start looks at a little more")
        connection.close()

    def _rest(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while not self._stopping and time.monotonic() < end:
            time.sleep(0.05)

    def _run_notices(self) -> None:
        while not self._stopping:
            self._notices.wait(5)
            self._notices.clear()
            try:
                deliver()
            except Exception:
                log.exception("Notices of colours could not be delivered; trying again in a moment")
        connection.close()

    # --- one pass --------------------------------------------------------------------------------------------

    def run_pass(self, now: dt.datetime | None = None) -> list[StateChange]:
        """Bring the colours up to date; the rows that were written."""
        now = now or timezone.now()
        if self._seq is None:
            self._load(now)
        assert self._seq is not None
        watched = Watched.read()
        news = news_since(self._seq)
        days = {pk: location.day(now) for pk, location in watched.locations.items()}
        rules = watched.fingerprint
        glance = Glance(watched, news, days, now)
        turns = [*self._current(glance, everything=rules != self._rules), *self._late(glance)]
        changes: list[StateChange] = []
        if turns:
            changes, lost = write_changes(turns, now=now, seq=news.seq, rules=rules)
            for turn in lost:
                if turn.kept is not None:
                    self._reload(turn.look)
            self._noted, self._noted_seq = time.monotonic(), news.seq
        self._seq, self._rules, self._days = news.seq, rules, days
        self._note(force=False)
        if changes:
            self._tell({"state": frozenset(change.place_id for change in changes)})
            self._notices.set()
        return changes

    def _load(self, now: dt.datetime) -> None:
        """Read what is held; at the very first start the history begins with the day that runs."""
        progress = StateProgress.objects.filter(pk=1).first()
        if progress is None:
            yesterday = now.date() - dt.timedelta(days=1)
            progress = StateProgress.objects.get_or_create(
                pk=1, defaults={"seq": last_seq(), "since": yesterday}
            )[0]
        self._seq, self._rules, self._since = progress.seq, progress.rules, progress.since
        self._noted_seq = progress.seq
        self._days = {}
        self._kept = {
            (row.indicator, row.place_id, PeriodKind(row.period)): held_of(row) for row in State.objects.all()
        }
        self._history = last_colours()

    def _reload(self, found: Look) -> None:
        row = State.objects.filter(
            indicator=found.code, place_id=found.place, period=found.kind.value
        ).first()
        if row is not None:
            self._kept[found.code, found.place, found.kind] = held_of(row)

    def _current(self, glance: Glance, *, everything: bool) -> Iterable[Turn]:
        """Turns of the periods that run now."""
        watched = glance.watched
        for kind in watched.periods:
            for today, places in self._wanted(glance, kind, everything=everything).items():
                span = (first_day(kind, today), today)
                for found in look(watched, _all_codes(places), places, kind, span):
                    if found.code in places[found.place]:
                        yield from self._turn(glance, found)

    def _wanted(self, glance: Glance, kind: PeriodKind, *, everything: bool) -> Wanted:
        """What may have changed: everything, what a new day begins for, what events touch, what waits."""
        watched, news, days = glance.watched, glance.news, glance.days
        wanted: Wanted = defaultdict(lambda: defaultdict(set))
        for place, day in days.items():
            if everything or self._days.get(place) != day:
                wanted[day][place].update(watched.indicators)
        for place, day in news.spots:
            today = days.get(place)
            if today is not None and first_day(kind, today) <= day <= today:
                wanted[today][place].update(_codes(watched, news, place, day))
        for (code, place, held_kind), kept in self._kept.items():
            if kept.held.waiting and held_kind is kind and place in days and code in watched.indicators:
                wanted[days[place]][place].add(code)
        return wanted

    def _turn(self, glance: Glance, found: Look) -> Iterable[Turn]:
        key = (found.code, found.place, found.kind)
        kept = self._kept.get(key)
        first = kept is None
        if kept is None:
            kept = self._kept[key] = self._implied(found, glance.now)
        held, changed = step(kept.held, seen_of(found, glance.now), glance.watched.patience_of(found.code))
        if changed:
            because = self._because(glance, found, kept)
            version = glance.watched.indicators[found.code].definition.version
            yield Turn(found, version, kept.held.colour, kept.held.last, because, kept, held)
        elif held != kept.held or (first and held.colour is not Colour.GREY):
            kept.look, kept.version = found, glance.watched.indicators[found.code].definition.version
            kept.held, kept.dirty = held, held.colour is not Colour.GREY

    def _implied(self, found: Look, now: dt.datetime) -> Kept:
        """What is held where nothing was: the last colour of the history, if it has any."""
        colour, last, since = self._history.get((found.code, found.place, found.kind), NOTHING)
        return Kept(Held(found.first, since or now, colour, last))

    def _because(self, glance: Glance, found: Look, kept: Kept) -> str:
        news = glance.news
        if kept.held.last is Colour.GREY:
            return Because.FIRST
        if kept.version and kept.version != glance.watched.indicators[found.code].definition.version:
            return Because.DEFINITION
        mine = {(place, day) for place, day in news.spots if place == found.place}
        if not mine:
            return Because.TIME if kept.held.waiting else Because.THRESHOLD if self._rules else Because.EVENTS
        return Because.WITHDRAWN if mine & news.corrected else Because.EVENTS

    def _late(self, glance: Glance) -> Iterable[Turn]:
        """Turns of periods that were over when their events came or went."""
        watched, news = glance.watched, glance.news
        for kind in watched.periods:
            wanted: Wanted = defaultdict(lambda: defaultdict(set))
            for place, day in news.spots:
                today = glance.days.get(place)
                if today is None or day < self._since:
                    continue
                first = first_day(kind, day)
                if first < first_day(kind, today):
                    wanted[first][place].update(_codes(watched, news, place, day))
            for first, places in wanted.items():
                for found in look(watched, _all_codes(places), places, kind, (first, last_day(kind, first))):
                    if found.code in places[found.place]:
                        yield from self._late_turn(watched, found, news)

    def _late_turn(self, watched: Watched, found: Look, news: News) -> Iterable[Turn]:
        own = StateChange.objects.filter(
            indicator=found.code, place_id=found.place, period=found.kind.value, first=found.first
        )
        if found.colour is Colour.GREY:
            if not own.exists():
                return  # the colour of a period before was carried on; nothing here was lost
        elif found.n < watched.patience_of(found.code).least_n:
            return
        known, before = known_colour(found)
        if known is not found.colour:
            gone = any(
                place == found.place and found.first <= day <= last_day(found.kind, found.first)
                for place, day in news.corrected
            )
            because = Because.WITHDRAWN if gone else Because.LATE
            version = watched.indicators[found.code].definition.version
            yield Turn(found, version, known, before, because, None, None, late=True)

    def _note(self, *, force: bool) -> None:
        """Write how far the record was read, seldom; states that were taken over from the history at once."""
        if self._seq is None:
            return
        force = force or any(kept.dirty and kept.pk is None for kept in self._kept.values())
        dirty = [kept for kept in self._kept.values() if kept.dirty]
        moved = self._seq != self._noted_seq or dirty
        unknown = not StateProgress.objects.filter(pk=1, rules=self._rules).exists() if force else False
        if (moved or unknown) and (force or time.monotonic() - self._noted > NOTE_EVERY):
            write_progress(dirty, seq=self._seq, rules=self._rules)
            self._noted, self._noted_seq = time.monotonic(), self._seq


def _all_codes(places: dict[int, set[str]]) -> list[str]:
    return sorted(set().union(*places.values()))


def _codes(watched: Watched, news: News, place: int, day: dt.date) -> Iterable[str]:
    if (place, day) in news.corrected:
        return watched.indicators
    return watched.touched_by(news.kinds[place, day])
