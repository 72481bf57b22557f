"""Panels of the demo company and the limits between good and bad that suit it."""

from django.db import transaction
from django.urls import reverse

from otklik.company.models import Place, Point
from otklik.demo.plan import Plan
from otklik.demo.questions import SERVICE
from otklik.devices.actions import create_panel
from otklik.devices.models import Panel
from otklik.metrics.actions import set_threshold
from otklik.metrics.core.thresholds import Limits
from otklik.surveys.models import Question

LIMITS = {  # good, acceptable: what a network with panels at the tills reaches in life
    "support": Limits(0.10, 0.07),
    "criticality": Limits(0.055, 0.08),
    "response_rate": Limits(0.15, 0.08),
    "nps": Limits(35, 10),
    "csat": Limits(0.72, 0.6),
    "ces2": Limits(0.65, 0.5),
}
STRICTER = {"support": Limits(0.12, 0.09)}  # for the place that greets visitors of the city
STRICTER_AT = "spb-nevsky"
SHOWN = "msk-tverskaya"  # its panel is the one to try


@transaction.atomic
def equip(plan: Plan) -> int:
    """A panel at the first point of each location, thresholds; returns how many panels are new. Safe to run again."""
    for code, limits in LIMITS.items():
        set_threshold(code, limits, acting_user=None)
    for code, limits in STRICTER.items():
        set_threshold(code, limits, place=Place.objects.get(code=STRICTER_AT), acting_user=None)
    question = Question.objects.get(code=SERVICE)
    wanted = [plan.points[numbers[0]].code for numbers in plan.points_of]
    points = Point.objects.select_related("place").filter(code__in=wanted, panels=None)
    for point in points:
        create_panel(acting_user=None, point=point, question=question, name=point.place.name)
    return len(points)


def panel_address() -> str:
    """The path of the panel to try; empty when somebody has removed it."""
    panel = Panel.objects.filter(point__place__code=SHOWN).order_by("pk").first()
    return reverse("devices:panel", args=[panel.token]) if panel else ""
