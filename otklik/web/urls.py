"""Addresses of this room."""

from django.urls import URLPattern, URLResolver, path

from otklik.web import views

app_name = "web"
urlpatterns: list[URLPattern | URLResolver] = [
    path("language/", views.language, name="language"),
    path("search.json", views.search, name="search"),
    path("settings/", views.settings_index, name="settings"),
    path("components/", views.components, name="components"),
]
