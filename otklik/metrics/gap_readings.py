"""Where readings are missing, by place: what should have come by the places' clocks against what the record holds."""

import datetime as dt
import zoneinfo
from bisect import bisect_left
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from otklik.company.models import Company, Place
from otklik.metrics import gaps
from otklik.metrics.asking import AskError
from otklik.metrics.core.steps import DAY, Calendar
from otklik.metrics.gaps import Clock, Run, Steps
from otklik.metrics.record import asked_anew, open_record
from otklik.metrics.scope import Tree
from otklik.metrics.sql import one_of, quoted

NAMES = {"hour": gaps.HOUR_SECONDS, "minute": 60}
SHORTEST = 60  # seconds
LOOK_BACK = 92  # days: who reported then is expected to report now
MOST_STEPS = 3_000_000  # places × steps
EARLIER = None  # stands for a reading before the span

type Every = int | Calendar


@dataclass(frozen=True, slots=True)
class Asked:
    """`every`: seconds (a part of a day) or a calendar step; `open_only`: only while the place is open.

    `since_first`: what never reported before is expected from its first reading on.
    """

    kind: str
    subject: str
    every: Every
    first: dt.date
    last: dt.date
    by_point: bool = False
    open_only: bool = False
    since_first: bool = False


@dataclass(frozen=True, slots=True)
class Missing:
    """What is missing of one counter: a place, or one of its points."""

    place: int
    point: int | None
    clock: Clock
    steps: Steps[Any]
    runs: Sequence[Run[Any]]

    @property
    def expected(self) -> int:
        return len(self.steps)

    @property
    def missing(self) -> int:
        return sum(run.n for run in self.runs)

    def moments(self) -> Iterator[Any]:
        """Where each missing step begins."""
        for run in self.runs:
            first = bisect_left(self.steps.starts, run.first)
            yield from self.steps.starts[first : first + run.n]


def every_of(text: str) -> Every:
    """The step asked for: seconds that divide a day, or minute, hour, day, week, month, quarter, year."""
    if text in {one.value for one in Calendar}:
        return Calendar(text)
    seconds = NAMES.get(text) or (int(text) if text.isdecimal() and len(text) < 9 else 0)
    if seconds == gaps.DAY_SECONDS:
        return Calendar.DAY
    if seconds < SHORTEST or gaps.DAY_SECONDS % seconds:
        raise AskError(
            "every",
            _(
                "Write seconds that divide a day, from 60 (900, 3600, 86400), or day, week, month, quarter, year."
            ),
        )
    return seconds


def clocks(places: Collection[int]) -> dict[int, Clock]:
    """The clocks of places, inherited from above, in two statements."""
    paths = dict(Place.objects.filter(pk__in=places).values_list("pk", "path"))
    chains = {pk: [int(part) for part in path.strip("/").split("/")] for pk, path in paths.items()}
    above = {pk for chain in chains.values() for pk in chain}
    rows = Place.objects.filter(pk__in=above).values("pk", "timezone", "day_start", "opening_hours")
    said = {row["pk"]: row for row in rows}
    company = Company.current().timezone
    made: dict[tuple[Any, ...], Clock] = {}
    found = {}
    for pk, chain in chains.items():
        nearest = [said[one] for one in reversed(chain) if one in said]
        zone = next((row["timezone"] for row in nearest if row["timezone"]), company)
        start = next((row["day_start"] for row in nearest if row["day_start"] is not None), dt.time(0))
        week = next((row["opening_hours"] for row in nearest if row["opening_hours"] is not None), None)
        hours = None if week is None else tuple(None if day is None else (day[0], day[1]) for day in week)
        key = (zone, start, hours)
        found[pk] = made.setdefault(key, Clock(zoneinfo.ZoneInfo(zone), start, hours))
    return found


def found(asked: Asked, tree: Tree, *, now: dt.datetime) -> list[Missing]:
    """Counters of the tree that reported in the span or shortly before, and the place asked for if nothing lies below it.

    Steps that are not over yet are not expected. Raises AskError for more steps than can be counted at once.
    """
    readings = asked_anew(lambda: _readings(asked, tree))
    if tree.root is not None and set(tree.nodes) == {tree.root.pk} and not readings:
        readings[tree.root.pk, None] = set()
    known = clocks({place for place, _point in readings})
    _check_size(asked, len(readings))
    made: dict[Clock, Steps[Any]] = {}
    answer = []
    for (place, point), moments in sorted(readings.items(), key=lambda item: (item[0][0], item[0][1] or 0)):
        clock = known[place]
        steps = made.get(clock)
        if steps is None:
            steps = made[clock] = _expected(asked, clock, now)
        held = moments - {EARLIER}
        if asked.since_first and len(held) == len(moments) > 0:
            first = min(held)
            steps = _since(steps, first)
        if isinstance(asked.every, Calendar):
            runs: Any = gaps.missing_days(steps, held, asked.every)
        else:
            runs = gaps.missing(steps, held)
        answer.append(Missing(place, point, clock, steps, runs))
    return answer


