"""`otklik bench`: measures speed and size on this machine. The benchmarks live beside the sources, not in the wheel."""

import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import click

SIZES = {"1m": 1_000_000, "10m": 10_000_000, "100m": 100_000_000}
NAMES = {
    "quick": ("1m",),  # a minute
    "ingest": (),
    "exports": (),
    "relations": (),  # two years of days of 1,000 places
    "full": ("1m", "10m", "100m"),  # half an hour, 30 GB of disk
    **{name: (name,) for name in SIZES},
}


@click.command()
@click.argument("name", default="quick", type=click.Choice(list(NAMES)))
@click.option(
    "--folder",
    type=click.Path(path_type=Path, file_okay=False),
    help="Where the records are made; a temporary directory by default.",
)
@click.option("--keep", is_flag=True, help="Keep the records afterwards.")
@click.option(
    "--no-serve", "serve", flag_value=False, default=True, help="Leave out the server's memory and start."
)
def bench(name: str, folder: Path | None, *, keep: bool, serve: bool) -> None:
    """Measure Otklik beside SQL by hand on 1, 10 and 100 million events, and print Markdown tables.

    quick: a million events. full: all sizes, ingest and exports. 1m, 10m, 100m, ingest, exports, relations: one alone.
    """
    if importlib.util.find_spec("bench") is None:
        raise click.ClickException(
            "The benchmarks come with the sources: run `make bench` in a checkout of the project."
        )
    place = folder or Path(tempfile.mkdtemp(prefix="otklik-bench-"))
    try:
        if NAMES[name]:
            _sizes(place, NAMES[name], keep=keep, serve=serve)
        if name in {"ingest", "full"}:
            _ingest()
        if name in {"exports", "full"}:
            _exports(place / "exports", keep=keep)
        if name == "relations":
            _relations(place / name, keep=keep)
    finally:
        if folder is None and not keep:
            shutil.rmtree(place, ignore_errors=True)


def _sizes(place: Path, names: tuple[str, ...], *, keep: bool, serve: bool) -> None:
    """Each size in a process of its own: settings and the store belong to one data directory."""
    for name in names:
        arguments = [str(place / name), str(SIZES[name]), "serve" if serve else "rest"]
        environment = {**os.environ, "OTKLIK_DATA": str(place / name)}
        command = [sys.executable, "-m", "bench.one_size", *arguments]
        done = subprocess.run(command, env=environment, check=False)  # noqa: S603  # ourselves
        if done.returncode:
            raise SystemExit(done.returncode)
    from bench.growth import read, report

    click.echo(report([read(place / name) for name in names]))
    if not keep:
        for name in names:
            shutil.rmtree(place / name)


def _exports(place: Path, *, keep: bool) -> None:
    from bench.exports import main

    click.echo(main(place))
    if not keep:
        shutil.rmtree(place)


def _ingest() -> None:
    from bench.ingest import main

    main()


def _relations(place: Path, *, keep: bool) -> None:
    """In a process of its own, as the sizes are."""
    environment = {**os.environ, "OTKLIK_DATA": str(place)}
    command = [sys.executable, "-m", "bench.relations", str(place)]
    done = subprocess.run(command, env=environment, check=False)  # noqa: S603  # ourselves
    if done.returncode:
        raise SystemExit(done.returncode)
    if not keep:
        shutil.rmtree(place)
