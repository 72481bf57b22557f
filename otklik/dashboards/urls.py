"""Addresses of this room."""

from django.urls import URLPattern, URLResolver, path

from otklik.dashboards.definitions import views as definitions
from otklik.dashboards.map import views as map_views
from otklik.dashboards.relations import views as relations
from otklik.dashboards.timeline import views as timeline
from otklik.dashboards.views import boards, indicators, overview, sources, states, thresholds

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
    path("timeline/", timeline.page, name="timeline"),
    path("timeline/data.json", timeline.data, name="timeline_data"),
    path("timeline/gaps.json", timeline.gaps, name="timeline_gaps"),
    path("timeline/people.json", timeline.people, name="timeline_people"),
    path("timeline/views/", timeline.keep, name="timeline_keep"),
    path("timeline/views/restore/", timeline.restore, name="timeline_restore"),
    path("timeline/views/<int:pk>/remove/", timeline.forget, name="timeline_forget"),
    path("map/", map_views.page, name="map"),
    path("map/list/", map_views.listing, name="map_list"),
    path("map/places.json", map_views.data, name="map_data"),
    path("map/places/<str:code>/", map_views.card, name="map_card"),
    path("map/indicators/", map_views.choose, name="map_choose"),
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
    path("settings/thresholds/import/", thresholds.bring_in, name="thresholds_import"),
    path("settings/thresholds/export.yaml", thresholds.export, name="thresholds_export"),
    path("settings/calendar/", thresholds.calendar, name="calendar"),
    path("settings/colours/", states.settings, name="states_settings"),
    path("states/", states.states, name="states"),
    path("indicators/<slug:code>/colours/", states.strip, name="state_strip"),
    path("entry/sources/", sources.sources, name="sources"),
    path("entry/sources/order/", sources.order, name="sources_order"),
    path("settings/thresholds/<slug:code>/", thresholds.edit, name="threshold"),
]
