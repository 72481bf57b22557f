"""Where the background of maps comes from: our own land and sea, or tiles that the company has chosen."""

import re
from typing import Any
from urllib.parse import quote, urlsplit

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

ADDRESS = re.compile(r"https?://[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::\d{1,5})?(?:/[^\s\"'<>;,\\]*)?")
OSM_TILES = "https://tile.openstreetmap.org/{z}/{x}/{y}.png"
YANDEX_TILES = (
    "https://tiles.api-maps.yandex.ru/v1/tiles/"
    "?x={x}&y={y}&z={z}&lang=ru_RU&l=map&projection=web_mercator&maptype=map&apikey="
)
GOOGLE_HOST = "https://tile.googleapis.com"


class MapKind(models.TextChoices):
    OFFLINE = "offline", _("land and sea that come with Otklik; nothing is loaded from outside")
    OSM = "osm", _("OpenStreetMap")
    YANDEX = "yandex", _("Yandex Maps")
    GOOGLE = "google", _("Google Maps")
    RASTER = "raster", _("own tile server (pictures)")
    STYLE = "style", _("own map style (MapLibre)")


KEYED = (MapKind.YANDEX, MapKind.GOOGLE)
ADDRESSED = (MapKind.RASTER, MapKind.STYLE)
CREDITS = {
    MapKind.OSM: "© OpenStreetMap contributors",
    MapKind.YANDEX: "© Yandex",
    MapKind.GOOGLE: "© Google",
}


class MapSource(models.Model):
    """The one choice of this installation (a single row, id 1)."""

    kind = models.CharField(_("background"), max_length=16, choices=MapKind.choices, default=MapKind.OFFLINE)
    key = models.CharField(
        _("access key"),
        max_length=200,
        blank=True,
        help_text=_(
            "Yandex and Google give it; browsers of all users see it, so limit it to the address of this site."
        ),
    )
    url = models.CharField(
        _("address of tiles or style"),
        max_length=500,
        blank=True,
        help_text=_("Like https://tiles.example.org/{z}/{x}/{y}.png, or the address of a style."),
    )
    attribution = models.CharField(
        _("whose data"),
        max_length=200,
        blank=True,
        help_text=_("Shown in the corner of the map, as the owner of the data asks."),
    )
    hosts = models.CharField(
        _("further servers"),
        max_length=500,
        blank=True,
        help_text=_("Servers that the style names besides its own, with https:// and separated by spaces."),
    )

    class Meta:
        verbose_name = _("map background")

    def __str__(self) -> str:
        return str(self.get_kind_display())

    @classmethod
    def current(cls) -> "MapSource":
        return cls.objects.filter(pk=1).first() or cls(pk=1)

    def clean(self) -> None:
        problems: dict[str, Any] = {}
        if self.kind in KEYED and not re.fullmatch(r"[A-Za-z0-9_-]+", self.key):
            problems["key"] = _("Enter the access key: letters, digits, dash and underscore.")
        if self.kind in ADDRESSED and not ADDRESS.fullmatch(self.url):
            problems["url"] = _("Enter an address that begins with https:// and names a server.")
        elif self.kind == MapKind.RASTER and not all(part in self.url for part in ("{z}", "{x}", "{y}")):
            problems["url"] = _("The address of tiles must hold {z}, {x} and {y}.")
        if any(not ADDRESS.fullmatch(host) for host in self.hosts.split()):
            problems["hosts"] = _("Write each server as https://name, separated by spaces.")
        if problems:
            raise ValidationError(problems)

    def origins(self) -> list[str]:
        """Servers that a browser may ask for the background; none for our own."""
        match self.kind:
            case MapKind.OFFLINE:
                return []
            case MapKind.GOOGLE:
                return [GOOGLE_HOST]
            case MapKind.STYLE:
                return list(dict.fromkeys(_origin(url) for url in (self.url, *self.hosts.split())))
            case _:
                return [_origin(self._tiles())]

    def for_browser(self) -> dict[str, Any]:
        """What the map in the browser needs to know."""
        data: dict[str, Any] = {
            "kind": self.kind,
            "attribution": self.attribution or CREDITS.get(MapKind(self.kind), ""),
        }
        match self.kind:
            case MapKind.OFFLINE:
                return data
            case MapKind.GOOGLE:
                return data | {"host": GOOGLE_HOST, "key": self.key}
            case MapKind.STYLE:
                return data | {"style": self.url}
            case _:
                return data | {"tiles": self._tiles()}

    def _tiles(self) -> str:
        match self.kind:
            case MapKind.OSM:
                return OSM_TILES
            case MapKind.YANDEX:
                return YANDEX_TILES + quote(self.key)
            case _:
                return self.url


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
