"""Pages of the calculator: choose a rule, the editor, versions, files, recomputation."""

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from otklik.company.audit import through
from otklik.company.importing.tables import BadFile
from otklik.company.models import User, Verb
from otklik.company.views.base import page, user_of
from otklik.company.writing import demand
from otklik.dashboards.definitions import data
from otklik.dashboards.scope import Scope
from otklik.jobs.progress import live
from otklik.metrics import actions, exchange
from otklik.metrics import jobs as recomputing
from otklik.metrics.core.definitions import Definition
from otklik.metrics.definitions import UnknownIndicatorError, indicators
from otklik.metrics.drafts import Draft, held_draft
from otklik.metrics.history import history
from otklik.metrics.models import IndicatorDefinition
from otklik.metrics.rules import GROUPS, RULES
from otklik.metrics.suggestions import values_of

MOST_SHOWN = 200
MAX_FILE = 2_000_000


def _manager(request: HttpRequest) -> User:
    user = user_of(request)
    demand(user, Verb.MANAGE, None)
    return user


def _recomputation() -> dict[str, Any]:
    """What `stale.html` shows. A job speaks the language of whoever asked, so others see only how far it is."""
    job = recomputing.under_way()
    reads = job is not None and job.language == get_language()
    return {"stale": recomputing.stale(), "job": job, "live": live(job) if job else None, "reads": reads}


@require_GET
@page(Verb.MANAGE)
def new(request: HttpRequest) -> HttpResponse:
    """Cards of rules, or the editor for one of them, or for a copy."""
    _manager(request)
    rule, copy = request.GET.get("rule", ""), request.GET.get("copy", "")
    if copy:
        held = held_draft(copy)
        if held is None or held.definition.family not in RULES:
            raise Http404
        definition = replace(held.definition, code=_free(copy), version=1)
        title = _("%(name)s (copy)") % {"name": held.name_ru}
        english = f"{held.name_en} (copy)" if held.name_en else ""
        return _editor(
            request, replace(held, definition=definition, name_ru=title, name_en=english), new=True
        )
    if rule in RULES:
        return _editor(request, _empty(rule), new=True)
    if rule:
        raise Http404
    groups = [
        (name, [one for one in RULES.values() if one.group is group])
        for group, name in GROUPS.items()
        if any(one.group is group for one in RULES.values())
    ]
    context = {"groups": groups, "copies": indicators().values()}
    return render(request, "dashboards/definitions/new.html", context)


def _empty(family: str) -> Draft:
    rule = RULES[family]
    params = {
        param.name: param.default
        for param in rule.params
        if param.default is not None and (param.required or param.takes not in {"filter", "flag"})
    }
    types = rule.example.question_types
    definition = Definition("", family, rule.units[0], rule.example.direction, params, types)
    return Draft(definition)


def _free(code: str) -> str:
    taken = set(IndicatorDefinition.objects.values_list("code", flat=True)) | set(indicators())
    number = 2
    while f"{code}-{number}" in taken:
        number += 1
    return f"{code}-{number}"


@require_GET
@page(Verb.MANAGE)
def edit(request: HttpRequest, code: str) -> HttpResponse:
    _manager(request)
    held = held_draft(code)
    if held is None or held.definition.family not in RULES:
        raise Http404
    return _editor(request, held, new=False)


def _editor(request: HttpRequest, draft: Draft, *, new: bool) -> HttpResponse:
    user = user_of(request)
    scope = Scope.from_request(request)
    rule = RULES[draft.definition.family]
    query = {"place": scope.place.code if scope.place else "", "from": scope.span.first.isoformat(), "to": scope.span.last.isoformat()}  # fmt: skip
    context = {
        "draft": draft,
        "rule": rule,
        "new": new,
        "scope": scope,
        "title": _("New indicator") if new else draft.name,
        "editor": {**data.editor(user, draft, new=new, query=scope.query()), "slice": query},
    }
    return render(request, "dashboards/definitions/editor.html", context)


