"""What other rooms may listen to."""

from django.db import models, transaction
from django.dispatch import Signal

catalogue_changed = Signal()
"""Sent after the commit of a transaction in which an action changed the catalogue (places, points, employees, shifts,
questions, users' rights, API keys …). `sender` is the model of the first change."""


class _Announcement:
    def __init__(self, model: type[models.Model]) -> None:
        self.model = model

    def __call__(self) -> None:
        catalogue_changed.send(sender=self.model)


def announce(model: type[models.Model]) -> None:
    """Send `catalogue_changed` when the transaction commits.

    An outer action that announces first (an import of thousands of rows) makes its inner ones silent: what waits
    already stays unless everything inside is rolled back too.
    """
    connection = transaction.get_connection()
    inside = set(connection.savepoint_ids)
    waiting = [
        sids for sids, function, *_rest in connection.run_on_commit if isinstance(function, _Announcement)
    ]
    if not any(sids <= inside for sids in waiting):
        transaction.on_commit(_Announcement(model), robust=True)
