"""The REST interface: one OpenAPI document out of the rooms' routers."""

from ninja import NinjaAPI

from otklik import __version__

api = NinjaAPI(title="Otklik", version=__version__, urls_namespace="api", docs_url="docs")
# Rooms: api.add_router("/", room_router). Errors are {"detail": [{"field": …, "message": …}]}.
