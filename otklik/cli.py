"""The `otklik` command. Each room brings its own commands in `<room>/cli.py`; they are imported only when asked for."""

import importlib
import os

import click

# command -> where it lives. Groups share a name: "import places" is `import_places` of company/cli.py.
COMMANDS = {
    "serve": "otklik.server_cli:serve",
    "check": "otklik.events.cli:check",
    "demo": "otklik.demo.cli:demo",
    "real": "otklik.demo.cli:real",
    "bench": "otklik.bench_cli:bench",
    "user create": "otklik.company.cli:user_create",
    "apikey create": "otklik.company.cli:apikey_create",
    "apikey revoke": "otklik.company.cli:apikey_revoke",
    "import places": "otklik.company.cli:import_places",
    "import employees": "otklik.company.cli:import_employees",
    "import shifts": "otklik.company.cli:import_shifts",
    "import questions": "otklik.surveys.cli:import_questions",
    "import definitions": "otklik.metrics.cli:import_definitions",
    "import events": "otklik.events.cli:import_events",
    "export events": "otklik.events.cli:export_events",
    "export definitions": "otklik.metrics.cli:export_definitions",
    "manage": "otklik.web.cli:manage",
}
GROUPS = {"user": "Users.", "apikey": "API keys.", "import": "Bring data in.", "export": "Take data out."}


def setup_django() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "otklik.settings")
    import django

    django.setup()


class LazyGroup(click.Group):
    """A group whose commands are imported when they are first needed."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        del ctx
        prefix = self._prefix()
        words = [key.split() for key in COMMANDS]
        return sorted(
            {
                parts[len(prefix)]
                for parts in words
                if parts[: len(prefix)] == prefix and len(parts) > len(prefix)
            }
        )

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        del ctx
        path = [*self._prefix(), cmd_name]
        if len(path) == 1 and cmd_name in GROUPS:
            return LazyGroup(name=cmd_name, help=GROUPS[cmd_name])
        target = COMMANDS.get(" ".join(path))
        if target is None:
            return None
        setup_django()  # rooms' modules use models at import
        module, attribute = target.split(":")
        command = getattr(importlib.import_module(module), attribute)
        assert isinstance(command, click.Command)
        return command

    def _prefix(self) -> list[str]:
        return [] if self.name == "otklik" else [self.name or ""]


@click.group(cls=LazyGroup, name="otklik")
@click.version_option(package_name="otklik")
def main() -> None:
    """Otklik: hear clients, measure service, act while it happens."""


if __name__ == "__main__":
    main()
