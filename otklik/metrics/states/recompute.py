"""The history of a definition computed anew from the events: what the colours would have been all along."""

import datetime as dt
from collections.abc import Callable, Iterable, Sequence

from django.db import transaction
from django.utils import timezone

from otklik.metrics.core.states import Held, Patience, Seen, first_day, step
from otklik.metrics.core.thresholds import PeriodKind
from otklik.metrics.definitions import UnknownIndicatorError
from otklik.metrics.dimensions import Grain
from otklik.metrics.models import IndicatorDefinition
from otklik.metrics.queries import Slicing, values
from otklik.metrics.states.looking import Look, look, seen
from otklik.metrics.states.models import Because, StateChange, StateProgress
from otklik.metrics.states.news import last_seq
from otklik.metrics.states.watched import Watched

DAY = dt.timedelta(days=1)
type Progress = Callable[[int, int], None]


def silent(done: int, total: int) -> None:
    """Say nothing."""


def recompute_states(code: str, since: dt.date, progress: Progress = silent) -> int:
    """Write the colours of an indicator from the business day `since` to yesterday anew; the number of rows.

    Each day is judged by what was known at its end, of the day itself and of its week or month so far, and by the thresholds
    that held then. Rows of the present version in those days are replaced, those of older versions stay; the day that runs is
    left to the evaluator. Nobody is alerted. Can be stopped and run again: a kind of period is written in one transaction.
    """
    return recompute_many([code], since, progress)


def outdated() -> list[str]:
    """Codes of watched indicators that got another definition after the history of colours had begun."""
    progress = StateProgress.objects.filter(pk=1).first()
    if progress is None:
        return []
    began = dt.datetime.combine(progress.since, dt.time(0), dt.UTC)
    newest = {
        row.code: row.version
        for row in IndicatorDefinition.objects.filter(created_at__gte=began).order_by("version")
    }
    watched = Watched.read().indicators
    return sorted(
        code
        for code, version in newest.items()
        if code in watched
        and watched[code].definition.version == version
        and progress.versions.get(code) != version
        and StateChange.objects.filter(indicator=code).exclude(version=version).exists()
    )


def recompute_outdated(progress: Progress = silent) -> int:
    """Colours of `outdated` indicators from the beginning of the history; the number of changes written."""
    codes = outdated()
    if not codes:
        return 0
    since = StateProgress.objects.get(pk=1).since
    known = Watched.read().indicators  # before the work: what is defined meanwhile is made anew the next time
    versions = {code: known[code].definition.version for code in codes if code in known}
    written = recompute_many(list(versions), since, progress)
    with transaction.atomic():
        row = StateProgress.objects.select_for_update().get(pk=1)
        row.versions |= versions
        row.save(update_fields=["versions"])
    return written


def recompute_many(
    codes: Sequence[str] | None,
    since: dt.date,
    progress: Progress = silent,
    periods: Sequence[PeriodKind] | None = None,
) -> int:
    """As `recompute_states`, for several indicators at once (None: all that are watched) and some kinds of periods."""
    watched = Watched.read()
    chosen = list(watched.indicators) if codes is None else list(codes)
    for code in chosen:
        if code not in watched.indicators:
            raise UnknownIndicatorError(code)
    now = timezone.now()
    ends = {pk: location.day(now) - DAY for pk, location in watched.locations.items()}
    days = _days(since, max(ends.values(), default=since - DAY))
    kinds = [kind for kind in watched.periods if periods is None or kind in periods]
    total, done, written = len(days) * len(kinds), 0, 0
    for kind in kinds:
        rows: list[StateChange] = []
        held: dict[tuple[str, int], Held] = {}
        for day, looks in zip(days, _looks(watched, chosen, kind, days), strict=False):
            for found in looks:
                if day <= ends[found.place]:
                    _follow(watched, found, day, held, rows)
            done += 1
            progress(done, total)
        written += _replace(watched, chosen, kind, since, rows)
    return written


def _days(first: dt.date, last: dt.date) -> list[dt.date]:
    return [first + DAY * number for number in range((last - first).days + 1)]


def _looks(
    watched: Watched, codes: Sequence[str], kind: PeriodKind, days: Sequence[dt.date]
) -> Iterable[Iterable[Look]]:
    """What each day showed at its end, at all locations."""
    if kind is not PeriodKind.DAY:
        for day in days:
            yield look(watched, codes, watched.locations, kind, (first_day(kind, day), day))
        return
    if not days:
        return
    slicing = Slicing(days[0], days[-1], places=frozenset(watched.locations), grain=Grain.DAY, by=("place",))
    found = {(row.keys["period"], row.keys["place"]): row.results for row in values(codes, slicing)}
    for day in days:
        yield (
            seen(watched, (code, place, kind), (day, day), found.get((day, place), {}).get(code))
            for place in watched.locations
            for code in codes
        )


def _follow(
    watched: Watched,
    found: Look,
    day: dt.date,
    held: dict[tuple[str, int], Held],
    rows: list[StateChange],
) -> None:
    at = watched.locations[found.place].end(day)
    key = (found.code, found.place)
    before = held.get(key) or Held(found.first, at)
    patience = Patience(watched.patience_of(found.code).least_n)  # minutes mean nothing to days
    after, changed = step(before, Seen(found.first, found.colour, found.n, at), patience)
    held[key] = after
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
        rows.append(row)


@transaction.atomic
def _replace(
    watched: Watched, codes: Sequence[str], kind: PeriodKind, since: dt.date, rows: list[StateChange]
) -> int:
    progress, _made = StateProgress.objects.select_for_update().get_or_create(
        pk=1, defaults={"seq": last_seq(), "since": since}
    )
    now = timezone.now()
    for location in watched.locations.values():
        today = location.day(now)
        held = StateChange.objects.filter(place_id=location.id, period=kind.value)
        for version, mine in _by_version(watched, codes).items():
            same = held.filter(
                indicator__in=mine, version=version, notices=None
            )  # those are still to be told
            same.filter(at__gt=location.end(since - DAY), at__lte=location.end(today - DAY)).delete()
            same.filter(late=True, first__gte=since, first__lt=first_day(kind, today)).delete()
    StateChange.objects.bulk_create(rows, batch_size=2000)
    if since < progress.since:
        progress.since = since
        progress.save(update_fields=["since"])
    return len(rows)


def _by_version(watched: Watched, codes: Sequence[str]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for code in codes:
        found.setdefault(watched.indicators[code].definition.version, []).append(code)
    return found
