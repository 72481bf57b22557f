"""Addresses of this room."""

from django.urls import URLPattern, URLResolver, path

from otklik.dashboards.timeline import views as timeline
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
    path("timeline/", timeline.page, name="timeline"),
    path("timeline/data.json", timeline.data, name="timeline_data"),
    path("timeline/gaps.json", timeline.gaps, name="timeline_gaps"),
    path("timeline/people.json", timeline.people, name="timeline_people"),
    path("timeline/views/", timeline.keep, name="timeline_keep"),
    path("timeline/views/restore/", timeline.restore, name="timeline_restore"),
    path("timeline/views/<int:pk>/remove/", timeline.forget, name="timeline_forget"),
    path("indicators/", indicators.catalogue, name="indicators"),
    path("indicators/<slug:code>/", indicators.indicator, name="indicator"),
    path("indicators/<slug:code>/events/", indicators.events, name="events"),
    path("settings/thresholds/", thresholds.thresholds, name="thresholds"),
    path("settings/thresholds/<slug:code>/", thresholds.edit, name="threshold"),
]
