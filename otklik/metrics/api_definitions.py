"""REST: rules of the calculator, and definitions made, changed, tried, taken out of use, brought in and taken away."""

import json
from typing import Annotated, Any, Literal

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Body, Field, Query, Router, Schema, Status

from otklik.company import audit
from otklik.company.api_auth import Caller, KeyOrSession, caller_of
from otklik.company.models import Verb
from otklik.company.models.keys import Scope
from otklik.metrics import actions, asking, exchange, weights
from otklik.metrics import jobs as recomputing
from otklik.metrics.api import ERRORS, router
from otklik.metrics.checking import read_draft
from otklik.metrics.core.definitions import DefinitionError
from otklik.metrics.definitions import indicator as held_indicator
from otklik.metrics.definitions import trying
from otklik.metrics.dimensions import Grain
from otklik.metrics.drafts import held_draft
from otklik.metrics.history import history
from otklik.metrics.issue import Issue
from otklik.metrics.labels import translated
from otklik.metrics.preview import preview
from otklik.metrics.queries import Slicing
from otklik.metrics.rules import RULES
from otklik.metrics.vocabulary import Vocabulary
from otklik.metrics.wording import words_of

early = Router(tags=["indicators"], auth=KeyOrSession(Scope.MANAGE))  # addresses that {code} would swallow
MANAGE = KeyOrSession(Scope.MANAGE)


class Fixed(Schema):
    label: str
    where: str
    value: Any = None


class IssueOut(Schema):
    """What is wrong, and where in the definition; `fix` is what one press would change."""

    where: str
    message: str
    severity: Literal["error", "warning", "hint"]
    fix: Fixed | None = None


class DefinitionIn(Schema):
    """A definition as in a file: see docs/calculator.md. More names are told as problems rather than ignored."""

    model_config = {"extra": "allow"}

    code: Any = None
    name: Any = Field(None, description="A text, or {ru, en}.")
    rule: Any = Field(None, description="A rule of GET /rules.")
    params: Any = None
    unit: Any = None
    direction: Any = None
    questions: Any = Field(None, description="Types of questions, for rules about answers.")
    thresholds: Any = Field(None, description="{good, acceptable}")


class TryIn(Schema):
    """A definition to try, and over what: the last thirty days of everything when nothing is said."""

    definition: dict[str, Any]
    first: str | None = Field(None, alias="from")
    last: str | None = Field(None, alias="to")
    place: str = Field("", max_length=64)
    agreed: bool = Field(False, description="Go on though it is expensive.")
    new: bool | None = None


class PutQuery(Schema):
    new: bool = Field(False, description="Refuse when the code is taken.")
    based_on: int | None = Field(
        None, description="The version that was changed; a newer one is not overwritten."
    )
    note: str = Field("", max_length=300, description="Why.")
    recompute: bool = Field(False, description="Compute day sums anew in the background.")


class WeighIn(Schema):
    """Questions to weigh by how far they go with a key question, over what: the last thirty days of everything."""

    questions: list[str] = Field(min_length=1, max_length=100)
    key: str = Field(max_length=64)
    first: str | None = Field(None, alias="from")
    last: str | None = Field(None, alias="to")
    place: str = Field("", max_length=64)


class DefinitionOut(Schema):
    code: str
    version: int
    changed: bool
    words: str
    issues: list[IssueOut]
    definition: dict[str, Any]


class TryOut(Schema):
    words: str
    issues: list[IssueOut]
    cost: dict[str, Any] | None = None
    result: dict[str, Any] | None = None
    series: list[dict[str, Any]] = []
    places: list[dict[str, Any]] = []
    events: list[dict[str, Any]] = []
    almost: list[dict[str, Any]] = []
    seconds: float = 0


class ImportOut(Schema):
    new: int
    changed: int
    same: int


def manager(request: HttpRequest) -> Caller:
    """The caller, who must manage the whole company: definitions hold everywhere."""
    caller = caller_of(request)
    if not caller.sees_everything(Verb.MANAGE):
        raise Http404(_("There is nothing here."))
    return caller


@router.get("/rules", response={200: list[dict[str, Any]], **ERRORS})
def rules(request: HttpRequest) -> list[dict[str, Any]]:
    """Rules of the calculator with their parameters, in the language of the request."""
    del request
    return [rule.data() for rule in RULES.values()]


@early.post("/indicators/preview", response={200: TryOut, **ERRORS})
def try_definition(request: HttpRequest, asked: Annotated[TryIn, Body()]) -> dict[str, Any]:
    """A definition tried on data without being stored: words, problems, cost, values, events."""
    caller = manager(request)
    known = Vocabulary.current()
    draft, issues = read_draft(asked.definition, known=known, new=asked.new)
    answer: dict[str, Any] = {
        "words": words_of(draft, known),
        "issues": [one.data() for one in issues],
    }
    if any(one.is_error and one.where.startswith(("params", "rule", "questions", "unit")) for one in issues):
        return answer
    scope, slicing = _slicing(caller, asked)
    try:
        found = preview(draft, slicing, known, agreed=asked.agreed)
    except DefinitionError as error:
        message = _("The parameter “%(name)s” does not fit: it %(problem)s.")
        said = Issue(
            f"params.{error.name}",
            message % {"name": error.name, "problem": translated(error.problem)},
        )
        return {**answer, "issues": [*answer["issues"], said.data()]}
    dear = found.cost.issue()
    if dear is not None:
        answer["issues"].append(dear.data())
    with trying(found.indicator):
        return {**answer, **found.data(scope.tree)}


