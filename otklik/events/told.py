"""The number of the newest event that browsers have been told of.

A page carries the number of the moment at which it was asked for, and a stream begins with that of its own beginning: a browser that
sees them differ knows that something happened in between, and fetches its numbers anew.
"""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse


class Told:
    """`seq` is written by the event loop alone."""

    seq = 0


TOLD = Told()


class ToldMiddleware:
    """Remembers the number before anything is read for the page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.told = TOLD.seq  # type: ignore[attr-defined]  # read by the context below
        return self._get_response(request)


def told(request: HttpRequest) -> dict[str, int]:
    """For templates: the number that the page stands for."""
    return {"told": getattr(request, "told", 0)}
