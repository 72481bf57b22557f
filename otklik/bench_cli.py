"""`otklik bench`: measures speed and size on this machine. The benchmarks live beside the sources, not in the wheel."""

import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import click


@dataclass(frozen=True, slots=True)
class Request:
    """Where records are made, whether they stay, and whether a server is started on them."""

    folder: Path
    keep: bool
    serve: bool


SIZES = {"1m": 1_000_000, "10m": 10_000_000, "100m": 100_000_000}


def _sizes(*names: str) -> Callable[[Request], None]:
    """Growth from size to size."""

    def run(request: Request) -> None:
        for name in names:
            place = request.folder / name
            _alone(
                place, "bench.one_size", str(place), str(SIZES[name]), "serve" if request.serve else "rest"
            )
        from bench.growth import read, report

        click.echo(report([read(request.folder / name) for name in names]))
        if not request.keep:
            for name in names:
                shutil.rmtree(request.folder / name)

    return run


def _ingest(request: Request) -> None:
    del request
    from bench.ingest import main

    main()


def _exports(request: Request) -> None:
    from bench.exports import main

    place = request.folder / "exports"
    click.echo(main(place))
    if not request.keep:
        shutil.rmtree(place)


def _on_record(name: str, size: str) -> Callable[[Request], None]:
    """`bench.<name>.main(store)` on a record of that size."""

    def run(request: Request) -> None:
        place = request.folder / size
        _alone(place, "bench.one_part", name, str(place), str(SIZES[size]))
        if not request.keep:
            shutil.rmtree(place)

    return run


def _script(name: str) -> Callable[[Request], None]:
    """A module that makes its own record: `python -m bench.<name> FOLDER`."""

    def run(request: Request) -> None:
        place = request.folder / name
        _alone(place, f"bench.{name}", str(place))
        if not request.keep:
            shutil.rmtree(place)

    return run


def _alone(place: Path, *command: str) -> None:
    """A module in a process of its own: settings and the store belong to one data directory."""
    environment = {**os.environ, "OTKLIK_DATA": str(place)}
    done = subprocess.run([sys.executable, "-m", *command], env=environment, check=False)  # noqa: S603  # ourselves
    if done.returncode:
        raise SystemExit(done.returncode)


# A part: its name on the command line and what measures it.
PARTS: dict[str, Callable[[Request], None]] = {
    "quick": _sizes("1m"),  # a minute
    **{name: _sizes(name) for name in SIZES},
    "sizes": _sizes(*SIZES),
    "ingest": _ingest,
    "exports": _exports,
    "calculator": _on_record("calculator", "10m"),
    "calculator-100m": _on_record("calculator", "100m"),
    "timeline": _script("timeline"),  # five years of days
    "editor": _script("editor"),  # ten million events
    "beside": _script("beside"),  # pages beside an export
    "relations": _script("relations"),  # two years of days of 1,000 places
}
FULL = ("sizes", "ingest", "exports", "beside", "timeline", "relations", "calculator", "calculator-100m")


@click.command()
@click.argument("name", default="quick", type=click.Choice([*PARTS, "full"]))
@click.option(
    "--folder",
    type=click.Path(path_type=Path, file_okay=False),
    help="Where the records are made, and found again if they were kept; a temporary directory by default.",
)
@click.option("--keep", is_flag=True, help="Keep the records afterwards.")
@click.option(
    "--no-serve", "serve", flag_value=False, default=True, help="Leave out the server's memory and start."
)
def bench(name: str, folder: Path | None, *, keep: bool, serve: bool) -> None:
    """Measure Otklik beside SQL by hand on 1, 10 and 100 million events, and print Markdown tables.

    quick: a million events. full: all of them. Every name alone is one part.
    """
    if importlib.util.find_spec("bench") is None:
        raise click.ClickException(
            "The benchmarks come with the sources: run `make bench` in a checkout of the project."
        )
    place = folder or Path(tempfile.mkdtemp(prefix="otklik-bench-"))
    try:
        for part in FULL if name == "full" else (name,):
            PARTS[part](Request(place, keep=keep, serve=serve))
    finally:
        if folder is None and not keep:
            shutil.rmtree(place, ignore_errors=True)
