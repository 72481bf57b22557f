"""`otklik import events`, `otklik export events`, `otklik check`."""

import contextlib
import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import click
from django.conf import settings
from django.utils.translation import gettext

from otklik.company.cli import command, terminal_language
from otklik.events.errors import DirectoryInUseError
from otklik.events.exporting import OPTIONS
from otklik.events.exporting import export_events as write_events
from otklik.events.importing.mapping import BadMap, Map
from otklik.events.importing.run import Import, Totals
from otklik.events.importing.source import Source
from otklik.events.lock import DirectoryLock
from otklik.events.record import close_store, get_store

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
DATE = click.DateTime(formats=["%Y-%m-%d"])


@contextlib.contextmanager
def open_record() -> Iterator[None]:
    """Whatever waits is written and the files are let go of at the end."""
    try:
        yield
    finally:
        close_store()


@click.command("events")
@click.argument("file", type=FILE)
@click.option("--map", "map_file", type=FILE, required=True, help="YAML that says how rows become events.")
@click.option(
    "--errors",
    type=click.Path(dir_okay=False, path_type=Path),
    help="File for refused rows; default FILE.errors.csv here.",
)
@click.option(
    "--resume/--restart",
    default=True,
    help="Go on where the last run of this file and map stopped (default), or begin anew.",
)
@command
def import_events(file: Path, map_file: Path, errors: Path | None, resume: bool) -> None:
    """Bring events in from a CSV (.gz), NDJSON or Parquet file, as docs/import.md describes.

    May run beside a server, be stopped and run again: nothing is counted twice. Exit code 1 when rows were refused.
    """
    errors = errors or Path(f"{file.name}.errors.csv")
    with open_record():
        try:
            with Source.opened(file, Map.read(map_file)) as source:
                work = Import(source, errors, restart=not resume, language=terminal_language())
                with click.progressbar(length=source.count(), label=file.name, show_pos=True) as bar:
                    bar.update(work.progress.totals.rows)
                    totals = work.run(bar.update)
        except BadMap as refusal:
            raise click.ClickException(str(refusal)) from None
        tidy_when_alone()
    click.echo(summary(totals))
    if totals.rejected:
        click.echo(gettext("Refused rows: %s") % errors, err=True)
        raise SystemExit(1)


def summary(totals: Totals) -> str:
    values = {
        "rows": totals.rows,
        "accepted": totals.accepted,
        "duplicates": totals.duplicates,
        "left_out": totals.left_out,
        "rejected": totals.rejected,
    }
    return (
        gettext(
            "Rows: %(rows)s. Events: %(accepted)s new, %(duplicates)s known before, %(left_out)s left out by the map,"
            " %(rejected)s refused."
        )
        % values
    )


def tidy_when_alone() -> None:
    """Seal what was imported when no server is there to do it."""
    lock = DirectoryLock(settings.DATA_DIR)
    try:
        lock.acquire()
    except DirectoryInUseError:
        return
    try:
        get_store().seal()
    finally:
        lock.release()


@click.command("events")
@click.option("--from", "first", type=DATE, help="First business day; without it from the beginning.")
@click.option("--to", "last", type=DATE, help="Last business day, included; without it to the end.")
@click.option("--format", "form", type=click.Choice(list(OPTIONS)), default="csv", show_default=True)
@click.option(
    "--output",
    "-o",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    required=True,
    help="File to write.",
)
@command
def export_events(first: dt.datetime | None, last: dt.datetime | None, form: str, output: Path) -> None:
    """Write events to a file: codes in place of ids, times in UTC and of the place; without withdrawn ones."""
    with open_record():
        count = write_events(output, form, first.date() if first else None, last.date() if last else None)
    click.echo(gettext("%(count)s events → %(file)s") % {"count": count, "file": output})


@click.command()
@click.option("--repair", is_flag=True, help="Compute day tables that are missing or out of date anew.")
@command
def check(repair: bool) -> None:
    """Test the data directory: catalogue, journal, every sealed file. Exit code 1 when something is wrong."""
    from otklik.events.checking import check_catalogue

    with open_record():
        if repair:
            click.echo(gettext("Day tables computed anew: %s") % get_store().rebuild_days())
        problems = [*check_catalogue(), *((one.file, one.sentence) for one in get_store().check())]
        with get_store().reader() as reader:
            segments, rows = len(reader.segments), sum(one.rows for one in reader.segments)
        tail, _age = get_store().unsealed()
    click.echo(
        gettext("Sealed files: %(segments)s with %(rows)s events; not sealed yet: %(tail)s events.")
        % {"segments": segments, "rows": rows, "tail": tail}
    )
    for file, sentence in problems:
        click.echo(f"{file}: {sentence}", err=True)
    if problems:
        raise SystemExit(1)
    click.echo(gettext("Everything is in order."))
