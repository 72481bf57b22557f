"""Addresses of this room."""

from django.urls import URLPattern, URLResolver, path

from otklik.devices import public

app_name = "devices"
urlpatterns: list[URLPattern | URLResolver] = [
    path("p/<str:token>/", public.page, name="panel"),
    path("p/<str:token>/press", public.press, name="panel_press"),
    path("p/<str:token>/worker.js", public.worker, name="panel_worker"),
    path("p/<str:token>/manifest.webmanifest", public.manifest, name="panel_manifest"),
    path("p/<str:token>/colours.css", public.colours, name="panel_colours"),
    path("p/<str:token>/logo", public.logo, name="panel_logo"),
]
