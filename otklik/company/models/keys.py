"""API keys: shown once, stored as a hash, found by their prefix."""

import hashlib
import hmac
import secrets

from django.db import models
from django.utils.translation import gettext_lazy as _

from otklik.company.models.access import User


class Scope(models.TextChoices):
    INGEST = "ingest", _("send events")
    READ = "read", _("read indicators and events")
    MANAGE = "manage", _("change the company")


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

    class Meta:
        ordering = ("-created_at",)

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"

    def matches(self, secret: str) -> bool:
        return hmac.compare_digest(self.digest, digest_of(secret))


def new_secret() -> tuple[str, str]:
    """Return (prefix, whole key)."""
    prefix = secrets.token_hex(4)
    return prefix, f"otk_{prefix}_{secrets.token_urlsafe(32)}"


def digest_of(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
