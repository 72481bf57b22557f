"""Template tags that every page may use."""

import json
from functools import cache
from pathlib import Path

from django import template
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

register = template.Library()
MANIFEST = Path(__file__).resolve().parent.parent / "static" / "built" / "manifest.json"


@cache
def _manifest() -> dict[str, dict[str, object]]:
    loaded: dict[str, dict[str, object]] = json.loads(MANIFEST.read_text())
    return loaded


@register.simple_tag
def island(name: str) -> SafeString:
    """Link the built script and styles of frontend/src/<name>."""
    entry = _manifest()[f"src/{name}/main.ts"]
    css = entry.get("css", [])
    assert isinstance(css, list)
    links = format_html_join(
        "", '<link rel="stylesheet" href="{}">', ((static(f"built/{path}"),) for path in css)
    )
    return format_html('{}<script type="module" src="{}"></script>', links, static(f"built/{entry['file']}"))
