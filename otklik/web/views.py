"""Pages of the shell itself: language, settings index, palette search, the component page."""

import sys

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from otklik.web import navigation
from otklik.web.forms import SampleForm
from otklik.web.glossary import TERMS
from otklik.web.middleware import KNOWN

YEAR = 365 * 24 * 3600


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Keep the chosen language in a cookie (and with the user) and go back."""
    wanted = request.POST.get("language", "")
    back = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts=None):
        back = "/"
    response = HttpResponseRedirect(back)
    if wanted in KNOWN:
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            wanted,
            max_age=YEAR,
            samesite="Lax",
            secure=request.is_secure(),
        )
        user = request.user
        if user.is_authenticated and user.language != wanted:
            user.language = wanted
            user.save(update_fields=["language"])
    return response


@login_required
@require_GET
def settings_index(request: HttpRequest) -> HttpResponse:
    return render(request, "web/settings.html", {"links": navigation.settings_links(request.user, "")})


@login_required
@require_GET
def search(request: HttpRequest) -> JsonResponse:
    """What the command palette shows: {"found": [{title, url, icon, hint}]}; only what the user may see."""
    found = navigation.search(request.user, request.GET.get("q", "")[:100])
    from otklik.web.templatetags.web import icon

    lines = [{"title": f.title, "url": f.url, "icon": icon(f.icon), "hint": f.hint} for f in found]
    return JsonResponse({"found": lines})


def broken(request: HttpRequest) -> HttpResponse:
    """What nobody caught. A disk that is full or cannot be written is no fault of ours and has a sentence of its own."""
    if not _disk_refuses(sys.exception()):
        return render(request, "500.html", status=500)
    sentence = _(
        "The server's disk is full or cannot be written. Nothing was changed. Free or repair the disk, then repeat."
    )
    response: HttpResponse
    if request.path.startswith("/api/"):
        response = JsonResponse({"detail": [{"field": "", "message": sentence}]}, status=503)
    else:
        response = render(request, "503.html", {"sentence": sentence}, status=503)
    response.headers["Retry-After"] = "60"
    return response


def _disk_refuses(error: BaseException | None) -> bool:
    words = ("disk is full", "readonly database", "disk I/O error", "unable to open database")
    return isinstance(error, OperationalError) and any(word in str(error) for word in words)


@login_required
def components(request: HttpRequest) -> HttpResponse:
    """Every part of the pages, alive: what browser tests look at and where a newcomer picks from."""
    if request.method == "POST":
        form = SampleForm(request.POST)
        if form.is_valid():
            messages.success(request, _("Saved"), extra_tags="undo:/components/")
            return HttpResponseRedirect("/components/")
    else:
        form = SampleForm()
    page = Paginator(range(200), 20).get_page(request.GET.get("page"))
    context = {"form": form, "page": page, "terms": TERMS, "language": translation.get_language()}
    return render(request, "web/components.html", context)
