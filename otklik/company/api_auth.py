"""Who calls the REST interface: a key (`Authorization: Bearer otk_…`) or the session of a signed-in user.

Use: `@router.get("…", auth=KeyOrSession(Scope.READ))`; in the view `caller_of(request).visible_places()`.
"""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext
from ninja.errors import HttpError
from ninja.security.base import AuthBase
from ninja.utils import check_csrf

from otklik.company.keys import authenticate, write_last_used_sometimes, wrong_keys
from otklik.company.models import ApiKey, Place, User, Verb
from otklik.company.models.keys import Scope
from otklik.company.models.places import PlaceQuerySet

KEY_VERBS: dict[str, frozenset[Verb]] = {
    Scope.INGEST: frozenset({Verb.ENTER}),
    Scope.READ: frozenset({Verb.VIEW}),
    Scope.MANAGE: frozenset({Verb.VIEW, Verb.ENTER, Verb.HANDLE, Verb.MANAGE}),
}
SAFE = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})


@dataclass(frozen=True, slots=True)
class Caller:
    """Exactly one of `user_or_none` and `key` is there."""

    user_or_none: User | None
    key: ApiKey | None

    @property
    def actor(self) -> str:
        """How the audit log names the way."""
        return f"api:{self.key.prefix}" if self.key else "api"

    def visible_places(self, verb: Verb = Verb.VIEW) -> PlaceQuerySet:
        """Places on which the caller may do `verb`."""
        if self.user_or_none is not None:
            return Place.objects.visible_to(self.user_or_none, verb)
        assert self.key is not None
        if not any(verb in KEY_VERBS[scope] for scope in self.key.scopes):
            return Place.objects.none()
        return Place.objects.under(self.key.place) if self.key.place else Place.objects.all()

    def sees_everything(self, verb: Verb = Verb.VIEW) -> bool:
        """Whether `verb` holds on the whole company."""
        if self.user_or_none is not None:
            return self.user_or_none.may_everywhere(verb)
        assert self.key is not None
        return self.key.place_id is None and any(verb in KEY_VERBS[scope] for scope in self.key.scopes)


class KeyOrSession(AuthBase):
    """401 without a right key or session; 429 for an address that keeps trying wrong keys."""

    openapi_type = "http"
    openapi_scheme = "bearer"
    openapi_name = "ApiKey"

    def __init__(self, scope: Scope = Scope.READ) -> None:
        super().__init__()
        self.scope = scope

    def __call__(self, request: HttpRequest) -> Caller | None:
        header = request.headers.get("Authorization")
        if header is not None:
            return self._by_key(request, header)
        user = getattr(request, "user", None)
        if not isinstance(user, User) or not user.is_active:
            return None
        if request.method not in SAFE and check_csrf(request):
            raise HttpError(403, gettext("The page is out of date. Load it again and repeat."))
        return Caller(user, None)

    def _by_key(self, request: HttpRequest, header: str) -> Caller | None:
        scheme, _space, secret = header.partition(" ")
        key = authenticate(secret.strip(), self.scope) if scheme.lower() == "bearer" else None
        if key is None:
            seconds = wrong_keys.wait(str(request.META.get("REMOTE_ADDR", "")))
            if seconds:
                message = gettext("Too many wrong keys from this address. Try again in %s seconds.") % seconds
                raise HttpError(429, message)
            return None
        write_last_used_sometimes()
        return Caller(None, key)


def caller_of(request: HttpRequest) -> Caller:
    """The caller whom `KeyOrSession` let in."""
    caller: Any = getattr(request, "auth", None)
    assert isinstance(caller, Caller)
    return caller
