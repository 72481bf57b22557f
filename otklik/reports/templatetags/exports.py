"""The menu by which a page's tables are taken away."""

from typing import Any

from django import template
from django.template.context import Context
from django.urls import reverse

register = template.Library()


@register.inclusion_tag("reports/export_menu.html", takes_context=True)
def export_menu(context: Context, name: str, **more: Any) -> dict[str, Any]:
    """Excel, CSV, Parquet, print: of the export `name` with this page's address and further parameters."""
    request = context["request"]
    query = request.GET.copy()
    for key, value in more.items():
        if value not in (None, ""):
            query[key] = str(value)
    address = reverse("reports:export", args=[name])
    text = query.urlencode()
    return {"address": f"{address}?{text}" if text else address, "csrf_token": context.get("csrf_token")}
