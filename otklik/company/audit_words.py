"""The audit log in words: what was done, and each changed field with its value before and after."""

import datetime as dt
import importlib
import importlib.util
import zoneinfo
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from otklik.company.hours import format_hours
from otklik.company.models import AuditEntry
from otklik.company.models.keys import Scope
from otklik.web import formats

# other rooms bring their ACTIONS, WORDS and TELLERS in `<room>/audit_words.py`
ACTIONS: dict[str, Promise] = {
    "company.update": _("company changed"),
    "place.create": _("place added"),
    "place.update": _("place changed"),
    "place.move": _("place moved"),
    "place.deactivate": _("place taken out of use"),
    "place.activate": _("place taken into use"),
    "point.create": _("point added"),
    "point.update": _("point changed"),
    "point.deactivate": _("point taken out of use"),
    "point.activate": _("point taken into use"),
    "employee.create": _("employee added"),
    "employee.update": _("employee changed"),
    "shift.create": _("shift added"),
    "shift.update": _("shift changed"),
    "shift.end": _("shift ended"),
    "shift.delete": _("shift deleted"),
    "user.create": _("user invited"),
    "user.update": _("user changed"),
    "user.password": _("password set"),
    "user.activate": _("user may sign in again"),
    "user.deactivate": _("user may not sign in"),
    "role.give": _("role given"),
    "role.take": _("role taken away"),
    "group.create": _("group added"),
    "group.update": _("group renamed"),
    "group.members": _("members of the group changed"),
    "group.delete": _("group deleted"),
    "map.update": _("map background changed"),
    "map.choose": _("indicators of the map chosen"),
    "apikey.create": _("API key made"),
    "apikey.revoke": _("API key revoked"),
}
WORDS: dict[str, Promise] = {
    "members": _("members"),
    "places": _("with the places"),
    "points": _("with the points"),
    "version": _("version"),
}


type Teller = Callable[[AuditEntry], "list[Change] | None"]


@dataclass(frozen=True, slots=True)
class Change:
    field: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the page. `at` is on the reader's clock."""

    entry: AuditEntry
    at: dt.datetime
    what: str
    way: str
    changes: list[Change]


@cache
def actions() -> dict[str, Promise]:
    """Actions of every room in words."""
    return _collected("ACTIONS")


@cache
def words() -> dict[str, Promise]:
    """What the rooms keep in the log besides fields of models."""
    return _collected("WORDS")


@cache
def tellers() -> dict[str, Teller]:
    """Types of objects whose changes a room tells in its own words; None where it cannot."""
    return _collected("TELLERS")


def _collected(attribute: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for config in apps.get_app_configs():
        name = f"{config.name}.audit_words"
        if config.name.startswith("otklik.") and importlib.util.find_spec(name) is not None:
            found |= getattr(importlib.import_module(name), attribute, {})
    return found


def lines_of(entries: Iterable[AuditEntry], zone: zoneinfo.ZoneInfo) -> list[Line]:
    return [
        Line(
            entry,
            entry.at.astimezone(zone),
            str(actions().get(entry.action, entry.action)),
            _way(entry.actor),
            _changes(entry, zone),
        )
        for entry in entries
    ]


def _way(actor: str) -> str:
    """How a change came: as `audit.through` names it, in words."""
    kind, _colon, which = actor.partition(":")
    name = {
        "page": gettext("on a page"),
        "cli": gettext("command line"),
        "api": gettext("API key"),
        "import": gettext("import"),
    }.get(kind)
    return actor if name is None else f"{name} {which}".rstrip()


def _changes(entry: AuditEntry, zone: zoneinfo.ZoneInfo) -> list[Change]:
    teller = tellers().get(entry.object_type)
    told = teller(entry) if teller else None
    if told is not None:
        return told
    old, new = entry.old or {}, entry.new or {}
    empty: tuple[Any, ...] = (None, "", [], {})
    names = [name for name in {**old, **new} if old.get(name) not in empty or new.get(name) not in empty]
    return [
        Change(
            _field_name(entry.object_type, name),
            value_in_words(entry.object_type, name, old.get(name), zone),
            value_in_words(entry.object_type, name, new.get(name), zone),
        )
        for name in names
    ]


def _model_field(object_type: str, name: str) -> Any:
    for config in apps.get_app_configs():
        if config.name.startswith("otklik.") and object_type in config.models:
            try:
                return config.models[object_type]._meta.get_field(name)
            except FieldDoesNotExist:
                return None
    return None


def _field_name(object_type: str, name: str) -> str:
    if name in words():
        return str(words()[name])
    return str(getattr(_model_field(object_type, name), "verbose_name", name))


def value_in_words(object_type: str, name: str, value: Any, zone: zoneinfo.ZoneInfo) -> str:  # noqa: PLR0911  # one line per type
    """A stored value as people read it; "" for nothing."""
    match value:
        case None | "" | []:
            return ""
        case bool():
            return gettext("yes") if value else gettext("no")
        case list():
            return _list_in_words(name, value, zone)
        case dict():
            return "; ".join(f"{key}: {value_in_words('', '', inner, zone)}" for key, inner in value.items())
        case int() | float():
            return formats.trimmed(value, 6)
        case str():
            choices = dict(getattr(_model_field(object_type, name), "flatchoices", ()))
            return str(choices.get(value) or _moment(value, zone))
        case _:
            return str(value)


def _list_in_words(name: str, values: list[Any], zone: zoneinfo.ZoneInfo) -> str:
    if name == "opening_hours":
        return format_hours(values)
    labels = dict(Scope.choices) if name == "scopes" else {}

    def said(part: Any) -> str:
        words = value_in_words("", "", part, zone)
        if isinstance(part, list):
            return f"({words})"
        return str(labels.get(part) or words) if isinstance(part, str) else words

    return ", ".join(map(said, values))


def _moment(text: str, zone: zoneinfo.ZoneInfo) -> str:
    """A stored UTC time on the reader's clock; other texts as they are."""
    if not text.endswith("+00:00"):
        return text
    try:
        return f"{dt.datetime.fromisoformat(text).astimezone(zone):%d.%m.%Y %H:%M}"
    except ValueError:
        return text
