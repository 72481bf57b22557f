"""What the bar with place and period needs."""

from typing import Any

from otklik.dashboards import periods
from otklik.dashboards.scope import Scope


def scope_context(scope: Scope) -> dict[str, Any]:
    """Template variables of `dashboards/scope_bar.html`."""
    whole = scope.query(place=None, point=None, employee=None)
    path = [
        {"name": place.name, "query": query, "address": f"?{query}"}
        for place in _ancestors(scope)
        for query in [scope.query(place=place.code, point=None, employee=None)]
    ]
    return {
        "scope": scope,
        "scope_path": path,
        "whole_query": whole,
        "whole_address": f"?{whole}",
        "scope_children": [
            {"name": child.name, "query": scope.query(place=child.code, point=None, employee=None)}
            for child in scope.children[:100]
        ],
        "period_links": [
            {"key": key, "name": name, "query": scope.query(period=key, from_=None, to=None)}
            for key, name in periods.PERIODS.items()
            if key != "custom"
        ],
        "compare_links": [
            {"key": key, "name": name, "query": scope.query(compare=key)}
            for key, name in periods.COMPARISONS.items()
        ],
    }


def _ancestors(scope: Scope) -> list[Any]:
    """Places from the topmost one the user may see down to the scope's own."""
    if scope.place is None:
        return []
    ids = scope.place.ancestor_ids()
    visible = type(scope.place).objects.visible_to(scope.user).in_bulk(ids)
    return [visible[pk] for pk in ids if pk in visible]
