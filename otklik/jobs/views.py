"""A person's jobs: the list, one with its progress, its file."""

import uuid
from typing import cast

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from otklik.company.views.base import back, page, paginate, try_action, user_of
from otklik.jobs import actions
from otklik.jobs.models import Job
from otklik.jobs.progress import live


def _own(request: HttpRequest, pk: uuid.UUID) -> Job:
    return get_object_or_404(Job.objects.visible_to(user_of(request)), pk=pk)


@require_GET
@page()
def jobs(request: HttpRequest) -> HttpResponse:
    found = paginate(request, Job.objects.visible_to(user_of(request)))
    rows = [(one, live(one)) for one in found]
    return render(request, "jobs/jobs.html", {"rows": rows, "page": found})


@require_GET
@page()
def job(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    one = _own(request, pk)
    return render(request, "jobs/job.html", {"job": one, "live": live(one)})


@require_GET
@page()
def state(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The moving part of a job; it asks for itself again until the job has ended."""
    one = _own(request, pk)
    template = "jobs/row.html" if "row" in request.GET else "jobs/state.html"
    answer = render(request, template, {"job": one, "live": live(one)})
    answer["Cache-Control"] = "no-store"
    return answer


@require_GET
@page()
def file(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    one = _own(request, pk)
    if not one.file_there:
        raise Http404(_("There is no such file any more."))
    answer = FileResponse(
        one.file.open("rb"), as_attachment=True, filename=one.file_name, content_type=one.file_type
    )
    answer["Cache-Control"] = "private, no-store"
    return cast("HttpResponse", answer)


@require_POST
@page()
def cancel(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    one = _own(request, pk)
    if not actions.cancel(one, acting_user=user_of(request)):
        messages.info(request, _("It had ended already."))
    return back(request, f"/jobs/{pk}/")


@require_POST
@page()
def again(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    one = _own(request, pk)
    try:
        fresh = actions.again(one, acting_user=user_of(request))
    except ValidationError as error:
        messages.error(request, error.messages[0])
        return redirect("jobs:job", pk=pk)
    return redirect("jobs:job", pk=fresh.pk)


@require_POST
@page()
def remove(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    one = _own(request, pk)
    try_action(request, lambda: actions.remove(one, acting_user=user_of(request)))
    return redirect("jobs:jobs")