def _slicing(caller: Caller, asked: TryIn | WeighIn) -> tuple[asking.Scope, Slicing]:
    scope = asking.scope_of(caller, asking.Where(asked.place))
    first, last = asking.span_of(_day("from", asked.first), _day("to", asked.last), Grain.TOTAL)
    return scope, asking.slicing_of(scope, first, last, by=("child",))


def _day(name: str, text: str | None) -> Any:
    import datetime as dt

    if not text:
        return None
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        raise asking.AskError(name, _("Write a date as 2026-01-31.")) from error


@early.post("/indicators/weights", response={200: dict[str, Any], **ERRORS})
def derived_weights(request: HttpRequest, asked: Annotated[WeighIn, Body()]) -> dict[str, Any]:
    """Weights for a model by correlation with a key question over the same respondents; nothing is stored."""
    caller = manager(request)
    asking.subjects_of([*asked.questions, asked.key])
    _scope, slicing = _slicing(caller, asked)
    return weights.answer(weights.derive(asked.questions, asked.key, slicing))


@router.get("/indicators/{code}/definition", response={200: dict[str, Any], **ERRORS})
def one_definition(request: HttpRequest, code: str) -> dict[str, Any]:
    """A definition as it is written in files, with its words."""
    del request
    draft = held_draft(code)
    if draft is None:
        raise Http404(_("There is no indicator “%(code)s”.") % {"code": code})
    return {**draft.data(), "version": draft.definition.version, "words": words_of(draft)}


@router.get("/indicators/{code}/versions", response={200: list[dict[str, Any]], **ERRORS})
def versions(request: HttpRequest, code: str) -> list[dict[str, Any]]:
    """All versions, the newest first: when, by whom, why, and what changed."""
    del request
    found = history(code)
    if not found:
        raise Http404(_("There is no indicator “%(code)s”.") % {"code": code})
    return [one.data() for one in found]


@router.put("/indicators/{code}", auth=MANAGE, response={200: DefinitionOut, 201: DefinitionOut, **ERRORS})
def put_definition(
    request: HttpRequest, code: str, definition: DefinitionIn, asked: Annotated[PutQuery, Query()]
) -> Status[dict[str, Any]]:
    """Make an indicator or the next version of one. Refused as a whole with all problems."""
    caller = manager(request)
    written = json.loads(request.body)  # what the schema does not name is told as a problem, not dropped
    data = {**written, "code": definition.code or code}
    if data["code"] != code:
        text = _("The code in the address is “%(code)s”.") % {"code": code}
        raise ValidationError({"code": text})
    draft, issues = read_draft(data, new=asked.new or None, measure=False)
    shapes = [one for one in issues if one.is_error]
    if shapes:
        raise actions.DraftRefused(issues)
    existed = held_draft(code) is not None
    with audit.through(caller.actor):
        row = actions.save_draft(
            draft,
            acting_user=caller.user_or_none,
            new=asked.new or None,
            based_on=asked.based_on,
            note=asked.note,
        )
    if asked.recompute and row is not None:
        recomputing.ask(acting_user=caller.user_or_none)
    return Status(200 if existed else 201, _stored(code, changed=row is not None))


def _stored(code: str, *, changed: bool) -> dict[str, Any]:
    known = Vocabulary.current()
    held = held_draft(code)
    assert held is not None
    from otklik.metrics.checking import draft_issues

    return {
        "code": code,
        "version": held.definition.version,
        "changed": changed,
        "words": words_of(held, known),
        "issues": [one.data() for one in draft_issues(held, known)],
        "definition": held.data(),
    }


@router.delete("/indicators/{code}", auth=MANAGE, response={200: dict[str, Any], **ERRORS})
def delete_definition(request: HttpRequest, code: str) -> dict[str, Any]:
    """Take an indicator out of use; its versions stay, and PUT brings it back."""
    caller = manager(request)
    held_indicator(code)  # 404 by UnknownIndicatorError
    with audit.through(caller.actor):
        row = actions.retire_definition(code, acting_user=caller.user_or_none)
    return {"code": code, "version": row.version, "active": False}


@router.get("/definitions", auth=MANAGE, include_in_schema=True, response={200: None, **ERRORS})
def export_definitions(request: HttpRequest) -> HttpResponse:
    """The installation's own definitions as one YAML file."""
    manager(request)
    return HttpResponse(exchange.export(), content_type="application/yaml; charset=utf-8")


@router.post("/definitions", auth=MANAGE, response={200: ImportOut, **ERRORS})
def import_definitions(request: HttpRequest) -> dict[str, int]:
    """Bring definitions in from YAML in the body, all or nothing; every problem is told with its line."""
    caller = manager(request)
    with audit.through(caller.actor):
        plan = exchange.bring_in(request.body, acting_user=caller.user_or_none)
    return {name: plan.count(name) for name in ("new", "changed", "same")}
