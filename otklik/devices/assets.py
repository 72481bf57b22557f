"""Files that the build made of an island, for pages that must list everything they need."""

import json
from functools import cache

from otklik.web.templatetags.web import MANIFEST


@cache
def island_files(name: str) -> tuple[str, ...]:
    """Paths below static/built/: the program first, then what it imports, its styles and fonts."""
    manifest = json.loads(MANIFEST.read_text())
    found: dict[str, None] = {}

    def add(key: str) -> None:
        entry = manifest[key]
        if entry["file"] in found:
            return
        found[entry["file"]] = None
        for other in entry.get("imports", []):
            add(other)
        found.update(dict.fromkeys([*entry.get("css", []), *entry.get("assets", [])]))

    add(f"src/{name}/main.ts")
    return tuple(found)