def _since(steps: Steps[Any], first: Any) -> Steps[Any]:
    """The steps from the one that holds `first` on."""
    return steps.where(lambda _start, end: end > first)


def _check_size(asked: Asked, counters: int) -> None:
    days = (asked.last - asked.first).days + 1
    steps = days if isinstance(asked.every, Calendar) else days * gaps.DAY_SECONDS // asked.every
    if counters * steps > MOST_STEPS:
        raise AskError(
            "to",
            _(
                "These are %(steps)s steps of %(counters)s counters. Ask for fewer days, a longer step or one place."
            )
            % {"steps": steps, "counters": counters},
        )


def _expected(asked: Asked, clock: Clock, now: dt.datetime) -> Steps[Any]:
    if isinstance(asked.every, Calendar):
        start = dt.timedelta(hours=clock.day_start.hour, minutes=clock.day_start.minute)
        today = (now.astimezone(clock.zone) - start).date()
        days = gaps.calendar_steps(asked.first, asked.last, asked.every)
        whole = days.where(lambda _start, end: end <= today)
        if not asked.open_only or asked.every is not Calendar.DAY:
            return whole
        return whole.where(lambda day, _end: gaps.is_open_day(clock, day))
    moment = int(now.timestamp())
    steps = gaps.clock_steps(asked.first, asked.last, asked.every, clock)
    over = steps.where(lambda _start, end: end <= moment)
    if not asked.open_only or clock.hours is None:
        return over
    return over.where(lambda start, end: gaps.is_open(clock, start, end))


def _readings(asked: Asked, tree: Tree) -> dict[tuple[int, int | None], set[Any]]:
    """Moments (seconds of UTC, rounded down) or business days with a reading, or EARLIER, by place or by place and point."""
    if isinstance(asked.every, Calendar):
        moment = "day"
    else:
        unit = gaps.resolution(asked.every)
        moment = f'(epoch_us("at") // {unit * 1_000_000}) * {unit}'
    said = [f"kind = {quoted(asked.kind)}"]
    if asked.subject:
        said.append(f"subject = {quoted(asked.subject)}")
    if tree.places is not None:
        said.append(one_of("place", sorted(tree.places)))
    point = "point" if asked.by_point else "NULL::INTEGER"
    start, end = _span(asked)
    first = f"DATE '{start.isoformat()}'"
    with open_record(start - dt.timedelta(days=LOOK_BACK), end) as record:
        raw = record.relations(set()).raw
        rows = record.fetch(
            f"SELECT DISTINCT place, {point} AS point, CASE WHEN day >= {first} THEN {moment} END AS moment "
            f"FROM ({raw}) WHERE {' AND '.join(said)}"
        )[1]
    held: dict[tuple[int, int | None], set[Any]] = {}
    for place, counter, when in rows:
        held.setdefault((place, counter), set()).add(EARLIER if when is None else when)
    return held


def _span(asked: Asked) -> tuple[dt.date, dt.date]:
    """Days of whole steps: a reading late in a quarter counts for the quarter."""
    if not isinstance(asked.every, Calendar):
        return asked.first, asked.last
    steps = gaps.calendar_steps(asked.first, asked.last, asked.every)
    return steps.starts[0], steps.ends[-1] - DAY


def shown_runs(one: Missing) -> Iterator[Mapping[str, Any]]:
    """Runs as the API writes them: the place's clock, and with its offset where the clock alone may mean two moments."""
    for run in one.runs:
        if isinstance(run.first, dt.date):
            yield {"from_local": run.first.isoformat(), "to_local": run.last.isoformat(), "n": run.n}
            continue
        ends = [gaps.local(moment, one.clock.zone) for moment in (run.first, run.last)]
        yield {
            "from_local": f"{ends[0]:%Y-%m-%d %H:%M}",
            "to_local": f"{ends[1]:%Y-%m-%d %H:%M}",
            "n": run.n,
            "from": ends[0].isoformat(),
            "to": ends[1].isoformat(),
        }
