"""The catalogue of figures: /settings/figures/."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from otklik.company.forms.base import ActionForm
from otklik.company.forms.places import FileForm
from otklik.company.models import User, Verb
from otklik.company.views.base import attempt, form_page, page, user_of
from otklik.company.views.imports import yaml_page
from otklik.devices.figures.actions import save_figure
from otklik.devices.figures.files import export_figures, import_figures
from otklik.devices.figures.models import Figure

SHOWN_AS_PERCENT = ("minimum", "maximum")


class FigureForm(ActionForm):
    """Bounds of a share are typed in per cent."""

    minimum = forms.FloatField(
        label=gettext_lazy("least value"),
        required=False,
        localize=True,
        help_text=gettext_lazy("Of a share: in per cent."),
    )
    maximum = forms.FloatField(label=gettext_lazy("greatest value"), required=False, localize=True)

    class Meta:
        model = Figure
        fields = (
            "name_ru", "name_en", "code", "unit", "decimals", "minimum", "maximum", "direction", "adds", "position",
            "active",
        )  # fmt: skip

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        if self.instance.pk is not None:
            self.fields["code"].disabled = True
            if self.instance.unit == "share":
                for name in SHOWN_AS_PERCENT:
                    held = getattr(self.instance, name)
                    self.initial[name] = None if held is None else round(held * 100, 10)

    def values(self) -> dict[str, Any]:
        said = dict(self.cleaned_data)
        if said["unit"] == "share":
            for name in SHOWN_AS_PERCENT:
                said[name] = None if said[name] is None else said[name] / 100
        return said


@page(Verb.MANAGE)
@require_GET
def figures(request: HttpRequest) -> HttpResponse:
    """All figures."""
    _manager(request)
    context = {"figures": Figure.objects.order_by("-active", "position", "name_ru"), "form": FileForm()}
    return render(request, "devices/figures.html", context)


@page(Verb.MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def bring_in(request: HttpRequest) -> HttpResponse:
    """Many figures from a YAML file: what would change, then for good."""
    _manager(request)
    return yaml_page(
        request, take=import_figures, title=_("Import figures"), crumbs=_crumbs(), done="devices:figures"
    )


@page(Verb.MANAGE)
@require_GET
def export(request: HttpRequest) -> HttpResponse:
    _manager(request)
    answer = HttpResponse(export_figures(), content_type="application/yaml; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="figures.yaml"'
    return answer


@page(Verb.MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    user = _manager(request)
    form = FigureForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        made = attempt(form, lambda _said: save_figure(acting_user=user, **form.values()))
        if made is not None:
            messages.success(request, _("“%s” can be typed now, and is an indicator.") % made.name)
            return redirect("devices:entry", code=made.code)
    return form_page(request, form, title=_("New figure"), crumbs=_crumbs(), submit=_("Add the figure"))


@page(Verb.MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    user = _manager(request)
    figure = get_object_or_404(Figure, pk=pk)
    form = FigureForm(request.POST if request.method == "POST" else None, instance=figure)
    if request.method == "POST":
        done = attempt(form, lambda _said: save_figure(figure, acting_user=user, **form.values()))
        if done is not None:
            messages.success(request, _("Saved."))
            return redirect("devices:figures")
    return form_page(request, form, title=figure.name, crumbs=_crumbs(), submit=_("Save"))


def _manager(request: HttpRequest) -> User:
    user = user_of(request)
    if not user.may_everywhere(Verb.MANAGE):
        raise Http404
    return user


def _crumbs() -> list[tuple[str, str]]:
    return [(_("Figures"), reverse("devices:figures"))]
