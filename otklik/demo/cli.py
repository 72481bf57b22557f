"""`otklik demo` and `otklik real`."""

import datetime as dt
import subprocess
import sys
from pathlib import Path

import click
from django.conf import settings
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from otklik.demo.history import DEFAULT_DAYS, DEFAULT_SEED
from otklik.demo.state import State

EXIT_NOT_EMPTY = 5


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on; 0.0.0.0 for all.")
@click.option("--port", default=8000, show_default=True, envvar="PORT", type=click.IntRange(1, 65535))
@click.option("--live/--no-live", default=True, help="Whether clients keep coming while the demo runs.")
@click.option("--rate", default=3.0, show_default=True, help="Live events a second by day; fewer at night.")
@click.option(
    "--days",
    default=DEFAULT_DAYS,
    show_default=True,
    type=click.IntRange(1, 730),
    help="Length of the history.",
)
@click.option("--seed", default=DEFAULT_SEED, show_default=True, help="Another seed makes another company.")
def demo(host: str, port: int, *, live: bool, rate: float, days: int, seed: int) -> None:
    """Start with a made-up company: 40 locations, 90 days of history, clients who come while you look."""
    from otklik.server import run
    from otklik.server_cli import check_port, directory_lock, migrate

    console = Console(highlight=False)
    with directory_lock(settings.DATA_DIR):
        check_port(host, port)
        migrate()
        prepare(console, seed, days)
        stream = LiveStream(host, port, rate) if live else None
        try:
            run(host, port, lambda: _greet(console, host, port, stream))
        finally:
            if stream is not None:
                stream.stop()


def prepare(console: Console, seed: int, days: int) -> None:
    """Found the company if there is none, and load the history up to now. Safe to run again, and after a kill."""
    from otklik.demo import founding, loading
    from otklik.demo.calculator import define
    from otklik.demo.equipping import equip
    from otklik.demo.exports import ask
    from otklik.demo.figures import bring_colours, bring_figures
    from otklik.demo.marking import mark
    from otklik.demo.plan import make_plan
    from otklik.events.record import close_store, get_store
    from otklik.metrics.record import register
    from otklik.metrics.states.models import StateProgress
    from otklik.metrics.warming import make

    folder = Path(settings.DATA_DIR)
    state = State.read(folder)
    today = dt.datetime.now(dt.UTC).date()
    if state is None:
        state = State(seed, today.isoformat(), days)
        try:
            state.passwords = founding.found(make_plan(seed, today))
        except founding.NotEmptyError:
            click.echo(
                f"{folder} holds another company. Give the demo its own directory: OTKLIK_DATA=… otklik demo.",
                err=True,
            )
            sys.exit(EXIT_NOT_EMPTY)
        equip(make_plan(seed, today))
        mark(make_plan(seed, today))
        state.write(folder)
    elif (state.seed, state.days) != (seed, days):
        console.print(
            f"This directory holds the demo of seed {state.seed} with {state.days} days; going on with it."
        )
    plan = make_plan(state.seed, state.last_day)
    loading.extend_shifts(plan, state, folder, today)
    with _bar(console, "days") as bar:
        task = bar.add_task("Loading the history")
        loading.load(
            plan,
            state,
            folder,
            get_store(),
            lambda done, total: bar.update(task, completed=done, total=total),
        )
    define()
    ask()
    register(get_store())
    bring_figures(plan, state.days)
    get_store().seal(force=True)
    if not StateProgress.objects.exists():
        with _bar(console, "days") as bar:
            task = bar.add_task("Looking back at the colours")
            bring_colours(lambda done, total: bar.update(task, completed=done, total=total))
    with _bar(console, "days") as bar:
        task = bar.add_task("Summing pairs and chains")
        make(lambda done, total: bar.update(task, completed=done, total=total))
    close_store()


def _bar(console: Console, what: str) -> Progress:
    return Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn(what), TimeElapsedColumn(),
        console=console,
    )  # fmt: skip


