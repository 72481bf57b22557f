"""`otklik import definitions`, `otklik export definitions`."""

from pathlib import Path

import click
from django.utils.translation import gettext

from otklik.company.audit import through
from otklik.company.cli import command
from otklik.metrics import exchange


@click.command("definitions")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--check", is_flag=True, help="Only say what would happen and what is wrong.")
@command
def import_definitions(file: Path, *, check: bool) -> None:
    """Bring in indicators of your own from a YAML file: rules, parameters, names, thresholds.

    Known codes get a new version. All errors are listed with their line and key, and then nothing is imported.
    """
    content = file.read_bytes()
    if check:
        plan = exchange.read(content)
    else:
        with through(f"import:{file.name}"[:100]):
            plan = exchange.bring_in(content, acting_user=None)
    for step in plan.steps:
        for issue in step.warnings:
            where = exchange.line_of(step.node, issue.where)
            text = gettext("line %(line)s, %(field)s: %(message)s")
            click.echo(text % {"line": where, "field": issue.where, "message": issue.message}, err=True)
    values = {name: plan.count(name) for name in ("new", "changed", "same")}
    click.echo(gettext("New indicators: %(new)s, changed: %(changed)s, unchanged: %(same)s.") % values)


@click.command("definitions")
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="File to write; else the terminal.",
)
@command
def export_definitions(output: Path | None) -> None:
    """Take the indicators of your own away as a YAML file that the import reads back."""
    text = exchange.export()
    if output is None:
        click.echo(text, nl=False)
    else:
        output.write_text(text, encoding="utf-8")
