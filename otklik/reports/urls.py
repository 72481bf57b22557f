"""Addresses of this room."""

from django.urls import URLPattern, URLResolver, path

from otklik.reports.views import comparison, export, hours, raw, service

app_name = "reports"
urlpatterns: list[URLPattern | URLResolver] = [
    path("reports/", hours.reports, name="reports"),
    path("reports/service/", service.service, name="service"),
    path("reports/comparison/", comparison.comparison, name="comparison"),
    path("reports/hours/", hours.hours, name="hours"),
    path("reports/events/", raw.events, name="events"),
    path("reports/events/<str:day>/<str:name>/", raw.event, name="event"),
    path("reports/export/<slug:name>/", export.export, name="export"),
]
