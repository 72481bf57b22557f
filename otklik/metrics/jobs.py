"""History recomputed in the background: day sums, sums of derived rows, and colours that definitions have asked for since."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from otklik.company.models import User, Verb
from otklik.jobs.actions import enqueue
from otklik.jobs.kinds import JobError, Outcome, declare
from otklik.jobs.models import UNFINISHED, Job
from otklik.jobs.progress import Progress
from otklik.metrics import warming
from otklik.metrics.record import day_columns
from otklik.metrics.states.recompute import outdated, recompute_outdated
from otklik.web import formats

KIND = "recompute"
REST = dt.timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Stale:
    """What a recomputation would do.

    `files` of day sums, of all files, lack a measure, and have `rows` events; `days` lack sums of pairs, chains and groups; `colours`
    are codes of indicators whose history of colours was made by an older definition.
    """

    files: int
    of: int
    rows: int
    days: int = 0
    colours: tuple[str, ...] = ()

    @property
    def anything(self) -> bool:
        return bool(self.files or self.days or self.colours)

    def sentence(self) -> str:
        """What is not ready, and what that means: values are right all the time."""
        return " ".join(self._sentences()) or _("Day sums are ready for every indicator.")

    def _sentences(self) -> list[str]:
        found = []
        if self.files:
            text = _(
                "Values are right, but those over long periods are slower: day sums of %(files)s of %(of)s files, "
                "%(rows)s events, do not have the newest measures yet."
            )
            found.append(
                text % {name: formats.number(getattr(self, name)) for name in ("files", "of", "rows")}
            )
        if self.days:
            text = ngettext(
                "Pairs, chains and groups of events are to be summed for %(days)s day; until then the first question sorts its events.",
                "Pairs, chains and groups of events are to be summed for %(days)s days; until then the first question sorts their events.",
                self.days,
            )
            found.append(text % {"days": formats.number(self.days)})
        if self.colours:
            text = _("The history of colours was made by older definitions of: %(codes)s.")
            found.append(text % {"codes": ", ".join(self.colours)})
        return found


def stale() -> Stale:
    """What a recomputation would do now."""
    from otklik.events.record import get_store

    wanted = frozenset(day_columns())
    with get_store().reader() as reader:
        lacking = [one for one in reader.segments if not wanted <= one.day_columns and not one.damaged]
        files, rows = len(reader.segments), sum(one.rows for one in lacking)
    return Stale(len(lacking), files, rows, warming.lacking(), tuple(outdated()))


def under_way() -> Job | None:
    """The recomputation that waits or runs, whoever asked for it."""
    return Job.objects.filter(kind=KIND, state__in=UNFINISHED).order_by("-created_at").first()


def ask(*, acting_user: User | None) -> Job | None:
    """Ask for a recomputation unless one waits already or nothing is stale; one that runs may miss the newest."""
    running = under_way()
    if running is not None and running.state == "waiting":
        return running
    if not stale().anything:
        return running
    return enqueue(KIND, {}, acting_user=acting_user)


def due() -> bool:
    """Whether the server does it by itself: something is stale, and it was not done in the last hour."""
    lately = Job.objects.filter(kind=KIND, finished_at__gt=timezone.now() - REST).exists()
    return not lately and stale().anything


@declare(KIND, gettext_lazy("Recomputing history"), keep_days=2, due=due)
def recompute(job: Job, progress: Progress) -> Outcome:
    """Day sums with all measures, sums of derived rows, colours of changed definitions; may be stopped and run again."""
    from otklik.events.record import get_store

    if job.user is not None and not job.user.may_everywhere(Verb.MANAGE):
        raise JobError(_("Only who manages the whole company recomputes history."))
    before = stale()
    progress(0, before.files, before.sentence())
    files = get_store().rebuild_days(_told(progress, _("Day sums of %(done)s of %(total)s files are ready")))
    days = warming.make(
        _told(progress, _("Pairs, chains and groups of %(done)s of %(total)s days are summed"))
    )
    changes = recompute_outdated(
        _told(progress, _("Colours of %(done)s of %(total)s days are computed anew"))
    )
    values = {"files": files, "days": days, "changes": changes}
    text = _(
        "Computed anew: day sums of %(files)s files, pairs and chains of %(days)s days, %(changes)s changes of colour."
    )
    return Outcome(message=text % {name: formats.number(value) for name, value in values.items()})


def _told(progress: Progress, text: str) -> Callable[[int, int], None]:
    """A step of a part, in words."""

    def step(done: int, total: int) -> None:
        progress(done, total, text % {"done": formats.number(done), "total": formats.number(total)})

    return step
