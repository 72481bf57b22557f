"""The only writers of colours: what a pass of the evaluator has found, and what is watched."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Window
from django.db.models.functions import RowNumber
from django.utils.translation import gettext as _

from otklik.company import audit
from otklik.company.models import User, Verb
from otklik.company.writing import demand
from otklik.metrics.core.states import Held, Seen
from otklik.metrics.core.thresholds import Colour, PeriodKind
from otklik.metrics.definitions import indicators
from otklik.metrics.states.listeners import notices_of
from otklik.metrics.states.looking import Look
from otklik.metrics.states.models import Notice, State, StateChange, StateProgress, WatchSettings

PERIODS = (PeriodKind.DAY, PeriodKind.WEEK, PeriodKind.MONTH, PeriodKind.QUARTER, PeriodKind.YEAR)


@dataclass(slots=True)
class Kept:
    """A state with the row that holds it (None: no row yet). `dirty`: the row is behind; `look` was the last one."""

    held: Held
    pk: int | None = None
    serial: int = 0
    version: int = 0
    dirty: bool = False
    look: Look | None = None


@dataclass(frozen=True, slots=True)
class Turn:
    """A change to be written: what was held, what was seen, what is held now. `late`: the period was over."""

    look: Look
    version: int
    old: Colour
    before: Colour
    because: str
    kept: Kept | None
    held: Held | None
    late: bool = False


def held_of(row: State) -> Kept:
    held = Held(
        row.first,
        row.since,
        Colour(row.colour),
        Colour(row.last),
        row.coloured,
        Colour(row.waiting) if row.waiting else None,
        row.waiting_since,
    )
    return Kept(held, row.pk, row.serial, row.version)


def seen_of(look: Look, now: dt.datetime) -> Seen:
    return Seen(look.first, look.colour, look.n, now)


@transaction.atomic
def write_changes(
    turns: Sequence[Turn], *, now: dt.datetime, seq: int, rules: str
) -> tuple[list[StateChange], list[Turn]]:
    """Write changes with their notices and how far the record has been read.

    Returns the rows, and the turns that another process was quicker with; those are nothing to be done about.
    """
    progress = StateProgress.objects.select_for_update().get(pk=1)
    written, lost = [], []
    for turn in turns:
        row = _late_row(turn, now) if turn.late else _row(turn, now)
        if row is None:
            lost.append(turn)
        else:
            written.append(row)
    StateChange.objects.bulk_create(written)
    Notice.objects.bulk_create(notices_of(written, now))
    progress.seq, progress.rules = max(seq, progress.seq), rules
    progress.save()
    return written, lost


def _row(turn: Turn, now: dt.datetime) -> StateChange | None:
    """The change, after the state was taken over; None when somebody else has changed the state since."""
    assert turn.held is not None
    assert turn.kept is not None
    values = {**_fields(turn.held), "version": turn.version, "value": turn.look.value, "n": turn.look.n}
    if turn.kept.pk is None:
        key = {"indicator": turn.look.code, "place_id": turn.look.place, "period": turn.look.kind.value}
        state, made = State.objects.get_or_create(**key, defaults={**values, "serial": 1})
        if not made:
            return None
        turn.kept.pk, turn.kept.serial = state.pk, 1
    else:
        mine = State.objects.filter(pk=turn.kept.pk, serial=turn.kept.serial)
        if not mine.update(**values, serial=turn.kept.serial + 1):
            return None
        turn.kept.serial += 1
    turn.kept.held, turn.kept.version, turn.kept.dirty = turn.held, turn.version, False
    return _change(turn, turn.old, turn.before, now)


def _late_row(turn: Turn, now: dt.datetime) -> StateChange | None:
    """The change of a period that is over; the known colour is read again, now that nobody else writes."""
    known, before = known_colour(turn.look)
    if known is turn.look.colour:
        return None
    return _change(turn, known, before, now)


def known_colour(look: Look) -> tuple[Colour, Colour]:
    """(colour, last colour that was not grey) that the history has for a period that is over."""
    mine = StateChange.objects.filter(
        indicator=look.code, place_id=look.place, period=look.kind.value
    ).order_by("first", "at", "pk")
    row = mine.filter(first=look.first).last() or mine.filter(first__lt=look.first, late=False).last()
    if row is None:
        return Colour.GREY, Colour.GREY
    return Colour(row.new), Colour(row.before if row.new == Colour.GREY.value else row.new)


def _change(turn: Turn, old: Colour, before: Colour, now: dt.datetime) -> StateChange:
    look = turn.look
    return StateChange(
        indicator=look.code,
        version=turn.version,
        place_id=look.place,
        period=look.kind.value,
        first=look.first,
        old=old.value,
        new=look.colour.value,
        before=before.value,
        value=look.value,
        n=look.n,
        good=look.limits.good if look.limits else None,
        acceptable=look.limits.acceptable if look.limits else None,
        because=turn.because,
        late=turn.late,
        at=now,
    )


@transaction.atomic
def write_progress(kept: Sequence[Kept], *, seq: int, rules: str) -> None:
    """Note how far the record has been read, and what changed in states without changing a colour."""
    progress = StateProgress.objects.select_for_update().get(pk=1)
    for one in kept:
        if one.pk is None:
            _adopt(one)
            continue
        mine = State.objects.filter(pk=one.pk, serial=one.serial)
        if mine.update(**_fields(one.held), serial=one.serial + 1):
            one.serial += 1
        one.dirty = False
    progress.seq, progress.rules = max(seq, progress.seq), rules
    progress.save()


def _adopt(one: Kept) -> None:
    """Make the row of a state that the history implies; no change is written, for nothing changed."""
    assert one.look is not None
    key = {"indicator": one.look.code, "place_id": one.look.place, "period": one.look.kind.value}
    values = {
        **_fields(one.held),
        "version": one.version,
        "value": one.look.value,
        "n": one.look.n,
        "serial": 1,
    }
    row, _made = State.objects.get_or_create(**key, defaults=values)
    one.pk, one.serial, one.dirty = row.pk, row.serial, False


def last_colours() -> dict[tuple[str, int, PeriodKind], tuple[Colour, Colour, dt.datetime | None]]:
    """(colour, last that was not grey, since when) of everything that has a history but no state."""
    held = State.objects.filter(
        indicator=OuterRef("indicator"), place=OuterRef("place"), period=OuterRef("period")
    )
    place = Window(
        RowNumber(),
        partition_by=["indicator", "place", "period"],
        order_by=[F("version").desc(), F("at").desc(), F("pk").desc()],
    )
    rows = (
        StateChange.objects.filter(~Exists(held), late=False)
        .annotate(place_in_line=place)
        .filter(place_in_line=1)
    )
    return {
        (row.indicator, row.place_id, PeriodKind(row.period)): (
            Colour(row.new),
            Colour(row.before if row.new == Colour.GREY.value else row.new),
            row.at,
        )
        for row in rows.order_by()
    }


def _fields(held: Held) -> dict[str, object]:
    return {
        "first": held.first,
        "colour": held.colour.value,
        "last": held.last.value,
        "since": held.since,
        "coloured": held.coloured,
        "waiting": held.waiting.value if held.waiting else "",
        "waiting_since": held.waiting_since,
    }


@transaction.atomic
def watch(
    *,
    acting_user: User | None,
    periods: Sequence[str],
    indicator_codes: Sequence[str],
    least_n: int,
    minutes: int,
) -> WatchSettings:
    """Choose what is watched. Needs MANAGE on the whole company."""
    demand(acting_user, Verb.MANAGE, None)
    if not periods:
        raise ValidationError({"periods": _("Choose one period at least: colours are watched over periods.")})
    known = {kind.value for kind in PERIODS}
    for name in periods:
        if name not in known:
            raise ValidationError({"periods": _("There is no period “%s”.") % name})
    there = indicators()
    for code in indicator_codes:
        if code not in there:
            raise ValidationError({"indicators": _("There is no indicator “%(code)s”.") % {"code": code}})
    row = WatchSettings.current()
    fields = ("periods", "indicators", "least_n", "minutes")
    old = audit.snapshot(row, *fields)
    row.periods = [kind.value for kind in PERIODS if kind.value in periods]
    row.indicators, row.least_n, row.minutes = list(indicator_codes), least_n, minutes
    row.full_clean()
    row.save()
    audit.record("states.watch", row, acting_user=acting_user, old=old, new=audit.snapshot(row, *fields))
    return row
