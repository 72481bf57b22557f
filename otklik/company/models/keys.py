"""API keys: shown once, stored as a hash, found by their prefix."""

import hashlib
import hmac
import secrets
from typing import Self

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from otklik.company.models.access import User, Verb, granted_paths


class Scope(models.TextChoices):
    INGEST = "ingest", _("send events")
    READ = "read", _("read indicators and events")
    MANAGE = "manage", _("change the company")


class ApiKeyQuerySet(models.QuerySet["ApiKey"]):
    def visible_to(self, user: User, verb: Verb = Verb.ADMIN) -> Self:
        """Keys that `user` may create and revoke; a key of the whole company needs rights everywhere."""
        paths = granted_paths(user, verb)
        if paths is None:
            return self
        condition = models.Q(pk__in=[])
        for path in paths:
            condition |= models.Q(place__path__startswith=path)
        return self.filter(condition)


class ApiKey(models.Model):
    """A key is `otk_<prefix>_<secret>`; only the SHA-256 of the whole is kept (the secret has 256 random bits)."""

    name = models.CharField(_("name"), max_length=100)
    prefix = models.CharField(_("prefix"), max_length=12, unique=True)
    digest = models.CharField(max_length=64)
    scopes = models.JSONField(_("scopes"), default=list)
    place = models.ForeignKey(
        "company.Place",
        models.CASCADE,
        null=True,
        blank=True,
        verbose_name=_("only for"),
        help_text=_("Empty: the whole company."),
    )
    created_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)
    last_used_at = models.DateTimeField(_("last used"), null=True, blank=True)

    objects = ApiKeyQuerySet.as_manager()

    class Meta:
        verbose_name = _("API key")
        verbose_name_plural = _("API keys")
        ordering = ("-created_at", "-pk")

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"

    def clean(self) -> None:
        unknown = set(self.scopes) - set(Scope.values)
        if unknown or not self.scopes:
            raise ValidationError({"scopes": _("Choose at least one of: %s.") % ", ".join(Scope.values)})

    @property
    def scope_names(self) -> str:
        return ", ".join(str(Scope(scope).label) for scope in self.scopes)

    def matches(self, secret: str) -> bool:
        return hmac.compare_digest(self.digest, digest_of(secret))


def new_secret() -> tuple[str, str]:
    """Return (prefix, whole key)."""
    prefix = secrets.token_hex(4)
    return prefix, f"otk_{prefix}_{secrets.token_urlsafe(32)}"


def digest_of(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
