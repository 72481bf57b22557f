"""`otklik import questions`."""

from pathlib import Path

import click
from django.utils.translation import gettext

from otklik.company.audit import through
from otklik.company.cli import command
from otklik.surveys.importing import import_questions as take_questions_in


@click.command("questions")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@command
def import_questions(file: Path) -> None:
    """Bring in questions from a YAML file: code, texts, scale, top, direction, type, survey_type, labels.

    Known codes are updated. All errors are listed with their line and key, and then nothing is imported.
    """
    with through(f"import:{file.name}"[:100]):
        plan = take_questions_in(file.read_bytes(), acting_user=None)
    values = {name: plan.count(name) for name in ("new", "changed", "same")}
    click.echo(gettext("New questions: %(new)s, changed: %(changed)s, unchanged: %(same)s.") % values)
