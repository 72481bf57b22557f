"""The calculator's preview on a generated record: `otklik bench editor`. Prints a Markdown table."""

import datetime as dt
import statistics
import sys
import time
from pathlib import Path
from typing import Any

EVENTS = 10_000_000
REPEATS = 5
DAYS = 28
SALE = {"and": [["kind", "=", "receipt"], ["attr.operation", "=", "sale"]]}
BIG = {"and": [["kind", "=", "receipt"], ["attr.operation", "=", "sale"], ["value", ">=", 1000]]}
VISIT = ["kind", "=", "visit"]
TRIED: dict[str, dict[str, Any]] = {
    "number of events": {"rule": "count", "unit": "count", "params": {"filter": BIG}},
    "mean": {"rule": "mean", "unit": "money", "params": {"field": "value", "filter": SALE}},
    "ratio of counts": {"rule": "ratio_of_counts", "unit": "ratio", "params": {"over": SALE, "under": VISIT}},
    "share": {
        "rule": "share",
        "unit": "share",
        "params": {"filter": SALE, "condition": ["value", ">=", 1000]},
    },
    "median": {"rule": "quantile", "unit": "money", "params": {"field": "value", "filter": SALE, "q": 0.5}},
    "time between events": {"rule": "between", "unit": "seconds", "params": {"first": VISIT, "take": "mean"}},
    "chains": {
        "rule": "chains",
        "unit": "share",
        "params": {"steps": [VISIT, SALE], "window": 900, "take": "share"},
    },
    "NPS": {"rule": "nps", "unit": "points", "questions": ["nps"], "params": {}},
}


def main(folder: Path) -> None:
    """Make the record if it is not there, and time every preview with its checks and words."""
    from bench.growth import prepared

    prepared(folder, EVENTS)
    print(f"Preview over {DAYS} days of a record of {EVENTS:,} events, with checks and words, ms:\n")
    print("| rule | median | worst | estimated, s | measured, s |")
    print("|---|---:|---:|---:|---:|")
    for name, written in TRIED.items():
        print(_line(name, written), flush=True)


def _line(name: str, written: dict[str, Any]) -> str:
    from bench.data import END
    from otklik.company.models import Place
    from otklik.metrics.checking import read_draft
    from otklik.metrics.preview import preview
    from otklik.metrics.queries import Slicing
    from otklik.metrics.scope import Tree
    from otklik.metrics.vocabulary import Vocabulary
    from otklik.metrics.wording import words_of

    children = Tree(Place.objects.all(), everything=True).children
    slicing = Slicing(END - dt.timedelta(days=DAYS - 1), END, by=("child",), children=children)
    times, cost, seconds = [], 0.0, 0.0
    for _run in range(REPEATS + 1):
        started = time.perf_counter()
        known = Vocabulary.current()
        draft, issues = read_draft({"code": "tried", "name": name, **written}, known=known)
        assert not any(one.is_error for one in issues), issues
        words_of(draft, known)
        found = preview(draft, slicing, known, agreed=True)
        times.append((time.perf_counter() - started) * 1000)
        cost, seconds = found.cost.seconds, found.seconds
    warm = times[1:]
    return f"| {name} | {statistics.median(warm):.0f} | {max(warm):.0f} | {cost:.2f} | {seconds:.2f} |"


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve())
