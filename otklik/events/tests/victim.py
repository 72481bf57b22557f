"""A process that writes into a store, says what was acknowledged, and kills itself at a named step.

Run as: python victim.py ROOT STEP NUMBER SEED. It prints a line per acknowledged batch and dies by SIGKILL when STEP is reached
for the NUMBER-th time.
"""

import json
import os
import random
import signal
import sys
import threading
import time
from pathlib import Path

from otklik.events.row import EventRow
from otklik.events.store import EventStore, StoreOptions
from otklik.events.tests.rows import DAY_COLUMNS, make_row


def main() -> None:
    root, step, number, seed = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
    left = [number]

    def die_at(name: str) -> None:
        if name == step:
            left[0] -= 1
            if left[0] <= 0:
                os.kill(os.getpid(), signal.SIGKILL)

    store = EventStore.open(root, options=StoreOptions(step=die_at, grace=0), keeper=True)
    store.day_columns = DAY_COLUMNS
    if step == "ingest":  # no step of the store: death comes from outside, at any moment
        threading.Thread(target=_die_later, args=(number / 1000,), daemon=True).start()
    rng = random.Random(seed)
    for batch in range(15 if step == "never" else 40):
        rows = [make_row(f"{seed}-{batch}-{i}", rng) for i in range(rng.randint(1, 40))]
        store.append(rows)
        say("stored", {row.id: row.value for row in rows})
        if batch % 7 == 6:
            target = f"{seed}-{batch - 3}-0"
            say("withdrawing", target)  # death may come between the commit and the next line
            store.append([withdrawal(f"w{seed}-{batch}", target)])
            say("withdrawn", target)
        if batch % 5 == 4:
            store.seal(force=True)
        if batch % 20 == 19:
            store.compact()
            store.day_columns = {**DAY_COLUMNS, f"extra{batch}": "max(value)"}
            store.rebuild_days()
    store.close()


def say(what: str, about: object) -> None:
    sys.stdout.write(json.dumps([what, about]) + "\n")
    sys.stdout.flush()


def withdrawal(name: str, target: str) -> EventRow:
    return make_row(name, random.Random(name))._replace(
        kind="withdrawal", value=None, attrs=json.dumps({"target": target})
    )


def _die_later(seconds: float) -> None:
    time.sleep(seconds)
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    main()
