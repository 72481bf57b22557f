"""The background of maps."""

from typing import TypedDict, Unpack

from django.db import transaction

from otklik.company.models import MapSource, User, Verb
from otklik.company.writing import change, demand


class MapFields(TypedDict, total=False):
    kind: str
    key: str
    url: str
    attribution: str
    hosts: str


@transaction.atomic
def update_map_source(*, acting_user: User | None, **fields: Unpack[MapFields]) -> MapSource:
    demand(acting_user, Verb.ADMIN, None)
    source = MapSource.objects.select_for_update().filter(pk=1).first()
    if source is None:
        source = MapSource(pk=1)
        source.save()
    change(source, fields, acting_user=acting_user, action="map.update")
    return source
