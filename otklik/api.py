"""The REST interface: one OpenAPI document out of the rooms' routers.

Errors are {"detail": [{"field": …, "message": …}]}; the field is empty when the request as a whole is meant.
"""

from django.core.exceptions import PermissionDenied
from django.core.exceptions import ValidationError as DjangoValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from otklik import __version__
from otklik.metrics.api import router as metrics_router
from otklik.metrics.asking import AskError
from otklik.metrics.core.definitions import DefinitionError

api = NinjaAPI(title="Otklik", version=__version__, urls_namespace="api", docs_url="docs")
api.add_router("/", metrics_router)


def _answer(request: HttpRequest, status: int, *problems: tuple[str, str]) -> HttpResponse:
    detail = [{"field": field, "message": message} for field, message in problems]
    return api.create_response(request, {"detail": detail}, status=status)


@api.exception_handler(ValidationError)
def _not_valid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """What pydantic refused: the field by its name in the request."""
    return _answer(request, 422, *((_field(one["loc"]), _sentence(one)) for one in error.errors))


@api.exception_handler(AskError)
def _not_understood(request: HttpRequest, error: AskError) -> HttpResponse:
    return _answer(request, 422, (error.field, error.message))


@api.exception_handler(DefinitionError)
def _not_a_definition(request: HttpRequest, error: DefinitionError) -> HttpResponse:
    message = _("The parameter “%(name)s” does not fit: it %(problem)s.")
    return _answer(request, 422, ("params", message % {"name": error.name, "problem": error.problem}))


@api.exception_handler(DjangoValidationError)
def _refused(request: HttpRequest, error: DjangoValidationError) -> HttpResponse:
    if not hasattr(error, "error_dict"):
        return _answer(request, 422, *(("", message) for message in error.messages))
    named = ((field, message) for field, messages in error.message_dict.items() for message in messages)
    return _answer(request, 422, *named)


@api.exception_handler(Http404)
@api.exception_handler(PermissionDenied)
def _nothing(request: HttpRequest, error: Exception) -> HttpResponse:
    """Missing and forbidden look alike."""
    known = str(error) if isinstance(error, Http404) else ""
    return _answer(request, 404, ("", known or _("There is nothing here.")))


@api.exception_handler(AuthenticationError)
def _stranger(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    del error
    return _answer(request, 401, ("", _("Sign in, or send a valid key as “Authorization: Bearer otk_…”.")))


@api.exception_handler(HttpError)
def _other(request: HttpRequest, error: HttpError) -> HttpResponse:
    return _answer(request, error.status_code, ("", str(error)))


def _field(location: tuple[int | str, ...]) -> str:
    """("query", "asked", "from", 0) → "from[0]"."""
    name = ""
    for part in location[1:]:
        if isinstance(part, int):
            name += f"[{part}]"
        elif part not in {"asked", "payload"}:
            name += f".{part}" if name else part
    return name


def _sentence(problem: dict[str, object]) -> str:
    """A sentence for the commonest kinds of mistakes, pydantic's own words for the rest."""
    kind, context = str(problem.get("type")), problem.get("ctx")
    limits = context if isinstance(context, dict) else {}
    sentences = {
        "missing": _("This is required."),
        "date": _("Write a date as 2026-01-31."),
        "int": _("Write a number."),
        "float": _("Write a number."),
        "enum": _("Use one of: %(expected)s."),
        "literal": _("Use one of: %(expected)s."),
        "string_too_long": _("Write at most %(max_length)s characters."),
        "greater_than_equal": _("Write %(ge)s or more."),
        "less_than_equal": _("Write %(le)s or less."),
    }
    text = sentences.get(kind) or sentences.get(kind.partition("_")[0])
    return text % limits if text else str(problem.get("msg"))
