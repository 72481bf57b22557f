"""Work that takes longer than a page may: who asked for it, how far it is, what came out."""

import uuid
from pathlib import Path
from typing import Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from otklik.company.models import User


class State(models.TextChoices):
    WAITING = "waiting", _("waiting its turn")
    RUNNING = "running", _("under way")
    DONE = "done", _("ready")
    FAILED = "failed", _("failed")
    CANCELLED = "cancelled", _("cancelled")


UNFINISHED = (State.WAITING, State.RUNNING)


def folder() -> Path:
    """Where results and live progress lie; made at first use."""
    found = Path(settings.DATA_DIR) / "jobs"
    found.mkdir(mode=0o700, parents=True, exist_ok=True)
    return found


class JobQuerySet(models.QuerySet["Job"]):
    def visible_to(self, user: User) -> Self:
        """A person's own jobs: a result holds what that person may see, so nobody else gets it."""
        return self.filter(user=user)


class Job(models.Model):
    """One piece of work.

    Its row changes when its state does; how far it is stands in a small file beside the results (see progress.py), for
    each commit to the catalogue makes everybody's remembered figures void.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(
        User, models.CASCADE, null=True, blank=True, related_name="jobs", verbose_name=_("who asked")
    )
    kind = models.CharField(_("kind"), max_length=64)
    title = models.CharField(_("what"), max_length=300)
    params = models.JSONField(_("parameters"), default=dict)
    language = models.CharField(_("language"), max_length=8, default="ru")
    state = models.CharField(_("state"), max_length=16, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    cancel_asked = models.BooleanField(default=False)
    done = models.BigIntegerField(default=0)
    total = models.BigIntegerField(null=True)
    message = models.CharField(_("message"), max_length=500, blank=True)
    error = models.CharField(_("what went wrong"), max_length=1000, blank=True)
    result = models.JSONField(_("result"), default=dict)
    file_name = models.CharField(_("file"), max_length=255, blank=True)
    file_type = models.CharField(max_length=150, blank=True)
    file_size = models.BigIntegerField(default=0)
    created_at = models.DateTimeField(_("asked for"), auto_now_add=True)
    started_at = models.DateTimeField(_("began"), null=True)
    finished_at = models.DateTimeField(_("ended"), null=True)
    expires_at = models.DateTimeField(_("kept until"), null=True, db_index=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        ordering = ("-created_at",)
        indexes = [models.Index(fields=["user", "-created_at"])]

    def __str__(self) -> str:
        return self.title

    @property
    def finished(self) -> bool:
        return self.state not in UNFINISHED

    @property
    def file(self) -> Path:
        """Where the result lies once the job is done."""
        return folder() / f"{self.pk}.result"

    @property
    def file_there(self) -> bool:
        return self.state == State.DONE and bool(self.file_name) and self.file.exists()
