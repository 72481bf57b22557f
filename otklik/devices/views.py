"""Pages on which panels are managed: /settings/panels/."""

from typing import Any

import segno
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.csp import CSP
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_GET, require_POST

from otklik.company.models import Point, User, Verb
from otklik.company.views.base import page, user_of
from otklik.devices import actions
from otklik.devices.forms import NewPanelForm, PanelForm
from otklik.devices.layouts import natural
from otklik.devices.models import Panel
from otklik.devices.page import page_context
from otklik.devices.queries import ratings_today
from otklik.surveys.models import Question, QuestionType

SIZES = {"phone": (360, 640), "tablet": (768, 1024), "wide": (1280, 800)}
FRAMED: dict[str, list[str]] = {**settings.SECURE_CSP, "frame-ancestors": [CSP.SELF]}  # type: ignore[dict-item]  # settings are typed loosely


def mine(request: HttpRequest, pk: int) -> Panel:
    rows = Panel.objects.visible_to(user_of(request), Verb.MANAGE).select_related(
        "point__place", "question", "logo"
    )
    return get_object_or_404(rows, pk=pk)


def link_of(request: HttpRequest, panel: Panel) -> str:
    return request.build_absolute_uri(reverse("devices:panel", args=[panel.token]))


def drawn_code(address: str) -> SafeString:
    """The QR code as inline SVG, black on white, with its quiet zone."""
    picture = segno.make(address, error="m", micro=False).svg_inline(
        scale=4, border=4, light="#fff", omitsize=True, svgclass="qr", lineclass=None
    )
    return mark_safe(picture)  # noqa: S308  # made of our own address by segno


@require_GET
@page(Verb.MANAGE)
def panels(request: HttpRequest) -> HttpResponse:
    rows = Panel.objects.visible_to(user_of(request), Verb.MANAGE).select_related("point__place", "question")
    listing = Paginator(rows.order_by("-active", "point__place__name", "point__name", "pk"), 50).get_page(
        request.GET.get("page")
    )
    listed = list(listing.object_list)
    counts = ratings_today(listed)
    context = {"page": listing, "panels": [(panel, counts[panel.pk]) for panel in listed]}
    return render(request, "devices/panels.html", context)


@require_GET
@page(Verb.MANAGE)
def panel(request: HttpRequest, pk: int) -> HttpResponse:
    """One panel: link, code, preview at real size."""
    found = mine(request, pk)
    size = request.GET.get("size", "tablet")
    width, height = SIZES.get(size, SIZES["tablet"])
    link = link_of(request, found)
    context = {
        "panel": found,
        "link": link,
        "code": drawn_code(link),
        "secure": request.is_secure() or request.get_host().split(":")[0] in ("localhost", "127.0.0.1"),
        "size": size if size in SIZES else "tablet",
        "sizes": [
            ("phone", _("Phone"), "360 × 640"),
            ("tablet", _("Tablet"), "768 × 1024"),
            ("wide", _("Screen"), "1280 × 800"),
        ],
        "width": width,
        "height": height,
        "today": ratings_today([found])[found.pk],
    }
    return render(request, "devices/panel_manage.html", context)


@require_GET
@xframe_options_sameorigin
@csp_override(FRAMED)
@page(Verb.MANAGE)
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """The panel's page as clients see it; presses there are not sent."""
    return render(request, "devices/panel.html", page_context(mine(request, pk), preview=True))


@require_GET
@page(Verb.MANAGE)
def sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """An A6 sheet with the code, to print."""
    found = mine(request, pk)
    link = link_of(request, found)
    return render(
        request, "devices/panel_sheet.html", {"panel": found, "link": link, "code": drawn_code(link)}
    )


@page(Verb.MANAGE)
def add(request: HttpRequest) -> HttpResponse:
    user = user_of(request)
    form = NewPanelForm(user, request.POST or None, request.FILES or None, initial=_first_values(request))
    if request.method == "POST" and form.is_valid():
        made = actions.create_panel(acting_user=user, point=form.cleaned_data["point"], **form.changes())
        _keep_logo(user, made, form)
        messages.success(request, _("The panel is ready. Open the link on a tablet or scan the code."))
        return redirect("devices:panel_manage", made.pk)
    context = {
        "form": form,
        "has_points": Point.objects.visible_to(user, Verb.MANAGE).filter(active=True).exists(),
        "has_questions": form.fields["question"].queryset.exists(),  # type: ignore[attr-defined]  # a choice of models
    }
    return render(request, "devices/panel_form.html", context)


@page(Verb.MANAGE)
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    user, found = user_of(request), mine(request, pk)
    form = PanelForm(user, request.POST or None, request.FILES or None, instance=found)
    if request.method == "POST" and form.is_valid():
        changed = actions.update_panel(mine(request, pk), acting_user=user, **form.changes())
        _keep_logo(user, changed, form)
        messages.success(request, _("Saved. Open panels take it over within a minute."))
        return redirect("devices:panel_manage", pk)
    context = {"form": form, "panel": mine(request, pk), "has_points": True, "has_questions": True}
    return render(request, "devices/panel_form.html", context)


@require_POST
@page(Verb.MANAGE)
def rotate(request: HttpRequest, pk: int) -> HttpResponse:
    actions.rotate_panel(mine(request, pk), acting_user=user_of(request))
    messages.success(request, _("The link is new; the old one has stopped. Open the new one on the device."))
    return redirect("devices:panel_manage", pk)


@require_POST
@page(Verb.MANAGE)
def deactivate(request: HttpRequest, pk: int) -> HttpResponse:
    found = actions.deactivate_panel(mine(request, pk), acting_user=user_of(request))
    undo = f"undo:{reverse('devices:panel_activate', args=[pk])}"
    messages.success(request, _("“%s” is switched off.") % found, extra_tags=undo)
    return redirect("devices:panels")


@require_POST
@page(Verb.MANAGE)
def activate(request: HttpRequest, pk: int) -> HttpResponse:
    found = actions.activate_panel(mine(request, pk), acting_user=user_of(request))
    messages.success(request, _("“%s” is switched on.") % found)
    return redirect("devices:panel_manage", pk)


def _first_values(request: HttpRequest) -> dict[str, Any]:
    """The question that service panels usually ask, with the buttons that suit it."""
    rows = Question.objects.filter(active=True).exclude(type__in=(QuestionType.TEXT, QuestionType.CHOICE))
    question = rows.filter(type=QuestionType.RATING).first() or rows.first()
    values: dict[str, Any] = {"point": request.GET.get("point")}
    return {**values, "question": question, "layout": natural(question)} if question else values


def _keep_logo(user: User, panel: Panel, form: PanelForm) -> None:
    content = form.cleaned_data.get("logo")
    try:
        if content:
            actions.set_logo(panel, acting_user=user, content=content)
        elif form.cleaned_data.get("drop_logo"):
            actions.set_logo(panel, acting_user=user, content=None)
    except ValidationError:  # checked by the form already
        return
