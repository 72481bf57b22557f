"""Changes of a board; each leads back to the page in edit mode."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from otklik.company.models import User
from otklik.dashboards import actions
from otklik.dashboards.models import Dashboard, Show, Size, Widget
from otklik.metrics.definitions import indicators


@login_required
@require_POST
def add(request: HttpRequest) -> HttpResponse:
    _add(request, request.POST)
    return _back(request)


@login_required
@require_POST
def restore(request: HttpRequest) -> HttpResponse:
    """Put a removed widget back; the address holds what it was."""
    _add(request, request.GET)
    return _back(request)


@login_required
@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    widget = _widget(request, pk)
    was: dict[str, str | int] = {
        "indicator": widget.indicator,
        "subject": widget.subject,
        "show": widget.show,
        "size": widget.size,
        "position": widget.position,
        "target": "" if widget.target is None else str(widget.target),
    }
    _do(request, actions.remove_widget, widget=widget)
    known = indicators().get(widget.indicator)
    name = str(known.name) if known else widget.indicator
    undo = f"{reverse('dashboards:restore')}?{urlencode(was)}"
    messages.success(request, _("“%s” is off the board.") % name, extra_tags=f"undo:{undo}")
    return _back(request)


@login_required
@require_POST
def move(request: HttpRequest, pk: int) -> HttpResponse:
    """To `position`, or one `step` back or forward."""
    widget = _widget(request, pk)
    step = _whole(request.POST, "step", 0)
    position = _whole(request.POST, "position", max(0, widget.position + step))
    _do(request, actions.move_widget, widget=widget, position=position)
    return _back(request)


@login_required
@require_POST
def change(request: HttpRequest, pk: int) -> HttpResponse:
    show = request.POST.get("show")
    size = _whole(request.POST, "size", 0) or None
    _do(request, actions.change_widget, widget=_widget(request, pk), size=size, show=show)
    return _back(request)


@login_required
@require_POST
def share(request: HttpRequest) -> HttpResponse:
    _do(request, actions.share)
    messages.success(request, _("Everybody sees this layout now."))
    return HttpResponseRedirect(reverse("dashboards:overview"))


@login_required
@require_POST
def reset(request: HttpRequest) -> HttpResponse:
    _do(request, actions.drop_own_board)
    messages.success(request, _("You see the shared layout again."))
    return HttpResponseRedirect(reverse("dashboards:overview"))


def _user(request: HttpRequest) -> User:
    user = request.user
    assert isinstance(user, User)
    return user


def _widget(request: HttpRequest, pk: int) -> Widget:
    boards = Dashboard.objects.visible_to(_user(request))
    widget = Widget.objects.filter(pk=pk, dashboard__in=boards).select_related("dashboard").first()
    if widget is None:
        raise Http404
    return widget


def _add(request: HttpRequest, data: Mapping[str, str]) -> None:
    position = _whole(data, "position", -1)
    try:
        target = float(data["target"]) if data.get("target") else None
    except ValueError:
        target = None
    _do(
        request,
        actions.add_widget,
        indicator=data.get("indicator", ""),
        subject=data.get("subject", ""),
        show=data.get("show") or Show.TREND,
        size=_whole(data, "size", Size.SMALL),
        target=target,
        position=position if position >= 0 else None,
    )


def _do(request: HttpRequest, action: Any, **arguments: Any) -> None:
    """Call an action; what it refuses is said on the next page."""
    try:
        action(acting_user=_user(request), **arguments)
    except ValidationError as error:
        for text in error.messages:
            messages.error(request, text)


def _whole(data: Mapping[str, str], name: str, default: int) -> int:
    try:
        return int(data.get(name, default))
    except ValueError:
        return default


def _back(request: HttpRequest) -> HttpResponse:
    back = request.POST.get("next", "")
    if not back or not url_has_allowed_host_and_scheme(back, allowed_hosts=None):
        back = f"{reverse('dashboards:overview')}?edit=1"
    return HttpResponseRedirect(back)
