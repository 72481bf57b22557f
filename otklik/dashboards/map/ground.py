"""The ground of a map: which places get a flag, where they lie, what is written on the map."""

from collections.abc import Iterable
from dataclasses import dataclass

from otklik.company.models import Place
from otklik.company.models.places import PlaceKind, PlaceQuerySet

type Label = tuple[str, float, float, int, str]  # name, longitude, latitude, flags below, kind


@dataclass(frozen=True, slots=True)
class Spot:
    """A place with a flag. `above` names the place that holds it; `ancestors` run from the root to itself.

    A location that only holds other places is a `holder`: it gets its flag when something happened in itself.
    """

    id: int
    code: str
    name: str
    above: str
    ancestors: list[int]
    latitude: float | None
    longitude: float | None
    holder: bool = False

    @property
    def placed(self) -> bool:
        return self.latitude is not None and self.longitude is not None


class Ground:
    """Spots among the visible places at and below `root` (None: all visible ones).

    A location gets a flag, and so does any other place that has points of its own or nothing below it. What happens
    in a place without a flag of its own belongs to the nearest flag above it.
    """

    def __init__(self, visible: PlaceQuerySet, *, everything: bool, root: Place | None = None) -> None:
        held = visible.under(root) if root is not None else visible
        rows = list(
            held.filter(active=True).values_list(
                "pk", "parent_id", "path", "code", "name", "kind", "latitude", "longitude"
            )
        )
        with_points = set(held.filter(points__active=True).values_list("pk", flat=True))
        parents = {row[1] for row in rows}
        names = {row[0]: row[4] for row in rows}
        self.spots: dict[int, Spot] = {}
        self._others: list[tuple[int, str, str, float | None, float | None]] = []
        paths: dict[int, list[int]] = {}
        for pk, parent, path, code, name, kind, latitude, longitude in rows:
            ancestors = paths[pk] = [int(part) for part in path.strip("/").split("/")]
            if kind == PlaceKind.LOCATION or pk in with_points or pk not in parents:
                above = names.get(parent, "") if pk != (root.pk if root else None) else ""
                holder = pk not in with_points and pk in parents
                self.spots[pk] = Spot(pk, code, name, above, ancestors, latitude, longitude, holder)
            if pk not in self.spots or self.spots[pk].holder:
                self._others.append((pk, name, kind, latitude, longitude))
        self.flag_of = {pk: flag for pk, path in paths.items() if (flag := self._nearest(path)) is not None}
        # without mapped places the plain split by place is enough, and the day tables know it
        self.plain = all(pk == flag for pk, flag in self.flag_of.items())
        self.places = None if everything and root is None else frozenset(paths)

    def _nearest(self, path: list[int]) -> int | None:
        return next((pk for pk in reversed(path) if pk in self.spots), None)

    def only(self, places: Iterable[int]) -> frozenset[int]:
        """Flags that something at these places may change."""
        return frozenset(self.flag_of[pk] for pk in places if pk in self.flag_of)

    def below(self, flags: frozenset[int]) -> frozenset[int]:
        """All places whose events belong to these flags."""
        return frozenset(pk for pk, flag in self.flag_of.items() if flag in flags)

    def labels(self) -> list[Label]:
        """Names of what holds the flags: at its own coordinates, else amid its flags; the fullest first."""
        inside: dict[int, list[Spot]] = {}
        for spot in self.spots.values():
            if spot.placed:
                for pk in spot.ancestors[:-1]:
                    inside.setdefault(pk, []).append(spot)
        found: list[Label] = []
        for pk, name, kind, latitude, longitude in self._others:
            held = inside.get(pk, [])
            if latitude is not None and longitude is not None:
                found.append((name, longitude, latitude, len(held), kind))
            elif held:
                middle = middle_of([(spot.longitude or 0.0, spot.latitude or 0.0) for spot in held])
                found.append((name, *middle, len(held), kind))
        return sorted(found, key=lambda label: -label[3])


def middle_of(points: list[tuple[float, float]]) -> tuple[float, float]:
    """Mean longitude and latitude; longitudes are taken the short way round, so that ±180 is no edge."""
    first = points[0][0]
    shifted = [(longitude - first + 180) % 360 - 180 for longitude, _latitude in points]
    longitude = first + sum(shifted) / len(shifted)
    return (longitude + 180) % 360 - 180, sum(latitude for _longitude, latitude in points) / len(points)
