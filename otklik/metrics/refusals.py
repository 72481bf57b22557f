"""Refusals of the REST interface: {"detail": [{"field": …, "message": …}]}, in the user's language.

The field is empty when the request as a whole is meant. Missing and forbidden look alike.
"""

from django.core.exceptions import PermissionDenied
from django.core.exceptions import ValidationError as DjangoValidationError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from otklik.company.importing.tables import BadFile
from otklik.metrics.actions import DraftRefused
from otklik.metrics.asking import AskError
from otklik.metrics.core.definitions import DefinitionError
from otklik.metrics.definitions import UnknownIndicatorError
from otklik.metrics.labels import translated


def install(api: NinjaAPI) -> None:
    """Answer every refusal in this shape."""
    api.exception_handler(ValidationError)(_not_valid)
    api.exception_handler(AskError)(_not_understood)
    api.exception_handler(DefinitionError)(_not_a_definition)
    api.exception_handler(DraftRefused)(_draft_refused)
    api.exception_handler(BadFile)(_bad_file)
    api.exception_handler(UnknownIndicatorError)(_unknown)
    api.exception_handler(DjangoValidationError)(_refused)
    api.exception_handler(Http404)(_nothing)
    api.exception_handler(PermissionDenied)(_nothing)
    api.exception_handler(AuthenticationError)(_stranger)
    api.exception_handler(HttpError)(_other)


def _answer(status: int, *problems: tuple[str, str]) -> HttpResponse:
    detail = [{"field": field, "message": message} for field, message in problems]
    return JsonResponse({"detail": detail}, status=status)


def _not_valid(_request: HttpRequest, error: ValidationError) -> HttpResponse:
    """What pydantic refused: the field by its name in the request."""
    return _answer(422, *((_field(one["loc"]), _sentence(one)) for one in error.errors))


def _not_understood(_request: HttpRequest, error: AskError) -> HttpResponse:
    return _answer(422, (error.field, error.message))


def _not_a_definition(_request: HttpRequest, error: DefinitionError) -> HttpResponse:
    message = _("The parameter “%(name)s” does not fit: it %(problem)s.")
    return _answer(422, ("params", message % {"name": error.name, "problem": translated(error.problem)}))


def _bad_file(_request: HttpRequest, error: BadFile) -> HttpResponse:
    """Every problem of a file with its line."""
    return _answer(422, *((one.field, str(one)) for one in error.problems))


def _draft_refused(_request: HttpRequest, error: DraftRefused) -> HttpResponse:
    """All problems of a definition; `detail` has the errors, `issues` the warnings and fixes too."""
    detail = [{"field": one.where, "message": one.message} for one in error.issues if one.is_error]
    return JsonResponse({"detail": detail, "issues": [one.data() for one in error.issues]}, status=422)


def _unknown(_request: HttpRequest, error: UnknownIndicatorError) -> HttpResponse:
    return _answer(404, ("", str(error)))


def _refused(_request: HttpRequest, error: DjangoValidationError) -> HttpResponse:
    if not hasattr(error, "error_dict"):
        return _answer(422, *(("", message) for message in error.messages))
    named = ((field, message) for field, messages in error.message_dict.items() for message in messages)
    return _answer(422, *named)


def _nothing(_request: HttpRequest, error: Exception) -> HttpResponse:
    """Missing and forbidden look alike."""
    known = str(error) if isinstance(error, Http404) else ""
    return _answer(404, ("", known or _("There is nothing here.")))


def _stranger(_request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    del error
    return _answer(401, ("", _("Sign in, or send a valid key as “Authorization: Bearer otk_…”.")))


def _other(_request: HttpRequest, error: HttpError) -> HttpResponse:
    answer = _answer(error.status_code, ("", str(error)))
    if error.status_code == 429:
        answer.headers["Retry-After"] = "60"
    return answer


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
