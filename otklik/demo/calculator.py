"""Indicators that the demo company defined itself, brought in as any company would: from a file."""

from pathlib import Path

from otklik.metrics import exchange

FILE = Path(__file__).parent / "indicators.yaml"


def define() -> int:
    """Bring the file in; how many definitions are new. Safe to run again: what somebody changed since stays."""
    from otklik.metrics.models import IndicatorDefinition

    plan = exchange.read(FILE.read_bytes())
    codes = {step.draft.code for step in plan.steps}
    if IndicatorDefinition.objects.filter(code__in=codes).exists():
        return 0
    return exchange.bring_in(FILE.read_bytes(), acting_user=None).count("new")
