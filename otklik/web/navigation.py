"""What stands in the navigation, on the settings page and in the command palette.

A room brings its own entries in `<room>/navigation.py`: `ENTRIES`, `SETTINGS` (lists of `Entry`) and `search(user, query)`.
Each is optional. An entry whose address does not exist, or that the user may not use, is not shown.
"""

import importlib
import importlib.util
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from types import ModuleType
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

type Text = str | Promise
type Visitor = Any  # company.User or AnonymousUser; the shell knows no room


@dataclass(frozen=True, slots=True)
class Entry:
    """A place one can go to. `verb` is a value of company's Verb, "" for everybody signed in."""

    title: Text
    url_name: str
    icon: str
    key: str = ""  # the letter after "g"
    verb: str = ""
    order: int = 100
    about: Text = ""
    prefixes: tuple[str, ...] = ()  # further addresses under which the entry is the current one


@dataclass(frozen=True, slots=True)
class Found:
    """A line of the command palette."""

    title: str
    url: str
    icon: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """An entry as it is drawn for this user on this page."""

    title: Text
    url: str
    icon: str
    key: str
    about: Text
    current: bool


TABS = 5
SETTINGS_PAGE = Entry(_("Settings"), "web:settings", "settings", key="s", order=900, prefixes=("/settings/",))


@cache
def _rooms() -> tuple[ModuleType, ...]:
    # the rooms nearest to the reader first: a place is found on the board before it is found in the settings
    rooms = [app for app in apps.get_app_configs() if app.name.startswith("otklik.")]
    names = [f"{app.name}.navigation" for app in reversed(rooms)]
    return tuple(
        importlib.import_module(name)
        for name in names
        if name != __name__ and importlib.util.find_spec(name) is not None
    )


def _collect(attribute: str) -> list[Entry]:
    found = [entry for room in _rooms() for entry in getattr(room, attribute, ())]
    return sorted(found, key=lambda entry: entry.order)


def _allowed(user: Visitor, verb: str) -> bool:
    from otklik.company.models import Verb

    if isinstance(user, AnonymousUser) or not user.is_active:
        return False
    return not verb or bool(user.may(Verb(verb)))


def _links(entries: Iterable[Entry], user: Visitor, path: str) -> list[Link]:
    verbs: dict[str, bool] = {}
    links = []
    for entry in entries:
        try:
            url = reverse(entry.url_name)
        except NoReverseMatch:
            continue
        if entry.verb not in verbs:
            verbs[entry.verb] = _allowed(user, entry.verb)
        if verbs[entry.verb]:
            starts = (url, *entry.prefixes)
            current = path == url or any(start != "/" and path.startswith(start) for start in starts)
            links.append(Link(entry.title, url, entry.icon, entry.key, entry.about, current))
    return links


def main_links(user: Visitor, path: str) -> list[Link]:
    return _links([*_collect("ENTRIES"), SETTINGS_PAGE], user, path)


def tabs(links: list[Link]) -> tuple[list[Link], list[Link]]:
    """What stands in the tab bar of a phone and what its “More” opens; five fit, of six or more the first four do."""
    return (links, []) if len(links) <= TABS else (links[: TABS - 1], links[TABS - 1 :])


def settings_links(user: Visitor, path: str) -> list[Link]:
    return _links(_collect("SETTINGS"), user, path)


def _titles(link: Link) -> list[str]:
    names = []
    for language, _name in settings.LANGUAGES:
        with override(language):
            names.append(str(link.title).casefold())
    return names


def search(user: Visitor, query: str, limit: int = 20) -> list[Found]:
    """Pages by their title, then by what is said about them, then what the rooms find, each by its `visible_to`.

    Titles are looked for in every language of the product: who types “nps panel” need not switch to English first.
    """
    needle = query.casefold().strip()
    pages = [*main_links(user, ""), *settings_links(user, "")]
    titled = [link for link in pages if any(needle in title for title in _titles(link))]
    told = [link for link in pages if link not in titled and needle in str(link.about).casefold()]
    found = [Found(str(link.title), link.url, link.icon) for link in (*titled, *told)]
    for room in _rooms():
        finder = getattr(room, "search", None)
        if finder is not None and needle:
            found += finder(user, query.strip())
    return found[:limit]
