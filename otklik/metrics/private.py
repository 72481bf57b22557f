"""Conditions and splits that look into what only those who work on clients' messages may read.

A count under a condition tells as much of a text as the text itself, and a split names every client.
"""

from collections.abc import Iterable, Mapping

from django.utils.translation import gettext as _

from otklik.company.api_auth import Caller
from otklik.events.personal import Readable, is_personal, readable_by
from otklik.metrics.core.filters import Filter, attribute_name
from otklik.metrics.core.reach import fields_of

BARE = frozenset({"weight", "attribute"})  # parameters that name an attribute without “attr.”


def personal_in(
    filters: Iterable[Filter] = (), names: Iterable[str] = (), params: object = None
) -> list[str]:
    """Names of personal attributes that filters, splits (`attr.<name>`) or parameters of a definition read."""
    fields = [*names, *_texts(params)]
    for node in filters:
        fields += fields_of(node)
    found = {name for field in fields if (name := attribute_name(field)) and is_personal(name)}
    return sorted(found)


def may_read(caller: Caller, places: frozenset[int] | None) -> bool:
    """Whether the caller may read what is personal at all of these places (None: all there are)."""
    reading = readable_by(caller)
    if not isinstance(reading, Readable) or reading.places is None:
        return True
    return places is not None and places <= reading.places


def refusal(names: Iterable[str]) -> str:
    message = _(
        "Only those who work on messages of all these places may ask about “%(names)s”. Leave it out, or choose a place where you may."
    )
    return message % {"names": ", ".join(names)}


def _texts(node: object) -> list[str]:
    if isinstance(node, str):
        return [node]
    if isinstance(node, Mapping):
        bare = [f"attr.{value}" for key, value in node.items() if key in BARE and isinstance(value, str)]
        return [*bare, *(text for value in node.values() for text in _texts(value))]
    if isinstance(node, list | tuple):
        return [text for value in node for text in _texts(value)]
    return []
