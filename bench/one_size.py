"""Measure one size in this process: `python -m bench.one_size FOLDER EVENTS serve|rest`. Progress goes to standard error."""

import sys
from pathlib import Path


def tell(text: str) -> None:
    print(f"… {text}", file=sys.stderr, flush=True)


def main(folder: Path, events: int, *, serve: bool) -> None:
    from bench import growth

    growth.prepared(folder, events, tell)
    growth.write(folder, growth.measure(folder, serve=serve, tell=tell))


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve(), int(sys.argv[2]), serve=sys.argv[3] == "serve")
