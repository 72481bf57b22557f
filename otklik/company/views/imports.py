"""Bringing files in through a page: choose, look at what would happen or at every error, confirm."""

import base64
import hashlib
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from otklik.company.audit import through
from otklik.company.audit_words import lines_of
from otklik.company.forms.places import FileForm
from otklik.company.importing.employees import import_employees, plan_employees
from otklik.company.importing.places import import_places, plan_places
from otklik.company.importing.rehearsal import rehearse
from otklik.company.importing.shifts import import_shifts, plan_shifts
from otklik.company.importing.tables import MAX_ERRORS, BadFile, decode
from otklik.company.models import User, Verb
from otklik.company.queries import zone_of
from otklik.company.views.base import Crumbs, page, user_of

SHOWN = 200
PREVIEW_MAX_BYTES = 2 * 1024 * 1024  # a larger file is taken in at once, without the step between


@page(Verb.MANAGE)
def places(request: HttpRequest) -> HttpResponse:
    return import_page(
        request,
        plan=lambda content, user: plan_places(content, acting_user=user).steps,
        take=lambda content, user: import_places(content, acting_user=user),
        title=_("Import places"),
        crumbs=[(_("Places"), reverse("company:places"))],
        template="company/imports/places.html",
        done="company:places",
    )


@page(Verb.MANAGE)
def employees(request: HttpRequest) -> HttpResponse:
    return import_page(
        request,
        plan=lambda content, user: plan_employees(content, acting_user=user),
        take=lambda content, user: import_employees(content, acting_user=user),
        title=_("Import employees"),
        crumbs=[(_("Employees"), reverse("company:employees"))],
        template="company/imports/employees.html",
        done="company:employees",
    )


@page(Verb.ENTER)
def shifts(request: HttpRequest) -> HttpResponse:
    return import_page(
        request,
        plan=lambda content, user: plan_shifts(content, acting_user=user),
        take=lambda content, user: import_shifts(content, acting_user=user),
        title=_("Import shifts"),
        crumbs=[(_("Shifts"), reverse("company:shifts"))],
        template="company/imports/shifts.html",
        done="company:shifts",
    )


def import_page(
    request: HttpRequest,
    *,
    plan: Callable[[bytes, User], list[Any]],
    take: Callable[[bytes, User], object],
    title: str,
    crumbs: Crumbs,
    template: str,
    done: str,
) -> HttpResponse:
    """Two steps on one address: a file is shown as a plan; the plan's button sends the file back, signed, to be taken in."""
    user = user_of(request)
    context: dict[str, Any] = {"title": title, "crumbs": crumbs, "form": FileForm()}
    if request.method != "POST":
        return render(request, template, context)
    try:
        if "confirmed" in request.POST:
            name, content = _unpack(request)
        else:
            form = FileForm(request.POST, request.FILES)
            if not form.is_valid():
                return render(request, template, context | {"form": form}, status=422)
            upload = form.cleaned_data["file"]
            name, content = upload.name, upload.read()
            if len(content) <= PREVIEW_MAX_BYTES:
                steps = plan(content, user)
                context |= _preview(name, content, steps)
                return render(request, template, context)
        with through(f"import:{name}"[:100]):
            take(content, user)
    except BadFile as problem:
        context |= {"problems": problem.problems[:MAX_ERRORS], "n_problems": len(problem.problems)}
        return render(request, template, context, status=422)
    messages.success(request, _("Imported: %s") % name)
    return redirect(done)


def yaml_page(
    request: HttpRequest, *, take: Callable[..., object], title: str, crumbs: Crumbs, done: str
) -> HttpResponse:
    """The same for a YAML file whose changes the audit log tells; `take` is called with its text and `acting_user`."""
    zone = zone_of(user_of(request))
    return import_page(
        request,
        plan=lambda content, user: rehearse(
            lambda: take(decode(content), acting_user=user), lambda entries: lines_of(entries, zone)
        ),
        take=lambda content, user: take(decode(content), acting_user=user),
        title=title,
        crumbs=crumbs,
        template="company/imports/changes.html",
        done=done,
    )


def _preview(name: str, content: bytes, steps: list[Any]) -> dict[str, Any]:
    changes = [getattr(step, "change", "changed") for step in steps]
    counts = {change: changes.count(change) for change in ("new", "changed", "same")}
    shown = [step for step, change in zip(steps, changes, strict=True) if change != "same"][:SHOWN]
    return {
        "steps": shown,
        "n_steps": len(steps),
        "counts": counts,
        "packed": _pack(name, content),
        "name": name,
    }


def _pack(name: str, content: bytes) -> dict[str, str]:
    digest = hashlib.sha256(content).hexdigest()
    return {
        "content": base64.b64encode(content).decode(),
        "seal": signing.dumps([name, digest], salt="import"),
    }


def _unpack(request: HttpRequest) -> tuple[str, bytes]:
    """The file of the step before. Checked again when it is taken in; the seal only keeps its name true."""
    try:
        name, digest = signing.loads(request.POST.get("seal", ""), salt="import")
        content = base64.b64decode(request.POST.get("content", ""), validate=True)
    except (signing.BadSignature, ValueError):
        return "?", b""
    return (str(name), content) if hashlib.sha256(content).hexdigest() == digest else ("?", b"")
