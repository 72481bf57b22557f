"""Users and what they may do where."""

import enum
from typing import ClassVar

from django.conf import settings
from django.contrib.auth.models import AbstractUser, Group
from django.contrib.auth.models import UserManager as DjangoUserManager
from django.db import models
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from otklik.company.zones import check_timezone


class Verb(enum.StrEnum):
    """What a page or action needs."""

    VIEW = "view"  # see indicators and events
    ENTER = "enter"  # type daily figures
    HANDLE = "handle"  # work on cases
    MANAGE = "manage"  # places, points, employees, thresholds, questions of this subtree
    ADMIN = "admin"  # users, grants, API keys, settings


class Role(models.TextChoices):
    VIEWER = "viewer", _("viewer")
    MANAGER = "manager", _("location manager")
    QUALITY = "quality", _("quality manager")
    ADMINISTRATOR = "administrator", _("administrator")


ROLE_VERBS: dict[str, frozenset[Verb]] = {
    Role.VIEWER: frozenset({Verb.VIEW}),
    Role.MANAGER: frozenset({Verb.VIEW, Verb.ENTER, Verb.HANDLE}),
    Role.QUALITY: frozenset({Verb.VIEW, Verb.ENTER, Verb.HANDLE, Verb.MANAGE}),
    Role.ADMINISTRATOR: frozenset(Verb),
}


class UserManager(DjangoUserManager["User"]):
    def manageable_by(self, user: "User") -> models.QuerySet["User"]:
        """Users whom `user` may change.

        All for an administrator of the whole company; else those who hold rights inside the administrator's subtrees
        and nowhere else.
        """
        paths = granted_paths(user, Verb.ADMIN)
        if paths is None:
            return self.all()
        inside = models.Q(pk__in=[])
        for path in paths:
            inside |= models.Q(place__path__startswith=path)
        within = Grant.objects.filter(inside)
        beyond = Grant.objects.exclude(pk__in=within.values("pk"))
        mine = models.Q(grants__in=within) | models.Q(groups__grants__in=within)
        others = models.Q(grants__in=beyond) | models.Q(groups__grants__in=beyond)
        wider = User.objects.filter(others).values("pk")
        known = User.objects.filter(mine).values("pk")
        return self.filter(pk__in=known, is_superuser=False).exclude(pk__in=wider)


class User(AbstractUser):
    """A person who signs in. Rights come from grants alone; a superuser passes everywhere."""

    language = models.CharField(_("language"), max_length=8, default="ru", choices=settings.LANGUAGES)
    timezone = models.CharField(
        _("time zone"),
        max_length=64,
        blank=True,
        validators=[check_timezone],
        help_text=_("Empty: as the company."),
    )

    objects: ClassVar[UserManager] = UserManager()

    def __str__(self) -> str:
        return self.get_full_name() or self.username

    def may(self, verb: Verb) -> bool:
        """Whether the user holds `verb` anywhere at all."""
        paths = granted_paths(self, verb)
        return paths is None or bool(paths)

    def may_everywhere(self, verb: Verb) -> bool:
        """Whether the user holds `verb` on the whole company."""
        return granted_paths(self, verb) is None


class Grant(models.Model):
    """A role given to a user or a group on a subtree; no place means the whole company."""

    user = models.ForeignKey(
        User, models.CASCADE, null=True, blank=True, related_name="grants", verbose_name=_("user")
    )
    group = models.ForeignKey(
        Group, models.CASCADE, null=True, blank=True, related_name="grants", verbose_name=_("group")
    )
    role = models.CharField(_("role"), max_length=16, choices=Role.choices)
    place = models.ForeignKey(
        "company.Place", models.CASCADE, null=True, blank=True, related_name="grants", verbose_name=_("place")
    )

    class Meta:
        verbose_name = _("right")
        verbose_name_plural = _("rights")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(user__isnull=False, group__isnull=True)
                | models.Q(user__isnull=True, group__isnull=False),
                name="grant_to_user_or_group",
                violation_error_message=_("Give the role to a user or to a group."),
            ),
            models.UniqueConstraint(
                Coalesce("user", 0),
                Coalesce("group", 0),
                "role",
                Coalesce("place", 0),
                name="grant_once",
                violation_error_message=_("This role has been given here already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user or self.group}: {self.get_role_display()} @ {self.place or '*'}"


def granted_paths(user: User, verb: Verb) -> list[str] | None:
    """Paths of the subtrees on which `user` holds `verb`; None means everywhere."""
    if not user.is_active:
        return []
    if user.is_superuser:
        return None
    roles = [role for role, verbs in ROLE_VERBS.items() if verb in verbs]
    grants = Grant.objects.filter(
        models.Q(user=user) | models.Q(group__in=user.groups.all()), role__in=roles
    ).select_related("place")
    places = [grant.place for grant in grants]
    return None if None in places else [place.path for place in places if place is not None]
