"""The catalogue's part of `otklik check`."""

from collections.abc import Iterator

from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext

from otklik.company.models import Place
from otklik.events.record import get_store

FILE = "catalogue.sqlite3"


def check_catalogue() -> Iterator[tuple[str, str]]:
    """(file, sentence) for everything that is wrong with the catalogue or does not fit the record."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA integrity_check")
            verdict = cursor.fetchone()[0]
            if verdict != "ok":
                yield FILE, gettext("The catalogue is damaged: %s. Restore it from a backup.") % verdict
            cursor.execute("PRAGMA foreign_key_check")
            for table, row, parent, _number in cursor.fetchall():
                yield (
                    FILE,
                    gettext("Row %(row)s of %(table)s points to a row of %(parent)s that is not there.")
                    % {
                        "row": row,
                        "table": table,
                        "parent": parent,
                    },
                )
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        yield FILE, gettext("The tables are of an older version; starting the server brings them up to date.")
    yield from _check_references()


def _check_references() -> Iterator[tuple[str, str]]:
    """Events of places that the catalogue does not know any more would be missing on every page."""
    with get_store().reader() as reader:
        used = {place for (place,) in reader.execute(f"SELECT DISTINCT place FROM {reader.events()}")}  # noqa: S608  # our own SQL
    missing = used - set(Place.objects.values_list("pk", flat=True))
    if missing:
        yield (
            FILE,
            gettext("The record has events of places that are not in the catalogue: %s.") % sorted(missing),
        )
