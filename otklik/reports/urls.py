"""Addresses of this room."""

from django.urls import URLPattern, URLResolver, path

from otklik.reports.views import export

app_name = "reports"
urlpatterns: list[URLPattern | URLResolver] = [
    path("reports/export/<slug:name>/", export.export, name="export"),
]
