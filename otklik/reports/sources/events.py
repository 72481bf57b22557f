"""Raw events as a file: what the browser shows, all of it."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from otklik.events.queries import kinds
from otklik.reports.exports import Ask, export
from otklik.reports.raw import events
from otklik.reports.raw.columns import chosen, with_attributes
from otklik.reports.raw.filters import Filters, described
from otklik.reports.raw.personal import Readable
from otklik.reports.table import Report, Row, Table


@export("events")
def raw(ask: Ask) -> Report:
    """The events of the scope that pass the filters of the address, the oldest first."""
    scope, filters = ask.scope, Filters.of(ask.query)
    fields = with_attributes(chosen(ask.query), filters)
    cells = [one.cell for one in fields]

    def rows() -> Iterator[Row]:
        for event in events.everything(scope, filters):
            yield [cell(event) for cell in cells]

    notes = [
        _("Withdrawn events are left out. Times are on the clock of the place unless the column says UTC.")
    ]
    if not Readable(ask.user).everywhere:
        notes.append(
            _("Words and contacts of clients are only there for places where you may work on messages.")
        )
    names = {code: str(one.name) for code, one in kinds(inactive=True).items()}
    count = events.count(scope, filters)
    table = Table("events", _("Events"), tuple(one.column() for one in fields), rows, count)
    facts = tuple(described(filters, scope, names))
    return ask.report(_("Events"), table, facts=facts, notes=tuple(notes))
