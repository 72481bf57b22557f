"""Exports that are too large for a page are made in the background."""

from django.http import Http404, QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from otklik.jobs.kinds import JobError, Outcome, declare
from otklik.jobs.models import Job
from otklik.jobs.progress import Progress
from otklik.reports.exports import Ask, build
from otklik.reports.names import file_name
from otklik.reports.writers import write
from otklik.web import formats


@declare("export", gettext_lazy("Export"))
def export(job: Job, progress: Progress) -> Outcome:
    """Parameters: name of the export, the query of the page's address, format. Rights are those of now."""
    assert job.user is not None
    try:
        report = build(job.params["name"], Ask(job.user, QueryDict(job.params["query"])))
    except Http404:
        raise JobError(_("What was asked for is not there any more, or not open to you any more.")) from None
    total = report.rows
    written = 0

    def tell(rows: int) -> None:
        nonlocal written
        written = rows
        text = _("%(rows)s rows written") % {"rows": formats.number(rows)}
        packing = total is not None and rows >= total
        progress(rows, total, _("Packing the file…") if packing else text)

    ending, kind = write(report, job.params["format"], progress.path, tell)
    progress(written, written)
    message = _("%(rows)s rows.") % {"rows": formats.number(written)}
    return Outcome(message, {"rows": written}, file_name(report, ending), kind)