def _greet(console: Console, host: str, port: int, stream: "LiveStream | None") -> None:
    from otklik.demo.equipping import panel_address

    state = State.read(Path(settings.DATA_DIR))
    assert state is not None
    console.print(f"\n[bold]Otklik demo:[/bold] {_address(host, port)}\n")
    for name, password in state.passwords.items():
        console.print(f"  {name:8} {password}", markup=False)
    path = panel_address()
    if path:
        # soft_wrap: a link cut in two by a narrow window cannot be followed
        console.print(
            f"\n  Press a smiley here and watch the dashboard:\n  {_address(host, port)}{path}",
            soft_wrap=True,
        )
    if stream is not None:
        stream.start(state)
    console.print("\nStop with Ctrl+C.")


class LiveStream:
    """The process that plays the company's tills, sensors and panels."""

    def __init__(self, host: str, port: int, rate: float) -> None:
        self._address = f"{'127.0.0.1' if host in {'0.0.0.0', ''} else host}:{port}"  # noqa: S104  # compared
        self._rate = rate
        self._process: subprocess.Popen[str] | None = None

    def start(self, state: State) -> None:
        """Start it with its own API key, which stays the same over restarts."""
        from otklik.demo import founding

        if not state.key:
            state.key = founding.stream_key()
            state.write(Path(settings.DATA_DIR))
        command = [
            sys.executable,
            "-m",
            "otklik.demo.live",
            self._address,
            str(state.seed),
            state.end,
            str(self._rate),
        ]
        self._process = subprocess.Popen(  # noqa: S603  # ourselves
            command, stdin=subprocess.PIPE, text=True, start_new_session=True
        )
        assert self._process.stdin is not None
        self._process.stdin.write(state.key + "\n")
        self._process.stdin.flush()

    def stop(self) -> None:
        """End it; it ends by itself too when this process dies."""
        if self._process is None:
            return
        assert self._process.stdin is not None
        self._process.stdin.close()
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on; 0.0.0.0 for all.")
@click.option("--port", default=8000, show_default=True, envvar="PORT", type=click.IntRange(1, 65535))
@click.option("--serve/--no-serve", default=True, help="Whether to start the server after the import.")
def real(host: str, port: int, *, serve: bool) -> None:
    """Start with public data as a company: surveys of an airport, course ratings, receipts of a shop, street counters."""
    from otklik.demo.public_data import data_folder
    from otklik.server import run
    from otklik.server_cli import check_port, directory_lock, migrate

    try:
        folder = data_folder()
    except FileNotFoundError as absent:
        raise click.ClickException(str(absent)) from None
    console = Console(highlight=False)
    with directory_lock(settings.DATA_DIR):
        if serve:
            check_port(host, port)
        migrate()
        passwords = bring_public_data(console, folder)
        if serve:
            run(host, port, lambda: _tell(console, host, port, passwords))


def bring_public_data(console: Console, folder: Path) -> dict[str, str]:
    """Import what is missing and seal it; returns user → password of users that are new."""
    from otklik.company.actions import create_user
    from otklik.company.models import User
    from otklik.demo.founding import new_password
    from otklik.demo.public_data import bring
    from otklik.events.record import close_store, get_store
    from otklik.metrics.record import register

    register(get_store())
    with _bar(console, "rows") as bar:
        tasks: dict[str, TaskID] = {}

        def say(name: str, done: int, total: int) -> None:
            if name not in tasks:
                tasks[name] = bar.add_task(name.removesuffix(".yaml"), total=total)
            bar.update(tasks[name], completed=done)

        bring(folder, say)
    get_store().seal(force=True)
    close_store()
    if User.objects.exists():
        return {}
    password = new_password()
    create_user(acting_user=None, username="admin", password=password)
    return {"admin": password}


def _tell(console: Console, host: str, port: int, passwords: dict[str, str]) -> None:
    console.print(f"\n[bold]Otklik with public data:[/bold] {_address(host, port)}\n")
    for name, password in passwords.items():
        console.print(f"  {name:8} {password}", markup=False)
    if not passwords:
        console.print("  (users as before; `otklik user create NAME` adds one)", markup=False)
    console.print("\nStop with Ctrl+C.")


def _address(host: str, port: int) -> str:
    return f"http://{'localhost' if host in {'127.0.0.1', '0.0.0.0'} else host}:{port}"  # noqa: S104  # compared
