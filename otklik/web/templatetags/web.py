"""Tags that link what the build made: islands and icons."""

import json
import re
from functools import cache
from pathlib import Path

from django import template
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

register = template.Library()
BUILT = Path(__file__).resolve().parent.parent / "static" / "built"
MANIFEST = BUILT / "manifest.json"
NODE_ICONS = Path(__file__).resolve().parents[3] / "frontend" / "node_modules" / "@tabler" / "icons" / "icons"


@cache
def _manifest() -> dict[str, dict[str, object]]:
    loaded: dict[str, dict[str, object]] = json.loads(MANIFEST.read_text())
    return loaded


def _styles(entry: dict[str, object], seen: set[str]) -> list[str]:
    """Styles of an entry and of everything it imports, in the order of use."""
    paths: list[str] = []
    imports, own = entry.get("imports", []), entry.get("css", [])
    assert isinstance(imports, list)
    assert isinstance(own, list)
    for name in imports:
        if name not in seen:
            seen.add(name)
            paths += _styles(_manifest()[name], seen)
    return [*paths, *own]


@register.simple_tag
def island(name: str, *, blocking: bool = False, optional: bool = False) -> SafeString:
    """Link the built script and styles of frontend/src/<name>; `blocking` runs it before the first paint."""
    entry = _manifest().get(f"src/{name}/main.ts")
    if entry is None:
        if optional:
            return SafeString()
        raise template.TemplateSyntaxError(f"There is no built island “{name}”; run make setup.")
    links = format_html_join(
        "",
        '<link rel="stylesheet" href="{}">',
        ((static(f"built/{path}"),) for path in _styles(entry, set())),
    )
    when = mark_safe(' blocking="render"') if blocking else ""
    return format_html(
        '{}<script type="module"{} src="{}"></script>', links, when, static(f"built/{entry['file']}")
    )


@cache
def _icons() -> dict[str, str]:
    path = BUILT / "icons.json"
    loaded: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}
    return loaded


@cache
def _drawing(name: str) -> str:
    """The inside of the icon's SVG: from the build, or in a checkout from the package that the build copies."""
    if name in _icons():
        return _icons()[name]
    source = NODE_ICONS / "outline" / f"{name}.svg"
    if not source.exists():
        raise template.TemplateSyntaxError(f"There is no icon “{name}”; look for one on tabler.io/icons.")
    inside = re.search(r"<svg[^>]*>(.*)</svg>", source.read_text(), re.DOTALL)
    assert inside is not None
    return re.sub(r"\s+", " ", inside.group(1)).strip()


@register.simple_tag
def icon(name: str, label: str = "", css: str = "") -> SafeString:
    """An icon of the Tabler set, inline; hidden from screen readers unless it has a label."""
    spoken = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    return format_html(
        '<svg class="icon {}" viewBox="0 0 24 24" width="20" height="20" fill="none" stroke="currentColor" '
        'stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round" {}>{}</svg>',
        css,
        spoken,
        mark_safe(_drawing(name)),  # noqa: S308  # made by our build from the icon package
    )
