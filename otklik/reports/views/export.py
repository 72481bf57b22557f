"""Take a report away: a small one at once, a large one as a job."""

import tempfile
from pathlib import Path
from typing import cast

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from otklik.company.models import Verb
from otklik.company.views.base import back, page, user_of
from otklik.jobs.actions import enqueue
from otklik.jobs.models import folder
from otklik.reports.exports import Ask, build
from otklik.reports.names import file_name
from otklik.reports.table import Report
from otklik.reports.writers import FORMATS, write

MOST_CELLS = 250_000  # about a second of work


@require_POST
@page(Verb.VIEW)
def export(request: HttpRequest, name: str) -> HttpResponse:
    """The address carries what the page is about, the form the format."""
    form = request.POST.get("format", "xlsx")
    if form not in FORMATS:
        raise Http404
    user = user_of(request)
    report = build(name, Ask(user, request.GET))
    if is_small(report):
        return answer(report, form)
    params = {"name": name, "query": request.GET.urlencode(), "format": form}
    title = file_name(report, form).removesuffix(f".{form}")
    try:
        job = enqueue("export", params, acting_user=user, title=f"{title} ({form})")
    except ValidationError as error:
        messages.error(request, error.messages[0])
        return back(request, "/jobs/")
    messages.info(request, _("The file is large, so it is made in the background."))
    return redirect("jobs:job", pk=job.pk)


def is_small(report: Report) -> bool:
    """Whether it can be made while the page waits."""
    if any(table.count is None for table in report.tables):
        return False
    return sum((table.count or 0) * len(table.columns) for table in report.tables) <= MOST_CELLS


def answer(report: Report, form: str) -> HttpResponse:
    """The file itself."""
    with tempfile.TemporaryDirectory(dir=folder()) as place:
        path = Path(place) / "report"
        ending, kind = write(report, form, path)
        file = path.open("rb")  # stays readable when its folder is gone
    given = FileResponse(file, as_attachment=True, filename=file_name(report, ending), content_type=kind)
    given["Cache-Control"] = "private, no-store"
    return cast("HttpResponse", given)
