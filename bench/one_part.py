"""A part that measures on a generated record: `python -m bench.one_part NAME FOLDER EVENTS` calls `bench.NAME.main(store)`.

In a process of its own, whose data directory is FOLDER.
"""

import importlib
import sys
from pathlib import Path


def main(name: str, folder: Path, events: int) -> None:
    from bench.growth import prepared
    from bench.one_size import tell

    prepared(folder, events, tell)
    from otklik.events.store import EventStore
    from otklik.metrics.record import register

    store = EventStore.open(folder)
    try:
        register(store)
        importlib.import_module(f"bench.{name}").main(store)
    finally:
        store.close()


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]).resolve(), int(sys.argv[3]))
