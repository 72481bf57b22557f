"""The catalogue of figures as YAML, taken out and brought in, all or nothing."""

from collections.abc import Mapping, Sequence
from typing import Any

import yaml
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from otklik.company.importing.tables import BadFile, Problem
from otklik.company.models import User
from otklik.devices.figures.actions import FIELDS, save_figure
from otklik.devices.figures.models import Figure

REQUIRED = ("code", "name_ru")


def export_figures() -> str:
    rows = [{name: getattr(figure, name) for name in FIELDS} for figure in Figure.objects.all()]
    shown = [{name: value for name, value in row.items() if value not in (None, "")} for row in rows]
    return yaml.safe_dump({"figures": shown}, allow_unicode=True, sort_keys=False)


def import_figures(content: str, *, acting_user: User | None) -> int:
    """Add and change figures by code; how many the file holds. Raises BadFile and leaves everything as it was."""
    try:
        data = yaml.safe_load(content)
    except yaml.YAMLError as error:
        raise BadFile([Problem(0, "", _("This is not YAML: %s.") % str(error).replace("\n", " "))]) from error
    items = data.get("figures") if isinstance(data, Mapping) else None
    if not isinstance(items, list):
        raise BadFile([Problem(0, "", _("Write a list under “figures:”."))])
    return save_figures(items, acting_user=acting_user)


@transaction.atomic
def save_figures(items: Sequence[Any], *, acting_user: User | None) -> int:
    """Add and change figures by code, all or none. Raises BadFile with every problem at its number in the list."""
    problems: list[Problem] = []
    known = Figure.objects.in_bulk(field_name="code")
    for number, item in enumerate(items, start=1):
        if not isinstance(item, Mapping):
            problems.append(Problem(number, "", _("Write code and name_ru here.")))
            continue
        problems += [Problem(number, name, _("This is required.")) for name in REQUIRED if not item.get(name)]
        problems += [
            Problem(number, str(name), _("Unknown field. Known ones: %s.") % ", ".join(FIELDS))
            for name in item
            if name not in FIELDS
        ]
        if problems:
            continue
        try:
            with transaction.atomic():
                code = str(item["code"])
                known[code] = save_figure(known.get(code), acting_user=acting_user, **{**item, "code": code})
        except ValidationError as error:
            found = getattr(error, "error_dict", None)
            named = error.message_dict if found else {"": error.messages}
            problems += [Problem(number, name, text) for name, texts in named.items() for text in texts]
    if problems:
        raise BadFile(problems)
    return len(items)
