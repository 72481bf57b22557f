"""Addresses of this room."""

from django.urls import URLPattern, URLResolver, path

from otklik.jobs import views

app_name = "jobs"
urlpatterns: list[URLPattern | URLResolver] = [
    path("jobs/", views.jobs, name="jobs"),
    path("jobs/<uuid:pk>/", views.job, name="job"),
    path("jobs/<uuid:pk>/state/", views.state, name="state"),
    path("jobs/<uuid:pk>/file/", views.file, name="file"),
    path("jobs/<uuid:pk>/cancel/", views.cancel, name="cancel"),
    path("jobs/<uuid:pk>/again/", views.again, name="again"),
    path("jobs/<uuid:pk>/remove/", views.remove, name="remove"),
]
