"""The only writer of a person's choice of indicators for the map."""

from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from otklik.company.audit import record
from otklik.company.models import User
from otklik.dashboards.map.choice import MOST, read_names, write_name
from otklik.dashboards.models import MapChoice
from otklik.metrics.definitions import indicators


@transaction.atomic
def choose_indicators(*, acting_user: User, names: Sequence[str]) -> list[str]:
    """Keep the choice; an empty one means those of the board again. Raises ValidationError for an unknown code."""
    known = indicators()
    wanted = [name for name in dict.fromkeys(names) if name]
    for name in wanted:
        if name.partition(":")[0] not in known:
            raise ValidationError(_("There is no indicator “%s”.") % name[:64])
    if len(wanted) > MOST:
        raise ValidationError(_("Choose at most %s indicators; more cannot be told apart.") % MOST)
    kept = [write_name(asked) for asked in read_names(wanted, known)]
    held = MapChoice.objects.filter(user=acting_user).first()
    old = held.indicators if held else []
    if kept == old:
        return kept
    held = held or MapChoice(user=acting_user)
    held.indicators = kept
    held.save()
    record("map.choose", held, acting_user=acting_user, old={"indicators": old}, new={"indicators": kept})
    return kept
