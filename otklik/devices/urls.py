"""Addresses of this room."""

from django.urls import URLPattern, URLResolver, path

from otklik.devices import public, setup, views
from otklik.devices.figures import catalogue_views as catalogue
from otklik.devices.figures import table_views
from otklik.devices.figures import views as entry

app_name = "devices"
urlpatterns: list[URLPattern | URLResolver] = [
    path("p/<str:token>/", public.page, name="panel"),
    path("p/<str:token>/press", public.press, name="panel_press"),
    path("p/<str:token>/worker.js", public.worker, name="panel_worker"),
    path("p/<str:token>/manifest.webmanifest", public.manifest, name="panel_manifest"),
    path("p/<str:token>/colours.css", public.colours, name="panel_colours"),
    path("p/<str:token>/logo", public.logo, name="panel_logo"),
    path("settings/panels/", views.panels, name="panels"),
    path("settings/panels/add/", views.add, name="panel_add"),
    path("settings/panels/<int:pk>/", views.panel, name="panel_manage"),
    path("settings/panels/<int:pk>/edit/", views.edit, name="panel_edit"),
    path("settings/panels/<int:pk>/preview/", views.preview, name="panel_preview"),
    path("settings/panels/<int:pk>/sheet/", views.sheet, name="panel_sheet"),
    path("settings/panels/<int:pk>/rotate/", views.rotate, name="panel_rotate"),
    path("settings/panels/<int:pk>/deactivate/", views.deactivate, name="panel_deactivate"),
    path("settings/panels/<int:pk>/activate/", views.activate, name="panel_activate"),
    path(
        "setup/panel/", setup.first_panel, name="first_panel"
    ),  # a step of company:setup, whose address it takes
    path("settings/figures/", catalogue.figures, name="figures"),
    path("settings/figures/import/", catalogue.bring_in, name="figures_import"),
    path("settings/figures/export.yaml", catalogue.export, name="figures_export"),
    path("settings/figures/add/", catalogue.add, name="figure_add"),
    path("settings/figures/<int:pk>/", catalogue.edit, name="figure"),
    path("entry/served/", entry.form, name="served"),
    path("entry/place/", entry.of_place, name="entry_place"),
    path("entry/<str:code>/", entry.form, name="entry"),
    path("entry/<str:code>/save", entry.save, name="entry_save"),
    path("entry/<str:code>/log/", entry.log, name="entry_log"),
    path("entry/<str:code>/table/", table_views.table, name="entry_table"),
]