@require_GET
@page(Verb.MANAGE)
def suggest(request: HttpRequest) -> HttpResponse:
    """Values of a field in the data, for the filter builder."""
    _manager(request)
    kinds = [one for one in request.GET.get("kinds", "").split(",") if one]
    found = values_of(request.GET.get("field", ""), kinds, places=None, part=request.GET.get("q", "")[:100])
    return JsonResponse({"values": found})


@require_GET
@page(Verb.VIEW)
def versions(request: HttpRequest, code: str) -> HttpResponse:
    """All versions with what changed; going back and taking out of use for who may."""
    found = history(code)
    if not found:
        raise Http404
    user = user_of(request)
    may = user.may_everywhere(Verb.MANAGE)
    context = {
        "code": code,
        "name": found[0].draft.name,
        "versions": found[:MOST_SHOWN],
        "active": found[0].active,
        "may_manage": may,
        **(_recomputation() if may else {}),
    }
    return render(request, "dashboards/definitions/versions.html", context)


@require_POST
@page(Verb.MANAGE)
def restore(request: HttpRequest, code: str) -> HttpResponse:
    user = _manager(request)
    text = request.POST.get("version", "")
    try:
        actions.restore_version(code, int(text) if text.isdecimal() else -1, acting_user=user)
    except UnknownIndicatorError as error:
        raise Http404 from error
    recomputing.ask(acting_user=user)
    messages.success(request, _("Version %(version)s holds again.") % {"version": text})
    return redirect("dashboards:definition_versions", code=code)


@require_POST
@page(Verb.MANAGE)
def retire(request: HttpRequest, code: str) -> HttpResponse:
    user = _manager(request)
    try:
        row = actions.retire_definition(code, acting_user=user)
    except UnknownIndicatorError as error:
        raise Http404 from error
    except ValidationError as error:
        for message in error.messages:
            messages.error(request, message)
        return redirect("dashboards:definition_versions", code=code)
    messages.success(request, _("“%(name)s” is out of use.") % {"name": row.name})
    return redirect("dashboards:definition_versions", code=code)


@require_POST
@page(Verb.MANAGE)
def recompute(request: HttpRequest) -> HttpResponse:
    """Ask for a recomputation; its progress is on the job's page."""
    user = _manager(request)
    job = recomputing.ask(acting_user=user)
    if job is None:
        messages.success(request, _("Day sums are ready for every indicator."))
        return redirect("dashboards:definition_exchange")
    if job.user_id != user.pk:
        messages.info(request, _("Somebody else has asked for it already; it is under way."))
        return redirect("dashboards:definition_exchange")
    return redirect("jobs:job", pk=job.pk)


@page(Verb.MANAGE)
def exchange_page(request: HttpRequest) -> HttpResponse:
    """Own definitions to take away and to bring in, those out of use, recomputation."""
    user = _manager(request)
    problems: list[Any] = []
    plan = None
    if request.method == "POST":
        file = request.FILES.get("file")
        content = file.read(MAX_FILE + 1) if file else request.POST.get("text", "").encode()
        name = (file.name or "file") if file else "text"
        try:
            if len(content) > MAX_FILE:
                raise ValidationError(_("The file is too large."))  # noqa: TRY301  # said like the others
            if "check" in request.POST:
                plan = exchange.read(content)
            else:
                with through(f"import:{name}"[:100]):
                    plan = exchange.bring_in(content, acting_user=user)
                recomputing.ask(acting_user=user)
        except BadFile as error:
            problems = error.problems
        except ValidationError as error:
            problems = error.messages
    own = {row.code: row for row in IndicatorDefinition.objects.order_by("code", "version")}
    context = {
        "problems": problems,
        "plan": plan,
        "checked": "check" in request.POST,
        "counts": {name: plan.count(name) for name in ("new", "changed", "same")} if plan else {},
        "text": request.POST.get("text", ""),
        "own": own.values(),
        **_recomputation(),
    }
    return render(request, "dashboards/definitions/exchange.html", context, status=422 if problems else 200)


@require_GET
@page(Verb.MANAGE)
def download(request: HttpRequest) -> HttpResponse:
    _manager(request)
    answer = HttpResponse(exchange.export(), content_type="application/yaml; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="otklik-indicators.yaml"'
    return answer
