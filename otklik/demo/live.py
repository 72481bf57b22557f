"""Clients who come while the demo runs, sent through the public ingest API as any till or panel would send them.

Runs as a process of its own: `python -m otklik.demo.live ADDRESS SEED END RATE`, with the API key on standard input. It ends when its
standard input closes, so it never outlives the demo.
"""

import datetime as dt
import heapq
import http.client
import itertools
import json
import secrets
import sys
import threading
import time
from collections import defaultdict
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

import numpy as np

from otklik.demo.clients import Floats, Ints, expected_clients, hour_weights, simulate
from otklik.demo.draft import MICROSECOND, Draft, moment, to_json
from otklik.demo.plan import Plan, make_plan
from otklik.demo.traces import traces

EVENTS_PER_CLIENT = 3.4
TICK = 0.4  # seconds between requests
BUSY = 160  # clients an hour in the whole company by day
QUIET = 0.25  # share of the rate that is left when nearly everything is closed
BEFORE = 600  # seconds of arrivals before the start whose contacts still go on
MOST_WAITING = 20_000  # events kept while the server is away; the oldest go first
NOT_SENT_LIVE = frozenset({"invitation"})


def local_time(plan: Plan, number: int, now: float) -> tuple[dt.date, float]:
    """(business day, local seconds from its midnight) of a location at `now`, in seconds since 1970 UTC."""
    location = plan.locations[number]
    local = dt.datetime.fromtimestamp(now, ZoneInfo(location.city.zone)).replace(tzinfo=None)
    day = (local - dt.timedelta(hours=location.day_start)).date()
    return day, (local - dt.datetime.combine(day, dt.time(0))).total_seconds()


def crowd(plan: Plan, now: float) -> Floats:
    """Clients an hour whom each location expects at `now`; the shops that never close keep the night alive."""
    weights = np.zeros(len(plan.locations))
    for number in range(len(plan.locations)):
        day, second = local_time(plan, number, now)
        hours = hour_weights(plan, number, day)
        hour = min(int(second // 3600), len(hours) - 1)
        weights[number] = expected_clients(plan, number, day) * hours[hour] / hours.sum()
    return weights


def arrive(plan: Plan, rng: np.random.Generator, locations: Ints, now: float, prefix: str) -> list[Draft]:
    """Everything that clients who come to `locations` at `now` will leave behind, now and in the next minutes."""
    groups: dict[dt.date, list[tuple[int, float]]] = defaultdict(list)
    for number in locations.tolist():
        day, second = local_time(plan, number, now)
        groups[day].append((number, second))
    drafts: list[Draft] = []
    for day, group in groups.items():
        numbers = np.array([number for number, _ in group], dtype=np.int64)
        seconds = np.array([second for _, second in group])
        clients = simulate(rng, plan, day, numbers, seconds)
        name = f"{prefix}{day:%d}-"
        drafts += [draft for draft in traces(rng, plan, clients, name) if draft.kind not in NOT_SENT_LIVE]
        drafts += _counted(plan, drafts, name)
    return drafts


def _counted(plan: Plan, drafts: list[Draft], name: str) -> list[Draft]:
    """Door counter and served count of each contact, one by one instead of hour by hour."""
    found = []
    for draft in drafts:
        if draft.kind != "visit" or not draft.id.startswith(name):
            continue
        place = draft._replace(point=-1, person=-1, session=None, value=1.0)
        second = draft.second - 20
        found.append(
            place._replace(id=f"{draft.session}-d", kind="visitors", second=second, value=2.0, attrs=None)
        )
        source = plan.locations[draft.location].served
        if source != "manual":
            attrs = f'{{"source":"{source}"}}'
            point = draft.point if source == "till" else -1
            found.append(place._replace(id=f"{draft.session}-s", kind="served", point=point, attrs=attrs))
    return found


@dataclass(slots=True)
class Stream:
    """Draws arrivals and hands out what is due; the whole is driven by the clock that is passed in."""

    plan: Plan
    rate: float  # events a second
    rng: np.random.Generator = field(default_factory=np.random.default_rng)
    name: str = field(default_factory=lambda: f"live-{secrets.token_hex(4)}-")
    _waiting: list[tuple[int, int, Draft]] = field(default_factory=list)
    _order: "itertools.count[int]" = field(default_factory=itertools.count)
    _ticks: "itertools.count[int]" = field(default_factory=itertools.count)

    def draw(self, now: float, seconds: float) -> None:
        """Let the clients of the `seconds` that end at `now` arrive."""
        weights = crowd(self.plan, now)
        if weights.sum() == 0:
            return
        pace = self.rate * min(1.0, max(QUIET, (float(weights.sum()) / BUSY) ** 0.5))
        count = int(self.rng.poisson(pace / EVENTS_PER_CLIENT * seconds))
        chosen = self.rng.choice(len(weights), size=count, p=weights / weights.sum())
        prefix = f"{self.name}{next(self._ticks)}-"
        for draft in arrive(self.plan, self.rng, chosen.astype(np.int64), now, prefix):
            heapq.heappush(self._waiting, (moment(self.plan, draft), next(self._order), draft))

    def due(self, now: float) -> list[Draft]:
        """Events that have happened by `now` and were not handed out before."""
        found = []
        while self._waiting and self._waiting[0][0] <= now * MICROSECOND:
            found.append(heapq.heappop(self._waiting)[2])
        return found

    def begin(self, now: float) -> None:
        """Fill the shops: those who came in the last minutes are still being served."""
        for ago in range(BEFORE, 0, -20):
            self.draw(now - ago, 20)
        self.due(now)


class Sender:
    """Posts events to the ingest API over one connection; what was not acknowledged is sent again, with the same ids."""

    def __init__(self, host: str, port: int, key: str) -> None:
        self._connection = http.client.HTTPConnection(host, port, timeout=10)
        self._headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
        self._waiting: list[dict[str, object]] = []

    def send(self, events: list[dict[str, object]]) -> bool:
        """True when everything given so far was acknowledged."""
        self._waiting = (self._waiting + events)[-MOST_WAITING:]
        if not self._waiting:
            return True
        try:
            self._connection.request(
                "POST", "/ingest/v1/events", json.dumps(self._waiting).encode(), self._headers
            )
            answer = self._connection.getresponse()
            body = answer.read()
        except (OSError, http.client.HTTPException):
            self._connection.close()
            return False
        if answer.status in {202, 422}:
            self._complain(body)
            self._waiting = []
            return True
        return False

    @staticmethod
    def _complain(body: bytes) -> None:
        rejected = json.loads(body).get("rejected") or []
        if rejected:
            sys.stderr.write(f"demo: {len(rejected)} events were rejected, the first: {rejected[0]}\n")


def run(stream: Stream, sender: Sender, stopped: threading.Event) -> None:
    """Send until `stopped`."""
    last = time.time()
    stream.begin(last)
    while not stopped.wait(TICK):
        now = time.time()
        stream.draw(now, min(now - last, 60))
        last = now
        sender.send([to_json(stream.plan, draft) for draft in stream.due(now)])


def main(arguments: list[str]) -> None:
    address, seed, end, rate = arguments
    host, port = address.rsplit(":", 1)
    key = sys.stdin.readline().strip()
    stopped = threading.Event()

    def wait_for_parent() -> None:
        sys.stdin.read()
        stopped.set()

    threading.Thread(target=wait_for_parent, daemon=True).start()
    plan = make_plan(int(seed), dt.date.fromisoformat(end))
    run(Stream(plan, float(rate)), Sender(host, int(port), key), stopped)


if __name__ == "__main__":
    main(sys.argv[1:])
