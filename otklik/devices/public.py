"""The panel's public page and everything it loads. No sign-in: the token in the address is the right."""

import json
from functools import cache
from typing import Any

import msgspec
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, override
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from otklik.devices import actions, presses
from otklik.devices.assets import island_files
from otklik.devices.colour import palette
from otklik.devices.limits import Limiter
from otklik.devices.models import Logo, Panel
from otklik.devices.page import page_context, settings_version
from otklik.events.errors import StoreUnavailable
from otklik.web.templatetags.web import BUILT

MAX_BODY = 64 * 1024
limiter = Limiter()
_report = msgspec.json.Decoder(presses.Report)
no_store = cache_control(no_store=True)


def find(token: str) -> Panel | None:
    return Panel.objects.select_related("point__place", "question").filter(token=token).first()


def closed(request: HttpRequest, panel: Panel | None) -> HttpResponse:
    """A friendly page: the link was changed, the panel or its point is out of use."""
    status = 404 if panel is None else 410
    return render(request, "devices/panel_closed.html", {"panel": panel}, status=status)


def is_open(panel: Panel | None) -> bool:
    return panel is not None and panel.active and panel.point.active and panel.question.active


@require_GET
@no_store
def page(request: HttpRequest, token: str) -> HttpResponse:
    panel = find(token)
    if panel is None or not is_open(panel):
        return closed(request, panel)
    return render(request, "devices/panel.html", page_context(panel))


@csrf_exempt  # carries no cookie; the token in the address is the right
@require_POST
@no_store
def press(request: HttpRequest, token: str) -> HttpResponseBase:
    """Take a report of the page. 200 {now, settings, stored, refused}; 404/410 no such panel; 429, 503: keep and try later."""
    wait = limiter.wait_for(token)
    if wait:
        return _later(429, wait)
    panel = find(token)
    if panel is None or not is_open(panel):
        return JsonResponse({"error": "closed"}, status=404 if panel is None else 410)
    if int(request.META.get("CONTENT_LENGTH") or 0) > MAX_BODY:
        return JsonResponse({"error": "too large"}, status=413)
    try:
        report = _report.decode(request.body)
    except msgspec.MsgspecError as error:
        return JsonResponse({"error": str(error)}, status=400)
    try:
        taken = presses.take(panel, report, language=get_language() or "ru")
    except StoreUnavailable:
        return _later(503, 5)
    waiting = max(0, report.waiting - len(taken.stored))
    actions.note_seen(panel, waiting=waiting, version=report.version, pressed=bool(taken.stored))
    return JsonResponse(
        {
            "now": round(timezone.now().timestamp() * 1000),
            "settings": settings_version(panel),
            "stored": taken.stored,
            "refused": [{"id": one, "error": error} for one, error in taken.refused],
        }
    )


def _later(status: int, seconds: float) -> JsonResponse:
    return JsonResponse(
        {"error": "later"}, status=status, headers={"Retry-After": str(max(1, round(seconds)))}
    )


@cache
def _worker_source() -> str:
    (program,) = island_files("panel-worker")  # a worker is one file
    return (BUILT / program).read_text()


@require_GET
@cache_control(no_cache=True)
def worker(request: HttpRequest, token: str) -> HttpResponse:
    """The service worker: what it keeps is written before the built program."""
    panel = find(token)
    if panel is None or not is_open(panel):
        return HttpResponse("self.registration.unregister();", content_type="text/javascript")
    del request
    base = reverse("devices:panel", args=[token])
    kept = [static(f"built/{path}") for path in island_files("panel")]
    kept += [
        f"{base}colours.css?v={settings_version(panel)}",
        f"{base}manifest.webmanifest",
        static("web/logo.svg"),
    ]
    digest = Logo.objects.filter(panel=panel).values_list("digest", flat=True).first()
    kept += [f"{base}logo?v={digest}"] if digest else []
    settings = json.dumps({"version": settings_version(panel), "page": base, "assets": kept})
    return HttpResponse(f"self.kept = {settings};\n{_worker_source()}", content_type="text/javascript")


@require_GET
@cache_control(no_cache=True)
def manifest(request: HttpRequest, token: str) -> HttpResponse:
    del request
    panel = find(token)
    if panel is None:
        return HttpResponse(status=404)
    base = reverse("devices:panel", args=[token])
    colours = palette(panel.accent)
    with override(panel.languages[0]):
        described: dict[str, Any] = {
            "name": str(panel),
            "short_name": str(panel)[:24],
            "id": base,
            "start_url": base,
            "scope": base,
            "display": "fullscreen",
            "display_override": ["fullscreen", "standalone"],
            "background_color": colours.tint,
            "theme_color": colours.tint,
            "icons": [
                {"src": static("web/logo.svg"), "sizes": "any", "type": "image/svg+xml", "purpose": "any"}
            ],
        }
    return HttpResponse(json.dumps(described, ensure_ascii=False), content_type="application/manifest+json")


@require_GET
@cache_control(max_age=31_536_000, immutable=True)
def colours(request: HttpRequest, token: str) -> HttpResponse:
    """The accent as a stylesheet, because the CSP allows no inline styles; its address changes with the settings."""
    del request
    panel = find(token)
    if panel is None:
        return HttpResponse(status=404)
    return HttpResponse(colour_sheet(panel), content_type="text/css")


def colour_sheet(panel: Panel) -> str:
    look = palette(panel.accent)
    names = ("paper", "tint", "ink", "strong", "edge")
    lines = [f"--{name}: {getattr(look, name)};" for name in names] + [f"--on-strong: {look.on_strong};"]
    return f":root {{ {' '.join(lines)} }}\n"


@require_GET
@cache_control(max_age=31_536_000, immutable=True)
def logo(request: HttpRequest, token: str) -> HttpResponse:
    del request
    picture = Logo.objects.filter(panel__token=token).first()
    return HttpResponse(status=404) if picture is None else picture_response(picture)


def picture_response(picture: Logo) -> HttpResponse:
    """An SVG opened by itself may do nothing: no scripts, no origin."""
    response = HttpResponse(bytes(picture.content), content_type=picture.media_type)
    response.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    return response
