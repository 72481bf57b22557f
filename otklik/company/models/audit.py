"""Who changed what: one row per change, with the old and the new value."""

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from otklik.company.models.access import User, Verb, granted_paths


class AuditQuerySet(models.QuerySet["AuditEntry"]):
    def visible_to(self, user: User, verb: Verb = Verb.ADMIN) -> Self:
        """Entries about the user's subtrees; those about the whole company need rights everywhere."""
        paths = granted_paths(user, verb)
        if paths is None:
            return self
        condition = models.Q(pk__in=[])
        for path in paths:
            condition |= models.Q(place__path__startswith=path)
        return self.filter(condition)


class AuditEntry(models.Model):
    at = models.DateTimeField(_("when"), auto_now_add=True, db_index=True)
    user = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("who")
    )
    actor = models.CharField(_("through"), max_length=100, blank=True)  # "page", "cli", "api:<prefix>"
    action = models.CharField(_("action"), max_length=64)  # "place.create"
    object_type = models.CharField(_("what"), max_length=64)
    object_id = models.CharField(max_length=64)
    object_name = models.CharField(max_length=200, blank=True)
    place = models.ForeignKey("company.Place", models.SET_NULL, null=True, blank=True, related_name="+")
    old = models.JSONField(_("before"), null=True)
    new = models.JSONField(_("after"), null=True)

    objects = AuditQuerySet.as_manager()

    class Meta:
        verbose_name = _("entry of the audit log")
        verbose_name_plural = _("audit log")
        ordering = ("-at", "-pk")
        indexes = [models.Index(fields=["object_type", "object_id"])]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.action} {self.object_name}"
