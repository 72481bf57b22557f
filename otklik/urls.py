"""Every address of the site; rooms bring their own."""

from django.urls import include, path

from otklik.api import api

urlpatterns = [
    path("accounts/", include("otklik.company.account_urls")),
    path("api/v1/", api.urls),
    path("", include("otklik.reports.urls")),
    path("", include("otklik.dashboards.urls")),
    path("", include("otklik.metrics.urls")),
    path("", include("otklik.devices.urls")),
    path("", include("otklik.events.urls")),
    path("", include("otklik.surveys.urls")),
    path("", include("otklik.jobs.urls")),
    path("", include("otklik.company.urls")),
    path("", include("otklik.web.urls")),
]

handler500 = "otklik.web.views.broken"
