"""The history of a definition computed anew from the events: what the colours would have been all along."""

import datetime as dt
from collections.abc import Callable, Iterable, Sequence

from django.db import transaction
from django.utils import timezone

from otklik.metrics.core.states import Held, Patience, Seen, first_day, step
from otklik.metrics.core.thresholds import PeriodKind
from otklik.metrics.definitions import UnknownIndicatorError
from otklik.metrics.dimensions import Grain
from otklik.metrics.queries import Slicing, values
from otklik.metrics.states.looking import Look, look, seen
from otklik.metrics.states.models import Because, StateChange, StateProgress
from otklik.metrics.states.news import last_seq
from otklik.metrics.states.watched import Watched

DAY = dt.timedelta(days=1)
type Progress = Callable[[int, int], None]


def recompute_states(code: str, since: dt.date, progress: Progress = lambda _done, _total: None) -> int:
    """Write the colours of an indicator from the business day `since` to yesterday anew; the number of rows.

    Each day is judged by what was known at its end, of the day itself and of its week or month so far, and by the thresholds
    that held then. Rows of the present version in those days are replaced, those of older versions stay; the day that runs is
    left to the evaluator. Nobody is alerted. Can be stopped and run again: a kind of period is written in one transaction.
    """
    watched = Watched.read()
    if code not in watched.indicators:
        raise UnknownIndicatorError(code)
    now = timezone.now()
    ends = {pk: location.day(now) - DAY for pk, location in watched.locations.items()}
    days = _days(since, max(ends.values(), default=since - DAY))
    total, done, written = len(days) * len(watched.periods), 0, 0
    for kind in watched.periods:
        rows: dict[int, list[StateChange]] = {}
        held: dict[int, Held] = {}
        for number, looks in enumerate(_looks(watched, code, kind, days)):
            for found in looks:
                if days[number] <= ends[found.place]:
                    _follow(watched, found, days[number], held, rows)
            done += 1
            progress(done, total)
        written += _replace(watched, code, kind, since, [row for mine in rows.values() for row in mine])
    return written


def _days(first: dt.date, last: dt.date) -> list[dt.date]:
    return [first + DAY * number for number in range((last - first).days + 1)]


def _looks(
    watched: Watched, code: str, kind: PeriodKind, days: Sequence[dt.date]
) -> Iterable[Iterable[Look]]:
    """What each day showed at its end, at all locations."""
    if kind is not PeriodKind.DAY:
        for day in days:
            yield look(watched, [code], watched.locations, kind, (first_day(kind, day), day))
        return
    if not days:
        return
    slicing = Slicing(days[0], days[-1], places=frozenset(watched.locations), grain=Grain.DAY, by=("place",))
    found = {(row.keys["period"], row.keys["place"]): row.results[code] for row in values([code], slicing)}
    for day in days:
        yield [
            seen(watched, (code, place, kind), (day, day), found.get((day, place)))
            for place in watched.locations
        ]


def _follow(
    watched: Watched, found: Look, day: dt.date, held: dict[int, Held], rows: dict[int, list[StateChange]]
) -> None:
    at = watched.locations[found.place].end(day)
    before = held.get(found.place) or Held(found.first, at)
    patience = Patience(watched.patience.least_n)  # minutes mean nothing to days
    after, changed = step(before, Seen(found.first, found.colour, found.n, at), patience)
    held[found.place] = after
    if changed:
        row = StateChange(
            indicator=found.code,
            version=watched.indicators[found.code].definition.version,
            place_id=found.place,
            period=found.kind.value,
            first=found.first,
            old=before.colour.value,
            new=after.colour.value,
            before=before.last.value,
            value=found.value,
            n=found.n,
            good=found.limits.good if found.limits else None,
            acceptable=found.limits.acceptable if found.limits else None,
            because=Because.RECOMPUTED,
            at=at,
        )
        rows.setdefault(found.place, []).append(row)


@transaction.atomic
def _replace(watched: Watched, code: str, kind: PeriodKind, since: dt.date, rows: list[StateChange]) -> int:
    progress, _made = StateProgress.objects.select_for_update().get_or_create(
        pk=1, defaults={"seq": last_seq(), "since": since}
    )
    version = watched.indicators[code].definition.version
    now = timezone.now()
    for location in watched.locations.values():
        today = location.day(now)
        mine = StateChange.objects.filter(
            indicator=code, version=version, place_id=location.id, period=kind.value
        )
        mine.filter(at__gt=location.end(since - DAY), at__lte=location.end(today - DAY)).delete()
        mine.filter(late=True, first__gte=since, first__lt=first_day(kind, today)).delete()
    StateChange.objects.bulk_create(rows, batch_size=2000)
    if since < progress.since:
        progress.since = since
        progress.save(update_fields=["since"])
    return len(rows)
