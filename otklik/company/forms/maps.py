"""The form of the map's background."""

from otklik.company.forms.base import ActionForm
from otklik.company.models import MapSource


class MapForm(ActionForm):
    class Meta:
        model = MapSource
        fields = ("kind", "key", "url", "attribution", "hosts")
