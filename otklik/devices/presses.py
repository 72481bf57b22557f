"""Presses of a panel become events: times corrected, repeats set apart, odd ones marked. See docs/developers/add-a-device-protocol.md."""

import bisect
import dataclasses
import datetime as dt
import threading
from collections import OrderedDict
from typing import Annotated

import msgspec
from django.utils import timezone

from otklik.devices.hours import is_open
from otklik.devices.models import Panel
from otklik.events.intake import Event
from otklik.events.record import accept

MAX_PRESSES = 100
SKEW_MS = 30_000  # a clock further off than this is marked
JUMP_MS = 60_000  # the clock was set between the press and the sending
BURST_WINDOW_MS = 60_000
BURST_MEMORY = 5_000  # panels

type Milliseconds = int
Id = Annotated[str, msgspec.Meta(pattern=r"^[0-9A-Za-z_-]{8,40}$")]
Time = Annotated[int, msgspec.Meta(ge=-(2**45), le=2**45)]


class Press(msgspec.Struct, rename="camel"):
    """One press as the page keeps it.

    `offset`: server clock less panel clock as last measured; `since`: ms since the last press that counted on this device.
    """

    id: Id
    at: Time
    value: int
    question: str
    since: Time | None = None
    offset: Time | None = None
    language: Annotated[str, msgspec.Meta(max_length=8)] = ""


class Report(msgspec.Struct, rename="camel"):
    """What a page sends: presses, or none just to say that it is alive. Times in ms since 1970 by the panel's clock."""

    sent_at: Time
    presses: Annotated[list[Press], msgspec.Meta(max_length=MAX_PRESSES)] = []
    waiting: Annotated[int, msgspec.Meta(ge=0, le=10_000_000)] = 0
    version: Annotated[str, msgspec.Meta(max_length=32)] = ""


@dataclasses.dataclass(frozen=True, slots=True)
class Taken:
    """`stored` may be forgotten by the page; `refused` are pairs (id, sentence)."""

    stored: list[str]
    refused: list[tuple[str, str]]


def take(panel: Panel, report: Report, *, language: str = "ru") -> Taken:
    """Store the presses durably; returns after the commit. Sending them again changes nothing."""
    received = round(timezone.now().timestamp() * 1000)
    events, foreign = [], []
    week, zone = panel.point.place.inherited("opening_hours"), panel.point.place.zone
    for press in report.presses:
        if press.question not in (panel.question.code, *panel.asked):
            foreign.append(press)
            continue
        at, attrs = corrected(press, report.sent_at, received, _since_creation(panel))
        local = dt.datetime.fromtimestamp(at / 1000, zone)
        if not is_open(week, local):
            attrs["out_of_hours"] = True
        if bursts.note(panel.pk, press.id, at) > panel.burst_limit:
            attrs["burst"] = True
        events.append(_event(panel, press, at, attrs))
    outcome = accept(events, via=f"panel:{panel.point.code}") if events else None
    wrong = {one.index: one for one in outcome.rejected} if outcome else {}
    asked = [press for press in report.presses if press not in foreign]
    refused = [(asked[index].id, str(one.as_json(language).get("error", ""))) for index, one in wrong.items()]
    refused += [(press.id, f"question {press.question!r}") for press in foreign]
    return Taken([press.id for index, press in enumerate(asked) if index not in wrong], refused)


def _event(
    panel: Panel, press: Press, at: Milliseconds, attrs: dict[str, str | bool | int | float | None]
) -> Event:
    """A rating; a press too soon after the one before is kept as a plain press, which no indicator counts."""
    repeated = press.since is not None and 0 <= press.since < panel.debounce_seconds * 1000
    return Event(
        id=f"p{panel.pk}-{press.id}",
        kind="press" if repeated else "rating",
        at=dt.datetime.fromtimestamp(at / 1000, dt.UTC),
        point=panel.point.code,
        subject=press.question,
        value=press.value,
        attrs={
            "panel": str(panel.pk),
            **({"language": press.language} if press.language else {}),
            **({"repeat": True} if repeated else {}),
            **attrs,
        },
    )


def corrected(
    press: Press, sent_at: Milliseconds, received: Milliseconds, earliest: Milliseconds
) -> tuple[Milliseconds, dict[str, str | bool | int | float | None]]:
    """When it was pressed by the server's clock, and marks about the panel's clock.

    The panel's clock now differs by `received − sent_at`. If it differed otherwise when the press was made (the page
    measures it with each answer), it was set in between, and the older difference is the right one.
    """
    now_off = received - sent_at
    off = now_off
    if press.offset is not None and abs(press.offset - now_off) > JUMP_MS:
        off = press.offset
    attrs: dict[str, str | bool | int | float | None] = {}
    if abs(off) > SKEW_MS:
        attrs["clock_skew"] = round(-off / 1000)  # seconds by which the panel's clock was ahead
    at = min(press.at + off, received)
    if at < earliest:  # the clock had lost the date and no measure of it exists
        attrs["clock_lost"] = True
        at = received
    return at, attrs


def _since_creation(panel: Panel) -> Milliseconds:
    """A panel cannot have been pressed before it was made; a day is allowed for its clock."""
    return round(panel.created_at.timestamp() * 1000) - 86_400_000


class Bursts:
    """How many presses a panel had in the minute before each; a press sent twice counts once."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._seen: OrderedDict[int, list[tuple[Milliseconds, str]]] = OrderedDict()

    def note(self, panel: int, press: str, at: Milliseconds) -> int:
        with self._lock:
            times = self._seen.setdefault(panel, [])
            self._seen.move_to_end(panel)
            if (at, press) not in times:
                bisect.insort(times, (at, press))
            if len(times) > 2000:
                del times[:1000]
            while len(self._seen) > BURST_MEMORY:
                self._seen.popitem(last=False)
            first = bisect.bisect_left(times, (at - BURST_WINDOW_MS, ""))
            last = bisect.bisect_right(times, (at, press))
            return last - first


bursts = Bursts()
