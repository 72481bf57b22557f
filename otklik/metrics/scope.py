"""Where a reader looks: the visible part of the tree, read once, and what follows from it."""

from dataclasses import dataclass

from otklik.company.models import Place
from otklik.company.models.places import PlaceQuerySet


@dataclass(frozen=True, slots=True)
class Node:
    id: int
    code: str
    name: str
    ancestors: tuple[int, ...]  # from the root to the place itself


class Tree:
    """Visible places at and below `root` (None: all visible ones). `everything`: the reader sees the whole company."""

    def __init__(self, visible: PlaceQuerySet, *, everything: bool, root: Place | None = None) -> None:
        rows = visible.under(root) if root is not None else visible
        self.nodes = {
            pk: Node(pk, code, name, tuple(int(part) for part in path.strip("/").split("/")))
            for pk, code, name, path in rows.values_list("pk", "code", "name", "path")
        }
        self.root = root
        self._everything = everything

    @property
    def places(self) -> frozenset[int] | None:
        """Ids to restrict queries to; None when there is nothing to restrict."""
        return None if self._everything and self.root is None else frozenset(self.nodes)

    @property
    def children(self) -> dict[int, int]:
        """Each place's group: its ancestor just below the root, or its highest visible one when there is no root."""
        return {pk: self._group(node) for pk, node in self.nodes.items()}

    @property
    def ancestors(self) -> list[int]:
        """The root's path, for limits; empty for the company."""
        return self.root.ancestor_ids() if self.root is not None else []

    def path(self, place: int | None) -> list[int]:
        node = self.nodes.get(place) if place is not None else None
        return list(node.ancestors) if node else self.ancestors

    def _group(self, node: Node) -> int:
        below = node.ancestors
        if self.root is not None:
            below = below[below.index(self.root.pk) + 1 :]
        return next((pk for pk in below if pk in self.nodes), node.id)
