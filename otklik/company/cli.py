"""`otklik user …`, `otklik apikey …`, `otklik import places`, `… employees`, `… shifts`."""

import os
import sys
from collections import Counter
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import click
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.utils import translation
from django.utils.translation import gettext

from otklik.company import actions
from otklik.company.audit import through
from otklik.company.importing.employees import import_employees as take_employees_in
from otklik.company.importing.places import import_places as take_places_in
from otklik.company.importing.shifts import import_shifts as take_shifts_in
from otklik.company.importing.tables import MAX_ERRORS, BadFile
from otklik.company.models import ApiKey, Grant, Place, Role
from otklik.company.models.keys import Scope


def terminal_language() -> str:
    """Russian on a Russian terminal, else English."""
    locale = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return "ru" if locale.startswith("ru") else "en"


def command[**P, R](function: Callable[P, R]) -> Callable[P, R]:
    """Make the catalogue ready, speak the terminal's language, turn complaints into sentences and exit code 1."""

    @wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        call_command("migrate", verbosity=0, interactive=False)
        with translation.override(terminal_language()), through("cli"):
            try:
                return function(*args, **kwargs)
            except BadFile as problem:
                tell_problems(problem)
            except ValidationError as error:
                for message in sentences(error):
                    click.echo(message, err=True)
            raise SystemExit(1)

    return run


def sentences(error: ValidationError) -> list[str]:
    """One line per complaint, with the name of the field."""
    if not hasattr(error, "error_dict"):
        return list(error.messages)
    return [
        message if name == "__all__" else f"{name}: {message}"
        for name, messages in error.message_dict.items()
        for message in messages
    ]


def tell_problems(problem: BadFile) -> None:
    for line in problem.problems[:MAX_ERRORS]:
        click.echo(str(line), err=True)
    more = len(problem.problems) - MAX_ERRORS
    if more > 0:
        click.echo(gettext("… and %s more.") % more, err=True)
    click.echo(gettext("Nothing was imported. Problems: %s.") % len(problem.problems), err=True)


def find_place(code: str | None) -> Place | None:
    if code is None:
        return None
    place = Place.objects.filter(code=code).first()
    if place is None:
        raise click.ClickException(gettext("There is no place “%s”.") % code)
    return place


@click.command("create")
@click.argument("name")
@click.option(
    "--password-stdin", is_flag=True, help="Read the password from standard input; else it is asked for."
)
@click.option("--role", type=click.Choice(Role.values), help="What the user may do.")
@click.option(
    "--place", "place_code", metavar="CODE", help="Where the role holds; without it in the whole company."
)
@click.option("--email", default="", help="Address for sign-in and notices.")
@command
def user_create(
    name: str, password_stdin: bool, role: str | None, place_code: str | None, email: str
) -> None:
    """Add a user. The first one becomes administrator of the whole company."""
    place = find_place(place_code)
    if password_stdin:
        password = sys.stdin.readline().rstrip("\r\n")
    else:
        password = click.prompt(gettext("Password"), hide_input=True, confirmation_prompt=True)
    user = actions.create_user(
        acting_user=None, username=name, password=password, role=role, place=place, email=email
    )
    for grant in Grant.objects.filter(user=user).select_related("place"):
        where = grant.place.name if grant.place else gettext("the whole company")
        values = {"name": name, "role": grant.get_role_display(), "where": where}
        click.echo(gettext("%(name)s: %(role)s, %(where)s") % values)
    if not user.grants.exists():
        click.echo(gettext("%s has no rights yet. Give some with --role or on the page of the user.") % name)


@click.command("create")
@click.argument("name")
@click.option(
    "--scope",
    "scopes",
    type=click.Choice(Scope.values),
    multiple=True,
    required=True,
    help="May be repeated.",
)
@click.option("--place", "place_code", metavar="CODE", help="Only for this place and what lies in it.")
@command
def apikey_create(name: str, scopes: tuple[str, ...], place_code: str | None) -> None:
    """Make an API key. It is printed once, alone on the last line."""
    place = find_place(place_code)
    _key, secret = actions.create_key(acting_user=None, name=name, scopes=scopes, place=place)
    click.echo(gettext("Keep the key now: it cannot be shown again."), err=True)
    click.echo(secret)


@click.command("revoke")
@click.argument("prefix")
@command
def apikey_revoke(prefix: str) -> None:
    """Stop an API key, named by its prefix (the part between otk_ and the next underscore)."""
    parts = prefix.split("_")
    key = ApiKey.objects.filter(prefix=parts[1] if parts[0] == "otk" and len(parts) > 1 else prefix).first()
    if key is None:
        raise click.ClickException(gettext("There is no key “%s”.") % parts[-1 if len(parts) < 3 else 1])
    actions.revoke_key(key, acting_user=None)
    click.echo(gettext("Revoked: %s") % key)


@click.command("places")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@command
def import_places(file: Path) -> None:
    """Bring in the tree of places and points from a CSV file: code,name,parent,kind,timezone,lat,lon.

    Optional columns: day_start, opening_hours. kind: region, city, location or point. Known codes are updated. All
    errors are listed with their line and field, and then nothing is imported.
    """
    with through(f"import:{file.name}"[:100]):
        plan = take_places_in(file.read_bytes(), acting_user=None)
    click.echo(told(plan))


@click.command("employees")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@command
def import_employees(file: Path) -> None:
    """Bring in employees from a CSV file: code (personnel number), name, place (its code).

    Known numbers are updated; nobody is deleted. All errors are listed with their line, and then nothing is imported.
    """
    with through(f"import:{file.name}"[:100]):
        changes = Counter(step.change for step in take_employees_in(file.read_bytes(), acting_user=None))
    values = {name: changes[name] for name in ("new", "changed", "same")}
    click.echo(gettext("New employees: %(new)s, changed: %(changed)s, unchanged: %(same)s.") % values)


@click.command("shifts")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@command
def import_shifts(file: Path) -> None:
    """Bring in shifts from a CSV file: employee (personnel number), point (code), start, end.

    Times are those of the place, such as 2026-01-31 09:00; a shift without an end is still open. A file may come twice.
    All errors are listed with their line, and then nothing is imported.
    """
    with through(f"import:{file.name}"[:100]):
        changes = Counter(step.change for step in take_shifts_in(file.read_bytes(), acting_user=None))
    values = {name: changes[name] for name in ("new", "same")}
    click.echo(gettext("New shifts: %(new)s, known already: %(same)s.") % values)


def told(plan: Any) -> str:
    """What an import of places did, in one sentence."""
    values = {
        "places": plan.count("new", points=False),
        "points": plan.count("new", points=True),
        "changed": plan.count("changed", points=False) + plan.count("changed", points=True),
        "same": plan.count("same", points=False) + plan.count("same", points=True),
    }
    return (
        gettext("New places: %(places)s, new points: %(points)s, changed: %(changed)s, unchanged: %(same)s.")
        % values
    )
