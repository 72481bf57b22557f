"""Correlations of 50 series over two years of days of 1,000 places: `python -m bench.relations FOLDER`.

Three readings of the question: days of the whole company with reading, one table for each place, days of all places in one table.
"""

import sys
import time
from pathlib import Path

import numpy as np

DAYS, EVENTS, SERIES, PLACES = 730, 7_300_000, 50, 1_000
REPEATS = 3
# Indicators of the company, and some of them in each of five regions
WHOLE = (
    "support", "criticality", "response_rate", "served", "nps", "csat", "csat_mean", "dissatisfied", "ces2", "ces2_mean",
    "ces2_net", "answers", "contacts", "contact_time", "consultations", "complaints", "receipts", "revenue",
    "average_receipt", "refunds",
)  # fmt: skip
REGIONAL = ("support", "csat", "nps", "contacts", "receipts", "average_receipt")
REGIONS = 5


def tell(text: str) -> None:
    print(f"… {text}", file=sys.stderr, flush=True)


def main(folder: Path) -> None:
    from bench import growth
    from otklik.cli import setup_django

    growth.empty(folder)
    setup_django()
    print(report())


def report() -> str:
    from django.core.management import call_command

    from bench import data
    from otklik.events.record import close_store, get_store

    call_command("migrate", verbosity=0)
    data.found_company()
    store = get_store()
    size = data.generate(store, EVENTS, lambda done, total: tell(f"{done:,} of {total:,} events"), DAYS)
    tell(f"written in {size.seconds:.0f} s")
    found = [*_reading(), *_arrays()]
    close_store()
    rows = "\n".join(f"| {name} | {text} |" for name, text in found)
    return f"|  | {size.events / 1e6:.1f} M events |\n|---|--:|\n{rows}"


def _reading() -> list[tuple[str, str]]:
    from bench.queries import span
    from otklik.company.models import Place
    from otklik.metrics.relations import pairs, units
    from otklik.metrics.relations.matrix import Frame, read
    from otklik.metrics.relations.series import Named, Series

    named = [Named(code, Series(code)) for code in WHOLE]
    regions = Place.objects.filter(kind="region").order_by("pk")[:REGIONS]
    for region in regions:
        places = frozenset(Place.objects.filter(path__startswith=region.path).values_list("pk", flat=True))
        named += [Named(f"{code};place={region.code}", Series(code, places)) for code in REGIONAL]
    assert len(named) == SERIES
    first, last = span(DAYS)
    frame = Frame(first, last, units.UNITS["day"])
    reads, counts = [], []
    for _ in range(REPEATS):
        started = time.perf_counter()
        matrix = read(named, frame)
        between = time.perf_counter()
        table = pairs.correlations(matrix.values)
        counts.append(time.perf_counter() - between)
        reads.append(between - started)
    known = sum(pair.pearson.r is not None for pair in table)
    assert len(table) == SERIES * (SERIES - 1) // 2
    return [
        (f"days of the company: reading {SERIES} series × {len(matrix.keys)} days", _ms(reads)),
        (f"{len(table):,} pairs, Pearson and Spearman, p and corrections ({known:,} known)", _ms(counts)),
        ("both", _ms([one + other for one, other in zip(reads, counts, strict=True)])),
    ]


def _arrays() -> list[tuple[str, str]]:
    """The statistics alone, on numbers with a tenth of gaps."""
    from otklik.metrics.relations import pairs

    rng = np.random.default_rng(5)
    values = rng.normal(size=(PLACES, DAYS, SERIES))
    values[rng.random(values.shape) < 0.1] = np.nan
    pooled = values.reshape(PLACES * DAYS, SERIES)
    started = time.perf_counter()
    pairs.correlations(pooled, ranks=False)
    together = time.perf_counter() - started
    started = time.perf_counter()
    for place in range(0, PLACES, 10):
        pairs.correlations(values[place], ranks=False)
    apart = (time.perf_counter() - started) * 10
    return [
        (f"{PLACES * DAYS:,} days of places × {SERIES} series in one table, Pearson", _ms([together])),
        (
            f"{PLACES:,} tables of {SERIES} × {SERIES}, one for each place (from every tenth), Pearson",
            _ms([apart]),
        ),
    ]


def _ms(seconds: list[float]) -> str:
    return f"{sorted(seconds)[len(seconds) // 2] * 1000:,.0f} ms"


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve())
