"""The parts that pages are made of; /components/ shows each of them alive."""

from collections.abc import Mapping
from typing import Any

from django import template
from django.core.paginator import Page
from django.forms import BoundField, CheckboxInput, CheckboxSelectMultiple, RadioSelect, Select
from django.http import QueryDict
from django.template.context import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from otklik.web.glossary import TERMS

register = template.Library()

# Shape and word double the colour: one in twelve men does not see it.
LIGHTS = {
    "good": ("●", _("good")),
    "acceptable": ("▲", _("acceptable")),
    "bad": ("■", _("bad")),
    "none": ("–", _("no data")),
}
ALIASES = {"green": "good", "yellow": "acceptable", "red": "bad", "grey": "none", "": "none", None: "none"}


@register.simple_block_tag
def card(content: str, title: str = "", about: str = "", css: str = "", *, flush: bool = False) -> SafeString:
    """A card. `flush` lets a table touch its edges."""
    head = format_html('<h2 class="card-title">{}</h2>', title) if title else ""
    more = format_html('<p class="card-subtitle">{}</p>', about) if about else ""
    top = format_html('<div class="card-header"><div>{}{}</div></div>', head, more) if title or about else ""
    body = mark_safe(content) if flush else format_html('<div class="card-body">{}</div>', mark_safe(content))  # noqa: S308  # rendered by the template
    return format_html('<section class="card {}">{}{}</section>', css, top, body)


@register.simple_block_tag
def tablewrap(content: str, label: str = "") -> SafeString:
    """Let a wide table scroll inside its card, by keyboard too."""
    return format_html(
        '<div class="table-responsive" tabindex="0" role="region" aria-label="{}">{}</div>',
        label,
        mark_safe(content),  # noqa: S308  # rendered by the template
    )


@register.inclusion_tag("components/empty.html")
def empty(title: str, icon: str = "inbox", text: str = "", url: str = "", button: str = "") -> dict[str, Any]:
    """An empty page: one sentence on what will be here and one button that starts it."""
    return {"title": title, "icon_name": icon, "text": text, "url": url, "button": button}


@register.simple_tag
def light(status: str | None, word: str = "") -> SafeString:
    """A traffic light: shape, colour and a word (visible when given, else for screen readers)."""
    key = status if status in LIGHTS else ALIASES.get(status, "none")
    sign, name = LIGHTS[key]
    text = (
        format_html("<span>{}</span>", word)
        if word
        else format_html('<span class="visually-hidden">{}</span>', name)
    )
    return format_html(
        '<span class="light light-{}"><span class="light-sign" aria-hidden="true">{}</span>{}</span>',
        key,
        sign,
        text,
    )


@register.simple_tag
def badge(text: str, icon_name: str = "") -> SafeString:
    """A quiet label without a colour of its own."""
    from otklik.web.templatetags.web import icon

    return format_html('<span class="badge tag">{}{}</span>', icon(icon_name) if icon_name else "", text)


@register.simple_tag
def term(key: str, text: str = "") -> SafeString:
    """A word of the glossary with its meaning one touch away."""
    name, meaning = TERMS[key]
    return format_html(
        '<button type="button" class="term" data-tip="{}">{}<span class="visually-hidden">: {}</span></button>',
        meaning,
        text or name,
        meaning,
    )


@register.inclusion_tag("components/field.html")
def field(bound: BoundField) -> dict[str, Any]:
    """A labelled form field with its help and errors, wired for screen readers."""
    widget = bound.field.widget
    kind = "input"
    if isinstance(widget, (CheckboxSelectMultiple, RadioSelect)):
        kind = "group"
    elif isinstance(widget, CheckboxInput):
        kind = "checkbox"
    css = {"input": "form-control", "checkbox": "form-check-input", "group": "form-check-input"}[kind]
    if isinstance(widget, Select) and kind == "input":
        css = "form-select"
    attrs: dict[str, str | bool] = {"class": f"{css}{' is-invalid' if bound.errors else ''}"}
    described = [f"{bound.id_for_label}_help"] * bool(bound.help_text) + [
        f"{bound.id_for_label}_error"
    ] * bool(bound.errors)
    if described:
        attrs["aria-describedby"] = " ".join(described)
    return {"field": bound, "kind": kind, "control": bound.as_widget(attrs=attrs)}


@register.inclusion_tag("components/pagination.html", takes_context=True)
def pagination(context: Context, page: Page[Any], name: str = "page") -> dict[str, Any]:
    """Pages of a list; keeps the rest of the address."""
    query = context["request"].GET.copy()
    query.pop(name, None)
    numbers = page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    return {"page": page, "numbers": list(numbers), "name": name, "rest": query.urlencode()}


@register.inclusion_tag("components/progress.html")
def progress(share: float | None, label: str) -> dict[str, Any]:
    """How far something is; no share means that it is not known."""
    return {"percent": None if share is None else round(share * 100), "label": label}


@register.simple_tag
def crumb(text: str, url: str = "") -> SafeString:
    """One step of the breadcrumbs; the last has no address."""
    if url:
        return format_html('<li class="breadcrumb-item"><a href="{}">{}</a></li>', url, text)
    return format_html('<li class="breadcrumb-item active" aria-current="page">{}</li>', text)


@register.simple_tag(takes_context=True)
def address(context: Context, **changes: Any) -> str:
    """The query string of this page with some parameters changed; None removes one."""
    query: QueryDict = context["request"].GET.copy()
    return with_changes(query, changes)


def with_changes(query: QueryDict, changes: Mapping[str, Any]) -> str:
    for name, value in changes.items():
        if value in (None, ""):
            query.pop(name, None)
        else:
            query[name] = str(value)
    text = query.urlencode()
    return f"?{text}" if text else "?"
