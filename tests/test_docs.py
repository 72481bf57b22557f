"""Docs that fail the build when they go stale."""

import re
from pathlib import Path

import click
import pytest

from otklik.cli import COMMANDS, main

ROOT = Path(__file__).resolve().parent.parent
DOCS = sorted(
    [
        ROOT / "README.md",
        ROOT / "README.ru.md",
        *(ROOT / "docs").rglob("*.md"),
        *(ROOT / "otklik").rglob("*.md"),
    ]
)
LINK = re.compile(r"\]\(([^)#]+)(?:#[^)]*)?\)")


@pytest.mark.parametrize("page", DOCS, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    targets = [target for target in LINK.findall(page.read_text()) if "://" not in target]
    missing = [target for target in targets if not (page.parent / target).exists()]
    assert missing == []


def commands() -> list[tuple[str, click.Command]]:
    found = []
    for name in COMMANDS:
        group: click.Command = main
        for word in name.split():
            assert isinstance(group, click.Group)
            inner = group.get_command(click.Context(group), word)
            assert inner is not None, name
            group = inner
        found.append((name, group))
    return found


def test_every_command_and_option_is_described() -> None:
    page = (ROOT / "docs" / "commands.md").read_text()
    wanted = []
    for name, command in commands():
        if f"`otklik {name}" not in page:
            wanted.append(f"otklik {name}")
        for parameter in command.params:
            wanted += [
                f"otklik {name} {o}" for o in parameter.opts if o.startswith("--") and f"`{o}" not in page
            ]
    assert wanted == []


def test_every_setting_is_described() -> None:
    page = (ROOT / "docs" / "settings.md").read_text()
    sources = [path for path in (ROOT / "otklik").rglob("*.py") if "tests" not in path.parts]
    used = {name for path in sources for name in re.findall(r'"(OTKLIK_[A-Z_]+)"', path.read_text())}
    assert sorted(name for name in used if f"`{name}`" not in page) == []


def test_make_has_at_most_fifteen_recipes_each_with_a_comment() -> None:
    recipes = re.findall(r"^([a-z-]+):(.*)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert 0 < len(recipes) <= 15
    assert [name for name, rest in recipes if "##" not in rest] == []


def test_every_indicator_stands_in_the_docs() -> None:
    from otklik.metrics.catalogue import BUILT_IN

    page = (ROOT / "docs" / "indicators.md").read_text()
    assert [code for code in BUILT_IN if f"`{code}`" not in page] == []


def test_no_file_is_longer_than_five_hundred_lines() -> None:
    files = [
        p for folder in ("otklik", "bench", "tests", "build_hooks") for p in (ROOT / folder).rglob("*.py")
    ]
    long = {str(p.relative_to(ROOT)): n for p in files if (n := len(p.read_text().splitlines())) > 500}
    assert long == {}
