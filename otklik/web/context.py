"""What every page of the shell needs. Nothing here asks the database unless the template uses it."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from otklik import __version__
from otklik.web import navigation

THEMES = ("auto", "light", "dark")
DENSITIES = ("comfortable", "compact")


def shell(request: HttpRequest) -> dict[str, Any]:
    theme = request.COOKIES.get("otklik_theme", "auto")
    density = request.COOKIES.get("otklik_density", "comfortable")
    user = getattr(request, "user", None)
    links = SimpleLazyObject(lambda: navigation.main_links(user, request.path) if user else [])
    return {
        "otklik_version": __version__,
        "shell_theme": theme if theme in THEMES else "auto",
        "shell_density": density if density in DENSITIES else "comfortable",
        "shell_links": links,
        "shell_tabs": SimpleLazyObject(lambda: navigation.tabs(list(links))),
    }
