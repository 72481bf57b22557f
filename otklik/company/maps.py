"""Let a page load the background of its map, and nothing else, from outside."""

from typing import Any

from django.conf import settings
from django.http import HttpResponse

from otklik.company.models import MapSource


def open_map(response: HttpResponse, source: MapSource) -> HttpResponse:
    """Open the policy of this answer for the servers of the chosen background; for our own it stays closed."""
    origins = source.origins()
    if not origins:
        return response
    policy: dict[str, Any] = dict(settings.SECURE_CSP)
    for name in ("img-src", "connect-src"):
        policy[name] = [*policy[name], *origins]
    vars(response)["_csp_config"] = policy  # where Django's own decorator puts it
    # tile servers serve only those who say where they come from; they learn the server's name and no more
    response.headers["Referrer-Policy"] = "strict-origin-when-cross-origin"
    return response
