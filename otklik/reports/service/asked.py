"""What the address of the report says."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from otklik.metrics.dimensions import Grain
from otklik.reports.service.data import GRAINS, GROUPS, questions
from otklik.surveys.models import Question


@dataclass(frozen=True, slots=True)
class Asked:
    """What makes no sense falls back to the usual."""

    by: str
    grain: Grain
    sort: str
    subject: str
    questions: list[Question] = field(default_factory=list)

    @classmethod
    def of(cls, query: Mapping[str, Any]) -> "Asked":
        by = query.get("by", "")
        grain = query.get("grain", "")
        return cls(
            by if by in GROUPS else "place",
            Grain(grain) if grain in GRAINS else Grain.TOTAL,
            (query.get("sort") or "name")[:20],
            (query.get("subject") or "")[:64],
            questions(),
        )

    @property
    def chosen(self) -> list[Question]:
        """The one question that is asked for, else all."""
        return [one for one in self.questions if self.subject in {"", one.code}]
