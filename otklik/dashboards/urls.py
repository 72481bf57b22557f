"""Addresses of this room."""

from django.urls import URLPattern, URLResolver, path

from otklik.dashboards.definitions import views as definitions
from otklik.dashboards.relations import views as relations
from otklik.dashboards.views import boards, indicators, overview, thresholds

app_name = "dashboards"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", overview.overview, name="overview"),
    path("boards/widgets/", overview.fragments, name="fragments"),
    path("boards/widgets/add/", boards.add, name="add"),
    path("boards/widgets/<int:pk>/remove/", boards.remove, name="remove"),
    path("boards/widgets/<int:pk>/move/", boards.move, name="move"),
    path("boards/widgets/<int:pk>/change/", boards.change, name="change"),
    path("boards/restore/", boards.restore, name="restore"),
    path("boards/share/", boards.share, name="share"),
    path("boards/reset/", boards.reset, name="reset"),
    path("boards/places.json", overview.places, name="places"),
    path("indicators/new/", definitions.new, name="definition_new"),
    path("indicators/suggest/", definitions.suggest, name="definition_suggest"),
    path("indicators/exchange/", definitions.exchange_page, name="definition_exchange"),
    path("indicators/exchange/indicators.yaml", definitions.download, name="definition_download"),
    path("indicators/recompute/", definitions.recompute, name="definition_recompute"),
    path("indicators/<slug:code>/edit/", definitions.edit, name="definition_edit"),
    path("indicators/<slug:code>/versions/", definitions.versions, name="definition_versions"),
    path("indicators/<slug:code>/restore/", definitions.restore, name="definition_restore"),
    path("indicators/<slug:code>/retire/", definitions.retire, name="definition_retire"),
    path("indicators/", indicators.catalogue, name="indicators"),
    path("indicators/<slug:code>/", indicators.indicator, name="indicator"),
    path("indicators/<slug:code>/events/", indicators.events, name="events"),
    path("relations/", relations.table, name="relations"),
    path("relations/pair/", relations.pair, name="relations_pair"),
    path("relations/drivers/", relations.drivers, name="relations_drivers"),
    path("relations/standard/", relations.standard, name="relations_standard"),
    path("relations/quadrants/", relations.quadrants, name="relations_quadrants"),
    path("relations/questions/", relations.questions, name="relations_questions"),
    path("settings/thresholds/", thresholds.thresholds, name="thresholds"),
    path("settings/thresholds/<slug:code>/", thresholds.edit, name="threshold"),
]
