"""Kinds of jobs. A room declares its own in `<room>/jobs.py`, which is imported when a job of it is first needed."""

import importlib
import importlib.util
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.utils.functional import Promise

if TYPE_CHECKING:
    from otklik.jobs.models import Job
    from otklik.jobs.progress import Progress

KEEP_DAYS = 7


class JobError(Exception):
    """The job cannot be done; the text is a sentence for the person who asked."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a job leaves: a message, data, and the name and type of the file that it wrote at `progress.path`."""

    message: str = ""
    data: dict[str, Any] = field(default_factory=dict)
    file_name: str = ""
    file_type: str = "application/octet-stream"


type Run = Callable[["Job", "Progress"], Outcome | None]


@dataclass(frozen=True, slots=True)
class Kind:
    """`run` may be called again from the start when the server was killed: it must not mind.

    `due` says whether the job should be done now though nobody has asked; see `upkeep.py`.
    """

    code: str
    title: str | Promise
    run: Run
    keep_days: int = KEEP_DAYS
    due: Callable[[], bool] | None = None


_declared: dict[str, Kind] = {}


def declare(
    code: str, title: str | Promise, *, keep_days: int = KEEP_DAYS, due: Callable[[], bool] | None = None
) -> Callable[[Run], Run]:
    """Make `(job, progress) -> Outcome | None` the work of jobs of this kind."""

    def decorate(run: Run) -> Run:
        _declared[code] = Kind(code, title, run, keep_days, due)
        return run

    return decorate


@cache
def _load() -> None:
    for config in apps.get_app_configs():
        name = f"{config.name}.jobs"
        if config.name.startswith("otklik.") and importlib.util.find_spec(name) is not None:
            importlib.import_module(name)


def kinds() -> list[Kind]:
    """All that any room declares."""
    _load()
    return list(_declared.values())


def kind(code: str) -> Kind:
    """Raises KeyError when no room declares it."""
    if code not in _declared:
        _load()
    return _declared[code]
