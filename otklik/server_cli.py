"""`otklik serve`."""

import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from django.conf import settings

from otklik.events.errors import DirectoryInUseError
from otklik.events.lock import DirectoryLock

EXIT_LOCKED = 3
EXIT_PORT = 4


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on; 0.0.0.0 for all.")
@click.option("--port", default=8000, show_default=True, envvar="PORT", type=click.IntRange(1, 65535))
def serve(host: str, port: int) -> None:
    """Serve pages, API and ingest on one port until SIGTERM or Ctrl-C."""
    serve_directory(host, port)


def serve_directory(host: str, port: int) -> None:
    """Lock the data directory, bring its database up to date, serve."""
    from otklik.server import run

    with directory_lock(settings.DATA_DIR):
        check_port(host, port)
        migrate()
        click.echo(f"Otklik: http://{'localhost' if host in ('127.0.0.1', '0.0.0.0') else host}:{port}")  # noqa: S104  # compared, not bound
        if not has_users():
            click.echo("There is no user yet. “otklik user create NAME” makes the first administrator.")
        run(host, port)


def has_users() -> bool:
    from otklik.company.models import User

    return User.objects.exists()


@contextmanager
def directory_lock(directory: Path) -> Iterator[None]:
    """Hold the data directory: two servers on one would seal the same events twice."""
    lock = DirectoryLock(directory)
    try:
        lock.acquire()
    except DirectoryInUseError as refusal:
        click.echo(str(refusal), err=True)
        sys.exit(EXIT_LOCKED)
    try:
        yield
    finally:
        lock.release()


def check_port(host: str, port: int) -> None:
    """Refuse a taken port with a sentence, before anything is opened."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            click.echo(f"Cannot listen on {host}:{port}: {error.strerror}. Choose another --port.", err=True)
            sys.exit(EXIT_PORT)


def migrate() -> None:
    """Bring the catalogue's tables up to date when they are not."""
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        call_command("migrate", interactive=False, verbosity=0)
