"""Every text has its Russian: nothing fuzzy, nothing missing, placeholders kept."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import polib
import pytest

PACKAGE = Path(__file__).resolve().parent.parent / "otklik"
ROOMS = sorted(path.parent for path in PACKAGE.glob("*/apps.py"))
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")


def catalogue(room: Path) -> Path:
    return room / "locale" / "ru" / "LC_MESSAGES" / "django.po"


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: room.name)
def test_every_russian_text_is_translated(room: Path) -> None:
    if not catalogue(room).exists():
        pytest.skip("this room has no texts")
    entries = [entry for entry in polib.pofile(str(catalogue(room))) if not entry.obsolete]
    missing = [entry.msgid for entry in entries if not entry.translated()]
    assert missing == []
    broken = [
        entry.msgid
        for entry in entries
        if not entry.msgid_plural
        and set(PLACEHOLDER.findall(entry.msgid)) != set(PLACEHOLDER.findall(entry.msgstr))
    ]
    assert broken == []


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: room.name)
def test_no_text_was_forgotten(room: Path, tmp_path: Path) -> None:
    """Collect the texts of the room anew and compare with its catalogue."""
    if shutil.which("xgettext") is None:
        pytest.skip("gettext is not installed")
    copy = tmp_path / room.name
    shutil.copytree(room, copy, ignore=shutil.ignore_patterns("tests", "static", "__pycache__", "*.mo"))
    (copy / "locale").mkdir(exist_ok=True)
    command = [sys.executable, "-m", "django", "makemessages", "-l", "ru", "--no-location", "-v", "0"]
    subprocess.run(command, cwd=copy, check=True, capture_output=True)
    found = copy / "locale" / "ru" / "LC_MESSAGES" / "django.po"
    fresh = (
        {entry.msgid for entry in polib.pofile(str(found)) if not entry.obsolete} if found.exists() else set()
    )
    known = (
        {entry.msgid for entry in polib.pofile(str(catalogue(room)))} if catalogue(room).exists() else set()
    )
    assert sorted(fresh - known) == []
