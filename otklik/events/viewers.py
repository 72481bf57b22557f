"""Who watches a live stream: the signed-in user behind a session cookie and the places they may see."""

import dataclasses
from importlib import import_module

from django.conf import settings
from django.contrib.auth import get_user
from django.http import HttpRequest

from otklik.company.models import Place, User, Verb
from otklik.company.models.access import granted_paths


@dataclasses.dataclass(frozen=True, slots=True)
class Viewer:
    """`places` is None for those who see everything."""

    user: int
    places: frozenset[int] | None


def find_viewer(session_key: str) -> Viewer | None:
    """The viewer behind the cookie, or None; reads the database."""
    request = HttpRequest()
    request.session = import_module(settings.SESSION_ENGINE).SessionStore(session_key)
    user = get_user(request)
    if not isinstance(user, User) or not user.is_active:
        return None
    if granted_paths(user, Verb.VIEW) is None:
        return Viewer(user.pk, None)
    places = Place.objects.visible_to(user, Verb.VIEW).values_list("pk", flat=True)
    return Viewer(user.pk, frozenset(places))
