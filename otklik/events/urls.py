"""Addresses of this room's pages; ingest and live streams are served by the edge."""

from django.urls import URLPattern, URLResolver, path

from otklik.events import views

app_name = "events"
urlpatterns: list[URLPattern | URLResolver] = [
    path("settings/kinds/", views.kinds, name="kinds"),
    path("settings/kinds/new/", views.add, name="kind_add"),
    path("settings/kinds/<int:pk>/", views.edit, name="kind"),
]
