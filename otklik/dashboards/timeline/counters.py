"""Which readings are missing behind the lines of a timeline: for indicators of counters that report every hour or day."""

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.company.api_auth import Caller
from otklik.dashboards.timeline.axis import Step
from otklik.dashboards.timeline.data import Line, Timeline
from otklik.metrics import gap_readings, gaps
from otklik.metrics.asking import AskError
from otklik.metrics.core.steps import Calendar, step_start
from otklik.metrics.dimensions import Grain
from otklik.metrics.scope import Tree
from otklik.web import formats

EVERY: dict[str, gap_readings.Every] = {"visitors": gaps.HOUR_SECONDS}  # how often a kind should come
MOST_RUNS = 5


def missing(found: Timeline, caller: Caller) -> list[dict[str, Any]]:
    """For each line that rests on a counter: steps with missing readings, and a sentence."""
    answer = []
    for line in found.lines:
        kind = next((one for one in line.kinds if one in EVERY), None)
        if kind is not None and line.spec.employee == "":
            answer.append(_of_line(found, line, kind, caller))
    return answer


def _of_line(found: Timeline, line: Line, kind: str, caller: Caller) -> dict[str, Any]:
    days, every = found.axis.days, EVERY[kind]
    last = min(days.last, found.axis.today)
    asked = gap_readings.Asked(
        kind,
        "",
        every,
        days.first,
        last,
        by_point=line.where.point is not None,
        open_only=True,
        since_first=True,
    )
    tree = Tree(caller.visible_places(), everything=caller.sees_everything(), root=line.where.place)
    try:
        counters = gap_readings.found(asked, tree, now=timezone.now())
    except AskError as error:
        return {"key": str(line.spec), "steps": {}, "text": error.message, "runs": []}
    if line.where.point is not None:
        counters = [one for one in counters if one.point == line.where.point.pk]
    expected, absent = sum(one.expected for one in counters), sum(one.missing for one in counters)
    if not expected or not absent:
        return {"key": str(line.spec), "steps": {}, "text": "", "runs": []}
    sentence = _("readings are missing for %(missing)s of %(expected)s hours while places were open") % {
        "missing": formats.number(absent),
        "expected": formats.number(expected),
    }
    return {
        "key": str(line.spec),
        "steps": _by_step(found, counters),
        "text": sentence,
        "runs": _longest(counters, tree),
    }


def _by_step(found: Timeline, counters: Sequence[gap_readings.Missing]) -> dict[str, int]:
    """Missing readings by number of the step."""
    shown = {step: number for number, step in enumerate(found.steps)}
    counted: Counter[int] = Counter()
    for one in counters:
        for moment in one.moments():
            number = shown.get(_step(found, one, moment))
            if number is not None:
                counted[number] += 1
    return {str(number): count for number, count in counted.items()}


def _step(found: Timeline, one: gap_readings.Missing, moment: int) -> Step:
    there = gaps.local(moment, one.clock.zone).replace(tzinfo=None)
    if found.axis.grain is Grain.HOUR:
        return there.replace(minute=0, second=0, microsecond=0)
    start = dt.timedelta(hours=one.clock.day_start.hour, minutes=one.clock.day_start.minute)
    return step_start((there - start).date(), Calendar(found.axis.grain.value))


def _longest(counters: Sequence[gap_readings.Missing], tree: Tree) -> list[dict[str, Any]]:
    """The longest runs, in words."""
    runs = [(run.n, one, run) for one in counters for run in one.runs]
    runs.sort(key=lambda item: (-item[0], item[1].place))
    found = []
    for n, one, run in runs[:MOST_RUNS]:
        first, last = (gaps.local(int(moment), one.clock.zone) for moment in (run.first, run.last))
        found.append(
            {
                "place": tree.nodes[one.place].name,
                "from": formats.moment(first),
                "to": formats.moment(last + dt.timedelta(hours=1)),
                "n": n,
            }
        )
    return found
