"""What every page of the shell needs."""

from typing import Any

from django.http import HttpRequest

from otklik import __version__


def shell(request: HttpRequest) -> dict[str, Any]:
    del request
    return {"otklik_version": __version__}
