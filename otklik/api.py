"""The REST interface: one OpenAPI document out of the rooms' routers."""

from ninja import NinjaAPI

from otklik import __version__
from otklik.dashboards.map.api import router as map_router
from otklik.dashboards.timeline.api import router as timeline_router
from otklik.metrics import refusals
from otklik.metrics.api import router as metrics_router
from otklik.metrics.api_definitions import early as definitions_router
from otklik.metrics.figures.api import router as figures_router
from otklik.metrics.gaps_api import router as gaps_router
from otklik.metrics.limits.api import router as limits_router
from otklik.metrics.relations.api import router as relations_router
from otklik.metrics.states.api import router as states_router
from otklik.reports.api import router as reports_router

api = NinjaAPI(title="Otklik", version=__version__, urls_namespace="api", docs_url=None)
api.add_router("/", definitions_router)
api.add_router("/", metrics_router)
api.add_router("/", gaps_router)
api.add_router("/", timeline_router)
api.add_router("/", map_router)
api.add_router("/", figures_router)
api.add_router("/", limits_router)
api.add_router("/", states_router)
api.add_router("/", reports_router)
api.add_router("/relations", relations_router)
refusals.install(api)
