"""The REST interface: one OpenAPI document out of the rooms' routers."""

from ninja import NinjaAPI

from otklik import __version__
from otklik.metrics import refusals
from otklik.metrics.api import router as metrics_router
from otklik.metrics.api_definitions import early as definitions_router
from otklik.metrics.relations.api import router as relations_router
from otklik.reports.api import router as reports_router

api = NinjaAPI(title="Otklik", version=__version__, urls_namespace="api", docs_url=None)
api.add_router("/", definitions_router)
api.add_router("/", metrics_router)
api.add_router("/", reports_router)
api.add_router("/relations", relations_router)
refusals.install(api)
