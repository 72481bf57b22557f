"""What only those who work on clients' messages may read: words of clients, their contacts, numbers by which they are known.

The right is `handle` on the place of the event (location managers, quality managers, administrators). Others see that
there is something, and neither read it nor find it by searching.
"""

from collections.abc import Mapping
from typing import Any, Protocol

from otklik.company.models import Place, User, Verb

NAMES = frozenset(
    {
        "text",
        "comment",
        "message",
        "words",
        "contact",
        "contacts",
        "phone",
        "email",
        "e-mail",
        "name",
        "client",
        "client_name",
        "customer",
        "card",
        "telegram",
        "photo",
        "audio",
        "voice",
        "recording",
        "transcript",
        "address",
        "ip",
    }
)


class Reading(Protocol):
    def attributes(self, attrs: Mapping[str, Any], place: int) -> tuple[dict[str, Any], list[str]]:
        """(what may be read, names of what is hidden)."""


class Everything:
    """For keys: whoever gives a program a key with `read` lets it read all of its places."""

    def attributes(self, attrs: Mapping[str, Any], place: int) -> tuple[dict[str, Any], list[str]]:
        del place
        return dict(attrs), []


class Readable:
    """Where a user may read what is personal."""

    def __init__(self, user: User) -> None:
        self._places: frozenset[int] | None = None
        if not user.may_everywhere(Verb.HANDLE):
            visible = Place.objects.visible_to(user, Verb.HANDLE)
            self._places = frozenset(visible.values_list("pk", flat=True))

    @property
    def everywhere(self) -> bool:
        return self._places is None

    @property
    def places(self) -> frozenset[int] | None:
        """Ids; None for all."""
        return self._places

    def at(self, place: int) -> bool:
        return self._places is None or place in self._places

    def attributes(self, attrs: Mapping[str, Any], place: int) -> tuple[dict[str, Any], list[str]]:
        """(what may be read, names of what is hidden)."""
        if self.at(place):
            return dict(attrs), []
        hidden = sorted(name for name in attrs if is_personal(name))
        return {name: value for name, value in attrs.items() if name not in hidden}, hidden


def is_personal(name: str) -> bool:
    return name.casefold() in NAMES
