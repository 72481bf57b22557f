"""What other rooms may listen to."""

from django.dispatch import Signal

figure_saved = Signal()
"""Sent inside the transaction that adds or changes a figure, with `figure`, `old` (its defining values before, None: new) and
`acting_user`. A receiver that raises ValidationError keeps the figure from being saved."""
