"""The history of colours: what is shown now, every change, how far it is computed, who is still to be told."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from otklik.company.models import Place, User, Verb
from otklik.metrics.core.thresholds import Colour, PeriodKind

BADNESS = {Colour.GREY.value: 0, Colour.GREEN.value: 0, Colour.YELLOW.value: 1, Colour.RED.value: 2}
DEFAULT_PERIODS = (PeriodKind.DAY.value, PeriodKind.MONTH.value)


class ColourName(models.TextChoices):
    GREEN = Colour.GREEN.value, _("good")
    YELLOW = Colour.YELLOW.value, _("acceptable")
    RED = Colour.RED.value, _("bad")
    GREY = Colour.GREY.value, _("no data")


class Because(models.TextChoices):
    """Why a colour changed."""

    FIRST = "first", _("first seen")
    EVENTS = "events", _("new events")
    LATE = "late", _("events that came late")
    WITHDRAWN = "withdrawn", _("events were withdrawn or corrected")
    THRESHOLD = "threshold", _("other thresholds")
    DEFINITION = "definition", _("another definition")
    TIME = "time", _("the colour has lasted long enough")
    RECOMPUTED = "recomputed", _("history computed anew")


class WatchSettings(models.Model):
    """Which colours are watched, and how patiently (a single row, id 1)."""

    periods = models.JSONField(_("periods"), default=list)
    indicators = models.JSONField(
        _("indicators"), default=list, blank=True
    )  # empty: all that have thresholds
    least_n = models.PositiveIntegerField(
        _("least number of answers"),
        default=5,
        help_text=_("A colour made of fewer answers, receipts or clients changes nothing yet."),
    )
    minutes = models.PositiveIntegerField(
        _("minutes that a colour must last"),
        default=0,
        help_text=_("0: a change counts at once. 10: a colour that flickers for less leaves no trace."),
    )

    def __str__(self) -> str:
        return ", ".join(self.periods)

    @classmethod
    def current(cls) -> "WatchSettings":
        return cls.objects.filter(pk=1).first() or cls(pk=1, periods=list(DEFAULT_PERIODS))


class State(models.Model):
    """What one indicator at one location shows now for one kind of period. `serial` guards against two writers."""

    indicator = models.CharField(max_length=64)
    place = models.ForeignKey(Place, models.CASCADE, related_name="+")
    period = models.CharField(max_length=16)
    version = models.PositiveIntegerField()
    first = models.DateField()  # of the period
    colour = models.CharField(max_length=8, choices=ColourName.choices)
    last = models.CharField(max_length=8, choices=ColourName.choices)  # the last colour that was not grey
    since = models.DateTimeField()
    coloured = models.DateField(null=True)
    waiting = models.CharField(max_length=8, blank=True, default="")
    waiting_since = models.DateTimeField(null=True)
    value = models.FloatField(null=True)
    n = models.FloatField(default=0)
    serial = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["indicator", "place", "period"], name="state_once")]
        indexes = [models.Index(fields=["place"])]

    def __str__(self) -> str:
        return f"{self.indicator} @ {self.place_id}, {self.period}: {self.colour}"


class StateChangeQuerySet(models.QuerySet["StateChange"]):
    def visible_to(self, user: User, verb: Verb = Verb.VIEW) -> "StateChangeQuerySet":
        return self.filter(place__in=Place.objects.visible_to(user, verb))


class StateChange(models.Model):
    """One change of a colour; rows are added, and only a recomputation of the same version replaces them.

    `first` is the first day of the period that changed. A `late` row tells of a period that was over: it does not
    change what is shown now. `before` is the last colour that was not grey.
    """

    indicator = models.CharField(_("indicator"), max_length=64)
    version = models.PositiveIntegerField(_("version"))
    place = models.ForeignKey(Place, models.CASCADE, related_name="state_changes", verbose_name=_("place"))
    period = models.CharField(_("period"), max_length=16)
    first = models.DateField()
    old = models.CharField(max_length=8, choices=ColourName.choices)
    new = models.CharField(max_length=8, choices=ColourName.choices)
    before = models.CharField(max_length=8, choices=ColourName.choices)
    value = models.FloatField(null=True)
    n = models.FloatField(default=0)
    good = models.FloatField(null=True)
    acceptable = models.FloatField(null=True)
    because = models.CharField(_("reason"), max_length=16, choices=Because.choices)
    late = models.BooleanField(default=False)
    at = models.DateTimeField(_("when"), db_index=True)

    objects = StateChangeQuerySet.as_manager()

    class Meta:
        ordering = ("-at", "-pk")
        indexes = [models.Index(fields=["indicator", "place", "period", "at"])]

    def __str__(self) -> str:
        return f"{self.indicator} @ {self.place_id}, {self.period}: {self.old} → {self.new}"

    @property
    def worse(self) -> bool:
        """Whether somebody should hear of it: a worse colour than the last one, of a period that still runs."""
        return not self.late and BADNESS[self.new] > BADNESS[self.before]


class StateProgress(models.Model):
    """How far colours are computed (a single row, id 1): events up to `seq`; history begins on `since`."""

    seq = models.PositiveBigIntegerField(default=0)
    since = models.DateField()
    rules = models.CharField(
        max_length=64, default=""
    )  # fingerprint of definitions, thresholds and what is watched
    versions = models.JSONField(default=dict)  # of each code, the version by which its history was made anew

    def __str__(self) -> str:
        return f"up to {self.seq}"


class Notice(models.Model):
    """A change that a listener is still to be told; written with the change, deleted when the listener has taken it."""

    change = models.ForeignKey(StateChange, models.CASCADE, related_name="notices")
    listener = models.CharField(max_length=64)
    attempts = models.PositiveIntegerField(default=0)
    next_at = models.DateTimeField(db_index=True)
    error = models.TextField(blank=True, default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["change", "listener"], name="notice_once")]

    def __str__(self) -> str:
        return f"{self.listener}: {self.change_id}"
