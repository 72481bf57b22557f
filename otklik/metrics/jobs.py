"""History recomputed in the background: day sums get the measures that definitions have asked for since."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from otklik.company.models import User, Verb
from otklik.jobs.actions import enqueue
from otklik.jobs.kinds import JobError, Outcome, declare
from otklik.jobs.models import UNFINISHED, Job
from otklik.jobs.progress import Progress
from otklik.metrics.record import day_columns
from otklik.web import formats

KIND = "recompute"


@dataclass(frozen=True, slots=True)
class Stale:
    """How many files of day sums lack a measure, of how many, and how many events stand in them."""

    files: int
    of: int
    rows: int

    def sentence(self) -> str:
        """What is not ready, and what that means: values are right all the time."""
        if not self.files:
            return _("Day sums are ready for every indicator.")
        text = _(
            "Values are right, but those over long periods are slower: day sums of %(files)s of %(of)s files, "
            "%(rows)s events, do not have the newest measures yet."
        )
        values = {"files": self.files, "of": self.of, "rows": self.rows}
        return text % {name: formats.number(value) for name, value in values.items()}


def stale() -> Stale:
    """What a recomputation would do now."""
    from otklik.events.record import get_store

    wanted = frozenset(day_columns())
    with get_store().reader() as reader:
        lacking = [one for one in reader.segments if not wanted <= one.day_columns and not one.damaged]
        return Stale(len(lacking), len(reader.segments), sum(one.rows for one in lacking))


def under_way() -> Job | None:
    """The recomputation that waits or runs, whoever asked for it."""
    return Job.objects.filter(kind=KIND, state__in=UNFINISHED).order_by("-created_at").first()


def ask(*, acting_user: User | None) -> Job | None:
    """Ask for a recomputation unless one waits already or nothing is stale; one that runs may miss the newest."""
    running = under_way()
    if running is not None and running.state == "waiting":
        return running
    if not stale().files:
        return running
    return enqueue(KIND, {}, acting_user=acting_user)


@declare(KIND, gettext_lazy("Recomputing history"), keep_days=2)
def recompute(job: Job, progress: Progress) -> Outcome:
    """Give every file of day sums all measures; may be stopped and run again."""
    from otklik.events.record import get_store

    if job.user is not None and not job.user.may_everywhere(Verb.MANAGE):
        raise JobError(_("Only who manages the whole company recomputes history."))
    before = stale()
    progress(0, before.files, before.sentence())

    def step(done: int, total: int) -> None:
        values = {"done": formats.number(done), "total": formats.number(total)}
        progress(done, total, _("Day sums of %(done)s of %(total)s files are ready") % values)

    done = get_store().rebuild_days(step)
    return Outcome(
        message=_("Day sums of %(files)s files were computed anew.") % {"files": formats.number(done)}
    )
